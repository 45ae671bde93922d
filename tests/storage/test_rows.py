"""What is kept comes back as it was."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.entities.audience import Scope
from assistant.entities.audit import AuditEntry
from assistant.entities.conversation import (
    Attachment,
    ContentKind,
    Conversation,
    ConversationState,
    FinishReason,
    Message,
    MessageRole,
    MessageState,
)
from assistant.entities.job import Job, JobState
from assistant.entities.model import ModelKind, ModelService, ServiceStatus
from assistant.entities.people import (
    Channel,
    ChannelKind,
    Membership,
    Rank,
    Server,
    ServerRole,
    ServerStatus,
    User,
    UserStatus,
)
from assistant.entities.trace import Span
from assistant.errors import StorageError
from assistant.storage.audit import AuditLog
from assistant.storage.conversations import Conversations
from assistant.storage.database import Database
from assistant.storage.jobs import Jobs
from assistant.storage.machine import MachineFacts
from assistant.storage.messages import Messages
from assistant.storage.people import People
from assistant.storage.rows import moment_to_text
from assistant.storage.services import ModelServices
from assistant.storage.spans import Spans
from tests.storage.building import (
    ME,
    START,
    a_conversation,
    a_message,
    a_user,
    open_file,
)

TEXT = st.text(st.characters(codec="utf-8"), max_size=30)
NAME = TEXT.filter(bool)
SPOKEN = TEXT.filter(str.strip)
WORDS = st.lists(TEXT, max_size=3).map(tuple)
COUNT = st.integers(0, 2**53)
MEASURE = st.floats(0, 1e12)
ZONES = st.integers(-720, 720).map(lambda m: timezone(timedelta(minutes=m)))
_BARE = START.replace(tzinfo=None)
MOMENT = st.datetimes(
    _BARE.replace(year=1000), _BARE.replace(year=9999), timezones=ZONES
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | TEXT
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3)
    ),
    max_leaves=6,
)
MAPPING = st.dictionaries(TEXT, JSON, max_size=3)
COUNTS = st.dictionaries(
    TEXT,
    st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    max_size=3,
)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def some(kind: type) -> st.SearchStrategy[Any]:
    return st.sampled_from(list(kind))


def between(first: str, last: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """The same fields, with these two times in their order."""

    def ordered(fields: dict[str, Any]) -> dict[str, Any]:
        early, late = sorted((fields[first], fields[last]))
        return {**fields, first: early, last: late}

    return ordered


USERS = (
    st.fixed_dictionaries(
        {
            "id": NAME,
            "name": NAME,
            "display_name": TEXT,
            "external_id": maybe(TEXT),
            "status": some(UserStatus),
            "preferences": MAPPING,
            "first_seen": MOMENT,
            "last_seen": MOMENT,
        }
    )
    .map(between("first_seen", "last_seen"))
    .map(lambda fields: User(**fields))
)
SERVERS = st.builds(
    Server,
    id=NAME,
    name=TEXT,
    owner_id=maybe(TEXT),
    icon_hash=maybe(TEXT),
    permissions=WORDS,
    status=some(ServerStatus),
    joined_at=MOMENT,
    updated_at=MOMENT,
)
CHANNELS = st.builds(
    Channel,
    id=NAME,
    name=TEXT,
    kind=some(ChannelKind),
    permissions=MAPPING,
    is_managed=st.booleans(),
    created_at=MOMENT,
    updated_at=MOMENT,
    server_id=st.sampled_from([None, "server"]),
    category_id=st.none(),
)
ROLES = st.builds(
    ServerRole,
    id=NAME,
    server_id=st.just("server"),
    name=TEXT,
    color=maybe(TEXT),
    permissions=WORDS,
    position=st.integers(-1000, 1000),
    created_at=MOMENT,
    updated_at=MOMENT,
)
MEMBERSHIPS = st.builds(
    Membership,
    user_id=st.just("local"),
    server_id=st.just("server"),
    rank=some(Rank),
    permissions=WORDS,
    is_active=st.booleans(),
    joined_at=MOMENT,
    updated_at=MOMENT,
)
CONVERSATIONS = (
    st.fixed_dictionaries(
        {
            "id": NAME.filter(lambda i: i != "talk"),
            "user_id": st.just("local"),
            "title": TEXT,
            "state": some(ConversationState),
            "created_at": MOMENT,
            "updated_at": MOMENT,
            "server_id": st.sampled_from([None, "server"]),
            "channel_id": st.sampled_from([None, "channel"]),
            "summary": maybe(TEXT),
            "message_count": COUNT,
            "total_tokens": COUNT,
            "forked_from": st.sampled_from([None, "root"]),
            "pinned_at": maybe(MOMENT),
            "is_incognito": st.booleans(),
        }
    )
    .map(between("created_at", "updated_at"))
    .map(lambda fields: Conversation(**fields))
)
MESSAGES = st.builds(
    Message,
    id=NAME.filter(lambda i: i != "root"),
    conversation_id=st.just("talk"),
    owner_id=st.just("local"),
    role=some(MessageRole),
    content=SPOKEN,
    created_at=MOMENT,
    sequence=st.integers(2, 2**53),
    state=some(MessageState),
    parent_id=st.sampled_from([None, "root"]),
    author_id=st.sampled_from([None, "local"]),
    scope=some(Scope),
    server_id=st.sampled_from([None, "server"]),
    channel_id=st.sampled_from([None, "channel"]),
    error=SPOKEN,
    finish_reason=maybe(some(FinishReason)),
    tokens=maybe(COUNT),
    prompt_tokens=maybe(COUNT),
    reused_tokens=maybe(COUNT),
    first_token_ms=maybe(MEASURE),
    response_time_ms=maybe(MEASURE),
    model=maybe(TEXT),
    tools=WORDS,
    sources=WORDS,
    written_by=maybe(TEXT),
)
ATTACHMENTS = st.builds(
    Attachment,
    id=NAME,
    message_id=st.just("root"),
    name=TEXT,
    kind=some(ContentKind),
    size_bytes=COUNT,
    text=maybe(TEXT),
    media_type=maybe(TEXT),
    details=MAPPING,
)
SERVICES = st.builds(
    ModelService,
    id=NAME,
    name=SPOKEN,
    kind=some(ModelKind),
    location=TEXT,
    context_tokens=st.integers(1, 2**53),
    status=some(ServiceStatus),
    average_response_ms=maybe(MEASURE),
    consecutive_failures=COUNT,
    consecutive_successes=COUNT,
    last_check=maybe(MOMENT),
    last_error=maybe(TEXT),
    sha256=maybe(TEXT),
    config=MAPPING,
)
SPANS = st.builds(
    Span,
    id=NAME,
    trace_id=NAME,
    name=TEXT,
    started_at=MOMENT,
    duration_ms=MEASURE,
    parent_id=maybe(TEXT),
    counts=COUNTS,
    error=maybe(TEXT),
)
ENTRIES = st.builds(
    AuditEntry,
    id=NAME,
    at=MOMENT,
    actor_id=TEXT,
    action=NAME,
    resource=NAME,
    resource_id=TEXT,
    before=maybe(MAPPING),
    after=maybe(MAPPING),
)
JOBS = st.builds(
    Job,
    id=NAME,
    kind=NAME,
    key=TEXT,
    created_at=MOMENT,
    run_after=MOMENT,
    payload=MAPPING,
    state=some(JobState),
    attempts=COUNT,
    error=maybe(TEXT),
    held_by=maybe(TEXT),
)


class _TakenBackError(Exception):
    """Ends a transaction so that the next example begins anew."""


@contextmanager
def taken_back(database: Database) -> Iterator[None]:
    with suppress(_TakenBackError), database.transaction(durable=False):
        yield
        raise _TakenBackError


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A file with one of everything that a row may refer to."""
    database = open_file(Path(tmp_path_factory.mktemp("rows")) / "hearth.db")
    people = People(database)
    with database.transaction():
        people.add_user(a_user())
        people.upsert_server(
            Server(id="server", name="S", joined_at=START, updated_at=START)
        )
        people.upsert_channel(
            Channel(
                id="channel",
                name="C",
                kind=ChannelKind.TEXT,
                created_at=START,
                updated_at=START,
            )
        )
        Conversations(database).add(a_conversation())
        Messages(database).add(a_message("root"))
    yield database
    database.close()


