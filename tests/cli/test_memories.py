from pathlib import Path

import pytest

from tests.cli.conftest import Hearth
from tests.fakes.engine import ScriptedEngine


@pytest.fixture
def told(hearth: Hearth) -> str:
    """The id of a memory: where somebody lives, told in a conversation."""
    hearth.engine = ScriptedEngine("How nice.")
    hearth("ask", "I live in Porto.")
    identity: str = hearth("memories", "list", "--json").json["id"]
    return identity


def test_nothing_remembered_is_no_failure(hearth: Hearth) -> None:
    result = hearth("memories", "list")

    assert (result.status, result.out) == (0, "")
    assert "Nothing is remembered" in result.err


def test_what_was_told_is_remembered_and_said_so(hearth: Hearth) -> None:
    hearth.engine = ScriptedEngine("How nice.")

    result = hearth("ask", "My sister Ana lives in Porto.")

    assert result.out == "How nice.\n"
    assert 'Remembered: "My sister Ana lives in Porto"' in result.err
    assert result.err.count("Remembered:") == 1
    listed = hearth("memories", "list", "--json").lines
    assert [one["text"] for one in listed] == [
        "My sister Ana lives in Porto",
        "My sister Ana",
    ]


def test_what_was_told_answers_a_question_in_another_process(
    hearth: Hearth, told: str
) -> None:
    answer = hearth("ask", "--json", "Where do I live?").json

    assert "“I live in Porto”" in answer["answer"]
    assert answer["memories"] == [told]
    assert answer["model"] is None


def test_without_memory_the_model_answers(hearth: Hearth, told: str) -> None:
    hearth.engine = ScriptedEngine("I do not know.")

    answer = hearth("ask", "--json", "--no-memory", "Where do I live?").json

    assert answer["answer"] == "I do not know."
    assert answer["memories"] == []


def test_a_memory_says_where_it_is_from(hearth: Hearth, told: str) -> None:
    shown = hearth("memories", "why", told[:-1]).out
    for_programs = hearth("memories", "why", told, "--json").json

    assert "I live in Porto." in shown
    assert for_programs["message"] == "I live in Porto."
    assert for_programs["span"] == [0, 16]
    assert for_programs["quote"] == "I live in Porto."
    assert "home" in hearth("memories", "show", told).out


def test_a_correction_keeps_what_was_true_before(hearth: Hearth, told: str) -> None:
    assert hearth("memories", "edit", told, "I live in Braga").status == 0

    assert [m["text"] for m in hearth("memories", "list", "--json").lines] == [
        "I live in Braga"
    ]
    history = hearth("memories", "list", "--all", "--json").lines
    assert {m["state"] for m in history} == {"current", "superseded"}
    now = next(m["id"] for m in history if m["state"] == "current")
    assert "I live in Porto" in hearth("memories", "why", now).out


def test_what_is_added_may_be_a_fact_or_a_note(hearth: Hearth) -> None:
    fact = hearth("memories", "add", "I am allergic to figs", "--json").json
    note = hearth("memories", "add", "the key is under the pot", "--json").json

    assert (fact["kind"], fact["value"]) == ("fact", "figs")
    assert (note["kind"], note["text"]) == ("note", "The key is under the pot")


def test_forgetting_asks_first_and_is_for_good(hearth: Hearth, told: str) -> None:
    refused = hearth("memories", "forget", told)
    assert refused.status == 2
    assert hearth("memories", "list", "--json").json["id"] == told

    assert hearth("memories", "forget", told, "--yes").status == 0

    assert hearth("memories", "list", "--all").out == ""
    assert hearth("memories", "show", told).status == 3


@pytest.mark.parametrize("arguments", [(), ("--all", "01")])
def test_what_to_forget_is_named_one_way(hearth: Hearth, arguments) -> None:
    assert hearth("memories", "forget", *arguments).status == 2


def test_asking_first_waits_for_a_yes(hearth: Hearth) -> None:
    hearth.variables["HEARTH_MEMORY_MODE"] = "ask"
    hearth.engine = ScriptedEngine("How nice.")

    result = hearth("ask", "I live in Porto. I am allergic to figs.")

    assert "hearth memories approve" in result.err
    assert hearth("memories", "list").out == ""
    waiting = hearth("memories", "pending", "--json").lines
    yes, no = (one["id"] for one in waiting)
    assert hearth("memories", "approve", yes).status == 0
    assert hearth("memories", "reject", no).status == 0
    assert hearth("memories", "pending").out == ""
    assert [one["id"] for one in hearth("memories", "list", "--json").lines] == [yes]


def test_off_remembers_nothing_and_says_so(hearth: Hearth) -> None:
    hearth.variables["HEARTH_MEMORY_MODE"] = "off"

    result = hearth("ask", "Remember that I live in Porto")

    assert "Nothing was remembered: memory is off" in result.out
    assert hearth("memories", "list").out == ""


def test_an_export_is_taken_in_elsewhere_once(
    hearth: Hearth, told: str, tmp_path: Path
) -> None:
    hearth("memories", "edit", told, "I live in Braga")
    file = tmp_path / "memories.jsonl"
    assert hearth("memories", "export", "-o", str(file)).status == 0
    elsewhere = Hearth(home=tmp_path / "elsewhere")

    first = elsewhere("memories", "import", str(file))
    again = elsewhere("memories", "import", str(file))

    assert "Imported 2 memories" in first.err
    assert "Imported 0 memories; 2 were known already" in again.err
    assert elsewhere("memories", "list", "--json").json["text"] == "I live in Braga"
    assert len(elsewhere("memories", "list", "--all", "--json").lines) == 2


@pytest.mark.parametrize("line", ["nonsense", "{}", '{"type": "memory"}', "[]"])
def test_a_damaged_file_is_refused_whole(hearth: Hearth, told: str, line: str) -> None:
    good = hearth("memories", "export").out
    hearth("memories", "forget", told, "--yes")

    result = hearth("memories", "import", "-", stdin=f"{good}{line}\n")

    assert result.status == 2
    assert "Line 3 is no memory" in result.err
    assert hearth("memories", "list", "--all").out == ""


def test_a_search_finds_memories(hearth: Hearth, told: str) -> None:
    found = hearth("search", "--kind", "memory", "--json", "live Porto").json

    assert (found["kind"], found["id"]) == ("memory", told)
    assert found["score"] > 0.3
