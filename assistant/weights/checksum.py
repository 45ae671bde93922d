"""What a file's bytes add up to, so that a change of one is noticed."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from assistant.errors import WeightsMissingError, WeightsRefusedError

_STEP = 4 << 20


def sha256_of(path: Path, progress: Callable[[int, int], None] | None = None) -> str:
    """The SHA-256 in hexadecimal; `progress` hears bytes done and in all."""
    digest, done = sha256(), 0
    try:
        with path.open("rb") as file:
            size = path.stat().st_size
            while step := file.read(_STEP):
                digest.update(step)
                done += len(step)
                if progress:
                    progress(done, size)
    except FileNotFoundError as error:
        raise WeightsMissingError(path.name, path.parent) from error
    except OSError as error:
        raise WeightsRefusedError(f"{path} cannot be read: {error.strerror}") from error
    return digest.hexdigest()
