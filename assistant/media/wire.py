"""What goes between us and the child that parses: one JSON object a line.

Read with suspicion: the child works on files that may have taken it over, so a
line is bounded before it is parsed, and only what is known is made of it.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

from assistant.entities.knowledge import Location, Notice, NoticeKind, SectionKind
from assistant.errors import DocumentRefusedError, Refusal
from assistant.media.parts import Part, Piece, Title

LONGEST_LINE = 1 << 20
"""Bytes."""

_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Request:
    """Which file to parse; the file itself comes along as a descriptor."""

    name: str
    kind: str
    charset: str | None
    seconds: float
    most_bytes: int


@dataclass(frozen=True, slots=True)
class Opened:
    """The bytes were read, and are of this kind."""

    media_type: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Finished:
    """Nothing follows; `last` says that the child ends with it."""

    last: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing follows: the file is not read, and why."""

    kind: str
    reason: str
    last: bool

    @property
    def error(self) -> DocumentRefusedError:
        return DocumentRefusedError(Refusal(self.kind), self.reason)


Said: TypeAlias = Request | Opened | Finished | Refused | Part

_PLAIN: Mapping[str, type[Request | Opened | Finished | Refused | Title]] = {
    "request": Request,
    "opened": Opened,
    "finished": Finished,
    "refused": Refused,
    "title": Title,
}
_NAMES = {kind: name for name, kind in _PLAIN.items()}


def encode(said: Said) -> bytes:
    """One line; what no text may hold is replaced."""
    match said:
        case Piece():
            place = {k: v for k, v in asdict(said.location).items() if v}
            fields = {"piece": said.text, "kind": said.kind, "at": place}
        case Notice():
            fields = {"notice": said.detail, "kind": said.kind}
        case _:
            fields = {_NAMES[type(said)]: asdict(said)}
    text = json.dumps(fields, ensure_ascii=False)
    try:
        return text.encode() + b"\n"
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text).encode() + b"\n"


def decode(line: bytes) -> Said:
    """What a line says; ValueError when it says nothing we know."""
    try:
        return _decoded(json.loads(line))
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise ValueError("not a line of ours") from error


def _decoded(fields: dict[str, Any]) -> Said:
    if "piece" in fields:
        place = fields["at"]
        place["headings"] = tuple(place.get("headings", ()))
        return Piece(
            str(fields["piece"]), SectionKind(fields["kind"]), Location(**place)
        )
    if "notice" in fields:
        return Notice(kind=NoticeKind(fields["kind"]), detail=str(fields["notice"]))
    ((name, values),) = fields.items()
    return _PLAIN[name](**values)
