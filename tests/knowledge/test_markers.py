"""Reference marks, however the answer arrives."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.knowledge.markers import Marker, MarkerReader, read_marks

answers = st.lists(
    st.sampled_from(
        [
            "[1]",
            "[2, 3]",
            "[",
            "]",
            "1",
            ",",
            "-",
            " ",
            "`",
            "```",
            "\n",
            "(",
            "a",
            "[x]",
        ]
    )
    | st.text(max_size=3),
    max_size=30,
).map("".join)


def read(*pieces: str) -> list[str | Marker]:
    reader = MarkerReader()
    parts = [part for piece in pieces for part in reader.feed(piece)]
    return parts + reader.close()


def text_of(parts: list[str | Marker]) -> str:
    return "".join(part if isinstance(part, str) else part.text for part in parts)


def marks_of(parts: list[str | Marker]) -> list[Marker]:
    return [part for part in parts if isinstance(part, Marker)]


@given(answers)
def test_nothing_of_the_answer_is_lost_or_added(answer: str) -> None:
    assert text_of(read(answer)) == answer


@given(answers, st.data())
def test_it_does_not_matter_where_the_pieces_are_cut(answer: str, data) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(answer)), max_size=8)))
    ends = [0, *cuts, len(answer)]
    pieces = [answer[a:b] for a, b in pairwise(ends)]

    parts = read(*pieces)

    assert text_of(parts) == answer
    assert marks_of(parts) == marks_of(read(answer))


@given(answers)
def test_text_without_brackets_is_never_held_back(answer: str) -> None:
    plain = answer.replace("[", "")
    reader = MarkerReader()

    assert text_of([part for each in plain for part in reader.feed(each)]) == plain


@given(answers)
def test_a_mark_names_at_least_one_number_from_one(answer: str) -> None:
    for mark in marks_of(read(answer)):
        assert mark.numbers
        assert min(mark.numbers) >= 1


@pytest.mark.parametrize(
    ("mark", "numbers"),
    [
        ("[1]", (1,)),
        ("[12]", (12,)),
        ("[2, 3]", (2, 3)),
        ("[2,3;5]", (2, 3, 5)),
        ("[ 4 ]", (4,)),
        ("[2-4]", (2, 3, 4)),
        ("[2\u20134]", (2, 3, 4)),
        ("[3, 3]", (3,)),
        ("[4-2]", (4, 2)),
    ],
)
def test_a_mark_refers_to_its_numbers(mark: str, numbers: tuple[int, ...]) -> None:
    [found] = marks_of(read(f"So it was {mark}."))

    assert found.numbers == numbers


@pytest.mark.parametrize(
    "answer",
    [
        "see [a], [], [1, [1a], [1234]",
        "index [0] of a list",
        "[1](https://example.org)",
        "`a[1]` and ``b`[2]``",
        "```\na[1]\nb[2]\n```",
        "~[",
    ],
)
def test_what_only_resembles_a_mark_stays_text(answer: str) -> None:
    assert marks_of(read(answer)) == []
    assert text_of(read(answer)) == answer


def test_marks_after_code_are_found_again() -> None:
    marks = marks_of(read("`a[9]` [1] ```\nb[9]\n``` [2] stray ` here [9]\nnext [3]"))

    assert [mark.numbers for mark in marks] == [(1,), (2,), (3,)]


def test_a_mark_is_certain_once_the_next_letter_has_come() -> None:
    reader = MarkerReader()

    assert reader.feed("Yes [1") == ["Yes "]
    assert reader.feed("]") == []
    assert reader.feed(".") == [Marker("[1]"), "."]
    assert reader.close() == []


def test_a_bracket_left_open_is_given_back_at_the_end() -> None:
    assert read("so [1, ") == ["so ", "[1, "]


def test_marks_are_taken_out_with_the_blank_before_them() -> None:
    marked = read_marks("Lit in 1871 [1]. Burnt [2][3]. Rebuilt. [1, 2] Done")

    assert marked.text == "Lit in 1871. Burnt. Rebuilt. Done"
    assert [(marked.text[:at], mark.numbers) for at, mark in marked.marks] == [
        ("Lit in 1871", (1,)),
        ("Lit in 1871. Burnt", (2,)),
        ("Lit in 1871. Burnt", (3,)),
        ("Lit in 1871. Burnt. Rebuilt.", (1, 2)),
    ]
