import json
from pathlib import Path

import pytest

from tests.cli.conftest import Hearth, Program
from tests.cli.terminal import terminal
from tests.fakes.engine import ScriptedEngine


@pytest.fixture
def talk(hearth: Hearth) -> str:
    """The id of a conversation with one question and one answer."""
    hearth.engine = ScriptedEngine("Lisbon is lovely in May.")
    identity: str = hearth("ask", "--json", "Where shall I travel?").json[
        "conversation_id"
    ]
    return identity


def test_an_empty_list_is_no_failure(hearth: Hearth) -> None:
    result = hearth("conversations", "list")

    assert (result.status, result.out) == (0, "")
    assert "No conversation yet" in result.err


def test_an_empty_list_is_empty_json(hearth: Hearth) -> None:
    result = hearth("conversations", "list", "--json")

    assert (result.status, result.out, result.err) == (0, "", "")


def test_the_list_has_the_latest_first(hearth: Hearth, talk: str) -> None:
    hearth("ask", "Something else?")

    listed = hearth("conversations", "list", "--json").lines
    table = hearth("conversations", "list").out.splitlines()

    assert [one["title"] for one in listed] == [
        "Something else?",
        "Where shall I travel?",
    ]
    assert listed[1] | {"tokens": 0, "created_at": "", "updated_at": ""} == {
        "id": talk,
        "title": "Where shall I travel?",
        "state": "active",
        "created_at": "",
        "updated_at": "",
        "messages": 2,
        "tokens": 0,
        "pinned": False,
        "incognito": False,
    }
    assert table[0].split() == ["ID", "CHANGED", "MESSAGES", "STATE", "TITLE"]
    assert table[2].startswith(talk)
    assert len(hearth("conversations", "list", "-n", "1", "--json").lines) == 1


def test_a_conversation_is_shown_for_people_and_for_programs(
    hearth: Hearth, talk: str
) -> None:
    text = hearth("conversations", "show", talk[:20]).out
    shape = hearth("conversations", "show", talk, "--json").json

    assert text.startswith("Where shall I travel?\n")
    assert "\nLisbon is lovely in May.\n" in text
    assert [(one["role"], one["content"]) for one in shape["messages"]] == [
        ("user", "Where shall I travel?"),
        ("assistant", "Lisbon is lovely in May."),
    ]
    assert shape["messages"][1]["model"] == "smollm2-135m"
    assert shape["messages"][1]["finish_reason"] == "stop"


@pytest.mark.parametrize(
    "command", ["show", "fork", "archive", "restore", "export", "delete"]
)
def test_an_unknown_conversation_is_not_found(
    hearth: Hearth, talk: str, command: str
) -> None:
    result = hearth("conversations", command, "NOPE")

    assert result.status == 3
    assert result.out == ""
    assert result.err.startswith("Error: ")


def test_messages_are_found_by_their_words(hearth: Hearth, talk: str) -> None:
    hits = hearth("conversations", "search", "lovely", "--json").lines
    text = hearth("conversations", "search", "lovely").out

    assert [hit["conversation_id"] for hit in hits] == [talk]
    assert hits[0]["role"] == "assistant"
    assert "lovely" in hits[0]["snippet"]
    assert talk in text


def test_finding_nothing_says_so(hearth: Hearth, talk: str) -> None:
    result = hearth("conversations", "search", "zebra")

    assert (result.status, result.out) == (3, "")
    assert "zebra" in result.err


def test_a_fork_has_what_was_said_and_its_own_id(hearth: Hearth, talk: str) -> None:
    forked = hearth("conversations", "fork", talk).out.strip()

    assert forked != talk
    copy = hearth("conversations", "show", forked, "--json").json
    assert [one["content"] for one in copy["messages"]] == [
        "Where shall I travel?",
        "Lisbon is lovely in May.",
    ]


def test_a_fork_can_end_earlier(hearth: Hearth, talk: str) -> None:
    question = hearth("conversations", "show", talk, "--json").json["messages"][0]

    forked = hearth("conversations", "fork", talk, "--at", question["id"]).out.strip()

    copy = hearth("conversations", "show", forked, "--json").json
    assert len(copy["messages"]) == 1


def test_a_conversation_can_be_renamed(hearth: Hearth, talk: str) -> None:
    hearth("conversations", "rename", talk, "Travel  plans")

    assert hearth("conversations", "list", "--json").json["title"] == "Travel plans"
    assert hearth("conversations", "rename", talk, "  ").status == 2


def test_the_archive_is_out_of_sight_and_back(hearth: Hearth, talk: str) -> None:
    hearth("conversations", "archive", talk)
    seen = hearth("conversations", "list").out
    archived = hearth("conversations", "list", "--archived", "--json").json
    hearth("conversations", "restore", talk)

    assert seen == ""
    assert archived["state"] == "archived"
    assert hearth("conversations", "list", "--json").json["state"] == "active"


