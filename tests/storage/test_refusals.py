"""Files that cannot be opened are named, explained, and left as they are."""

import json
import os
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import apsw
import pytest

from assistant.config.settings import Cipher
from assistant.errors import (
    ReadOnlyDatabaseError,
    StorageError,
    UnreadableDatabaseError,
)
from assistant.storage.connection import refuse_unsafe, require_safe_library
from assistant.storage.database import Database
from tests.storage.building import KEY, ME, OTHER_KEY, Talk, open_file, open_plain


@pytest.fixture
def kept(path: Path) -> bytes:
    """A closed file with some words in it, and what it holds on the disk."""
    talk = Talk(open_file(path))
    for text in _expected():
        talk.say(text)
    talk.database.close()
    return path.read_bytes()


def _expected() -> list[str]:
    return [f"Message {number} about foxes and hares" for number in range(200)]


def refusal(path: Path, **how: Any) -> StorageError:
    """Why it is not opened; the file must be the same afterwards."""
    before = path.read_bytes()
    with pytest.raises(StorageError) as refused:
        open_file(path, **how)
    assert path.read_bytes() == before
    return refused.value


def test_a_new_file_and_its_folder_are_for_their_owner_only(path: Path) -> None:
    talk = Talk(open_file(path))
    talk.say("Hello")
    modes = {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir()}
    folder = path.parent.stat().st_mode & 0o777
    talk.database.close()

    assert modes == dict.fromkeys(
        ["hearth.db", "hearth.db-wal", "hearth.db-shm"], 0o600
    )
    assert folder == 0o700


def test_a_wrong_key_is_refused_and_damage_named_as_the_other_possibility(
    path: Path, kept: bytes
) -> None:
    error = refusal(path, key=OTHER_KEY)

    assert isinstance(error, UnreadableDatabaseError)
    assert "key is wrong" in str(error)
    assert "damaged" in str(error)
    assert "nothing was changed" in error.hint
    assert error.exit_code == 5


@pytest.mark.parametrize(
    "content",
    [b"\0" * 8192, b"Dear diary, this is no database. " * 500, os.urandom(65536), b"x"],
    ids=["zeros", "text", "noise", "a byte"],
)
def test_what_is_not_a_database_is_refused(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)

    assert isinstance(refusal(path), UnreadableDatabaseError)
    assert isinstance(
        refusal(path, key=None, cipher=Cipher.NONE), UnreadableDatabaseError
    )


def test_an_empty_file_is_not_taken_for_a_new_one(path: Path) -> None:
    path.parent.mkdir()
    path.touch()

    error = refusal(path)

    assert isinstance(error, UnreadableDatabaseError)
    assert "is empty" in str(error)


def test_another_programs_database_is_refused(path: Path) -> None:
    path.parent.mkdir()
    foreign = apsw.Connection(str(path))
    foreign.execute("CREATE TABLE theirs (a); INSERT INTO theirs VALUES ('precious')")
    foreign.close()

    error = refusal(path, key=None, cipher=Cipher.NONE)

    assert isinstance(error, UnreadableDatabaseError)
    assert "not a database of Hearth's" in str(error)


def test_a_plain_file_where_an_encrypted_one_is_wanted_is_said_to_be_plain(
    path: Path,
) -> None:
    open_plain(path).close()

    error = refusal(path)

    assert "is not encrypted" in str(error)
    assert 'storage.encryption = "none"' in error.hint


def test_an_encrypted_file_is_not_read_without_a_key(path: Path, kept: bytes) -> None:
    error = refusal(path, key=None, cipher=Cipher.NONE)

    assert isinstance(error, UnreadableDatabaseError)


@pytest.mark.parametrize("made", [Cipher.AEGIS, Cipher.CHACHA20])
@pytest.mark.parametrize("asked", [Cipher.AEGIS, Cipher.CHACHA20])
def test_a_file_is_opened_with_the_cipher_it_was_made_with(
    path: Path, made: Cipher, asked: Cipher
) -> None:
    said = _keep_a_word(path, cipher=made)

    database = open_file(path, cipher=asked)

    assert database.cipher is made
    assert Talk(database).messages.get(said, ME).content == "Hello"
    database.close()


def _keep_a_word(path: Path, **how: Any) -> Any:
    talk = Talk(open_file(path, **how))
    said = talk.say("Hello")
    talk.database.close()
    return said.id


