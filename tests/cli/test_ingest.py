"""Taking documents in by command, with the real readers and the real embedder."""

import json
import signal
import time
from pathlib import Path

import pytest

from assistant.app import open_assistant
from assistant.config.loader import load_settings
from tests.cli.conftest import Hearth, Program
from tests.cli.terminal import terminal
from tests.media.making import make_every_format

pytestmark = pytest.mark.weights


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two notes, and what is passed over."""
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "tea.md").write_text("# Tea\n\nThe tea of Vell is brewed with thyme.\n")
    (folder / "boats.txt").write_text("The Petrel is painted green every spring.\n")
    (folder / ".secret.txt").write_text("Hidden words.\n")
    (folder / ".gitignore").write_text("build\n")
    (folder / "build").mkdir()
    (folder / "build" / "made.txt").write_text("Made words.\n")
    return folder


def statuses(hearth: Hearth, *arguments: str) -> dict[str, str]:
    lines = hearth("ingest", "--json", *arguments).lines
    return {Path(line["path"]).name: line["status"] for line in lines}


def test_every_format_is_taken_in_and_told_file_by_file(
    hearth: Hearth, tmp_path: Path
) -> None:
    (tmp_path / "all").mkdir()
    facts = make_every_format(tmp_path / "all")

    result = hearth("ingest", str(tmp_path / "all"), "--json")

    told = {Path(line["path"]).name: line for line in result.lines}
    assert result.status == 0
    assert set(told) == set(facts)
    for line in told.values():
        assert set(line) == {"path", "document_id", "status", "chunks", "reason"}
        assert line["status"] == "added"
        assert line["document_id"]
        assert line["chunks"] > 0


def test_people_get_a_summary_and_nothing_on_stdout(
    hearth: Hearth, folder: Path
) -> None:
    result = hearth("ingest", str(folder))

    assert (result.status, result.out) == (0, "")
    first, *rest = result.err.splitlines()
    assert first.startswith("Added 2 documents, 3 skipped · 2 passages · ")
    assert rest == [
        "  Skipped, hidden: .gitignore, .secret.txt",
        "  Skipped, ignored by .gitignore: build",
    ]


def test_many_skipped_files_are_a_few_lines(hearth: Hearth, folder: Path) -> None:
    for number in range(300):
        (folder / f".{number}.txt").write_text("x")

    lines = hearth("ingest", str(folder)).err.splitlines()

    assert len(lines) == 3
    assert lines[1].endswith(" and 299 more")


def test_what_is_there_already_is_not_read_again(hearth: Hearth, folder: Path) -> None:
    hearth("ingest", str(folder))
    (folder / "boats.txt").write_text("The Petrel is painted blue now.\n")

    again = statuses(hearth, str(folder))

    assert (again["tea.md"], again["boats.txt"]) == ("unchanged", "updated")


def test_hidden_and_ignored_files_come_when_asked_for(
    hearth: Hearth, folder: Path
) -> None:
    assert statuses(hearth, str(folder), "--hidden")[".secret.txt"] == "added"
    assert statuses(hearth, str(folder), "--no-ignore")["made.txt"] == "added"


def test_a_page_that_cannot_be_had_fails_and_stops_no_other(
    hearth: Hearth, folder: Path
) -> None:
    result = hearth("ingest", "http://nowhere.invalid/", str(folder))

    assert result.status == 1
    assert result.err.startswith("Added 2 documents, 3 skipped, 1 failed")
    failed = "  Failed, the server cannot be reached: its name is not known: "
    assert failed + "http://nowhere.invalid/" in result.err


def test_keys_and_databases_of_the_program_itself_are_no_documents(
    hearth: Hearth,
) -> None:
    hearth("ask", "Hello?")

    result = hearth("ingest", str(hearth.home), "--hidden", "--no-ignore", "--json")
    key = hearth("ingest", str(hearth.paths.key_file), "--json")

    assert (result.status, key.status) == (3, 3)
    assert "key" in {Path(line["path"]).name for line in result.lines}
    assert {line["reason"] for line in result.lines + key.lines} == {"Hearth's own"}


def test_a_path_that_is_not_there_is_not_found(hearth: Hearth, folder: Path) -> None:
    result = hearth("ingest", str(folder), str(folder / "nothing"))

    assert result.status == 3
    assert "There is no " in result.err
    assert hearth("documents", "list").out == ""


def test_an_empty_folder_holds_nothing(hearth: Hearth, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    result = hearth("ingest", str(tmp_path / "empty"))

    assert result.status == 3
    assert "No document was found there" in result.err


def test_nothing_named_and_nothing_left_undone_is_refused(hearth: Hearth) -> None:
    result = hearth("ingest")

    assert result.status == 2
    assert "hearth ingest ~/Documents" in result.err


def test_a_page_of_the_own_network_is_never_fetched(hearth: Hearth) -> None:
    result = hearth("ingest", "http://127.0.0.1:9/page", "--json")

    assert result.status == 3
    assert result.json["status"] == "skipped"
    assert result.json["document_id"] is None


def test_a_file_that_is_gone_is_told_and_what_it_said_stays(
    hearth: Hearth, folder: Path
) -> None:
    hearth("ingest", str(folder))
    (folder / "tea.md").unlink()

    result = hearth("ingest", str(folder))

    assert "not there any more; what was read of it stays: tea.md" in result.err
    assert "thyme" in hearth("search", "how is tea brewed").out


def test_what_was_interrupted_is_gone_on_with(program: Program, tmp_path: Path) -> None:
    for number in range(120):
        words = f"Boat {number} carries {number * 3} crates of herring. " * 30
        (tmp_path / f"{number}.txt").write_text(words)
    with terminal(program, "ingest", str(tmp_path)) as screen:
        screen.wait_for("/120 files · ")
        screen.process.send_signal(signal.SIGINT)
        assert screen.end() == 130
    assert "go on with: hearth ingest" in screen.seen
    assert "\x1b" not in screen.seen

    rest = program("ingest", "--json")

    added = [json.loads(line) for line in rest.stdout.splitlines()]
    assert "of an earlier run" in rest.stderr
    assert 0 < len(added) < 120
    listed = program("documents", "list", "-n", "1000", "--json").stdout.splitlines()
    assert len({json.loads(line)["source"] for line in listed}) == 120
    assert '"status": "ok"' in program("doctor", "--quick", "--json").stdout


def test_what_changes_is_read_as_long_as_it_is_watched(
    program: Program, folder: Path
) -> None:
    with terminal(program, "ingest", str(folder), "--watch") as screen:
        screen.wait_for("Watching for changes")
        (folder / "new.md").write_text("The walrus sleeps on the slipway.\n")
        screen.wait_for("Added 1 document · 1 passage")
        (folder / ".hidden.md").write_text("Not this.\n")
        (folder / "deeper").mkdir()
        (folder / "deeper" / "tea.md").write_text("Tea is served at four.\n")
        screen.wait_for("Added 1 document")
        (folder / "new.md").write_text("The walrus has gone to sea.\n")
        screen.wait_for("1 updated")
        screen.process.send_signal(signal.SIGINT)
        assert screen.end() == 130

    assert "to sea" in program("search", "where is the walrus", "-k", "1").stdout


def test_what_was_said_is_indexed_while_nothing_changes(
    program: Program, hearth: Hearth, folder: Path
) -> None:
    program("ask", "--no-knowledge", "Where does the Petrel lie?")
    assert unread_messages(hearth) == 2
    until = time.monotonic() + 50  # only for when it fails

    with terminal(program, "ingest", str(folder), "--watch") as screen:
        screen.wait_for("Watching for changes")
        while unread_messages(hearth) and time.monotonic() < until:
            screen.let_it_rest()
        screen.process.send_signal(signal.SIGINT)
        assert screen.end() == 130

    assert unread_messages(hearth) == 0


def unread_messages(hearth: Hearth) -> int:
    settings = load_settings(hearth.paths, hearth.environment, {})
    with open_assistant(
        settings, paths=hearth.paths, environment=hearth.environment
    ) as opened:
        return opened.remembering.missing()


def test_only_files_and_folders_can_be_watched(hearth: Hearth) -> None:
    result = hearth("ingest", "http://example.org/", "--watch")

    assert result.status == 2
    assert "can be watched" in result.err
