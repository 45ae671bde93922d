"""Where one writes: several lines, earlier questions, paste."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import on
from textual.app import App, ComposeResult
from textual.events import Paste

from assistant.entities.turn import TextFile
from tui.themes import THEMES
from tui.widgets.chips import Chip
from tui.widgets.composer import Composer, Sheet
from tui.widgets.dropped import dropped
from tui.widgets.waiting import Waiting

POEM = TextFile(name="poem.txt", text="O kettle")
SONG = TextFile(name="song.txt", text="La la\nla")
EARLIER = ("first question", "second question", "third,\nof two lines")


class Writing(App[None]):
    """A composer and nothing else."""

    def __init__(self) -> None:
        super().__init__()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = "ember"
        self.animation_level = "none"
        self.sent: list[str] = []
        self.sent_files: list[tuple[TextFile, ...]] = []
        self.scrolled: list[int] = []
        self.shown: list[TextFile] = []
        self.given: list[tuple[Path, ...]] = []
        self.taken: list[tuple[int, bool]] = []

    def compose(self) -> ComposeResult:
        yield Composer()

    def on_mount(self) -> None:
        self.composer.write_here()

    @property
    def composer(self) -> Composer:
        return self.query_one(Composer)

    @on(Composer.Submitted)
    def _note(self, event: Composer.Submitted) -> None:
        self.sent.append(event.text)
        self.sent_files.append(event.files)

    @on(Composer.FileShown)
    def _show(self, event: Composer.FileShown) -> None:
        self.shown.append(event.file)

    @on(Composer.PathsGiven)
    def _give(self, event: Composer.PathsGiven) -> None:
        self.given.append(event.paths)

    @on(Composer.TakenBack)
    def _take(self, event: Composer.TakenBack) -> None:
        self.taken.append((event.place, event.is_kept))

    @on(Composer.Scrolled)
    def _scroll(self, event: Composer.Scrolled) -> None:
        self.scrolled.append(event.by)


async def test_enter_sends_and_empties_the_sheet() -> None:
    app = Writing()
    async with app.run_test() as pilot:
        await pilot.press(*"hello", "enter")
        await pilot.pause()

        assert app.sent == ["hello"]
        assert app.composer.text == ""


async def test_nothing_but_blanks_is_not_sent() -> None:
    app = Writing()
    async with app.run_test() as pilot:
        await pilot.press("space", "ctrl+j", "space", "enter")
        await pilot.pause()

        assert app.sent == []


async def test_a_new_line_is_one_key_away() -> None:
    app = Writing()
    async with app.run_test() as pilot:
        await pilot.press("a", "ctrl+j", "b", "shift+enter", "c", "enter")
        await pilot.pause()

        assert app.sent == ["a\nb\nc"]


async def test_letters_typed_before_and_after_enter_stay_on_their_side() -> None:
    app = Writing()
    async with app.run_test() as pilot:
        sheet = app.query_one(Sheet)
        for key in ("o", "n", "e", "enter", "t", "w", "o"):
            app.simulate_key(key)
        await pilot.pause()
        await pilot.pause()

        assert app.sent == ["one"]
        assert sheet.text == "two"


async def test_up_and_down_leaf_through_earlier_questions() -> None:
    app = Writing()
    async with app.run_test() as pilot:
        app.composer.remember(EARLIER)
        await pilot.press(*"half", "up")
        assert app.composer.text == EARLIER[2]
        await pilot.press("up")
        assert app.composer.text == EARLIER[2], "up within two lines moves the cursor"
        await pilot.press("up")
        assert app.composer.text == EARLIER[1]
        await pilot.press("up", "up", "up")
        assert app.composer.text == EARLIER[0]
        await pilot.press("down", "down", "down", "down")

        assert app.composer.text == "half"


async def test_up_within_a_long_text_moves_the_cursor() -> None:
    app = Writing()
    async with app.run_test(size=(40, 20)) as pilot:
        app.composer.remember(EARLIER)
        app.composer.text = "word " * 30
        await pilot.pause()
        await pilot.press("up")

        assert app.composer.text == "word " * 30


async def test_a_large_paste_becomes_a_file_and_arrives_whole() -> None:
    app = Writing()
    text = "".join(f"line {number}: some words of it\n" for number in range(8000))
    async with app.run_test() as pilot:
        app.post_message(Paste(text))
        await pilot.pause()
        await pilot.pause()
        assert app.composer.text == ""
        assert "8001 lines" in str(app.query_one(Chip).visual)
        await pilot.press(*"what", "enter")
        await pilot.pause()

        assert app.sent == ["what"]
        assert app.sent_files == [(TextFile(name="pasted text", text=text),)]
        assert app.composer.files == ()


async def test_files_alone_are_not_sent() -> None:
    app = Writing()
    async with app.run_test() as pilot:
        app.composer.files = (POEM,)
        await pilot.press("enter")
        await pilot.pause()

        assert app.sent == []
        assert app.composer.files == (POEM,)


async def test_a_small_paste_is_written_where_the_cursor_is() -> None:
    app = Writing()
    async with app.run_test() as pilot:
        await pilot.press(*"ab", "left")
        app.post_message(Paste("two\nlines"))
        await pilot.pause()

        assert app.composer.text == "atwo\nlinesb"
        assert app.composer.files == ()


@pytest.mark.parametrize("end", ["\r", "\r\n", "\n"])
async def test_lines_are_pasted_as_lines_however_they_end(end: str) -> None:
    app = Writing()
    async with app.run_test() as pilot:
        app.post_message(Paste(f"one{end}two{end}{end}three"))
        await pilot.pause()
        assert app.composer.text == "one\ntwo\n\nthree"

        app.post_message(Paste(end.join("line" for _ in range(40))))
        await pilot.pause()
        assert app.composer.files[0].text.count("\n") == 39


async def test_an_edited_question_takes_a_large_paste_as_words() -> None:
    app = Writing()
    async with app.run_test() as pilot:
        app.composer.is_editing = True
        app.post_message(Paste("x" * 5000))
        await pilot.pause()

        assert app.composer.text == "x" * 5000
        assert app.composer.files == ()


async def test_pasted_texts_have_names_of_their_own() -> None:
    app = Writing()
    async with app.run_test() as pilot:
        for letter in "abc":
            app.post_message(Paste(letter * 3000))
            await pilot.pause()

        names = [file.name for file in app.composer.files]
        assert names == ["pasted text", "pasted text 2", "pasted text 3"]


async def test_a_file_is_looked_into_and_taken_off_by_keys() -> None:
    app = Writing()
    async with app.run_test() as pilot:
        app.composer.files = (POEM, SONG)
        await pilot.pause()
        await pilot.press("backspace", "enter")
        await pilot.pause()
        assert app.shown == [SONG]
        await pilot.press("left", "delete")
        await pilot.pause()
        assert app.composer.files == (SONG,)
        assert isinstance(app.focused, Sheet)
        await pilot.press("backspace", "right")

        assert isinstance(app.focused, Sheet)
        assert app.composer.files == (SONG,)


async def test_letters_typed_on_a_file_belong_to_the_words() -> None:
    app = Writing()
    async with app.run_test() as pilot:
        app.composer.files = (POEM,)
        await pilot.pause()
        await pilot.press("backspace", *"xy z")
        await pilot.pause()

        assert app.composer.text == "xy z"
        assert app.composer.files == (POEM,)


async def test_a_click_takes_a_file_off() -> None:
    app = Writing()
    async with app.run_test() as pilot:
        app.composer.files = (POEM,)
        await pilot.pause()
        chip = app.query_one(Chip)
        await pilot.click(chip, offset=(chip.size.width, 0))
        await pilot.pause()

        assert app.composer.files == ()
        assert app.shown == []


async def test_dropped_files_are_told_and_not_written(tmp_path: Path) -> None:
    path = tmp_path / "a poem.txt"
    path.write_text("O kettle")
    app = Writing()
    async with app.run_test() as pilot:
        app.post_message(Paste(f"'{path}' "))
        await pilot.pause()

        assert app.given == [(path,)]
        assert app.composer.text == ""


async def test_what_waits_is_taken_back_by_the_up_key_or_by_a_click() -> None:
    app = Writing()
    async with app.run_test() as pilot:
        app.composer.remember(EARLIER)
        app.composer.queued = ("one", "two")
        await pilot.press("up")
        await pilot.pause()
        assert app.taken == [(1, True)]
        waiting = app.query_one(Waiting)
        line = str(waiting.render()).splitlines()[0]
        await pilot.click(waiting, offset=(2 + line.index("drop"), 0))
        await pilot.pause()
        assert app.taken == [(1, True), (0, False)]
        await pilot.press("x", "up")

        assert app.composer.text == EARLIER[2], "with words in it, up leafs as ever"


@pytest.mark.parametrize("separator", ["\n", " "])
def test_names_of_files_are_read_however_they_are_dropped(
    tmp_path: Path, separator: str
) -> None:
    one, other = tmp_path / "a b.txt", tmp_path / "ü.txt"
    one.write_text("x")
    other.write_text("x")
    quoted = f"'{one}'", str(other)
    if separator == "\n":
        quoted = str(one), other.as_uri()

    assert dropped(separator.join(quoted)) == (one, other)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tmp",
        "/nowhere/at/all",
        "see /tmp for it",
        "'",
        "\0",
        "file://%00",
        "~nobody/x",
    ],
)
def test_words_are_not_taken_for_files(text: str) -> None:
    assert dropped(text) == ()


@given(st.text())
def test_no_paste_breaks_the_reading_of_names(text: str) -> None:
    assert all(path.is_absolute() for path in dropped(text))


async def test_what_is_pasted_cannot_command_the_terminal() -> None:
    app = Writing()
    async with app.run_test() as pilot:
        app.post_message(Paste("a\x1b]52;c;eA==\x07b\x1b[201~c"))
        await pilot.pause()

        assert app.composer.text == "abc"


async def test_a_page_key_scrolls_what_is_above() -> None:
    app = Writing()
    async with app.run_test() as pilot:
        await pilot.press("pageup", "pagedown")
        await pilot.pause()

        assert app.scrolled == [-1, 1]


async def test_the_sheet_grows_with_the_text_but_not_without_end() -> None:
    app = Writing()
    async with app.run_test(size=(80, 40)) as pilot:
        small = app.composer.size.height
        app.composer.text = "\n".join("abcde")
        await pilot.pause()
        assert app.composer.size.height == small + 4
        app.composer.text = "\n" * 100
        await pilot.pause()

        assert app.composer.size.height <= 16


async def test_what_could_not_be_sent_comes_back_above_what_was_written_since() -> None:
    app = Writing()
    async with app.run_test():
        app.composer.text = "since"
        app.composer.give_back("before")

        assert app.composer.text == "before\nsince"
