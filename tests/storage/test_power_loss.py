"""What the user was told is saved survives a power cut at any moment."""

from pathlib import Path
from typing import Any

import pytest

from assistant.config.settings import Cipher
from assistant.entities.conversation import Message
from assistant.entities.ids import ConversationId, MessageId
from assistant.storage.fulltext import FullText
from assistant.storage.messages import Messages
from assistant.storage.migrate import Migration, migrate, released_migrations
from tests.storage.building import KEY, ME, Talk, clock, open_any, open_file
from tests.storage.power_loss import Cut, PowerLoss

SEALED: dict[str, Any] = {"key": KEY, "cipher": Cipher.AEGIS}
PLAIN: dict[str, Any] = {"key": None, "cipher": Cipher.NONE}


def converse(path: Path, *, durable: bool, **how: Any) -> PowerLoss:
    """Some turns, as they are written: question and empty reply, growth, the end."""
    database = open_file(path, **how)
    Talk(database)
    database.close()
    power = PowerLoss(path)
    database = open_file(path, vfs=power.vfs, **how)
    talk = Talk(database, durable=durable)
    last: Message | None = None
    for turn in range(4):
        with talk.transaction():
            question = talk.say(f"Question {turn}", last)
            reply = talk.start_reply(question)
        power.acknowledge(question.content)
        with database.transaction(durable=False):
            talk.messages.grow(reply.id, f"Half of answer {turn}")
        last = talk.finish(reply, f"Answer {turn}")
        power.acknowledge(last.content)
        if turn == 1:
            database.query("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    power.close()
    return power


def lost(cut: Cut, folder: Path, **how: Any) -> list[str]:
    """What was acknowledged and is not there; the file itself must be whole."""
    database = open_file(cut.write_to(folder), **how)
    said = Messages(database).all_of(ConversationId("talk"), ME)
    complaint = database.query("PRAGMA integrity_check")[0]["integrity_check"]
    assert complaint == "ok", cut
    assert database.query("PRAGMA foreign_key_check") == []
    assert FullText(database).is_in_step()
    database.close()
    words = {message.content for message in said}
    return [what for what in cut.acknowledged if what not in words]


@pytest.mark.parametrize(
    ("how", "every"), [(SEALED, 1), (PLAIN, 3)], ids=["sealed", "plain"]
)
def test_nothing_acknowledged_is_lost_whenever_the_power_fails(
    path: Path, tmp_path: Path, how: dict[str, Any], every: int
) -> None:
    power = converse(path, durable=True, **how)

    cuts = list(power.cuts(seed=1, styles=2, every=every))
    losses = [cut for cut in cuts if lost(cut, tmp_path / "after", **how)]

    assert len(cuts) > 100
    assert cuts[-1].acknowledged[-1] == "Answer 3"
    assert losses == []


def test_without_waiting_for_the_disk_acknowledged_words_would_be_lost(
    path: Path, tmp_path: Path
) -> None:
    """So the test above can fail; and even then the file stays whole."""
    power = converse(path, durable=False, **SEALED)

    cuts = power.cuts(seed=1, styles=2, every=2)
    losses = [cut for cut in cuts if lost(cut, tmp_path / "after", **SEALED)]

    assert len(losses) > 20


def test_a_power_cut_during_an_upgrade_leaves_the_old_schema_or_the_new(
    path: Path, tmp_path: Path
) -> None:
    database = open_file(path)
    said = Talk(database).say("Hello")
    database.close()
    power = PowerLoss(path)
    database = open_file(path, vfs=power.vfs)
    newest = database.version + 1
    sql = "CREATE TABLE next (a TEXT NOT NULL) STRICT; DROP TABLE attachment;"
    step = Migration(newest, "next", sql)
    migrate(database, [*released_migrations(), step], clock)
    power.acknowledge("upgraded")
    database.close()
    power.close()

    seen = {
        _schema_after(cut, tmp_path / "after", said.id) for cut in power.cuts(seed=1)
    }

    assert seen == {(newest - 1, False), (newest, False), (newest, True)}


def _schema_after(cut: Cut, folder: Path, said: MessageId) -> tuple[int, bool]:
    """The schema's number, and whether the upgrade had been acknowledged."""
    database = open_any(cut.write_to(folder))
    tables = {row["name"] for row in database.query("SELECT name FROM sqlite_schema")}
    complaint = database.query("PRAGMA integrity_check")[0]["integrity_check"]
    version = database.version
    assert Messages(database).get(said, ME).content == "Hello"
    database.close()
    is_new = "next" in tables
    assert complaint == "ok"
    assert is_new == ("attachment" not in tables)
    assert is_new == (version == len(released_migrations()) + 1)
    return version, bool(cut.acknowledged)