def test_a_truncated_file_never_passes_for_a_whole_one(path: Path, kept: bytes) -> None:
    chance = random.Random(1)
    expected = _expected()
    lengths = {1, 15, 16, 99, 100, 101, 512, 4095, 4096, 4097, len(kept) - 1}
    lengths |= {chance.randrange(1, len(kept)) for _ in range(100)}
    lengths |= {4096 * chance.randrange(1, len(kept) // 4096) for _ in range(90)}

    for length in sorted(lengths):
        path.write_bytes(kept[:length])
        shown, is_noticed = _read_all(path)
        assert is_noticed, f"cut to {length} bytes"
        assert shown is None or shown == expected
        _remove_journals(path)


def test_any_single_bit_that_flips_is_noticed_and_no_wrong_row_is_shown(
    path: Path, kept: bytes
) -> None:
    """200 flips in what has a meaning; plain SQLite would show some as changed rows.

    Free pages and the first bytes (a salt that a raw key does not use, and two
    version numbers) mean nothing: a flip there is harmless and not looked for.
    """
    chance = random.Random(1)
    expected = _expected()
    places = [
        p for page in _used_pages(path) for p in range(4096 * page, 4096 * page + 4096)
    ]

    for _ in range(200):
        damaged = bytearray(kept)
        damaged[chance.choice(places[24:])] ^= 1 << chance.randrange(8)
        path.write_bytes(damaged)
        shown, is_noticed = _read_all(path)
        assert is_noticed
        assert shown is None or shown == expected
        _remove_journals(path)


def _used_pages(path: Path) -> list[int]:
    database = open_file(path)
    rows = database.query("SELECT pageno - 1 AS page FROM dbstat ORDER BY pageno")
    database.close()
    return [row["page"] for row in rows]


def _remove_journals(path: Path) -> None:
    for journal in path.parent.glob(f"{path.name}-*"):
        journal.unlink()


def _read_all(path: Path) -> tuple[list[str] | None, bool]:
    """What is shown, if anything; and whether the damage is noticed."""
    database = None
    try:
        database = open_file(path)
        complaints = database.query("PRAGMA integrity_check")
        said = Talk(database).messages.all_of("talk", ME)
        return [m.content for m in said], complaints[0]["integrity_check"] != "ok"
    except StorageError:
        return None, True
    finally:
        if database:
            database.close()


def test_a_missing_file_whose_journal_is_here_is_not_made_anew(path: Path) -> None:
    path.parent.mkdir()
    journal = path.with_name("hearth.db-wal")
    journal.write_bytes(b"the last words")

    with pytest.raises(UnreadableDatabaseError, match="its journal"):
        open_file(path)

    assert journal.read_bytes() == b"the last words"
    assert not path.exists()


def test_a_link_to_a_disk_that_is_not_there_is_not_replaced(path: Path) -> None:
    path.parent.mkdir()
    path.symlink_to("/somewhere/unmounted/hearth.db")

    with pytest.raises(UnreadableDatabaseError, match="unmounted"):
        open_file(path)

    assert path.is_symlink()
    assert [file.name for file in path.parent.iterdir()] == ["hearth.db"]


def test_a_file_may_lie_elsewhere_behind_a_link(path: Path, tmp_path: Path) -> None:
    there = tmp_path / "other disk" / "words.db"
    open_file(there).close()
    path.parent.mkdir()
    path.symlink_to(there)

    said = _keep_a_word(path)

    assert path.is_symlink()
    opened = Talk(open_file(there))
    assert opened.messages.get(said, ME).content == "Hello"
    opened.database.close()


def test_a_journal_of_another_file_does_no_harm_to_this_one(
    path: Path, tmp_path: Path, kept: bytes
) -> None:
    other = Talk(open_file(tmp_path / "other" / "hearth.db", key=OTHER_KEY))
    other.say("Foreign words")
    foreign = (tmp_path / "other" / "hearth.db-wal").read_bytes()
    other.database.close()
    path.with_name("hearth.db-wal").write_bytes(foreign)

    shown, is_noticed = _read_all(path)
    _remove_journals(path)

    assert (shown, is_noticed) == (None, True)
    assert path.read_bytes() == kept


def test_a_file_without_its_journals_opens_as_it_was_at_the_last_checkpoint(
    path: Path, tmp_path: Path
) -> None:
    talk = Talk(open_file(path))
    first = talk.say("First")
    talk.database.query("PRAGMA wal_checkpoint(TRUNCATE)")
    talk.say("Second")
    copy = tmp_path / "copy" / "hearth.db"
    copy.parent.mkdir()
    copy.write_bytes(path.read_bytes())
    talk.database.close()

    assert _read_all(copy) == ([first.content], False)


def test_what_a_crash_left_of_a_first_start_is_cleared_away(path: Path) -> None:
    path.parent.mkdir()
    path.with_name("hearth.db.new").write_bytes(b"half a database")
    path.with_name("hearth.db.new-wal").write_bytes(b"half a journal")

    open_file(path).close()

    assert [file.name for file in path.parent.iterdir()] == ["hearth.db"]


_WITHOUT_PRIVILEGE = (
    ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"]
    if os.geteuid() == 0
    else []
)


def as_an_ordinary_user(path: Path, *, say: bool) -> dict[str, str]:
    """What a process meets that has to keep to the files' modes."""
    program = (
        "import sys, json\n"
        "from pathlib import Path\n"
        "from assistant.errors import StorageError\n"
        "from tests.storage.building import Talk, open_file\n"
        "try:\n"
        "    database = open_file(Path(sys.argv[1]))\n"
        "    if sys.argv[2] == 'True': Talk(database).say('Hello')\n"
        "    print(json.dumps({}))\n"
        "except StorageError as error:\n"
        "    met = {'text': str(error), 'hint': error.hint}\n"
        "    print(json.dumps({'kind': type(error).__name__, **met}))\n"
    )
    done = subprocess.run(
        [*_WITHOUT_PRIVILEGE, sys.executable, "-c", program, str(path), str(say)],
        capture_output=True,
        text=True,
        check=True,
    )
    answer: dict[str, str] = json.loads(done.stdout)
    return answer


def test_a_folder_that_cannot_be_written_is_named_with_a_remedy(
    path: Path,
) -> None:
    path.parent.mkdir()
    path.parent.chmod(0o555)

    met = as_an_ordinary_user(path, say=True)
    path.parent.chmod(0o755)

    assert met["kind"] == ReadOnlyDatabaseError.__name__
    assert "hearth.db" in met["text"]
    assert "HEARTH_HOME" in met["hint"]


@pytest.mark.parametrize("mode", [0o444, 0o000], ids=["read-only", "closed"])
def test_a_file_that_cannot_be_written_is_named_with_a_remedy(
    path: Path, mode: int
) -> None:
    open_file(path).close()
    before = path.read_bytes()
    path.chmod(mode)

    met = as_an_ordinary_user(path, say=True)

    assert met["kind"] == ReadOnlyDatabaseError.__name__
    assert "HEARTH_HOME" in met["hint"]
    assert path.read_bytes() == before


def test_an_ordinary_users_rights_suffice(path: Path) -> None:
    """So the tests above can fail."""
    assert as_an_ordinary_user(path, say=True) == {}


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("not a folder")

    with pytest.raises(ReadOnlyDatabaseError):
        open_file(tmp_path / "data" / "hearth.db")


def test_a_library_that_may_corrupt_files_is_refused() -> None:
    with pytest.raises(StorageError, match=r"3\.51\.2 is too old.*3\.51\.3"):
        refuse_unsafe("3.51.2", encrypts=True)
    refuse_unsafe("3.51.3", encrypts=True)
    require_safe_library()


def test_a_library_that_cannot_encrypt_is_refused() -> None:
    with pytest.raises(StorageError, match="cannot encrypt") as refused:
        refuse_unsafe("3.54.0", encrypts=False)

    assert "apsw-sqlite3mc" in refused.value.hint


def test_missing_vectors_are_said_and_words_are_still_kept(path: Path) -> None:
    """In a process that does not find sqlite-vec."""
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "sys.modules['sqlite_vec'] = None\n"
        "from tests.storage.building import ME, Talk, open_file\n"
        "database = open_file(Path(sys.argv[1]))\n"
        "print(database.vectors_available, database.vector_problem)\n"
        "print(Talk(database).say('Hello').content)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)],
        capture_output=True,
        text=True,
        check=True,
    )

    available, said = done.stdout.splitlines()
    assert available.startswith("False ")
    assert "sqlite" in available
    assert said == "Hello"
    assert KEY.hex() not in done.stdout


def test_nothing_is_written_to_a_file_that_was_taken_away(
    database: Database,
) -> None:
    away = database.path.with_name("away.db")
    database.path.rename(away)

    with pytest.raises(UnreadableDatabaseError, match="is gone"):
        database.execute("PRAGMA user_version = 99")
    away.rename(database.path)

    with database.transaction():
        pass


def test_nothing_is_written_when_another_file_took_its_place(
    database: Database,
) -> None:
    copy = database.path.with_name("copy.db")
    copy.write_bytes(database.path.read_bytes())
    copy.replace(database.path)

    with (
        pytest.raises(UnreadableDatabaseError, match="was replaced"),
        database.transaction(),
    ):
        pass


def test_no_thread_begins_with_another_file_in_its_place(database: Database) -> None:
    copy = database.path.with_name("copy.db")
    copy.write_bytes(database.path.read_bytes())
    copy.replace(database.path)

    with ThreadPoolExecutor(1) as other:
        asked = other.submit(database.query, "PRAGMA user_version")

        with pytest.raises(UnreadableDatabaseError, match="was replaced"):
            asked.result()
