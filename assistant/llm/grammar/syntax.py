"""The parts a grammar is made of, and how llama.cpp reads them.

It knows texts, choices and repetitions; never JSON, and never a schema.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from math import inf
from typing import TypeAlias

# llama.cpp writes every round of a counted repetition out, and refuses many.
# Beyond this the grammar it gets is looser than the truth; a `Matcher` is not.
_COUNTED = 256

Sizes: TypeAlias = Mapping[str, float]
"""Characters of the shortest text of each rule; infinite for one that never ends."""


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """Exactly these characters."""

    text: str

    def size(self, _: Sizes) -> float:
        return len(self.text)

    def gbnf(self) -> str:
        return f'"{_ESCAPED.sub(_escape, self.text)}"'


@dataclass(frozen=True, slots=True, eq=False)
class Char:
    """One character out of these ranges."""

    ranges: tuple[tuple[str, str], ...]

    def allows(self, char: str) -> bool:
        return any(low <= char <= high for low, high in self.ranges)

    def size(self, _: Sizes) -> float:
        return 1

    def gbnf(self) -> str:
        return f"[{''.join(map(_range, self.ranges))}]"


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One after the other."""

    parts: tuple["Node", ...]

    def size(self, sizes: Sizes) -> float:
        return sum(part.size(sizes) for part in self.parts)

    def gbnf(self) -> str:
        return " ".join(map(_grouped, self.parts)) or '""'


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """One of them."""

    options: tuple["Node", ...]

    def size(self, sizes: Sizes) -> float:
        return min(option.size(sizes) for option in self.options)

    def gbnf(self) -> str:
        return " | ".join(map(_grouped, self.options))


@dataclass(frozen=True, slots=True, eq=False)
class Repeat:
    """The same again and again; what is repeated is never nothing."""

    part: "Node"
    least: int = 0
    most: int | None = None

    def size(self, sizes: Sizes) -> float:
        return self.least * self.part.size(sizes) if self.least else 0

    def gbnf(self) -> str:
        least = min(self.least, _COUNTED)
        if self.most is None or self.most > _COUNTED:
            return f"{_grouped(self.part)}{{{least},}}"
        return f"{_grouped(self.part)}{{{least},{self.most}}}"


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A part that is described elsewhere, by name."""

    name: str

    def size(self, sizes: Sizes) -> float:
        return sizes[self.name]

    def gbnf(self) -> str:
        return self.name


Node: TypeAlias = Text | Char | Row | Choice | Repeat | Rule


def row(*parts: Node | str) -> Row:
    """One after the other; a string stands for its text."""
    return Row(tuple(_node(part) for part in parts))


def choice(*options: Node | str) -> Node:
    """One of them; a choice of one is no choice."""
    nodes = tuple(_node(option) for option in options)
    return nodes[0] if len(nodes) == 1 else Choice(nodes)


@dataclass(frozen=True)
class Grammar:
    """Named rules, one of them `root`. No rule may begin with itself."""

    rules: Mapping[str, Node]

    @cached_property
    def gbnf(self) -> str:
        """The grammar in llama.cpp's own notation."""
        return "\n".join(f"{name} ::= {node.gbnf()}" for name, node in self._named)

    def size(self, node: Node) -> float:
        """Characters of the shortest text it can be; infinite when it never ends."""
        return node.size(self._sizes)

    def shortest(self, node: Node) -> str:
        """The shortest text it can be; ask only where `size` is finite."""
        texts: list[str] = []
        pending = [node]
        while pending:
            match pending.pop():
                case Text(text):
                    texts.append(text)
                case Char(ranges):
                    texts.append(ranges[0][0])
                case Row(parts):
                    pending += reversed(parts)
                case Choice(options):
                    pending.append(min(options, key=self.size))
                case Repeat(part, least):
                    pending += [part] * least
                case Rule(name):
                    pending.append(self.rules[name])
        return "".join(texts)

    def is_left_recursive(self) -> bool:
        """Whether some rule can begin with itself, which no reader survives."""
        sorter = TopologicalSorter(
            {name: set(self._first(node)) for name, node in self._named}
        )
        try:
            sorter.prepare()
        except CycleError:
            return True
        return False

    def _first(self, node: Node) -> Iterator[str]:
        """The rules that a text of this part may begin with."""
        match node:
            case Rule(name):
                yield name
            case Choice(options):
                for option in options:
                    yield from self._first(option)
            case Repeat(part):
                yield from self._first(part)
            case Row(parts):
                for part in parts:
                    yield from self._first(part)
                    if self.size(part) > 0:
                        return
            case _:
                return

    @cached_property
    def _named(self) -> tuple[tuple[str, Node], ...]:
        return tuple(self.rules.items())

    @cached_property
    def _sizes(self) -> Sizes:
        sizes = dict.fromkeys(self.rules, inf)
        shrinking = True
        while shrinking:
            shrinking = False
            for name, node in self._named:
                size = node.size(sizes)
                shrinking = shrinking or size < sizes[name]
                sizes[name] = size
        return sizes


def _node(part: Node | str) -> Node:
    return Text(part) if isinstance(part, str) else part


def _grouped(node: Node) -> str:
    written = node.gbnf()
    return written if isinstance(node, Text | Char | Rule) else f"({written})"


_ESCAPED = re.compile(r'["\\\x00-\x1f\x7f]')


def _escape(found: re.Match[str]) -> str:
    return f"\\x{ord(found.group()):02X}"


def _range(ends: tuple[str, str]) -> str:
    low, high = (f"\\U{ord(end):08X}" for end in ends)
    return low if low == high else f"{low}-{high}"
