"""Lines with two ends, and paths that are on their way."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.content import Content

from tests.tui.alone import Alone
from tui.widgets.places import completions
from tui.widgets.rows import Row, Rows, columns

cells = st.text("ab é漢", max_size=8)
tables = st.integers(1, 4).flatmap(
    lambda width: st.lists(
        st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=6
    )
)


@given(tables)
def test_every_cell_of_a_column_is_as_wide_as_the_others(
    table: list[list[str]],
) -> None:
    aligned = columns(table)

    for column in zip(*aligned, strict=True):
        assert len({Content(cell).cell_length for cell in column}) == 1
    assert [[cell.strip() for cell in row] for row in aligned] == [
        [cell.strip() for cell in row] for row in table
    ]


def test_no_lines_have_no_columns() -> None:
    assert columns([]) == []


def rows(*ids: str | None) -> tuple[Row, ...]:
    return tuple(Row(id=each, left=Content(each or "Heading")) for each in ids)


async def test_the_mark_stays_on_its_line_when_the_list_changes() -> None:
    listed = Rows()
    async with Alone(listed).run_test(size=(40, 10)) as pilot:
        listed.rows = rows(None, "a", "b", "c")
        await pilot.pause()
        assert listed.marked == "a"

        listed.mark("c")
        listed.rows = rows(None, "b", None, "c", "d")
        await pilot.pause()
        assert listed.marked == "c"


async def test_when_the_marked_line_goes_the_one_before_is_marked() -> None:
    listed = Rows()
    async with Alone(listed).run_test(size=(40, 10)) as pilot:
        listed.rows = rows(None, "a", "b", "c")
        listed.mark("c")
        listed.rows = rows(None, "a", "b")
        await pilot.pause()
        assert listed.marked == "b"

        listed.rows = rows(None)
        await pilot.pause()
        assert listed.marked is None


async def test_lines_are_drawn_anew_as_wide_as_there_is_room() -> None:
    listed = Rows()
    row = Row(id="a", left=Content("Left"), right=(Content("right"),))
    async with Alone(listed).run_test(size=(40, 10)) as pilot:
        listed.rows = (row,)
        await pilot.pause()
        wide = str(listed.options[0].prompt)
        await pilot.resize_terminal(20, 10)
        await pilot.pause()
        narrow = str(listed.options[0].prompt)

    assert wide.endswith("right")
    assert narrow.endswith("right")
    assert len(narrow) < len(wide) < 40


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("Boats", "books", ".hidden"):
        (tmp_path / name).mkdir()
    for name in ("b.gguf", "b.txt", "other.txt"):
        (tmp_path / name).write_text("x")
    return tmp_path


def test_a_path_is_completed_folders_first_in_any_case(folder: Path) -> None:
    found = completions(f"{folder}/b")

    assert found == [
        f"{folder}/Boats/",
        f"{folder}/books/",
        f"{folder}/b.gguf",
        f"{folder}/b.txt",
    ]


def test_only_files_of_a_kind_are_offered_where_only_they_will_do(
    folder: Path,
) -> None:
    assert completions(f"{folder}/b.", suffix=".gguf") == [f"{folder}/b.gguf"]


def test_hidden_names_are_offered_once_they_are_begun(folder: Path) -> None:
    assert f"{folder}/.hidden/" not in completions(f"{folder}/")
    assert completions(f"{folder}/.h") == [f"{folder}/.hidden/"]


def test_home_is_known_by_its_sign(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(folder))

    assert completions("~") == ["~/"]
    assert completions("~/boo") == ["~/books/"]


@pytest.mark.parametrize(
    "text", ["", "   ", "https://example.org/a", "/nowhere/at/all", "~nobody/x", "\0/x"]
)
def test_what_leads_nowhere_is_offered_nothing(text: str) -> None:
    assert completions(text) == []
