"""Entities as words: days, endings, measures, and nothing foreign unclean."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.entities.citation import Citation
from assistant.entities.conversation import (
    Conversation,
    ConversationState,
    FinishReason,
    Message,
    MessageRole,
    MessageState,
)
from assistant.entities.draft import Fill
from assistant.entities.ids import (
    LOCAL_USER,
    ConversationId,
    DocumentId,
    MessageId,
    ModelId,
    PassageId,
)
from assistant.entities.model import ModelKind, ModelService, ServiceStatus
from tui import present

NOW = datetime(2026, 5, 14, 14, 2, tzinfo=UTC)

REPLY = Message(
    id=MessageId("m"),
    conversation_id=ConversationId("c"),
    owner_id=LOCAL_USER,
    role=MessageRole.ASSISTANT,
    content="Yes.",
    created_at=NOW,
    sequence=2,
    model="smollm2-135m",
    tokens=41,
    prompt_tokens=271,
    first_token_ms=300.0,
    response_time_ms=1300.0,
    finish_reason=FinishReason.STOP,
)

MODEL = ModelService(
    id=ModelId("m"),
    name="smollm2-135m",
    kind=ModelKind.LOCAL_LLM,
    location="bundled:smollm2",
    context_tokens=8192,
)


def conversation(days_ago: float, *, title: str = "Kettle") -> Conversation:
    at = NOW - timedelta(days=days_ago)
    return Conversation(
        id=ConversationId(f"c{days_ago}"),
        user_id=LOCAL_USER,
        title=title,
        state=ConversationState.ACTIVE,
        created_at=at,
        updated_at=at,
    )


@pytest.mark.parametrize(
    ("days_ago", "heading"),
    [
        (0, "Today"),
        (0.5, "Today"),
        (0.6, "Yesterday"),
        (1, "Yesterday"),
        (2, "This week"),
        (3, "This week"),
        (4, "This month"),
        (13, "This month"),
        (14, "Older"),
        (365, "Older"),
        (-1, "Today"),
    ],
)
def test_conversations_stand_under_their_day(days_ago: float, heading: str) -> None:
    assert present.group_of(conversation(days_ago), NOW) == heading


def test_what_is_pinned_stands_on_top_as_it_was_pinned() -> None:
    some = [conversation(days) for days in (0, 400, 2)]
    some[1] = replace(some[1], pinned_at=NOW)
    some[2] = replace(some[2], pinned_at=NOW - timedelta(days=1))

    groups = present.grouped(some, NOW)

    assert groups == [("Pinned", [some[2], some[1]]), ("Today", [some[0]])]


def test_a_title_is_marked_when_it_is_not_like_the_others() -> None:
    plain = conversation(1)
    fork = replace(plain, forked_from=MessageId("m"))

    assert present.state_mark(plain) == ""
    assert present.state_mark(fork) == "⑂"
    assert present.state_mark(fork, forks=2) == "⑂2"
    assert present.state_mark(replace(fork, is_incognito=True), forks=2) == "◌ ⑂2"


def test_days_are_counted_where_the_user_is() -> None:
    in_auckland = NOW.astimezone(timezone(timedelta(hours=12)))

    assert present.group_of(conversation(0.1), in_auckland) == "Yesterday"


@given(st.lists(st.integers(0, 500).map(conversation), max_size=20))
def test_grouping_loses_nothing_and_is_newest_first(some: list[Conversation]) -> None:
    groups = present.grouped(some, NOW)

    flat = [each for _, those in groups for each in those]
    assert sorted(each.id for each in flat) == sorted(each.id for each in some)
    assert [each.updated_at for each in flat] == sorted(
        (each.updated_at for each in some), reverse=True
    )
    assert len({heading for heading, _ in groups}) == len(groups)


def test_a_byline_says_who_with_which_model_and_when() -> None:
    assert present.byline(REPLY, NOW) == (
        "Hearth · smollm2-135m · general knowledge · 14:02"
    )


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (FinishReason.CANCELLED, "stopped"),
        (FinishReason.INTERRUPTED, "interrupted"),
        (FinishReason.LENGTH, "cut off at the length limit"),
        (FinishReason.STOP, ""),
    ],
)
def test_a_byline_names_an_unusual_ending(reason: FinishReason, words: str) -> None:
    assert present.ending(replace(REPLY, finish_reason=reason)) == words


def test_a_question_is_not_blamed_for_its_answer() -> None:
    question = replace(
        REPLY, role=MessageRole.USER, state=MessageState.FAILED, error="x", model=None
    )

    assert present.byline(question, NOW) == "You · 14:02"


@pytest.mark.parametrize(
    ("days_ago", "words"),
    [(0, "14:02"), (1, "13 May 14:02"), (200, "26 Oct 2025")],
)
def test_times_say_as_much_as_is_needed(days_ago: int, words: str) -> None:
    assert present.when(NOW - timedelta(days=days_ago), NOW) == words


def test_measures_are_what_it_rests_on_first_word_and_speed() -> None:
    assert present.measures(REPLY) == "first word 0.3 s · 40 tok/s"
    quoting = replace(REPLY, sources=("p", "q"))
    assert present.measures(quoting, memories=1) == (
        "2 passages · 1 memory · first word 0.3 s · 40 tok/s"
    )


def test_an_answer_says_where_its_words_come_from() -> None:
    assert present.rests_on(replace(REPLY, sources=("p",))) == "from your documents"
    assert present.rests_on(REPLY) == "general knowledge"
    assert present.rests_on(replace(REPLY, model=None)) == "from memory"
    assert present.rests_on(replace(REPLY, role=MessageRole.USER)) == ""
    growing = replace(REPLY, state=MessageState.PROCESSING)
    assert present.rests_on(growing) == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a", "1 line, 1 byte"),
        ("a\nb", "2 lines, 3 bytes"),
        ("x" * 12_400, "1 line, 12 KB"),
        ("x" * 1_200_000, "1 line, 1.2 MB"),
    ],
)
def test_a_text_is_measured_in_lines_and_bytes(text: str, words: str) -> None:
    assert present.size(text) == words


@pytest.mark.parametrize(
    "unknown",
    [
        {"tokens": None},
        {"tokens": 1},
        {"first_token_ms": None},
        {"response_time_ms": None},
        {"response_time_ms": 300.0},
    ],
)
def test_no_speed_is_made_up(unknown: dict[str, float | None]) -> None:
    assert present.speed(replace(REPLY, **unknown)) == ""


@pytest.mark.parametrize(
    ("milliseconds", "words"),
    [
        (0, "0.0 s"),
        (312, "0.3 s"),
        (9940, "9.9 s"),
        (12_400, "12 s"),
        (65_000, "1 min 5 s"),
    ],
)
def test_durations_are_short(milliseconds: float, words: str) -> None:
    assert present.seconds(milliseconds) == words


def test_an_only_version_is_not_numbered() -> None:
    assert present.version(1, 1) == ""
    assert present.version(2, 3) == "‹ 2/3 ›"


def test_context_is_what_is_taken_of_the_model() -> None:
    assert present.context(Fill(used=312, of=8192)) == "312/8192 tokens"
    assert present.context(Fill(used=9000, of=8192)) == "9000/8192 tokens · too much"
    assert present.context(None) == ""


def test_it_is_said_who_gets_the_words() -> None:
    remote = replace(MODEL, kind=ModelKind.EXTERNAL_API, name="big-cloud")

    assert present.whereabouts(MODEL) == "local · private"
    assert "big-cloud" in present.whereabouts(remote)
    assert "private" not in present.whereabouts(remote)


def test_health_can_be_told_without_colour() -> None:
    assert len({present.mark(status) for status in ServiceStatus}) == len(ServiceStatus)


@given(st.text())
def test_nothing_foreign_leaves_unclean(text: str) -> None:
    line = present.title_of(replace(conversation(0), title=text))
    name = present.byline(replace(REPLY, model=text), NOW)

    for shown in (line, name, present.shortened(text, to=20)):
        assert "\n" not in shown
        assert "\x1b" not in shown
    assert line
    assert len(present.shortened(text, to=20)) <= 20


CITATION = Citation(
    number=1,
    passage_id=PassageId("p"),
    document_id=DocumentId("d"),
    title="Kettle",
    location="page 2",
    quote="Every 45 days,\nwith citric acid.",
)


def test_a_reference_is_shown_with_its_words_unless_the_answer_is_made_of_them() -> (
    None
):
    elsewhere = present.source(CITATION, answer="About every six weeks [1].")
    the_same = present.source(CITATION, answer="Every 45 days, with citric acid. [1]")

    assert elsewhere == '[1] Kettle › page 2  "Every 45 days, with citric acid." ✓'
    assert the_same == "[1] Kettle › page 2 ✓"


def test_words_put_in_place_of_the_models_are_told_apart() -> None:
    replaced = replace(CITATION, is_replacement=True)

    assert present.source(replaced, answer="").endswith("instead of the model's words")


def test_what_rests_on_documents_says_so_in_its_byline() -> None:
    cited = replace(REPLY, model=None, sources=("p",))

    assert present.byline(cited, NOW).startswith("Hearth · from your documents · ")
