"""The database's key: found where it was put, and made once for a new file.

A file that exists is never given a new key. The keyring is asked only when no
key file answers first, because asking it takes longer than everything else.
"""

import re
import secrets
import stat
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeAlias

from assistant.config.paths import Paths
from assistant.config.settings import KeySource
from assistant.errors import ConfigError, KeyExposedError, KeyMissingError
from assistant.storage.folders import (
    create_private,
    held,
    make_private,
    mode_of,
    move_into_place,
    read_private,
)

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

VARIABLE = "HEARTH_KEY"
_KEY_BYTES = 32
_SERVICE = "hearth"
_PATIENCE_SECONDS = 30.0  # long enough to unlock a keyring, short enough to notice
_HEX = re.compile(r"[0-9a-fA-F]{64}")
_GROUP = 8
_Question: TypeAlias = Callable[["KeyringBackend"], str | None]
_NO_KEYRINGS = (
    "keyring.backends.fail",
    "keyring.backends.null",
    "keyring.backends.chainer",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundKey:
    """A key, and where it was found."""

    key: bytes = field(repr=False)
    origin: str


class KeyStore(Protocol):
    """A place that keeps one key."""

    def find(self) -> FoundKey | None: ...

    def keep(self, key: bytes) -> FoundKey | None: ...


class KeyFile:
    """A file that only its owner can read, away from the data it opens."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._origin = f"key file {path}"

    def find(self) -> FoundKey | None:
        mode = mode_of(self._path)
        if mode is None:
            return None
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise KeyExposedError(
                f"The key file {self._path} can be read by others (mode {mode:04o})",
                hint=f"Run: chmod 600 {self._path}",
            )
        text = read_private(self._path).decode("ascii", "replace")
        return FoundKey(key=_parsed(text, self._origin), origin=self._origin)

    def keep(self, key: bytes) -> FoundKey:
        unfinished = self._path.with_name(f"{self._path.name}.new")
        unfinished.unlink(missing_ok=True)
        create_private(unfinished, f"{key.hex()}\n".encode())
        move_into_place(unfinished, self._path)
        return FoundKey(key=key, origin=self._origin)


class KeyringEntry:
    """An entry of the operating system's keyring, one for each database.

    A keyring that is absent, refuses or does not answer in time keeps nothing;
    `trouble` then says which.
    """

    def __init__(
        self, database: Path, *, patience_seconds: float = _PATIENCE_SECONDS
    ) -> None:
        self._account = str(database)
        self._patience_seconds = patience_seconds
        self.trouble = ""

    def find(self) -> FoundKey | None:
        text = self._ask(lambda ring: ring.get_password(_SERVICE, self._account))
        if text is None:
            return None
        return FoundKey(key=_parsed(text, "the keyring"), origin="keyring")

    def keep(self, key: bytes) -> FoundKey | None:
        """Kept only when it can be read back."""

        def put(ring: "KeyringBackend") -> str | None:
            ring.set_password(_SERVICE, self._account, key.hex())
            return ring.get_password(_SERVICE, self._account)

        if self._ask(put) != key.hex():
            return None
        return FoundKey(key=key, origin="keyring")

    def _ask(self, question: _Question) -> str | None:
        self.trouble = "it did not answer"
        answers: list[str | None] = []

        def ask() -> None:
            self.trouble, answer = _ask_keyring(question)
            answers.append(answer)

        asking = threading.Thread(target=ask, name="keyring", daemon=True)
        asking.start()
        asking.join(self._patience_seconds)
        return answers[0] if answers else None


def find_or_create_key(
    paths: Paths,
    source: KeySource,
    environment: Mapping[str, str],
    *,
    database_exists: bool,
) -> FoundKey:
    """The key of this database; a new one only when there is no database yet."""
    if given := environment.get(VARIABLE):
        return FoundKey(key=_parsed(given, VARIABLE), origin=VARIABLE)
    file, ring = KeyFile(paths.key_file), KeyringEntry(paths.database)
    places = _places(source, file=file, ring=ring, database_exists=database_exists)
    if found := _first(places):
        return found
    if database_exists:
        why = f" ({ring.trouble})" if ring.trouble else ""
        raise KeyMissingError(
            f"{paths.database} is encrypted, and its key was found neither in "
            f"{paths.key_file} nor in the keyring{why}",
            hint=f"Give the recovery key as {VARIABLE}, or restore the key file",
        )
    make_private(paths.config)
    with held(paths.config):  # two first starts must not make two keys
        return _first(places) or _create(source, file=file, ring=ring)


def recovery_text(key: bytes) -> str:
    """The key in groups, to be written down; HEARTH_KEY takes it as it is."""
    text = key.hex()
    return "-".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))


def _places(
    source: KeySource, *, file: KeyFile, ring: KeyringEntry, database_exists: bool
) -> list[KeyStore]:
    """Where to look, in order; an existing database's key may be in the other place."""
    match source:
        case KeySource.AUTO:
            return [file, ring]
        case KeySource.FILE:
            return [file, ring] if database_exists else [file]
        case KeySource.KEYRING:
            return [ring, file] if database_exists else [ring]


def _first(places: list[KeyStore]) -> FoundKey | None:
    return next((found for place in places if (found := place.find())), None)


def _create(source: KeySource, *, file: KeyFile, ring: KeyringEntry) -> FoundKey:
    key = secrets.token_bytes(_KEY_BYTES)
    kept = None if source is KeySource.FILE else ring.keep(key)
    if kept is None and source is KeySource.KEYRING:
        raise ConfigError(
            "storage.key is keyring, but no keyring works on this machine",
            hint='Set storage.key = "auto" or "file"',
        )
    return kept or file.keep(key)


def _parsed(text: str, origin: str) -> bytes:
    """The key's bytes; the text itself is never shown."""
    bare = re.sub(r"[\s-]", "", text)
    if not _HEX.fullmatch(bare):
        raise ConfigError(
            f"{origin} does not hold a key: 64 hexadecimal digits are expected",
            hint="See: hearth key show",
        )
    return bytes.fromhex(bare)


def _ask_keyring(question: _Question) -> tuple[str, str | None]:
    """What is wrong with the keyring, if anything, and what it says."""
    import keyring

    try:
        ring = keyring.get_keyring()
        if type(ring).__module__ in _NO_KEYRINGS:
            return "there is none", None
        return "", question(ring)
    except Exception as error:  # backends raise whatever their libraries raise
        return type(error).__name__, None
