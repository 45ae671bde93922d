"""Zip containers, looked over before anything is unpacked.

Office files and e-books are zips, and a zip of a few hundred bytes can claim, or
hide, any amount. Claims are checked first; then no part gives more than it claimed.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

from assistant.errors import DocumentRefusedError, Refusal

MOST_ENTRIES = 2_000
MOST_UNPACKED = 1 << 30
MOST_RATIO = 100
_ALWAYS_FINE = 1 << 20
"""Bytes; smaller parts may be squeezed any amount, as blank sheets are."""

_BLOCK = 65_536


class Archive:
    """A zip that was found harmless, and its parts by name.

    `zipfile` raises NotImplementedError for a compression that it does not know.
    """

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise _damaged(error) from error
        _look_over(self._zip.infolist(), len(data))
        self.names = frozenset(self._zip.namelist())

    def open(self, name: str) -> IO[bytes]:
        """A part as a stream that ends where the part said it would."""
        try:
            return self._zip.open(name)
        except KeyError as error:
            raise DocumentRefusedError(
                Refusal.DAMAGED, f"it lacks its part {name!r}"
            ) from error
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
            raise _damaged(error) from error

    def blocks(self, name: str) -> Iterator[bytes]:
        """A part, block by block, checked against its checksum at the end."""
        with self.open(name) as stream:
            try:
                while block := stream.read(_BLOCK):
                    yield block
            except (zipfile.BadZipFile, zlib.error, EOFError) as error:
                raise _damaged(error) from error

    def read(self, name: str) -> bytes:
        """A whole part."""
        return b"".join(self.blocks(name))

    @property
    def media_type(self) -> str:
        """What the container says it is, where its format has it say so."""
        if "mimetype" in self.names:
            return self.read("mimetype")[:100].decode("ascii", "ignore").strip()
        is_book = "META-INF/container.xml" in self.names
        return "application/epub+zip" if is_book else ""

    def verify(self) -> None:
        """Unpack everything once, for libraries that would trust the claims."""
        for name in self.names:
            for _ in self.blocks(name):
                pass


def _look_over(entries: list[zipfile.ZipInfo], size: int) -> None:
    if len(entries) > MOST_ENTRIES:
        raise _too_large(f"it holds {len(entries):,} parts; {MOST_ENTRIES:,} are read")
    if sum(entry.compress_size for entry in entries) > size:
        raise DocumentRefusedError(Refusal.DAMAGED, "its parts overlap")
    if any(entry.flag_bits & 1 for entry in entries):
        raise DocumentRefusedError(Refusal.PASSWORD, "it needs a password")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MOST_UNPACKED:
        raise _too_large(f"it is {unpacked >> 20:,} MB when unpacked")
    for entry in entries:
        ratio = entry.file_size / max(entry.compress_size, 1)
        if entry.file_size > _ALWAYS_FINE and ratio > MOST_RATIO:
            raise _too_large(f"a part of it grows {ratio:,.0f}-fold when unpacked")


def _too_large(how: str) -> DocumentRefusedError:
    return DocumentRefusedError(Refusal.TOO_LARGE, f"too large when unpacked: {how}")


def _damaged(error: Exception) -> DocumentRefusedError:
    return DocumentRefusedError(Refusal.DAMAGED, f"its zip container: {error}")
