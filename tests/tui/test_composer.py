"""Where one writes: several lines, earlier questions, paste."""

from textual import on
from textual.app import App, ComposeResult
from textual.events import Paste

from tui.themes import THEMES
from tui.widgets.composer import Composer, Sheet

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
        self.scrolled: list[int] = []

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


async def test_a_large_paste_arrives_whole() -> None:
    app = Writing()
    text = "".join(f"line {number}: some words of it\n" for number in range(8000))
    async with app.run_test() as pilot:
        app.post_message(Paste(text))
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()

        assert app.sent == [text.strip()]


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
