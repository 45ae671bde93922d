"""XML as a stream of events, in flat memory and without what makes XML dangerous.

A document type is refused outright: no office file or e-book needs one, and
entities, external files and their explosions all begin there.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, TypeAlias
from xml.parsers import expat

from assistant.errors import DocumentRefusedError, Refusal

_LAST = True

_REFERENCES = {
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "http://purl.oclc.org/ooxml/officeDocument/relationships",
}

DEEPEST = 1_000
"""Elements within elements."""


class Start(NamedTuple):
    """An element begins. Names have lost their namespaces, but for `r:id`, which
    refers to another part and often stands beside a plain `id`."""

    name: str
    attributes: Mapping[str, str]


class End(NamedTuple):
    """An element ends."""

    name: str


class Text(NamedTuple):
    """Characters between tags."""

    text: str


Event: TypeAlias = Start | End | Text


def events(
    blocks: Iterable[bytes],
    *,
    of: frozenset[str] | None = None,
    typed: bool = False,
) -> Iterator[Event]:
    """What stands in an XML part: all of it, or text and the elements named.

    `typed` lets a document type pass unread.
    """
    gathered = _Gathered(of, typed=typed)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = gathered.start
    parser.EndElementHandler = gathered.end
    parser.CharacterDataHandler = gathered.text
    parser.StartDoctypeDeclHandler = gathered.doctype
    parser.EntityDeclHandler = gathered.entity
    try:
        for block in blocks:
            parser.Parse(block)
            yield from gathered.taken()
        parser.Parse(b"", _LAST)
    except expat.ExpatError as error:
        raise DocumentRefusedError(Refusal.DAMAGED, f"its XML: {error}") from error
    yield from gathered.taken()


class _Gathered:
    """The parser's callbacks, and the events since they were last taken."""

    def __init__(self, of: frozenset[str] | None, *, typed: bool) -> None:
        self._of = of
        self._typed = typed
        self._events: list[Event] = []
        self._depth = 0
        self._names: dict[str, str] = {}

    def taken(self) -> list[Event]:
        events, self._events = self._events, []
        return events

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise DocumentRefusedError(
                Refusal.DAMAGED, f"its XML is nested more than {DEEPEST:,} deep"
            )
        name = self._local(name)
        if self._of is None or name in self._of:
            local = {self._local(key): value for key, value in attributes.items()}
            self._events.append(Start(name, local))

    def end(self, name: str) -> None:
        self._depth -= 1
        name = self._local(name)
        if self._of is None or name in self._of:
            self._events.append(End(name))

    def text(self, text: str) -> None:
        self._events.append(Text(text))

    def doctype(self, *_: object) -> None:
        if not self._typed:
            raise DocumentRefusedError(
                Refusal.DAMAGED, "its XML declares a document type"
            )

    def entity(self, *_: object) -> None:
        raise DocumentRefusedError(Refusal.DAMAGED, "its XML declares entities")

    def _local(self, name: str) -> str:
        known = self._names.get(name)
        if known is None:
            space, _, local = name.rpartition(" ")
            known = f"r:{local}" if space in _REFERENCES else local
            self._names[name] = known
        return known
