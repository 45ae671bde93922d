"""Nothing is kept without a yes, and nothing stays when it is taken back."""

from datetime import datetime, timedelta
from itertools import count

import pytest

from assistant.audit.log import AuditTrail
from assistant.entities.audience import Audience
from assistant.entities.consent import DM_READ, OBSERVE
from assistant.entities.ids import ServerId, UserId
from assistant.errors import NotFoundError, UsageError
from assistant.privacy.consent import ConsentBook
from assistant.storage.audit import AuditLog
from assistant.storage.consents import Consents
from assistant.storage.database import Database
from tests.privacy.building import NOW, an_eraser, ids_in, insert, made_of, mint
from tests.storage.building import ME, START, Talk, a_user

ANA = UserId("ana")
AS_ANA = Audience(user_id=ANA)
NORTH, SOUTH = ServerId("north"), ServerId("south")


@pytest.fixture
def book(talk: Talk) -> ConsentBook:
    database = talk.database
    with talk.transaction():
        talk.people.add_user(a_user("ana"))
    for server in (NORTH, SOUTH):
        insert(
            database, "server", id=server, name=server, joined_at=NOW, updated_at=NOW
        )
        _a_channel(database, server, f"{server}-hall", kind="text")
    _a_channel(database, None, "line", kind="direct")
    seconds = count()

    def ticking() -> datetime:
        return START + timedelta(seconds=next(seconds))

    return ConsentBook(
        database=database,
        consents=Consents(database),
        eraser=an_eraser(database),
        trail=AuditTrail(AuditLog(database), mint=mint, clock=ticking),
        clock=ticking,
        mint=mint,
    )


def _a_channel(
    database: Database, server: str | None, channel: str, *, kind: str
) -> None:
    insert(
        database,
        "channel",
        id=channel,
        server_id=server,
        name=channel,
        kind=kind,
        created_at=NOW,
        updated_at=NOW,
    )


def see(book: ConsentBook, identity: str, server: str | None, who: str = ANA) -> None:
    insert(
        book.database,
        "observed_message",
        id=identity,
        channel_id=f"{server}-hall" if server else "line",
        server_id=server,
        author_id=who,
        content="Something",
        visibility_scope="public" if server else "dm",
        created_at=NOW,
        ingested_at=NOW,
    )


def test_direct_messages_are_not_read_until_someone_says_yes(book: ConsentBook) -> None:
    before = book.may(ANA, DM_READ)

    book.grant(ANA, DM_READ, audience=AS_ANA)

    assert not before
    assert book.may(ANA, DM_READ)
    assert not book.may(UserId("ben"), DM_READ)
    assert not book.may(ANA, "voice")


def test_saying_yes_twice_is_one_yes(book: ConsentBook) -> None:
    first = book.grant(ANA, DM_READ, audience=AS_ANA)

    assert book.grant(ANA, DM_READ, audience=AS_ANA) == first
    assert book.all(ANA) == [first]


def test_a_yes_for_one_server_is_none_for_another(book: ConsentBook) -> None:
    book.grant(ANA, "voice", NORTH, audience=AS_ANA)

    assert book.may(ANA, "voice", NORTH)
    assert not book.may(ANA, "voice", SOUTH)
    assert not book.may(ANA, "voice")


def test_watched_channels_are_read_until_someone_says_no(book: ConsentBook) -> None:
    before = book.may(ANA, OBSERVE, NORTH)

    book.revoke(ANA, OBSERVE, NORTH, audience=AS_ANA)

    assert before
    assert not book.may(ANA, OBSERVE, NORTH)
    assert book.may(ANA, OBSERVE, SOUTH)
    book.grant(ANA, OBSERVE, NORTH, audience=AS_ANA)
    assert book.may(ANA, OBSERVE, NORTH)


def test_a_no_everywhere_ends_every_yes(book: ConsentBook) -> None:
    for server in (NORTH, None):
        book.grant(ANA, "voice", server, audience=AS_ANA)

    book.revoke(ANA, "voice", audience=AS_ANA)

    assert not any(book.may(ANA, "voice", place) for place in (NORTH, SOUTH, None))
    assert not any(consent.is_open for consent in book.all(ANA))


