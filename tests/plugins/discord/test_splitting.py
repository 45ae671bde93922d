"""Long answers in parts: nothing lost, nothing too long, every block a block."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from plugins.discord.splitting import LIMIT, split, units

LINES = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        ["```", "```python", "~~~", "````md", "", "  ", "- item", "# Head"]
    ),
    st.text(st.sampled_from("word  \U0001f600é`~"), max_size=300),
    st.integers(1, 400).map("x".__mul__),
)
ANSWERS = st.lists(LINES, max_size=60).map("\n".join)
FENCE = re.compile(r" {0,3}(`{3,16}|~{3,16})[ \t]*([\w+#.-]{0,32})[^`\n]{0,80}\n?\Z")


def is_balanced(shown: str) -> bool:
    """Whether every code block that is opened in it is closed."""
    marker = ""
    for line in shown.split("\n"):
        if marker:
            bare = line.strip()
            if bare.startswith(marker) and not bare.strip(marker[0]):
                marker = ""
        elif match := FENCE.match(line):
            marker = match[1]
    return not marker


@given(ANSWERS, st.integers(100, 300))
@example("```\n" + "x" * 95, 100)
@example("a" * 99 + "\n```py\ncode\n```", 100)
def test_every_part_is_short_enough_and_says_something(text: str, limit: int) -> None:
    """DC-09."""
    for part in split(text, limit=limit):
        assert units(part.shown) <= limit
        assert part.shown.strip()


@given(ANSWERS, st.integers(100, 300))
def test_the_words_together_are_the_answer(text: str, limit: int) -> None:
    together = "".join(part.text for part in split(text, limit=limit))

    assert "".join(together.split()) == "".join(text.split())


@given(st.lists(st.text("word ", min_size=1), min_size=1).map("\n".join))
def test_not_even_a_blank_is_lost_between_words(text: str) -> None:
    parts = split(f"a{text}b", limit=100)

    assert "".join(part.text for part in parts) == f"a{text}b"


@given(ANSWERS, st.integers(100, 300))
def test_every_block_is_closed_where_it_is_cut(text: str, limit: int) -> None:
    """DC-09."""
    parts = split(text, limit=limit)

    assert all(is_balanced(part.shown) for part in parts[:-1])


def test_a_short_answer_is_one_part_as_it_is() -> None:
    (part,) = split("Paris.\n\n```py\nprint(1)\n```\n")

    assert part.shown == "Paris.\n\n```py\nprint(1)\n```\n"


def test_a_block_that_is_cut_goes_on_in_its_language() -> None:
    code = "".join(f"number_{n} = {n}\n" for n in range(300))

    parts = split(f"Look:\n```python\n{code}```\nThat is all.")

    assert len(parts) > 1
    assert all(part.shown.startswith("```python\n") for part in parts[1:])
    assert all(part.shown.endswith("\n```") for part in parts[:-1])
    assert parts[-1].shown.endswith("```\nThat is all.")


def test_a_block_does_not_begin_at_the_end_of_a_part() -> None:
    parts = split("word " * 397 + "\n```python\n" + "x = 1\n" * 50 + "```")

    assert "```" not in parts[0].shown
    assert parts[1].shown.startswith("```python\nx = 1")


def test_a_part_ends_between_paragraphs_where_it_can() -> None:
    paragraphs = [f"{number} " + "word " * 100 for number in range(12)]

    parts = split("\n\n".join(paragraphs))

    assert all(re.match(r"\d+ word", part.shown) for part in parts)


def test_a_pair_of_surrogates_counts_as_two() -> None:
    parts = split("\U0001f600" * 1500)

    assert [units(part.shown) for part in parts] == [LIMIT, 1000]


def test_blank_is_nothing_to_say() -> None:
    assert split("\n" * 5000) == []
    assert split("") == []


def test_a_limit_without_room_for_words_is_refused() -> None:
    with pytest.raises(ValueError, match="too short"):
        split("words", limit=20)
