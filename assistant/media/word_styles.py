"""What the styles of a DOCX mean: which paragraphs are headings, and how deep."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from assistant.media import opc
from assistant.media.archive import Archive
from assistant.media.xml import End, Start

_PART = "word/styles.xml"
_TOLD = frozenset({"style", "name", "basedOn", "outlineLvl"})
_HEADING = re.compile(r"heading (\d)", re.IGNORECASE)
_DEEPEST = 9
_TINY = 4  # half-points
_OFF = {"0", "false", "off"}


def level_of(outline: str) -> int | None:
    """Outline levels count from 0; 9 means body text."""
    return int(outline) + 1 if outline.isdigit() and int(outline) < _DEEPEST else None


@dataclass(frozen=True, slots=True)
class Run:
    """How a stretch of text looks."""

    is_hidden: bool = False
    is_white: bool = False
    is_tiny: bool = False

    @property
    def is_faint(self) -> bool:
        return self.is_white or self.is_tiny

    def told(self, what: str, value: str) -> "Run":
        """The same run, once one of its properties is known."""
        match what:
            case "vanish":
                return replace(self, is_hidden=value.lower() not in _OFF)
            case "color":
                return replace(self, is_white=value.upper() == "FFFFFF")
            case _:
                return replace(self, is_tiny=value.isdigit() and int(value) <= _TINY)


@dataclass(frozen=True, slots=True)
class Style:
    """As much of a style as tells a heading."""

    name: str = ""
    based_on: str = ""
    level: int | None = None


@dataclass(frozen=True, slots=True)
class WordStyles:
    """All styles of a document, by id."""

    by_id: Mapping[str, Style]

    def level(self, style_id: str) -> int | None:
        """How deep a heading it is, itself or by what it is based on."""
        seen: set[str] = set()
        while style_id and style_id not in seen:
            seen.add(style_id)
            style = self.by_id.get(style_id, Style(name=style_id))
            if style.level:
                return style.level
            if found := _HEADING.fullmatch(style.name):
                return int(found[1])
            if style.name.lower() == "title":
                return 1
            style_id = style.based_on
        return None


def read_styles(archive: Archive) -> WordStyles:
    """The styles, or none where the document has none."""
    styles: dict[str, Style] = {}
    if _PART not in archive.names:
        return WordStyles(styles)
    key = ""
    for event in opc.part_events(archive, _PART, of=_TOLD):
        match event:
            case Start("style", attributes):
                key = attributes.get("styleId", "")
                styles[key] = Style()
            case Start(name, attributes) if key in styles:
                styles[key] = _told(styles[key], name, attributes.get("val", ""))
            case End("style"):
                key = ""
    return WordStyles(styles)


def _told(style: Style, what: str, value: str) -> Style:
    match what:
        case "name":
            return replace(style, name=value)
        case "basedOn":
            return replace(style, based_on=value)
        case "outlineLvl":
            return replace(style, level=level_of(value))
        case _:
            return style
