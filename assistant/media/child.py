"""The process that parses: takes one file after another and says what it found.

Started by `assistant.media.worker` with one end of a socket. It trusts nobody and
may do nothing: see `assistant.media.confinement`.
"""

import array
import gc
import hashlib
import os
import socket
import sys
from collections.abc import Iterator

from assistant.errors import DocumentRefusedError, Refusal
from assistant.media import formats, wire
from assistant.media.confinement import allow_processor, confine, resident_memory
from assistant.media.suffixes import Kind

_MOST_FILES = 2_000
_MOST_RESIDENT = 400 << 20
"""Bytes; a child that has grown beyond is replaced between files."""


def main() -> None:
    """Serve until the other end closes, or until it is time to be replaced."""
    connection = socket.socket(fileno=int(sys.argv[1]))
    confine(memory_bytes=int(sys.argv[2]))
    for count in range(1, _MOST_FILES + 1):
        asked = _receive(connection)
        if asked is None:
            return
        request, fd = asked
        allow_processor(request.seconds)
        last = _serve(connection, request, fd)
        if last or count == _MOST_FILES:
            return


def _receive(connection: socket.socket) -> tuple[wire.Request, int] | None:
    line, descriptors = b"", array.array("i")
    while not line.endswith(b"\n"):
        data, ancillary, _, _ = connection.recvmsg(65_536, socket.CMSG_SPACE(4))
        if not data:
            return None
        line += data
        for _, _, payload in ancillary:
            descriptors.frombytes(payload)
    request = wire.decode(line)
    return (request, descriptors[0]) if isinstance(request, wire.Request) else None


def _serve(connection: socket.socket, request: wire.Request, fd: int) -> bool:
    """Whether this was the last file for this process."""
    ending: wire.Refused | wire.Finished
    try:
        for said in _read(request, fd):
            connection.sendall(wire.encode(said))
    except DocumentRefusedError as error:
        ending = wire.Refused(error.kind, error.reason, last=_is_full())
    except MemoryError:
        reason = "it needs more memory than a file is given"
        ending = wire.Refused(Refusal.TOO_LARGE, reason, last=True)
    except RecursionError:
        ending = wire.Refused(Refusal.DAMAGED, "it is nested too deeply", last=True)
    except Exception as error:  # the outermost frame: a parser may raise anything
        reason = f"it cannot be parsed ({type(error).__name__}: {error})"
        ending = wire.Refused(Refusal.DAMAGED, _one_line(reason), last=True)
    else:
        ending = wire.Finished(last=_is_full())
    finally:
        os.close(fd)
    connection.sendall(wire.encode(ending))
    return ending.last


def _read(request: wire.Request, fd: int) -> Iterator[wire.Said]:
    data = _bytes_of(fd, request.most_bytes)
    kind, parts = formats.parts(data, Kind(request.kind), charset=request.charset)
    yield wire.Opened(kind, len(data), hashlib.sha256(data).hexdigest())
    yield from parts


def _bytes_of(fd: int, most: int) -> bytes:
    data = bytearray()
    while block := os.pread(fd, 1 << 20, len(data)):
        data += block
        if len(data) > most:
            raise DocumentRefusedError(
                Refusal.TOO_LARGE, f"it is larger than {most >> 20:,} MB"
            )
    return bytes(data)


def _is_full() -> bool:
    if resident_memory() < _MOST_RESIDENT:
        return False
    gc.collect()
    return resident_memory() > _MOST_RESIDENT


def _one_line(text: str) -> str:
    return " ".join(text.split())[:200]


if __name__ == "__main__":
    main()
