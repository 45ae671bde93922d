"""Every error we raise on purpose.

AssistantError                 exit code 1
├── UsageError                 2    what was typed cannot be understood
├── ConfigError                2    a setting is missing, unknown or out of range
├── NotAdmittedError           1    this person may not speak with the assistant
├── NotFoundError              3    asked for by name or id, and not there
├── ModelError                 4    no answer can be had from a model
│   ├── WeightsMissingError         the chosen model has no file on this machine
│   ├── WeightsRefusedError         the file is damaged, unknown or too large
│   ├── EngineError                 the engine failed while it was running
│   ├── RemoteModelError            the server did not answer as it should
│   ├── SchemaError                 the JSON schema cannot be served, or was not met
│   └── EmbeddingError              what an embedder gave cannot be used as vectors
├── StorageError               5    the database cannot be used
│   ├── KeyMissingError             the file is encrypted and no key was found
│   ├── KeyExposedError             the key file can be read by others
│   ├── UnreadableDatabaseError     wrong key, damaged, or not our file
│   ├── NewerDatabaseError          written by a newer Hearth
│   ├── AlteredMigrationError       an applied migration is not the one we know
│   ├── ReadOnlyDatabaseError       the file or its folder cannot be written
│   ├── DiskFullError               no space left
│   └── DatabaseBusyError           another process held the write lock too long
├── DocumentRefusedError       2    a file or page that is not read, and why
└── InputTooLargeError         2    more text than is accepted at once

Anything else that escapes is a bug and keeps its traceback, in the log.
"""

from enum import StrEnum, auto
from pathlib import Path


class AssistantError(Exception):
    """Something we can explain, and the user can act on."""

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class UsageError(AssistantError):
    """What was typed cannot be understood."""

    exit_code = 2


class InputTooLargeError(AssistantError):
    """More text than is accepted at once."""

    exit_code = 2


class ConfigError(AssistantError):
    """A setting is missing, unknown or out of range."""

    exit_code = 2


class NotAdmittedError(AssistantError):
    """This person may not speak with the assistant."""


class NotFoundError(AssistantError):
    """Asked for by name or id, and not there."""

    exit_code = 3


class ModelError(AssistantError):
    """No answer can be had from a model."""

    exit_code = 4


class WeightsMissingError(ModelError):
    """The chosen model has no file on this machine."""

    def __init__(self, model: str, looked_in: Path) -> None:
        super().__init__(
            f"No weights for {model!r} in {looked_in}",
            hint="See: hearth models list",
        )


class WeightsRefusedError(ModelError):
    """The file is damaged, of an unknown kind, or too large for this machine."""


class EngineError(ModelError):
    """The engine failed while it was running."""


class RemoteModelError(ModelError):
    """The server did not answer as it should."""


class SchemaError(ModelError):
    """The JSON schema cannot be served, or no answer met it."""


class EmbeddingError(ModelError):
    """What an embedder gave cannot be used as vectors."""


class StorageError(AssistantError):
    """The database cannot be used."""

    exit_code = 5


class KeyMissingError(StorageError):
    """The file is encrypted and no key was found."""


class KeyExposedError(StorageError):
    """The key file can be read by others."""


class UnreadableDatabaseError(StorageError):
    """Wrong key, damaged, or not our file: the library cannot tell them apart."""


class NewerDatabaseError(StorageError):
    """Written by a newer Hearth."""

    def __init__(self, *, found: int, known: int) -> None:
        super().__init__(
            f"This database has schema {found}; this Hearth knows up to {known}",
            hint="Update Hearth, or point HEARTH_HOME at another folder",
        )


class AlteredMigrationError(StorageError):
    """An applied migration is not the one we know."""


class ReadOnlyDatabaseError(StorageError):
    """The file or its folder cannot be written."""


class DiskFullError(StorageError):
    """No space left; nothing of the transaction was kept."""


class DatabaseBusyError(StorageError):
    """Another process held the write lock for too long."""


class Refusal(StrEnum):
    """Why a file or page is not read."""

    PASSWORD = auto()
    """It is encrypted."""

    TOO_LARGE = auto()
    """It is larger than is read, as it is or when unpacked."""

    TOO_SLOW = auto()
    """It took, or would take, longer than it is given."""

    NOT_TEXT = auto()
    """It holds no text, or none in a form that is known."""

    DAMAGED = auto()
    """It is not what it says it is, or broken."""

    CHANGED = auto()
    """It changed while it was read; worth trying again."""

    NOT_A_FILE = auto()
    """A folder, a pipe, a device, a link that is not followed."""

    UNREADABLE = auto()
    """It is not there, or may not be read."""

    FORBIDDEN = auto()
    """An address that is never fetched from."""

    UNREACHABLE = auto()
    """A server that did not give the page."""


class DocumentRefusedError(AssistantError):
    """A file or page that is not read; the message is one line and says why."""

    exit_code = 2

    def __init__(self, kind: Refusal, reason: str) -> None:
        super().__init__(reason)
        self.kind = kind
        self.reason = reason
