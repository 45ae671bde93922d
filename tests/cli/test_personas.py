from pathlib import Path

import pytest

from tests.cli.conftest import Hearth, Program

PIRATE = 'name = "Pirate"\nbehavioral_rules = ["Call the user captain."]\n'


@pytest.fixture
def pirate(tmp_path: Path) -> Path:
    path = tmp_path / "pirate.toml"
    path.write_text(PIRATE)
    return path


def told(hearth: Hearth) -> str:
    """What the model read first before its last answer."""
    return hearth.engine.requests[-1].messages[0].content


def test_some_are_there_from_the_start(hearth: Hearth) -> None:
    listed = hearth("personas", "list", "--json").lines
    table = hearth("personas", "list").out

    assert [one["name"] for one in listed] == [
        *("hearth", "editor", "engineer", "teacher"),
    ]
    assert [one["name"] for one in listed if one["in_use"]] == ["hearth"]
    assert all(one["built_in"] for one in listed)
    assert "*  hearth" in table


def test_one_is_added_used_changed_and_forgotten(hearth: Hearth, pirate: Path) -> None:
    added = hearth("personas", "add", str(pirate))
    hearth("personas", "use", "pirate")
    hearth("ask", "Tea?")

    assert "hearth personas use Pirate" in added.err
    assert "Call the user captain." in told(hearth)
    pirate.write_text(PIRATE.replace("captain", "admiral"))
    assert hearth("personas", "edit", "pirate", str(pirate)).status == 0
    hearth("ask", "Tea?")
    assert "Call the user admiral." in told(hearth)
    assert hearth("personas", "remove", "pirate", "--yes").status == 0
    hearth("ask", "-c", "Tea?")
    assert "Speak as" not in told(hearth)


def test_what_is_exported_can_be_added_under_another_name(
    hearth: Hearth, tmp_path: Path
) -> None:
    file = tmp_path / "mine.toml"
    exported = hearth("personas", "export", "teacher").out
    file.write_text(exported.replace('"teacher"', '"Aunt Bo"'))

    assert hearth("personas", "add", str(file)).status == 0

    mine, theirs = (
        hearth("personas", "show", name, "--json").json
        for name in ("aunt bo", "teacher")
    )
    assert mine["behavioral_rules"] == theirs["behavioral_rules"]
    assert (mine["built_in"], theirs["built_in"]) == (False, True)


def test_a_question_chooses_who_answers_and_the_conversation_keeps_to_it(
    hearth: Hearth,
) -> None:
    hearth("ask", "--persona", "teacher", "Tea?")
    hearth("ask", "-c", "And coffee?")

    assert "Speak as teacher." in told(hearth)
    hearth("ask", "Milk?")
    assert "Speak as" not in told(hearth)


def test_talking_line_by_line_is_in_the_persona_too(hearth: Hearth) -> None:
    hearth("chat", "--persona", "editor", stdin="Tea?\n/new\nCoffee?\n")

    assert len(hearth.engine.requests) == 2
    assert "Speak as editor." in told(hearth)


@pytest.mark.parametrize(
    ("arguments", "status", "complaint"),
    [
        (("show", "nobody"), 3, "No persona 'nobody'"),
        (("use", "nobody"), 3, "No persona 'nobody'"),
        (("remove", "teacher", "--yes"), 2, "came with Hearth"),
        (("edit", "teacher"), 2, "came with Hearth"),
        (("add", "nowhere.toml"), 2, "cannot be read"),
        (("remove", "teacher"), 2, "Add --yes"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(
    hearth: Hearth, arguments: tuple[str, ...], status: int, complaint: str
) -> None:
    refused = hearth("personas", *arguments)

    assert refused.status == status
    assert complaint in refused.err
    assert refused.out == ""


def test_without_a_terminal_no_editor_is_opened(
    hearth: Hearth, program: Program, pirate: Path
) -> None:
    hearth("personas", "add", str(pirate))
    program.environment["EDITOR"] = "touch"

    refused = program("personas", "edit", "pirate")

    assert refused.returncode == 2
    assert "no editor" in refused.stderr


def test_a_question_for_nobody_is_given_back(hearth: Hearth) -> None:
    refused = hearth("ask", "--persona", "nobody", "Tea?")

    assert refused.status == 3
    assert "No persona 'nobody'" in refused.err
    assert hearth("conversations", "list", "--json").out == ""
