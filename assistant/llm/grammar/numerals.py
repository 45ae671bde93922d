"""Grammars of the numbers between two bounds, written digit by digit."""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from assistant.llm.grammar.syntax import Char, Node, Repeat, choice, row

_DIGIT = Char((("0", "9"),))
_LARGEST_WHOLE = 10**15 - 1  # beyond it, floating point leaves integers out
_LARGEST_SPLIT = 10**9 - 1  # beyond it, six decimals would be rounded away
_FRACTION = row(".", Repeat(_DIGIT, 0, 5), Char((("1", "9"),)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """From where to where; None is no bound, `above` and `below` leave it out."""

    low: Fraction | None = None
    high: Fraction | None = None
    above: bool = False
    below: bool = False

    @property
    def lowest_whole(self) -> int:
        if self.low is None:
            return -_LARGEST_WHOLE
        return floor(self.low) + 1 if self.above else ceil(self.low)

    @property
    def highest_whole(self) -> int:
        if self.high is None:
            return _LARGEST_WHOLE
        return ceil(self.high) - 1 if self.below else floor(self.high)


def integers(bounds: Bounds) -> Node | None:
    """Every integer within, of up to 15 digits; None when there is none."""
    return _signed(bounds.lowest_whole, bounds.highest_whole)


def numbers(bounds: Bounds) -> Node | None:
    """The integers within, and decimals between two of them; None without any."""
    low = floor(-bounds.low) if bounds.low is not None else _LARGEST_SPLIT + 1
    high = floor(bounds.high) if bounds.high is not None else _LARGEST_SPLIT + 1
    below_zero = _split(-high, low - 1)
    above_zero = _split(-low, high - 1)
    ways = [
        integers(bounds),
        row("-", below_zero) if below_zero else None,
        above_zero,
    ]
    found = [way for way in ways if way is not None]
    return choice(*found) if found else None


def _split(low: int, high: int) -> Node | None:
    """Whole parts from `low` to `high`, none negative, each with a fraction."""
    low, high = max(0, low), min(high, _LARGEST_SPLIT)
    return row(_unsigned(low, high), _FRACTION) if low <= high else None


def _signed(low: int, high: int) -> Node | None:
    low, high = max(low, -_LARGEST_WHOLE), min(high, _LARGEST_WHOLE)
    if low > high:
        return None
    ways: list[Node] = []
    if low < 0:
        ways.append(row("-", _unsigned(max(1, -high), -low)))
    if high >= 0:
        ways.append(_unsigned(max(0, low), high))
    return choice(*ways)


def _unsigned(low: int, high: int) -> Node:
    if low == 0 and high > 0:
        return choice("0", _unsigned(1, high))
    shortest, longest = len(str(low)), len(str(high))
    if low == 10 ** (shortest - 1) and high == 10**longest - 1:
        return row(_digit("1", "9"), _digits(shortest - 1, longest - 1))
    return choice(
        *(
            _same_length(
                str(max(low, 10 ** (length - 1) if length > 1 else 0)),
                str(min(high, 10**length - 1)),
            )
            for length in range(shortest, longest + 1)
        )
    )


def _same_length(low: str, high: str) -> Node:
    """Every numeral from `low` to `high`, all equally long."""
    rest = len(low) - 1
    if not low:
        return row("")
    if low[0] == high[0]:
        return row(low[0], _same_length(low[1:], high[1:]))
    if set(low[1:]) <= {"0"} and set(high[1:]) <= {"9"}:
        return row(_digit(low[0], high[0]), _digits(rest, rest))
    ways = [row(low[0], _same_length(low[1:], "9" * rest))]
    if int(high[0]) - int(low[0]) > 1:
        between = _digit(str(int(low[0]) + 1), str(int(high[0]) - 1))
        ways.append(row(between, _digits(rest, rest)))
    ways.append(row(high[0], _same_length("0" * rest, high[1:])))
    return choice(*ways)


def _digit(low: str, high: str) -> Node:
    return Char(((low, high),))


def _digits(least: int, most: int) -> Node:
    return Repeat(_DIGIT, least, most) if most else row("")
