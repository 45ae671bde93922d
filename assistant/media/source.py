"""Source code, kept as it was written, cut where definitions begin.

No grammar of any language: a definition is told by the word it begins with, which
is enough to name where a passage stands.
"""

import re
from collections.abc import Iterable, Iterator

from assistant.entities.knowledge import Location, SectionKind
from assistant.media.outline import Outline
from assistant.media.parts import LONGEST_PIECE, Part, Piece
from assistant.media.text import lines

_DEFINITION = re.compile(
    r"([ \t]*)(?:(?:export|default|pub(?:\([a-z]+\))?|public|private|protected|static"
    r"|abstract|final|async|unsafe|internal|override|virtual|extern|inline)\s+)*"
    r"(?:class|def|function\*?|fn|func|fun|interface|struct|enum|impl|trait|module"
    r"|namespace|type|sub|procedure|protocol|object)\s+"
    r"(?:\([^)\n]{0,80}\)\s*)?([A-Za-z_$][\w$:.]{0,80})"
)
_LEADING = re.compile(r"[ \t]*(?:@|#|//|/\*|\*|--|;;)")
_SECTION = re.compile(r"\[{1,2}([^\[\]\n]{1,80})\]{1,2}\s*$")
_SMALLEST = 800  # characters; shorter definitions stay together


def parts(windows: Iterable[str]) -> Iterator[Part]:
    """Pieces that begin where a definition does, unless they would be tiny."""
    outline = Outline()
    path: tuple[str, ...] = ()
    first, kept, size = 1, list[str](), 0
    for line in lines(windows):
        found = _definition(line)
        if (found and size >= _SMALLEST) or size >= LONGEST_PIECE:
            ahead = _leading(kept) if found else []
            piece = _piece(kept[: len(kept) - len(ahead)], first, path)
            yield piece
            first += piece.text.count("\n")
            kept, size, path = ahead, sum(map(len, ahead)), ()
        if found:
            inner = outline.enter(*found)
            path = path or inner
        kept.append(line)
        size += len(line)
    if kept:
        yield _piece(kept, first, path or outline.path)


def _leading(kept: list[str]) -> list[str]:
    """Comments and decorators right above a definition, which belong to it."""
    count = 0
    while count < len(kept) - 1 and _LEADING.match(kept[-count - 1]):
        count += 1
    return kept[len(kept) - count :]


def _definition(line: str) -> tuple[int, str] | None:
    """How deep it is indented, and its name."""
    if found := _DEFINITION.match(line):
        return len(found[1].expandtabs(4)), found[2].rstrip(":.")
    if found := _SECTION.match(line):
        return 0, found[1].strip()
    return None


def _piece(kept: list[str], first: int, path: tuple[str, ...]) -> Piece:
    text = "".join(kept)
    last = first + text.count("\n", 0, len(text) - 1)
    return Piece(
        text, SectionKind.CODE, Location(headings=path, line=first, last_line=last)
    )