def test_deleting_asks_first_and_fails_where_nobody_can_answer(
    hearth: Hearth, talk: str
) -> None:
    result = hearth("conversations", "delete", talk, stdin="y\n")

    assert result.status == 2
    assert "--yes" in result.err
    assert len(hearth("conversations", "list", "--json").lines) == 1


@pytest.mark.parametrize(("typed", "left"), [("y", 0), ("n", 1), ("", 1)])
def test_on_a_terminal_only_a_yes_deletes(
    hearth: Hearth, program: Program, talk: str, typed: str, left: int
) -> None:
    with terminal(program, "conversations", "delete", talk) as screen:
        screen.wait_for("Delete 1 conversation? [y/N] ")
        screen.type(f"{typed}\n")
        status = screen.end()

    assert status == (1 if left else 0)
    assert "Where shall I travel?" in screen.seen
    assert len(hearth("conversations", "list", "--json").lines) == left


def test_what_is_deleted_is_gone(hearth: Hearth, talk: str) -> None:
    result = hearth("conversations", "delete", talk, talk, "--yes")

    assert result.status == 0
    assert "Deleted 1 conversation" in result.err
    assert hearth("conversations", "list").out == ""
    assert hearth("conversations", "search", "lovely").status == 3


def test_nothing_is_deleted_when_one_of_them_is_unknown(
    hearth: Hearth, talk: str
) -> None:
    assert hearth("conversations", "delete", talk, "NOPE", "--yes").status == 3

    assert len(hearth("conversations", "list", "--json").lines) == 1


def test_an_export_imported_into_an_empty_home_is_the_same_again(
    hearth: Hearth, talk: str, tmp_path: Path
) -> None:
    hearth("ask", "-c", "Why\x9b\u202e?")
    hearth("conversations", "archive", talk)
    hearth("ask", "Something else?")
    file = tmp_path / "all.jsonl"
    hearth("conversations", "export", "-o", str(file))
    other = Hearth(home=tmp_path / "other")

    result = other("conversations", "import", str(file))

    assert "Imported 2 conversations with 6 messages" in result.err
    other("conversations", "export", "-o", str(tmp_path / "again.jsonl"))
    assert (tmp_path / "again.jsonl").read_bytes() == file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0


def test_an_export_on_stdout_says_the_same_as_in_a_file(
    hearth: Hearth, talk: str, tmp_path: Path
) -> None:
    hearth("ask", "-c", "Why\x9b\u202e?")
    file = tmp_path / "all.jsonl"
    hearth("conversations", "export", "-o", str(file))

    shown = hearth("conversations", "export").out

    assert "\u202e" not in shown
    assert [json.loads(line) for line in shown.splitlines()] == [
        json.loads(line) for line in file.read_text().splitlines()
    ]
    other = Hearth(home=tmp_path / "other")
    assert other("conversations", "import", "-", stdin=shown).status == 0
    assert len(other("conversations", "list", "--json").lines) == 1


def test_importing_twice_changes_nothing(
    hearth: Hearth, talk: str, tmp_path: Path
) -> None:
    file = tmp_path / "all.jsonl"
    hearth("conversations", "export", "-o", str(file))

    result = hearth("conversations", "import", str(file))

    assert result.status == 0
    assert "1 were here already" in result.err
    assert len(hearth("conversations", "list", "--json").lines) == 1


@pytest.mark.parametrize(
    "content", [b"", b"{}\n", b"not json\n", b"\xff\xfe", b'{"type": "message"}\n']
)
def test_a_damaged_export_is_refused_whole(
    hearth: Hearth, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_bytes(content)

    from_file = hearth("conversations", "import", str(file))
    from_stdin = hearth("conversations", "import", "-", stdin=content)

    assert (from_file.status, from_stdin.status) == (2, 2)
    assert "bug" not in from_file.err + from_stdin.err


def test_markdown_is_for_reading(hearth: Hearth, talk: str) -> None:
    text = hearth("conversations", "export", talk, "--format", "markdown").out

    assert text.startswith("# Where shall I travel?\n\n## ")
    assert "\n\nLisbon is lovely in May.\n\n" in text


def test_an_export_to_a_place_that_cannot_be_written_is_refused(
    hearth: Hearth, talk: str, tmp_path: Path
) -> None:
    result = hearth("conversations", "export", "-o", str(tmp_path / "no" / "file"))

    assert result.status == 2
    assert "cannot be written" in result.err


def test_a_conversation_is_pinned_and_unpinned(hearth: Hearth, talk: str) -> None:
    assert hearth("conversations", "pin", talk, "--json").json["pinned"] is True
    assert hearth("conversations", "list", "--json").lines[0]["pinned"] is True

    told = hearth("conversations", "unpin", talk[:-1])

    assert (told.status, told.out) == (0, "")
    assert "Where shall I travel?" in told.err
    assert hearth("conversations", "list", "--json").lines[0]["pinned"] is False


def test_pinning_what_is_not_there_is_an_error(hearth: Hearth) -> None:
    assert hearth("conversations", "pin", "nowhere").status == 3
