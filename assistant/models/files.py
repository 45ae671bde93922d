"""Where a model's file is, and whether it is still the file it was.

Hashing gigabytes at every start would take longer than answering, so a file's
hash is remembered with what the file system says of it, and made anew only
when that has changed.
"""

from base64 import urlsafe_b64decode
from pathlib import Path

from assistant.entities.ids import Clock
from assistant.entities.model import ModelKind, ModelService
from assistant.errors import WeightsMissingError, WeightsRefusedError
from assistant.storage.database import Database
from assistant.storage.machine import MachineFacts
from assistant.weights import GgufMetadata, bundled_weights, read_gguf, sha256_of

BUNDLED = "bundled:"
BUNDLED_NAME = "smollm2-135m"
FETCHED_FROM = "fetched_from"
"""Where in a service's config it says so when Hearth brought the file here."""

_HASHED = "sha256="


class FileMemory:
    """The hashes of files, as far as they are known."""

    def __init__(
        self, facts: MachineFacts, *, database: Database, clock: Clock
    ) -> None:
        self._facts = facts
        self._database = database
        self._clock = clock

    def find_sha256(self, path: Path) -> str | None:
        """The hash, if it is known and the file has not changed since."""
        return self._find(path, _looks(path))

    def sha256(self, path: Path) -> str:
        """The hash of the file as it is now."""
        looks = _looks(path)
        known = self._find(path, looks)
        if known is not None:
            return known
        sha256 = sha256_of(path)
        # A file that changes while it is read is not remembered.
        if _looks(path) == looks:
            with self._database.transaction(durable=False):
                self._facts.remember(
                    _key(path), {"looks": looks, "sha256": sha256}, self._clock()
                )
        return sha256

    def _find(self, path: Path, looks: list[int]) -> str | None:
        known = self._facts.find(_key(path))
        is_same = known is not None and known.get("looks") == looks
        return str(known["sha256"]) if known is not None and is_same else None


def weights_path(service: ModelService) -> Path:
    """The file of a model on this machine. Raises WeightsMissingError."""
    if is_bundled(service):
        return bundled_weights()
    path = Path(service.location)
    if not path.exists():
        raise WeightsMissingError(service.name, path.parent)
    return path


def unchanged_weights(service: ModelService, memory: FileMemory) -> tuple[Path, str]:
    """The file and its hash. Raises WeightsRefusedError when it is another file."""
    path = weights_path(service)
    found = memory.sha256(path)
    # A newer package may well bring newer weights: there the installer knows.
    expected = _installed_sha256(path) if is_bundled(service) else service.sha256
    if expected is None or found == expected:
        return path, found
    raise WeightsRefusedError(
        f"{path} has changed since it came here: its SHA-256 is {found[:12]}…, "
        f"not {expected[:12]}…",
        hint=f"Install {path.parent.name} again"
        if is_bundled(service)
        else f"If you trust the new file: hearth models add {path}",
    )


def find_metadata(service: ModelService) -> GgufMetadata | None:
    """What a model's file says; None without one that can be read."""
    if service.kind is not ModelKind.LOCAL_LLM:
        return None
    try:
        return read_gguf(weights_path(service))
    except (WeightsMissingError, WeightsRefusedError):
        return None


def delete_fetched(service: ModelService, *, folder: Path) -> None:
    """Delete a file that Hearth itself brought into its own folder, and no other."""
    path = Path(service.location)
    if FETCHED_FROM in service.config and path.parent == folder:
        path.unlink(missing_ok=True)


def is_bundled(service: ModelService) -> bool:
    return service.location.startswith(BUNDLED)


def _installed_sha256(path: Path) -> str | None:
    """What the installer wrote down about a file of a package."""
    package = path.parent
    for record in package.parent.glob(f"{package.name}-*.dist-info/RECORD"):
        for line in record.read_text("utf-8").splitlines():
            name, _, rest = line.partition(",")
            said = rest.partition(",")[0]
            if name == f"{package.name}/{path.name}" and said.startswith(_HASHED):
                value = said.removeprefix(_HASHED)
                return urlsafe_b64decode(value + "=" * (-len(value) % 4)).hex()
    return None


def _key(path: Path) -> str:
    return f"file|{path}"


def _looks(path: Path) -> list[int]:
    """What changes when a file does, and is cheap to ask for."""
    try:
        said = path.stat()
    except OSError as error:
        raise WeightsMissingError(path.name, path.parent) from error
    return [said.st_size, said.st_mtime_ns, said.st_ctime_ns, said.st_ino]
