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
_SECTION = re.compile(r"\[{1,2}([^\[\]\n]{1,80})\]{1,2}\s*$")
_SMALLEST = 400  # characters; shorter definitions stay together


def parts(windows: Iterable[str]) -> Iterator[Part]:
    """Pieces that begin where a definition does, unless they would be tiny."""
    outline = Outline()
    path: tuple[str, ...] = ()
    first, text = 1, ""
    for line in lines(windows):
        found = _definition(line)
        if (found and len(text) >= _SMALLEST) or len(text) >= LONGEST_PIECE:
            yield _piece(text, first, path)
            first, text = first + text.count("\n"), ""
        if found:
            inner = outline.enter(*found)
            path = path if text.strip() and path else inner
        text += line
    if text:
        yield _piece(text, first, path)


def _definition(line: str) -> tuple[int, str] | None:
    """How deep it is indented, and its name."""
    if found := _DEFINITION.match(line):
        return len(found[1].expandtabs(4)), found[2].rstrip(":.")
    if found := _SECTION.match(line):
        return 0, found[1].strip()
    return None


def _piece(text: str, first: int, path: tuple[str, ...]) -> Piece:
    last = first + text.count("\n", 0, len(text) - 1)
    return Piece(
        text, SectionKind.CODE, Location(headings=path, line=first, last_line=last)
    )
