"""PPTX: slide by slide, with each slide's title, tables and speaker's notes."""

from collections.abc import Iterator

from assistant.entities.knowledge import Location, Notice, NoticeKind
from assistant.media import opc
from assistant.media.archive import Archive
from assistant.media.cells import Tables
from assistant.media.parts import LONGEST_PIECE, Part, Piece, Title
from assistant.media.xml import End, Start, Text

_TOLD = frozenset(
    {"sld", "sp", "graphicFrame", "ph", "t", "br", "p", "tbl", "tr", "tc", "tblPr"}
)
_TITLES = {"title", "ctrTitle"}
_FURNITURE = {"sldNum", "dt", "ftr", "hdr", "sldImg"}
"""Placeholders that say the same on every slide."""


def parts(archive: Archive, main: str) -> Iterator[Part]:
    """The title, then a piece for each slide."""
    title = opc.title(archive)
    if title:
        yield Title(title)
    for number, part in enumerate(_in_order(archive, main), start=1):
        slide = _Slide(archive, part)
        if number == 1 and not title and slide.title:
            yield Title(slide.title)
        notes = [
            other
            for other in opc.related(archive, part).values()
            if other.startswith("ppt/notesSlides/") and other in archive.names
        ]
        said = [slide.text]
        said += [f"Notes: {text}" for n in notes if (text := _Slide(archive, n).text)]
        yield from _pieces("\n\n".join(said), number, slide.title)
        if slide.is_hidden:
            yield Notice(
                kind=NoticeKind.HIDDEN_TEXT, detail=f"slide {number} is hidden"
            )


def _in_order(archive: Archive, main: str) -> list[str]:
    slides = opc.related(archive, main)
    return [
        slides[event.attributes["r:id"]]
        for event in opc.part_events(archive, main)
        if isinstance(event, Start)
        and event.name == "sldId"
        and event.attributes.get("r:id") in slides
    ]


def _pieces(text: str, number: int, title: str) -> Iterator[Piece]:
    place = Location(slide=number, headings=(title,) if title else ())
    whole = text.strip() + "\n\n" if text.strip() else ""
    for start in range(0, len(whole), LONGEST_PIECE):
        yield Piece(whole[start : start + LONGEST_PIECE], location=place)


class _Slide:
    """What one slide says, or what is noted below it."""

    def __init__(self, archive: Archive, part: str) -> None:
        self.title = ""
        self.is_hidden = False
        self._blocks: list[str] = []
        self._words: list[str] = []
        self._role = ""
        self._in_text = False
        self._tables = Tables()
        for event in opc.part_events(archive, part, of=_TOLD):
            match event:
                case Start():
                    self._begin(event)
                case Text(text) if self._in_text:
                    self._words.append(text)
                case End(name):
                    self._end(name)
                case _:
                    pass

    @property
    def text(self) -> str:
        """A blank line between any two: titles and points end without a stop."""
        return "\n\n".join(self._blocks)

    def _begin(self, start: Start) -> None:
        match start.name:
            case "sld":
                self.is_hidden = start.attributes.get("show") in {"0", "false"}
            case "sp" | "graphicFrame":
                self._role = ""
            case "ph":
                self._role = start.attributes.get("type", "")
            case "t":
                self._in_text = True
            case "br":
                self._words.append("\n")
            case "tbl" | "tr" | "tc":
                self._tables.begin(start.name)
            case "tblPr" if start.attributes.get("firstRow") in {"1", "true"}:
                self._tables.begin("namedRow")

    def _end(self, name: str) -> None:
        match name:
            case "t":
                self._in_text = False
            case "p":
                self._end_paragraph()
            case "tbl":
                self._keep(self._tables.end())
            case "sp":
                self._role = ""

    def _end_paragraph(self) -> None:
        text = "".join(self._words).strip()
        self._words = []
        if self._tables.are_open:
            self._tables.say(text)
        elif self._role not in _FURNITURE:
            self._keep(text)
        if self._role in _TITLES and text:
            self.title = f"{self.title} {' '.join(text.split())}".strip()

    def _keep(self, text: str) -> None:
        if text:
            self._blocks.append(text)
