from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from assistant.llm.grammar.matching import Matcher
from assistant.llm.grammar.numerals import Bounds, integers, numbers
from assistant.llm.grammar.syntax import Grammar, Node

WHOLE = st.integers(-(10**15) + 1, 10**15 - 1)
FRACTIONS = st.fractions(-150, 150, max_denominator=64)


def allows(node: Node, text: str) -> bool:
    matcher = Matcher(Grammar({"root": node}))
    return matcher.feed(text) == len(text) and matcher.may_end


@given(WHOLE, WHOLE, st.data())
def test_every_integer_within_the_bounds_can_be_said(
    one: int, other: int, data: st.DataObject
) -> None:
    low, high = sorted((one, other))
    node = integers(Bounds(low=Fraction(low), high=Fraction(high)))
    assert node is not None

    for number in (low, high, data.draw(st.integers(low, high))):
        assert allows(node, str(number))


@given(WHOLE, WHOLE, st.data())
def test_no_integer_outside_the_bounds_can_be_said(
    one: int, other: int, data: st.DataObject
) -> None:
    low, high = sorted((one, other))
    node = integers(Bounds(low=Fraction(low), high=Fraction(high)))
    assert node is not None

    for number in (low - 1, high + 1, data.draw(st.integers())):
        assert allows(node, str(number)) == (low <= number <= high)


@given(st.integers(-300, 300), st.integers(-300, 300))
def test_small_ranges_are_exact(low: int, high: int) -> None:
    node = integers(Bounds(low=Fraction(low), high=Fraction(high)))

    said = {n for n in range(-350, 351) if node is not None and allows(node, str(n))}

    assert said == set(range(low, high + 1))


@given(FRACTIONS, FRACTIONS, st.booleans(), st.booleans())
def test_open_bounds_are_left_out(
    low: Fraction, high: Fraction, above: bool, below: bool
) -> None:
    node = integers(Bounds(low=low, high=high, above=above, below=below))

    said = {n for n in range(-151, 152) if node is not None and allows(node, str(n))}

    assert said == {
        n
        for n in range(-151, 152)
        if (low < n if above else low <= n) and (n < high if below else n <= high)
    }


@given(
    st.none() | FRACTIONS,
    st.none() | FRACTIONS,
    st.booleans(),
    st.booleans(),
    st.decimals(-151, 151, places=3),
)
def test_decimals_stay_within_the_bounds(
    low: Fraction | None,
    high: Fraction | None,
    above: bool,
    below: bool,
    number: Fraction,
) -> None:
    node = numbers(Bounds(low=low, high=high, above=above, below=below))

    if node is not None and allows(node, str(number)):
        value = Fraction(float(number))
        assert low is None or (low < value if above else low <= value)
        assert high is None or (value < high if below else value <= high)


def test_a_share_between_nothing_and_everything_can_be_said() -> None:
    node = numbers(Bounds(low=Fraction(0), high=Fraction(1)))
    assert node is not None

    assert all(allows(node, text) for text in ("0", "1", "0.5", "0.25", "0.000001"))
    assert not any(allows(node, text) for text in ("1.5", "-0.5", "0.", ".5", "00"))


def test_between_two_neighbours_there_is_no_integer() -> None:
    assert integers(Bounds(low=Fraction(1, 3), high=Fraction(2, 3))) is None


def test_a_number_never_begins_with_a_needless_zero() -> None:
    node = integers(Bounds())
    assert node is not None

    assert allows(node, "0")
    assert allows(node, "-7")
    assert not any(allows(node, text) for text in ("007", "-0", "+1", "1e5", ""))
