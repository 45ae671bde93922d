"""The key is found where it was put, made once, and never made anew."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import keyring
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keyring.backend import KeyringBackend
from keyring.backends import chainer, fail, null

from assistant.config.paths import Paths, find_paths
from assistant.config.settings import KeySource
from assistant.errors import (
    AssistantError,
    ConfigError,
    KeyExposedError,
    KeyMissingError,
)
from assistant.privacy.keys import (
    FoundKey,
    KeyringEntry,
    find_or_create_key,
    recovery_text,
)
from tests.fakes.keyrings import (
    BrokenKeyring,
    ForgetfulKeyring,
    LockedKeyring,
    MemoryKeyring,
    SilentKeyring,
)

GIVEN = bytes(range(32))
NO_KEYRINGS: list[type[KeyringBackend]] = [
    fail.Keyring,
    null.Keyring,
    chainer.ChainerBackend,
    LockedKeyring,
    BrokenKeyring,
    ForgetfulKeyring,
]


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return find_paths({"HEARTH_HOME": str(tmp_path / "home")})


@pytest.fixture
def ring() -> Iterator[MemoryKeyring]:
    """A keyring that works, in place of the machine's."""
    usual, mine = keyring.get_keyring(), MemoryKeyring()
    keyring.set_keyring(mine)
    yield mine
    keyring.set_keyring(usual)


def no_ring(ring: KeyringBackend) -> None:
    """This one in place of the one that works, until the test ends."""
    keyring.set_keyring(ring)


def find(
    paths: Paths,
    source: KeySource = KeySource.AUTO,
    *,
    exists: bool = False,
    given: str | None = None,
) -> FoundKey:
    environment = {} if given is None else {"HEARTH_KEY": given}
    return find_or_create_key(paths, source, environment, database_exists=exists)


def test_a_first_key_goes_to_the_keyring_where_one_works(
    paths: Paths, ring: MemoryKeyring
) -> None:
    made = find(paths)

    assert made.origin == "keyring"
    assert ring.entries == {("hearth", str(paths.database)): made.key.hex()}
    assert not paths.key_file.exists()
    assert find(paths, exists=True) == made


@pytest.mark.parametrize("kind", NO_KEYRINGS)
def test_a_first_key_goes_to_a_file_where_no_keyring_works(
    paths: Paths, ring: MemoryKeyring, kind: type[KeyringBackend]
) -> None:
    no_ring(kind())

    made = find(paths)

    assert made.origin == f"key file {paths.key_file}"
    assert paths.key_file.read_text() == f"{made.key.hex()}\n"
    assert paths.key_file.stat().st_mode & 0o777 == 0o600
    assert paths.config.stat().st_mode & 0o777 == 0o700
    assert [file.name for file in paths.config.iterdir()] == ["key"]
    assert find(paths, exists=True) == made


def test_every_new_key_is_another(tmp_path: Path, ring: MemoryKeyring) -> None:
    homes = [find_paths({"HEARTH_HOME": str(tmp_path / str(n))}) for n in range(5)]

    keys = {find(paths).key for paths in homes}

    assert len(keys) == 5
    assert {len(key) for key in keys} == {32}


@pytest.mark.parametrize("source", list(KeySource))
def test_an_existing_database_is_never_given_a_new_key(
    paths: Paths, ring: MemoryKeyring, source: KeySource
) -> None:
    with pytest.raises(KeyMissingError) as missing:
        find(paths, source, exists=True)

    assert str(paths.key_file) in str(missing.value)
    assert "HEARTH_KEY" in missing.value.hint
    assert ring.entries == {}
    assert not paths.key_file.exists()


def test_a_keyring_in_trouble_is_named_when_the_key_may_be_in_it(
    paths: Paths, ring: MemoryKeyring
) -> None:
    no_ring(LockedKeyring())

    with pytest.raises(KeyMissingError, match="KeyringLocked"):
        find(paths, exists=True)


@pytest.mark.parametrize("asked", list(KeySource))
@pytest.mark.parametrize("kept", [KeySource.FILE, KeySource.KEYRING])
def test_an_existing_databases_key_is_found_wherever_it_is(
    paths: Paths, ring: MemoryKeyring, kept: KeySource, asked: KeySource
) -> None:
    made = find(paths, kept)

    assert find(paths, asked, exists=True) == made


def test_each_database_has_a_keyring_entry_of_its_own(
    tmp_path: Path, ring: MemoryKeyring
) -> None:
    one, two = (find_paths({"HEARTH_HOME": str(tmp_path / name)}) for name in "ab")

    assert find(one) != find(two)
    assert len(ring.entries) == 2
    assert find(one, exists=True) == find(one, exists=True)


