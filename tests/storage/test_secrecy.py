"""What is kept is unreadable without the key, and what is deleted is gone."""

from pathlib import Path

import apsw
import pytest

from assistant.entities.conversation import Attachment, ContentKind, Message
from assistant.entities.ids import AttachmentId, ConversationId
from assistant.storage.database import Database
from tests.storage.building import KEY, ME, OTHER_KEY, Talk, open_file, open_plain
from tests.storage.disk import Disk

CANARY = "zanzibarquokka"
WRITTEN = (CANARY.encode(), CANARY.title().encode(), CANARY.encode("utf-16-le"))


def tell(talk: Talk) -> Message:
    """The canary, in every place that keeps people's words."""
    question = talk.say(f"My secret is {CANARY}, in {CANARY.title()}")
    reply = talk.start_reply(question)
    talk.messages.grow(reply.id, f"So it is {CANARY}")
    last = talk.finish(reply, f"So it is {CANARY} indeed")
    talk.messages.add_attachment(
        Attachment(
            id=AttachmentId("notes"),
            message_id=question.id,
            name=f"{CANARY}.txt",
            kind=ContentKind.TEXT,
            size_bytes=9,
            text=CANARY,
            details={CANARY: CANARY},
        )
    )
    return last


def residue(folder: Path) -> list[str]:
    """The files under it that hold the canary in any form."""
    return [
        file.name
        for file in folder.rglob("*")
        if file.is_file() and any(form in file.read_bytes() for form in WRITTEN)
    ]


def test_no_file_holds_a_word_in_the_clear(tmp_path: Path, path: Path) -> None:
    talk = Talk(open_file(path))
    for number in range(50):
        tell_something_long = talk.say(f"{number} {CANARY} " * 2000)
    tell(talk)
    talk.database.query("SELECT content FROM message ORDER BY content DESC, id")
    while_open = residue(tmp_path)
    files = sorted(file.name for file in path.parent.iterdir())
    talk.database.close()

    assert tell_something_long.sequence == 50
    assert while_open == residue(tmp_path) == []
    assert files == ["hearth.db", "hearth.db-shm", "hearth.db-wal"]


def test_without_encryption_the_words_would_be_found(
    tmp_path: Path, path: Path
) -> None:
    """So the test above can fail."""
    talk = Talk(open_plain(path))
    tell(talk)
    talk.database.close()

    assert residue(tmp_path) == ["hearth.db"]


def test_what_sorting_needs_is_never_written_to_a_temporary_file(path: Path) -> None:
    written: set[str] = set()
    disk = Disk(lambda operation: written.add(operation.file))
    open_file(path).close()
    talk = Talk(open_file(path, vfs=disk.vfs, cache_megabytes=1))
    for number in range(60):
        talk.say(f"{number % 7} {CANARY} " * 3000)

    talk.database.query("SELECT DISTINCT content FROM message ORDER BY content || id")
    talk.database.execute("CREATE TEMP TABLE copy AS SELECT content FROM message")
    talk.database.close()
    disk.close()

    assert written == {"hearth.db", "hearth.db-wal"}


def test_the_key_is_never_shown(database: Database) -> None:
    assert KEY.hex() not in repr(database.opening)
    assert str(KEY) not in repr(database.opening)


def test_deleted_words_are_gone_from_the_file_itself(
    tmp_path: Path, path: Path
) -> None:
    """In a plain file, where every byte can be looked at."""
    talk = Talk(open_plain(path))
    other = Talk(talk.database, "other")
    for number in range(30):
        other.say(f"Unrelated words {number} " * 50)
    tell(talk)
    talk.database.query("PRAGMA wal_checkpoint(TRUNCATE)")
    there = residue(tmp_path)

    talk.conversations.delete(ConversationId("talk"))
    talk.database.query("PRAGMA wal_checkpoint(TRUNCATE)")

    assert there == ["hearth.db"]
    assert residue(tmp_path) == []
    talk.database.close()


def test_words_that_were_replaced_are_gone_from_the_file_itself(
    tmp_path: Path, path: Path
) -> None:
    talk = Talk(open_plain(path))
    last = tell(talk)
    for message in talk.messages.path(last.id, ME):
        talk.finish(message, "Nothing of that")
    talk.database.execute("DELETE FROM attachment")
    talk.database.close()

    assert residue(tmp_path) == []


def test_deleted_words_are_in_no_decrypted_copy(tmp_path: Path, path: Path) -> None:
    """The copy is made with bare SQLite: ours refuses to write plain text."""
    talk = Talk(open_file(path))
    tell(talk)
    before = _decrypted(path, tmp_path / "before")
    talk.conversations.delete(ConversationId("talk"))
    after = _decrypted(path, tmp_path / "after")
    talk.database.close()

    assert residue(before) == ["copy.db"]
    assert residue(after) == []


def _decrypted(path: Path, folder: Path) -> Path:
    folder.mkdir()
    flags = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_URI
    connection = apsw.Connection(str(path), flags=flags)
    connection.pragma("cipher", "aegis")
    connection.pragma("key", f"raw:{KEY.hex()}")
    connection.execute(f"VACUUM INTO 'file:{folder / 'copy.db'}?key='")
    connection.close()
    return folder


def test_two_files_with_the_same_words_share_no_page(tmp_path: Path) -> None:
    one, two = tmp_path / "one" / "a.db", tmp_path / "two" / "a.db"
    for path in (one, two):
        talk = Talk(open_file(path))
        tell(talk)
        talk.database.close()

    pages = [
        {content[at : at + 4096] for at in range(0, len(content), 4096)}
        for content in (one.read_bytes(), two.read_bytes())
    ]

    assert pages[0] & pages[1] == set()


@pytest.mark.parametrize("key", [KEY, OTHER_KEY])
def test_a_file_does_not_hold_its_own_key(path: Path, key: bytes) -> None:
    database = open_file(path, key=key)
    database.close()

    assert key not in path.read_bytes()
    assert key.hex().encode() not in path.read_bytes()
