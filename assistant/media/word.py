"""DOCX: paragraphs, headings and tables, as they stand in the document.

Reads the parts that hold text as a stream of XML events, so that neither a huge
document nor a bomb in a part that is never shown costs anything; text in content
controls, text boxes and tracked insertions comes along with the rest.
"""

from collections.abc import Iterator

from assistant.entities.knowledge import Location, SectionKind
from assistant.media import opc
from assistant.media.archive import Archive
from assistant.media.cells import Tables
from assistant.media.flow import Flow
from assistant.media.hidden import Hidden
from assistant.media.parts import Part, Piece, Title
from assistant.media.word_styles import Run, WordStyles, level_of, read_styles
from assistant.media.xml import End, Start, Text

_SIGNS = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_TOLD = frozenset(
    {"Fallback", "t", "r", "p", "pStyle", "outlineLvl", "vanish", "color", "sz"}
    | {"tbl", "tr", "tc", "tblHeader", *_SIGNS}
)
_NOTES = (
    ("word/footnotes.xml", "Footnotes"),
    ("word/endnotes.xml", "Endnotes"),
    ("word/comments.xml", "Comments"),
)


def parts(archive: Archive, main: str) -> Iterator[Part]:
    """The title, the body, its notes and comments, and what was hidden."""
    styles = read_styles(archive)
    if title := opc.title(archive) or _first_title(archive, main, styles):
        yield Title(title)
    hidden = Hidden()
    yield from _Body(styles, hidden, Flow()).through(archive, main)
    for part, name in _NOTES:
        if part in archive.names:
            notes = Location(headings=(name,))
            yield from _Body(styles, hidden, Flow(notes)).through(archive, part)
    yield from hidden.notices()


def _first_title(archive: Archive, main: str, styles: WordStyles) -> str:
    """The first words that look like a title, if they come early."""
    body = _Body(styles, Hidden(), Flow())
    for piece in body.through(archive, main):
        return piece.location.headings[0] if piece.location.headings else ""
    return ""


class _Body:
    """One part of the package, event by event."""

    def __init__(self, styles: WordStyles, hidden: Hidden, flow: Flow) -> None:
        self._styles = styles
        self._hidden = hidden
        self._flow = flow
        self._words: list[str] = []
        self._level: int | None = None
        self._run = Run()
        self._in_text = False
        self._fallbacks = 0
        self._tables = Tables()

    def through(self, archive: Archive, part: str) -> Iterator[Piece]:
        for event in opc.part_events(archive, part, of=_TOLD):
            match event:
                case Start("Fallback"):
                    self._fallbacks += 1
                case End("Fallback"):
                    self._fallbacks -= 1
                case _ if self._fallbacks:
                    pass
                case Text(text):
                    self._say(text if self._in_text else "")
                case Start():
                    self._begin(event)
                case End(name):
                    yield from self._end(name)
        yield from self._flow.close()

    def _begin(self, start: Start) -> None:
        value = start.attributes.get("val", "")
        match start.name:
            case "t":
                self._in_text = True
            case "tab" | "br" | "cr" | "noBreakHyphen":
                self._say(_SIGNS[start.name])
            case "r":
                self._run = Run()
            case "pStyle":
                self._level = self._styles.level(value)
            case "outlineLvl":
                self._level = level_of(value)
            case "vanish" | "color" | "sz":
                self._run = self._run.told(start.name, value)
            case "tbl" | "tr" | "tc" | "tblHeader":
                self._tables.begin(start.name)

    def _say(self, text: str) -> None:
        if self._run.is_hidden:
            self._hidden.left_out(text)
            return
        if self._run.is_faint:
            self._hidden.maybe(text)
        if text:
            self._words.append(text)

    def _end(self, name: str) -> Iterator[Piece]:
        match name:
            case "t":
                self._in_text = False
            case "r":
                self._run = Run()
            case "p":
                yield from self._end_paragraph()
            case "tbl":
                yield from self._flow.block(self._tables.end(), SectionKind.TABLE)

    def _end_paragraph(self) -> Iterator[Piece]:
        text = "".join(self._words).strip()
        level, self._words, self._level = self._level, [], None
        if self._tables.are_open:
            self._tables.say(text)
        elif level and text:
            yield from self._flow.heading(level, " ".join(text.split()))
        else:
            yield from self._flow.block(text)