def test_a_no_for_one_server_leaves_the_yes_for_the_others(book: ConsentBook) -> None:
    book.grant(ANA, "voice", audience=AS_ANA)

    book.revoke(ANA, "voice", NORTH, audience=AS_ANA)

    assert not book.may(ANA, "voice", NORTH)
    assert book.may(ANA, "voice", SOUTH)


def test_taking_a_yes_back_purges_what_it_covered_and_all_made_of_it(
    book: ConsentBook,
) -> None:
    book.grant(ANA, DM_READ, audience=AS_ANA)
    see(book, "direct", None)
    see(book, "public", NORTH)
    see(book, "mine", None, who="local")
    _a_thought(book.database, "private")
    made_of(book.database, "insight", "private", "observed:direct")

    receipt = book.revoke(ANA, DM_READ, audience=AS_ANA)

    assert ids_in(book.database, "observed_message") == {"public", "mine"}
    assert ids_in(book.database, "insight") == set()
    assert receipt is not None
    assert receipt.record.counts == {"observed": 1, "insights": 1}


def test_a_no_on_one_server_purges_what_was_seen_there_alone(book: ConsentBook) -> None:
    for server in (NORTH, SOUTH, None):
        see(book, f"on {server}", server)

    book.revoke(ANA, OBSERVE, NORTH, audience=AS_ANA)

    assert ids_in(book.database, "observed_message") == {"on south", "on None"}


def test_what_one_gave_to_others_is_taken_back_too(book: ConsentBook) -> None:
    for server in (NORTH, SOUTH):
        see(book, f"on {server}", server, who="local")
        insert(
            book.database,
            "observed_reaction",
            message_id=f"on {server}",
            user_id=ANA,
            emoji="+1",
        )

    book.revoke(ANA, OBSERVE, NORTH, audience=AS_ANA)

    rows = book.database.query("SELECT message_id FROM observed_reaction")
    assert rows == [{"message_id": "on south"}]
    assert len(ids_in(book.database, "observed_message")) == 2


def test_what_covered_nothing_needs_no_receipt(book: ConsentBook) -> None:
    book.grant(ANA, DM_READ, audience=AS_ANA)

    assert book.revoke(ANA, DM_READ, audience=AS_ANA) is None
    with pytest.raises(NotFoundError):
        book.revoke(ANA, DM_READ, audience=AS_ANA)


def test_nobody_agrees_for_others_but_whoever_keeps_the_file(book: ConsentBook) -> None:
    with pytest.raises(UsageError):
        book.grant(ANA, DM_READ, audience=Audience(user_id=UserId("ben")))
    with pytest.raises(UsageError):
        book.revoke(ANA, OBSERVE, audience=Audience(user_id=UserId("ben")))

    book.grant(ANA, DM_READ, audience=ME)
    entries = AuditLog(book.database).recent(10, "consent")

    assert book.may(ANA, DM_READ)
    assert [entry.action for entry in entries] == ["consent grant"]


def test_taking_back_is_kept_whole_or_not_at_all(book: ConsentBook) -> None:
    book.grant(ANA, DM_READ, audience=AS_ANA)
    see(book, "direct", None)
    book.database.execute(
        "CREATE TRIGGER no_more BEFORE DELETE ON observed_message "
        "BEGIN SELECT raise(ABORT, 'no room'); END"
    )

    with pytest.raises(Exception, match="no room"):
        book.revoke(ANA, DM_READ, audience=AS_ANA)

    assert book.may(ANA, DM_READ)
    assert ids_in(book.database, "observed_message") == {"direct"}


def _a_thought(database: Database, name: str) -> None:
    insert(
        database,
        "layer_run",
        id="run",
        layer_name="daily",
        window="day",
        started_at=NOW,
        status="running",
    )
    insert(database, "topic", key="user:ana", category="user", created_at=NOW)
    insert(
        database,
        "insight",
        id=name,
        topic_key="user:ana",
        category="daily",
        content="A thought",
        sources_scope_max="dm",
        layer_run_id="run",
        confidence=0.5,
        strength=1.0,
        created_at=NOW,
    )