def check_kept(
    database: Database,
    write: Callable[[], None],
    read: Callable[[], Any],
    entity: object,
) -> None:
    with taken_back(database):
        write()

        assert read() == entity


same_file = settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@same_file
@given(user=USERS.filter(lambda u: u.id != "local"))
def test_a_user_comes_back_as_kept(furnished: Database, user: User) -> None:
    people = People(furnished)
    check_kept(
        furnished,
        lambda: people.add_user(user),
        lambda: people.get_user(user.id),
        user,
    )


@same_file
@given(server=SERVERS)
def test_a_server_comes_back_as_kept(furnished: Database, server: Server) -> None:
    people = People(furnished)
    check_kept(
        furnished,
        lambda: people.upsert_server(server),
        lambda: people.find_server(server.id),
        server,
    )


@same_file
@given(channel=CHANNELS)
def test_a_channel_comes_back_as_kept(furnished: Database, channel: Channel) -> None:
    people = People(furnished)
    check_kept(
        furnished,
        lambda: people.upsert_channel(channel),
        lambda: people.find_channel(channel.id),
        channel,
    )


@same_file
@given(role=ROLES)
def test_a_role_comes_back_as_kept(furnished: Database, role: ServerRole) -> None:
    people = People(furnished)
    check_kept(
        furnished,
        lambda: people.upsert_role(role),
        lambda: people.find_role(role.id),
        role,
    )


@same_file
@given(membership=MEMBERSHIPS)
def test_a_membership_comes_back_as_kept(
    furnished: Database, membership: Membership
) -> None:
    people = People(furnished)
    check_kept(
        furnished,
        lambda: people.upsert_membership(membership),
        lambda: people.find_membership(membership.user_id, membership.server_id),
        membership,
    )


