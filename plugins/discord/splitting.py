"""A long answer in parts that Discord takes, with code blocks whole in each.

Pure. Lengths are UTF-16 units, as Discord counts. A block that is cut is closed in
one part and opened again in the next; what was added for that is kept apart from the
words, so that the words together are the answer again.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

LIMIT = 2000
"""Units that one message holds."""

_LINES = re.compile(r"[^\n]*\n|[^\n]+")
_OPENING = re.compile(r" {0,3}(`{3,16}|~{3,16})[ \t]*([\w+#.-]{0,32})[^`\n]{0,80}\n?\Z")
_LAST_SPACE = re.compile(r"\s\S*\Z")


def units(text: str) -> int:
    """Its length as Discord counts it."""
    return len(text) + sum(character > "\uffff" for character in text)


@dataclass(frozen=True, slots=True)
class _Fence:
    """A code block that is open."""

    marker: str
    language: str

    @property
    def opening(self) -> str:
        return f"{self.marker}{self.language}\n"

    def is_closed_by(self, line: str) -> bool:
        bare = line.strip()
        return bare.startswith(self.marker) and not bare.strip(self.marker[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One message: words of the answer, and what keeps a cut block a block."""

    text: str
    opening: str = ""
    closing: str = ""

    @property
    def shown(self) -> str:
        return f"{self.opening}{self.text}{self.closing}"


@dataclass(frozen=True, slots=True)
class _Piece:
    """A line, or as much of one as fits; and the block around it before and after."""

    text: str
    size: int
    before: _Fence | None
    after: _Fence | None

    @property
    def opens(self) -> bool:
        return self.before is None and self.after is not None

    @property
    def is_gap(self) -> bool:
        return self.after is None and not self.text.strip()


def split(text: str, *, limit: int = LIMIT) -> list[Part]:
    """The answer in as few parts as lines allow; none of them is blank.

    Raises ValueError for a limit that leaves no room for words in a code block.
    """
    if limit < 100:
        raise ValueError(f"a part of {limit} units is too short")
    parts = []
    held: list[_Piece] = []
    size = 0
    for piece in _pieces(text, limit):
        while held and size + piece.size + _closing_size(piece.after) > limit:
            cut = _best_cut(held, limit)
            parts.append(_part(held[:cut]))
            held = held[cut:]
            size = _size(held, before=held[0].before if held else piece.before)
        if not held:
            size = _opening_size(piece.before)
        held.append(piece)
        size += piece.size
    if held:
        parts.append(_part(held))
    return [part for part in parts if part.text.strip()]


def _pieces(text: str, limit: int) -> Iterator[_Piece]:
    fence: _Fence | None = None
    for match in _LINES.finditer(text):
        line, after = match.group(), fence
        if fence is None:
            after = _opened_by(line)
        elif fence.is_closed_by(line):
            after = None
        room = limit - max(map(_frame_size, (fence, after)))
        for piece in _pieces_of(line, room):
            yield _Piece(piece, units(piece), fence, after)
        fence = after


def _opened_by(line: str) -> _Fence | None:
    match = _OPENING.match(line)
    return _Fence(match[1], match[2]) if match else None


def _pieces_of(line: str, room: int) -> Iterator[str]:
    """The line, cut after spaces where it is longer than there is room."""
    start = 0
    while start < len(line):
        head = _fitting(line[start : start + room], room)
        is_cut = start + len(head) < len(line)
        if is_cut and (space := _LAST_SPACE.search(head, len(head) // 2)):
            head = head[: space.start() + 1]
        yield head
        start += len(head)


def _fitting(text: str, room: int) -> str:
    """The longest beginning within so many units."""
    head = text
    while (excess := units(head) - room) > 0:
        head = head[: -max(excess // 2, 1)]
    return head


def _best_cut(held: list[_Piece], limit: int) -> int:
    """How many pieces the part keeps: to its last gap, if that is far enough."""
    if held[-1].opens and len(held) > 1:
        return len(held) - 1  # an empty block says nothing
    if held[-1].after is not None:
        return len(held)
    behind = 0
    for index in range(len(held) - 1, 0, -1):
        behind += held[index].size
        if behind > limit // 2:
            break
        if held[index - 1].is_gap:
            return index
    return len(held)


def _part(pieces: list[_Piece]) -> Part:
    text = "".join(piece.text for piece in pieces)
    first, last = pieces[0].before, pieces[-1].after
    closing = ""
    if last is not None:
        closing = last.marker if text.endswith("\n") else f"\n{last.marker}"
    return Part(text=text, opening=first.opening if first else "", closing=closing)


def _size(pieces: list[_Piece], *, before: _Fence | None) -> int:
    return _opening_size(before) + sum(piece.size for piece in pieces)


def _opening_size(fence: _Fence | None) -> int:
    return len(fence.opening) if fence else 0


def _closing_size(fence: _Fence | None) -> int:
    return len(fence.marker) + 1 if fence else 0


def _frame_size(fence: _Fence | None) -> int:
    return _opening_size(fence) + _closing_size(fence)