def test_a_keyring_is_not_asked_when_the_file_answers(
    paths: Paths, ring: MemoryKeyring
) -> None:
    find(paths, KeySource.FILE)

    find(paths, KeySource.AUTO, exists=True)

    assert ring.asked == 0


def test_a_keyring_asked_for_by_name_must_work(
    paths: Paths, ring: MemoryKeyring
) -> None:
    no_ring(fail.Keyring())

    with pytest.raises(ConfigError, match="no keyring works"):
        find(paths, KeySource.KEYRING)

    assert not paths.key_file.exists()


def test_a_keyring_that_does_not_answer_is_not_waited_for(
    paths: Paths, ring: MemoryKeyring
) -> None:
    silent = SilentKeyring()
    no_ring(silent)
    entry = KeyringEntry(paths.database, patience_seconds=0.05)

    found = entry.find()

    assert (found, entry.trouble) == (None, "it did not answer")
    silent.let_go.set()


def test_a_key_given_in_the_environment_comes_before_all_others(
    paths: Paths, ring: MemoryKeyring
) -> None:
    find(paths, KeySource.FILE)

    given = find(paths, exists=True, given=GIVEN.hex())

    assert given == FoundKey(key=GIVEN, origin="HEARTH_KEY")
    assert find(paths, given=recovery_text(GIVEN)) == given
    assert find(paths, given=GIVEN.hex().upper()) == given


@pytest.mark.parametrize(
    "text", ["x", "ab" * 31, "ab" * 33, "zz" * 32, "\u0661" * 64, "a" * 63 + "\n"]
)
def test_what_is_no_key_is_refused_and_not_shown(paths: Paths, text: str) -> None:
    with pytest.raises(ConfigError, match="64 hexadecimal digits") as refused:
        find(paths, given=text)

    assert text not in str(refused.value) + refused.value.hint or text == "x"
    assert "HEARTH_KEY" in str(refused.value)


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660, 0o610])
def test_a_key_file_that_others_can_read_is_refused_with_the_remedy(
    paths: Paths, ring: MemoryKeyring, mode: int
) -> None:
    find(paths, KeySource.FILE)
    paths.key_file.chmod(mode)

    with pytest.raises(KeyExposedError, match=f"{mode:04o}") as exposed:
        find(paths, exists=True)

    assert exposed.value.hint == f"Run: chmod 600 {paths.key_file}"
    assert exposed.value.exit_code == 5
    paths.key_file.chmod(0o600)
    assert find(paths, exists=True).origin.startswith("key file")


@pytest.mark.parametrize("content", [b"", b"not a key", b"\xff\xfe" * 40])
def test_a_damaged_key_file_is_named_and_kept(
    paths: Paths, ring: MemoryKeyring, content: bytes
) -> None:
    find(paths, KeySource.FILE)
    paths.key_file.write_bytes(content)

    with pytest.raises(ConfigError, match="key file"):
        find(paths, exists=True)
    with pytest.raises(ConfigError, match="key file"):
        find(paths, exists=False)

    assert paths.key_file.read_bytes() == content


@pytest.mark.parametrize("source", [KeySource.AUTO, KeySource.FILE])
def test_first_starts_at_the_same_time_agree_on_one_key(
    paths: Paths, ring: MemoryKeyring, source: KeySource
) -> None:
    with ThreadPoolExecutor(max_workers=8) as pool:
        found = list(pool.map(lambda _: find(paths, source), range(16)))

    assert len({key.key for key in found}) == 1


def test_a_folder_that_cannot_hold_the_key_is_an_error_we_can_explain(
    tmp_path: Path, ring: MemoryKeyring
) -> None:
    (tmp_path / "config").write_text("not a folder")
    paths = find_paths({"HEARTH_HOME": str(tmp_path)})

    with pytest.raises(AssistantError, match="config"):
        find(paths, KeySource.FILE)


@given(st.binary(min_size=32, max_size=32))
def test_a_key_written_down_can_be_typed_back(key: bytes) -> None:
    written = recovery_text(key)
    nowhere = find_paths({"HEARTH_HOME": "/nowhere"})

    typed = find(nowhere, exists=True, given=f"  {written.upper()} ")

    assert typed.key == key
    assert len(written.split("-")) == 8


def test_a_found_key_does_not_show_itself() -> None:
    assert GIVEN.hex() not in repr(FoundKey(key=GIVEN, origin="here"))
    assert str(GIVEN) not in repr(FoundKey(key=GIVEN, origin="here"))


def test_no_keyring_is_imported_before_one_is_needed() -> None:
    probe = "import sys, assistant.privacy.keys; print('keyring' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "False"
