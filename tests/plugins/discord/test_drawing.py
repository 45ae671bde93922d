"""An answer as Discord shows it: its words, and in small print where they are from."""

from typing import Any

import pytest

from assistant.entities.citation import Basis, Citation
from assistant.entities.conversation import FinishReason
from assistant.entities.turn import TurnFailed, TurnFinished
from plugins.discord.drawing import failed, finished, growing, one_line, sources
from tests.storage.building import a_message


def ended(text: str = "Paris.", **more: Any) -> TurnFinished:
    usual = {"reason": FinishReason.STOP, "basis": Basis.GENERAL}
    return TurnFinished(reply=a_message("r", text), **{**usual, **more})


def cited(number: int, title: str, location: str = "page 2") -> Citation:
    return Citation(
        number=number,
        passage_id=f"p{number}",
        document_id="d",
        title=title,
        location=location,
        quote="words",
    )


def test_sources_are_a_compact_list_below_the_answer() -> None:
    event = ended(citations=(cited(1, "Kettle"), cited(2, "Pots", "")))

    assert finished(event) == "Paris.\n-# [1] Kettle › page 2\n-# [2] Pots"


def test_the_same_source_is_listed_once() -> None:
    assert len(sources([cited(1, "Kettle"), cited(1, "Kettle")])) == 1


def test_a_title_steers_nothing() -> None:
    (line,) = sources([cited(1, "**@everyone**\n<@4711>", "")])

    assert line == r"[1] \*\*\@everyone\*\* \<\@4711\>"


@pytest.mark.parametrize(
    ("more", "small"),
    [
        ({"basis": Basis.MEMORY}, "from what you told me"),
        ({"basis": Basis.OVERHEARD}, "as it was said there"),
        ({"reason": FinishReason.LENGTH}, "cut at the limit of length"),
        ({"reason": FinishReason.CANCELLED}, "stopped"),
    ],
)
def test_small_print_says_where_it_is_from_and_how_it_ended(
    more: dict[str, Any], small: str
) -> None:
    assert finished(ended(**more)) == f"Paris.\n-# {small}"


def test_what_went_wrong_is_said_below_what_was_said() -> None:
    event = TurnFailed(
        reply=a_message("r", "Par"), error="No model *can*", hint="", exit_code=4
    )

    assert failed(event) == "Par\n-# I could not answer: No model \\*can\\*"


@pytest.mark.parametrize(
    ("place", "told"),
    [(0, "thinking …"), (1, "you are next …"), (3, "2 before you …")],
)
def test_who_waits_sees_their_place(place: int, told: str) -> None:
    assert growing("", place=place) == f"-# {told}"
    assert growing("Par", place=place) == "Par"


def test_one_line_is_one_line_and_commands_no_terminal() -> None:
    assert one_line("a\n\nb\x1b[2J c") == "a b c"
