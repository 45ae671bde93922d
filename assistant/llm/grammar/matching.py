"""Follows a text through a grammar, and knows the shortest way to its end.

So an answer that is cut off can be closed with what is still missing.
"""

from dataclasses import dataclass
from math import inf
from typing import Optional, TypeAlias, assert_never

from assistant.llm.grammar.syntax import (
    Char,
    Choice,
    Grammar,
    Node,
    Repeat,
    Row,
    Rule,
    Text,
)


@dataclass(frozen=True, slots=True, eq=False)
class _Place:
    """A part of the grammar, how far we are in it, and what follows it."""

    node: Node
    at: int
    after: "_After"


_After: TypeAlias = Optional["_Place"]  # None: nothing follows, the text may end

Mark: TypeAlias = frozenset[_After]


class Matcher:
    """One text, as far as it has come."""

    def __init__(self, grammar: Grammar) -> None:
        self._grammar = grammar
        self._known: dict[tuple[int, int, int], _Place] = {}
        start = self._place(grammar.rules["root"], 0, None)
        self._open = self._closure([start])

    def feed(self, text: str) -> int:
        """Take as much as the grammar allows; how many characters that was."""
        for count, char in enumerate(text):
            following = [
                self._place(place.node, place.at + 1, place.after)
                for place in self._open
                if place is not None and _takes(place, char)
            ]
            if not following:
                return count
            self._open = self._closure(following)
        return len(text)

    def mark(self) -> Mark:
        """Where the text has come to, to go back to."""
        return self._open

    def go_back(self, mark: Mark) -> None:
        """Forget what was fed since."""
        self._open = mark

    @property
    def may_end(self) -> bool:
        """Whether the text is whole as it stands."""
        return None in self._open

    @property
    def missing(self) -> int:
        """Characters of the shortest way to the end."""
        return int(min(map(self._size, self._open)))

    def shortest_end(self) -> str:
        """The shortest way to the end."""
        place = min(self._open, key=self._size)
        parts = []
        while place is not None:
            parts.append(self._grammar.shortest(_left(place)))
            place = place.after
        return "".join(parts)

    def _size(self, place: _After) -> float:
        size: float = 0
        while place is not None and size < inf:
            size += self._grammar.size(_left(place))
            place = place.after
        return size

    def _place(self, node: Node, at: int, after: _After) -> _Place:
        """One and the same object for the same place, so that sets stay small."""
        key = (id(node), at, id(after))
        if key not in self._known:
            self._known[key] = _Place(node, at, after)
        return self._known[key]

    def _closure(self, places: list[_Place]) -> Mark:
        """The places where a character is awaited, or the end."""
        found: set[_After] = set()
        seen: set[_After] = set()
        pending: list[_After] = list(places)
        while pending:
            place = pending.pop()
            if place in seen:
                continue
            seen.add(place)
            if place is None or _awaits_char(place):
                found.add(place)
            else:
                pending += self._inside(place)
        return frozenset(found)

    def _inside(self, place: _Place) -> list[_After]:
        """One step closer to a character."""
        node, at, after = place.node, place.at, place.after
        match node:
            case Text() | Char():
                return [after]
            case Row():
                return [self._in_row(node, at, after)]
            case Choice(options):
                return [self._place(option, 0, after) for option in options]
            case Rule(name):
                return [self._place(self._grammar.rules[name], 0, after)]
            case Repeat():
                return self._in_repeat(node, at, after)
            case _:
                assert_never(node)

    def _in_row(self, node: Row, at: int, after: _After) -> _After:
        if at == len(node.parts):
            return after
        is_last = at + 1 == len(node.parts)
        following = after if is_last else self._place(node, at + 1, after)
        return self._place(node.parts[at], 0, following)

    def _in_repeat(self, node: Repeat, at: int, after: _After) -> list[_After]:
        ways: list[_After] = []
        if at >= node.least:
            ways.append(after)
        if node.most is None or at < node.most:
            # Beyond the least number an open end need not be counted.
            done = at + 1 if node.most is not None else min(at + 1, node.least)
            ways.append(self._place(node.part, 0, self._place(node, done, after)))
        return ways


def _awaits_char(place: _Place) -> bool:
    match place.node:
        case Text(text):
            return place.at < len(text)
        case Char():
            return place.at == 0
        case _:
            return False


def _takes(place: _Place, char: str) -> bool:
    match place.node:
        case Text(text):
            return text[place.at] == char
        case Char():
            return place.node.allows(char)
        case _:
            return False


def _left(place: _Place) -> Node:
    """What of this part is still to come."""
    match place.node:
        case Text(text):
            return Text(text[place.at :])
        case Row(parts):
            return Row(parts[place.at :])
        case Repeat(part, least, most):
            return Repeat(part, max(0, least - place.at), most)
        case Char() | Choice() | Rule():
            return place.node
        case _:
            assert_never(place.node)
