"""Server-sent events: bytes become the data each event carries.

Pure. Bytes may be cut anywhere; no line may be longer than is sane.
"""

from collections.abc import Iterator

from assistant.llm.wire.failures import WireError

_LONGEST_LINE = 1 << 20  # a piece of an answer takes a few hundred bytes
_DATA = b"data:"


class EventReader:
    """Cuts a stream into events; keeps what is not yet complete."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._data: list[bytes] = []
        self._size = 0

    def feed(self, received: bytes) -> Iterator[str]:
        """The data of every event that is now complete."""
        # Lines end with LF, CRLF or CR, and a chunk may end between CR and LF.
        for line in self._lines(received):
            yield from self._take(line)

    def close(self) -> Iterator[str]:
        """What the last event carried, when nothing closed it."""
        yield from self._take(bytes(self._held).rstrip(b"\r"))
        self._held.clear()
        yield from self._take(b"")

    def _lines(self, received: bytes) -> Iterator[bytes]:
        searched = max(len(self._held) - 1, 0)
        self._held += received
        start = 0
        while (end := _line_end(self._held, max(searched, start))) is not None:
            stop, following = end
            yield bytes(self._held[start:stop])
            start = following
        del self._held[:start]
        if len(self._held) > _LONGEST_LINE:
            raise WireError("sent a line without end")

    def _take(self, line: bytes) -> Iterator[str]:
        if line.startswith(_DATA):
            self._data.append(line.removeprefix(_DATA).removeprefix(b" "))
            self._size += len(line)
            if self._size > _LONGEST_LINE:
                raise WireError("sent an event without end")
        elif not line and self._data:
            data = b"\n".join(self._data)
            self._data.clear()
            self._size = 0
            yield data.decode("utf-8", "replace")


def _line_end(held: bytearray, start: int) -> tuple[int, int] | None:
    """Where the first line at or after `start` ends, and where the next begins."""
    feed, turn = held.find(b"\n", start), held.find(b"\r", start)
    if turn == len(held) - 1:
        turn = -1  # perhaps half of CRLF
    if turn < 0 and feed < 0:
        return None
    if turn < 0 or 0 <= feed < turn:
        return feed, feed + 1
    return turn, turn + 2 if feed == turn + 1 else turn + 1
