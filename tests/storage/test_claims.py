"""Each event is taken once, whoever tells of it and how often."""

from collections.abc import Iterator
from pathlib import Path
from threading import Barrier, Thread

import pytest

from assistant.entities.ids import LOCAL_USER, ChannelId, MessageId
from assistant.storage.claims import Claims
from assistant.storage.database import Database
from assistant.storage.deliveries import Deliveries, Delivery
from tests.storage.building import Talk, a_message, at, open_plain


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = open_plain(tmp_path / "data" / "hearth.db")
    yield database
    database.close()


def test_an_event_is_taken_once(database: Database) -> None:
    claims = Claims(database)

    taken = [claims.take("discord", each, at=at(0)) for each in "1213"]

    assert taken == [True, True, False, True]
    assert claims.take("elsewhere", "1", at=at(0))


def test_of_many_threads_one_has_it(database: Database) -> None:
    ready, won = Barrier(8), list[bool]()

    def claim() -> None:
        ready.wait()
        won.append(Claims(database).take("discord", "1", at=at(0)))

    threads = [Thread(target=claim) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(won) == [False] * 7 + [True]


def test_old_claims_are_forgotten(database: Database) -> None:
    claims = Claims(database)
    claims.take("discord", "old", at=at(0))
    claims.take("discord", "new", at=at(10))

    assert claims.prune(before=at(5), limit=9) == 1
    assert not claims.take("discord", "new", at=at(11))


def test_a_message_knows_where_it_stands_and_is_known_from_there(
    database: Database,
) -> None:
    talk = Talk(database)
    with talk.transaction():
        talk.messages.add(a_message("ours"))
        deliveries = Deliveries(database)
        parts = [
            Delivery(
                source="discord",
                external_id=f"90{position}",
                message_id=MessageId("ours"),
                channel_id=ChannelId("200"),
                owner_id=LOCAL_USER,
                position=position,
            )
            for position in (1, 2)
        ]
        for part in parts:
            deliveries.put(part)

    assert deliveries.find("discord", "902") == parts[1]
    assert deliveries.of(MessageId("ours")) == parts
    assert deliveries.find("elsewhere", "902") is None


def test_what_is_deleted_here_stands_nowhere(database: Database) -> None:
    talk = Talk(database)
    deliveries = Deliveries(database)
    with talk.transaction():
        talk.messages.add(a_message("ours"))
        deliveries.put(
            Delivery(
                source="discord",
                external_id="901",
                message_id=MessageId("ours"),
                channel_id=ChannelId("200"),
                owner_id=LOCAL_USER,
            )
        )
        database.execute("DELETE FROM message")

    assert deliveries.find("discord", "901") is None
