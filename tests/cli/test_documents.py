"""Looking after the library by command."""

from pathlib import Path

import pytest

from tests.cli.conftest import Hearth

pytestmark = pytest.mark.weights


@pytest.fixture
def tea(hearth: Hearth, tmp_path: Path) -> str:
    """The id of a document with one passage."""
    file = tmp_path / "tea.md"
    file.write_text("# Tea\n\nThe tea of Vell is brewed with thyme.\n")
    return str(hearth("ingest", str(file), "--json").json["document_id"])


def test_an_empty_library_says_how_to_fill_it(hearth: Hearth) -> None:
    result = hearth("documents", "list")

    assert (result.status, result.out) == (0, "")
    assert "hearth ingest" in result.err
    assert hearth("documents", "list", "--json").out == ""


def test_the_list_tells_what_is_there(hearth: Hearth, tea: str, tmp_path: Path) -> None:
    (tmp_path / "boats.txt").write_text("Boats are green.\n")
    hearth("ingest", str(tmp_path / "boats.txt"), "--collection", "sea")

    listed = hearth("documents", "list", "--json").lines
    sea = hearth("documents", "list", "--collection", "sea", "--json").lines
    table = hearth("documents", "list", "-n", "1")

    assert [one["title"] for one in listed] == ["boats", "Tea"]
    assert listed[1]["id"] == tea
    assert listed[1]["source"] == str(tmp_path / "tea.md")
    assert (listed[1]["passages"], listed[1]["state"]) == (1, "current")
    assert [one["title"] for one in sea] == ["boats"]
    assert table.out.splitlines()[0].split() == [
        *("ID", "CHANGED", "PASSAGES", "TITLE", "FROM")
    ]
    assert len(table.out.splitlines()) == 2
    assert "There are more than 1" in table.err


def test_a_document_is_shown_passage_by_passage(hearth: Hearth, tea: str) -> None:
    text = hearth("documents", "show", tea[:20]).out
    shape = hearth("documents", "show", tea, "--json").json

    assert text.startswith("Tea\n")
    assert "\nThe tea of Vell is brewed with thyme.\n" in text
    assert "line" in shape["passages"][0]["location"]
    assert "thyme" in shape["passages"][0]["text"]


@pytest.mark.parametrize("command", ["show", "refresh", "remove"])
def test_an_unknown_document_is_not_found(
    hearth: Hearth, tea: str, command: str
) -> None:
    result = hearth("documents", command, "NOPE")

    assert (result.status, result.out) == (3, "")
    assert result.err.startswith("Error: ")


def test_refreshing_reads_what_changed(
    hearth: Hearth, tea: str, tmp_path: Path
) -> None:
    (tmp_path / "tea.md").write_text("# Tea\n\nNow it is brewed with mint.\n")

    result = hearth("documents", "refresh", "--json")

    assert result.json["status"] == "updated"
    assert "mint" in hearth("search", "what is tea brewed with", "-k", "1").out
    assert "thyme" not in hearth("search", "thyme").out


def test_refreshing_says_what_is_gone(hearth: Hearth, tea: str, tmp_path: Path) -> None:
    (tmp_path / "tea.md").unlink()

    result = hearth("documents", "refresh", tea)

    assert "what was read of it stays" in result.err
    assert "its source is gone" in hearth("documents", "show", tea).out


def test_refreshing_an_empty_library_finds_nothing(hearth: Hearth) -> None:
    assert hearth("documents", "refresh").status == 3


def test_removing_asks_first_and_fails_where_nobody_can_answer(
    hearth: Hearth, tea: str
) -> None:
    result = hearth("documents", "remove", tea, stdin="y\n")

    assert result.status == 2
    assert "--yes" in result.err
    assert len(hearth("documents", "list", "--json").lines) == 1


def test_what_is_removed_is_gone_and_the_file_stays(
    hearth: Hearth, tea: str, tmp_path: Path
) -> None:
    result = hearth("documents", "remove", tea, tea, "--yes")

    assert result.status == 0
    assert "Removed 1 document" in result.err
    assert hearth("search", "thyme").status == 3
    assert hearth("stats", "--json").json["vectors"] == 0
    assert (tmp_path / "tea.md").exists()


def test_nothing_is_removed_when_one_of_them_is_unknown(
    hearth: Hearth, tea: str
) -> None:
    assert hearth("documents", "remove", tea, "NOPE", "--yes").status == 3

    assert len(hearth("documents", "list", "--json").lines) == 1
