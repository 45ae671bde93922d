"""Grammars of JSON's own kinds of values, as an answer writes them.

No white space is left to choose: a model that may add some never stops.
"""

import json
from collections.abc import Mapping, Sequence

from assistant.llm.grammar.numerals import Bounds, numbers
from assistant.llm.grammar.syntax import Char, Node, Repeat, Text, choice, row

_DIGIT = Char((("0", "9"),))
_HEX = Char((("0", "9"), ("a", "f")))
_PLAIN = Char(
    (
        (" ", "!"),
        ("#", "["),
        ("]", "~"),
        ("\u00a0", "\ud7ff"),
        ("\ue000", "\ufffd"),
        ("\U00010000", "\U0010ffff"),
    )
)
"""Whatever may stand in a string as it is; what needs an escape is left out."""

_CHARACTER = choice(_PLAIN, row("\\", Char((('"', '"'), ("\\", "\\"), ("n", "n")))))
_KEY_CHARACTERS = 64

NULL: Node = Text("null")
BOOLEAN = choice("true", "false")


def literal(value: object) -> Node:
    """Exactly this value."""
    return Text(json.dumps(value, ensure_ascii=False))


def string(least: int = 0, most: int | None = None) -> Node:
    """Any string of so many characters."""
    return row('"', _repeat(_CHARACTER, least, most), '"')


def listed(
    first: Sequence[Node], item: Node, *, least: int = 0, most: int | None = None
) -> Node:
    """Certain items, then so many of another kind, with commas between."""
    parts = [part for node in first for part in (", ", node)][1:]
    if most == 0:
        return row(*parts)
    another = row(", ", item)
    if first:
        return row(*parts, _repeat(another, least, most))
    more = _repeat(another, max(0, least - 1), None if most is None else most - 1)
    some = row(item, more)
    return some if least else choice("", some)


def free_object(value: Node) -> Node:
    """Names of its own choosing, all with such a value."""
    member = row(string(1, _KEY_CHARACTERS), ": ", value)
    return row("{", listed((), member), "}")


def plain_value() -> Node:
    """Whatever JSON there is, but no list and no object."""
    return choice(string(), NULL, BOOLEAN, numbers(Bounds()) or "0")


def _repeat(part: Node, least: int, most: int | None) -> Node:
    return row("") if most == 0 else Repeat(part, least, most)


def _two_digits(low: int, high: int) -> Node:
    return choice(*(f"{number:02}" for number in range(low, high + 1)))


def _some(part: Node, count: int) -> Node:
    return Repeat(part, count, count)


_DATE = row(_some(_DIGIT, 4), "-", _two_digits(1, 12), "-", _two_digits(1, 31))
_TIME = row(_two_digits(0, 23), *(":", _two_digits(0, 59)) * 2, "Z")
_GROUPS = [_some(_HEX, count) for count in (8, 4, 4, 4, 12)]
_UUID = row(_GROUPS[0], *(part for group in _GROUPS[1:] for part in ("-", group)))

FORMATS: Mapping[str, Node] = {
    name: row('"', node, '"')
    for name, node in {
        "date": _DATE,
        "time": _TIME,
        "date-time": row(_DATE, "T", _TIME),
        "uuid": _UUID,
    }.items()
}
"""Strings of a certain form; other forms are not held to."""
