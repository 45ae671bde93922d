"""Observations, topics, salience, insights and runs come back from rows unchanged."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from assistant.entities.ids import (
    ChannelId,
    InsightId,
    LayerRunId,
    MessageId,
    ServerId,
    TopicKey,
    UserId,
)
from assistant.entities.reflection import (
    EntryType,
    Insight,
    LayerRun,
    ObservedMessage,
    Reach,
    RunStatus,
    SalienceEntry,
    SourcesScope,
    Topic,
    TopicCategory,
    Visibility,
)
from assistant.storage.reflection_rows import (
    entry_from_row,
    entry_to_row,
    insight_from_row,
    insight_to_row,
    observed_from_row,
    observed_to_row,
    run_from_row,
    run_to_row,
    topic_from_row,
    topic_to_row,
)
from assistant.storage.rows import to_json

START = datetime(2026, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 10**9).map(lambda seconds: START + timedelta(seconds=seconds))
TEXT = st.text(min_size=1, max_size=40).filter(str.strip)
COUNTS = st.dictionaries(TEXT, st.integers(0, 99), max_size=3)
METADATA = st.dictionaries(TEXT, st.one_of(st.integers(), TEXT), max_size=3)
AMOUNTS = st.integers(-9999, 9999).map(lambda grains: grains / 1024)

PUBLIC = st.just({"visibility": Visibility.PUBLIC, "server_id": ServerId("A")})
DIRECT = st.just({"visibility": Visibility.DM, "server_id": None})
REACHES = st.sampled_from(
    [
        Reach(scope=SourcesScope.PUBLIC, server_id=ServerId("A")),
        Reach(scope=SourcesScope.DM, owners=frozenset({UserId("ana")})),
        Reach(
            scope=SourcesScope.DERIVED,
            owners=frozenset({UserId("ana"), UserId("ben")}),
        ),
    ]
)


@given(st.one_of(PUBLIC, DIRECT), TEXT, COUNTS, MOMENTS, st.none() | MOMENTS)
def test_an_observed_message(place, content, reactions, at, edited) -> None:
    message = ObservedMessage(
        id=MessageId("m"),
        channel_id=ChannelId("c"),
        author_id=UserId("ana"),
        content=content,
        created_at=at,
        ingested_at=at,
        edited_at=edited,
        reactions=reactions,
        **place,
    )

    assert observed_from_row(observed_to_row(message)) == message


@given(st.sampled_from(TopicCategory), TEXT, METADATA, MOMENTS)
def test_a_topic(category, name, metadata, at) -> None:
    topic = Topic(
        key=TopicKey(f"{category}:{name}"),
        category=category,
        created_at=at,
        metadata=metadata,
    )

    assert topic_from_row(topic_to_row(topic)) == topic


@given(st.sampled_from(EntryType), AMOUNTS, TEXT, MOMENTS)
def test_a_line_of_the_ledger(kind, amount, cause, at) -> None:
    entry = SalienceEntry(
        id="e",
        topic_key=TopicKey("user:ana"),
        entry_type=kind,
        amount=amount,
        cause=cause,
        created_at=at,
        evaporated=abs(amount),
        run_id=LayerRunId("r"),
    )

    assert entry_from_row(entry_to_row(entry)) == entry


@given(REACHES, TEXT, METADATA, MOMENTS, st.none() | MOMENTS, st.booleans())
def test_an_insight(reach, content, metadata, at, expires, flag) -> None:
    insight = Insight(
        id=InsightId("i"),
        topic_key=TopicKey("user:ana"),
        category="digest",
        content=content,
        reach=reach,
        layer_run_id=LayerRunId("r"),
        confidence=0.5,
        strength=1.5,
        created_at=at,
        expires_at=expires,
        is_superseded=flag,
        is_stale=not flag,
        metadata=metadata,
    )

    row = {**insight_to_row(insight), "owners": to_json(sorted(reach.owners))}
    assert insight_from_row(row) == insight


@given(st.sampled_from(RunStatus), st.lists(TEXT, max_size=4), MOMENTS)
def test_a_run(status, targets, at) -> None:
    run = LayerRun(
        id=LayerRunId("r"),
        layer_name="digest",
        window="2026-01-01",
        started_at=at,
        status=status,
        targets=tuple(map(TopicKey, targets)),
        tokens_used=3,
        error="It broke",
        held_by="somebody",
    )

    assert run_from_row(run_to_row(run)) == run