@same_file
@given(conversation=CONVERSATIONS)
def test_a_conversation_comes_back_as_kept(
    furnished: Database, conversation: Conversation
) -> None:
    conversations = Conversations(furnished)
    check_kept(
        furnished,
        lambda: conversations.add(conversation),
        lambda: conversations.get(conversation.id, ME),
        conversation,
    )


@same_file
@given(message=MESSAGES)
def test_a_message_comes_back_as_kept(furnished: Database, message: Message) -> None:
    messages = Messages(furnished)
    check_kept(
        furnished,
        lambda: messages.add(message),
        lambda: messages.get(message.id, ME),
        message,
    )


@same_file
@given(message=MESSAGES)
def test_a_replaced_message_comes_back_as_replaced(
    furnished: Database, message: Message
) -> None:
    messages = Messages(furnished)
    first = a_message(message.id, sequence=message.sequence)
    second = replace(
        message,
        role=first.role,
        created_at=START,
        parent_id=None,
        author_id=None,
        scope=first.scope,
        server_id=None,
        channel_id=None,
    )

    def write() -> None:
        messages.add(first)
        messages.replace(second)

    check_kept(furnished, write, lambda: messages.get(message.id, ME), second)


@same_file
@given(attachments=st.lists(ATTACHMENTS, max_size=3, unique_by=lambda a: a.id))
def test_attachments_come_back_as_kept_and_in_their_order(
    furnished: Database, attachments: list[Attachment]
) -> None:
    messages = Messages(furnished)

    def write() -> None:
        for attachment in attachments:
            messages.add_attachment(attachment)

    check_kept(
        furnished, write, lambda: messages.attachments_of("root", ME), attachments
    )


@same_file
@given(service=SERVICES)
def test_a_model_comes_back_as_kept(furnished: Database, service: ModelService) -> None:
    services = ModelServices(furnished)
    check_kept(
        furnished,
        lambda: services.add(service),
        lambda: services.get(service.name),
        service,
    )


@same_file
@given(span=SPANS)
def test_a_span_comes_back_as_kept(furnished: Database, span: Span) -> None:
    spans = Spans(furnished)
    check_kept(
        furnished,
        lambda: spans.add_all([span]),
        lambda: spans.trace(span.trace_id),
        [span],
    )


@same_file
@given(entry=ENTRIES)
def test_an_audit_entry_comes_back_as_kept(
    furnished: Database, entry: AuditEntry
) -> None:
    log = AuditLog(furnished)
    check_kept(furnished, lambda: log.append(entry), lambda: log.recent(1), [entry])


@same_file
@given(job=JOBS)
def test_a_job_comes_back_as_kept(furnished: Database, job: Job) -> None:
    jobs = Jobs(furnished)
    check_kept(furnished, lambda: jobs.enqueue(job), lambda: jobs.find(job.id), job)


@same_file
@given(facts=MAPPING)
def test_facts_about_the_machine_come_back_as_kept(
    furnished: Database, facts: dict[str, object]
) -> None:
    machine = MachineFacts(furnished)
    check_kept(
        furnished,
        lambda: machine.remember("key", facts, START),
        lambda: machine.find("key"),
        facts,
    )


@given(st.lists(MOMENT, min_size=2, max_size=2))
def test_kept_times_sort_as_they_passed(moments: list[datetime]) -> None:
    early, late = sorted(moments)

    assert (moment_to_text(early) < moment_to_text(late)) == (early < late)
    assert len(moment_to_text(early)) == 32


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        moment_to_text(START.replace(tzinfo=None))


def test_what_json_cannot_say_is_refused(furnished: Database) -> None:
    with pytest.raises(ValueError, match="JSON"):
        MachineFacts(furnished).remember("key", {"speed": math.nan}, START)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE message SET content = '' WHERE id = 'root'",
        "UPDATE message SET tokens = -1",
        "UPDATE message SET state = 'lost'",
        "UPDATE message SET state = 'failed'",
        "UPDATE message SET tokens = 'many'",
        "UPDATE message SET tools = '{}'",
        "UPDATE message SET tools = 'none'",
        "UPDATE message SET sequence = 0",
        "UPDATE message SET parent_id = id",
        "UPDATE message SET parent_id = 'nobody'",
        "UPDATE message SET owner_id = 'nobody'",
        "UPDATE conversation SET head_id = 'nobody'",
        "UPDATE conversation SET state = 'lost'",
        "UPDATE conversation SET updated_at = '1999'",
        "UPDATE user SET status = 'lost'",
        "UPDATE channel SET server_id = 'nowhere'",
        "DELETE FROM user",
    ],
)
def test_the_schema_itself_refuses_what_no_entity_could_be(
    furnished: Database, sql: str
) -> None:
    with pytest.raises(StorageError, match="refused"):
        furnished.execute(sql)

    assert Messages(furnished).get("root", ME) == a_message("root")


def test_times_are_kept_in_utc(furnished: Database) -> None:
    there = datetime(2026, 1, 1, 1, tzinfo=timezone(timedelta(hours=2)))

    assert moment_to_text(there) == "2025-12-31T23:00:00.000000+00:00"
    assert moment_to_text(there.astimezone(UTC)) == moment_to_text(there)
