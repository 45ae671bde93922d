"""Tidying memories up from the command line, and taking it back."""

from tests.cli.conftest import Hearth


def test_a_run_is_previewed_done_listed_and_taken_back(hearth: Hearth) -> None:
    for text in ("We sail on fair days", "We sail on the fair days"):
        assert hearth("memories", "add", text).status == 0
    before = hearth("memories", "list", "--json").lines

    preview = hearth("memories", "consolidate", "--dry-run", "--json").json
    untouched = hearth("memories", "list", "--json").lines
    done = hearth("memories", "consolidate", "--json").json
    after = hearth("memories", "list", "--json").lines
    (run,) = hearth("memories", "runs", "--json").lines
    undone = hearth("memories", "undo", run["id"], "--json").json

    assert untouched == before
    assert preview["consolidated_count"] == done["consolidated_count"] == 1
    assert len(after) == len(before) - 1
    assert run["status"] == "completed"
    assert undone["restored"] >= 1
    assert hearth("memories", "list", "--json").lines == before


def test_without_a_run_there_is_nothing_to_list_or_take_back(hearth: Hearth) -> None:
    assert hearth("memories", "runs").status == 3
    assert hearth("memories", "undo", "01").status == 3
