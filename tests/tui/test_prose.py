"""What the assistant says, as Markdown: whole, inert, and the same however it comes."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.app import App, ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from assistant.safetext import clean
from tui.themes import THEMES
from tui.widgets.bars import TitleBar
from tui.widgets.line import Line
from tui.widgets.prose import Prose, addresses

LOOKS = """# Care

Every **45 days**, with *citric* acid; see [the manual](https://example.org/k).

1. Fill the kettle
   - to the mark
   - no more

2. Boil

> Wait.

| what | how |
|---|---|
| [/] | `twice` |
| tank | 1.8 |

```python
def rinse():
    return "[b]twice[/b]"
```

Done ~~now~~.
"""

HOSTILE = [
    "[/]",
    "[@click=app.quit]x[/]",
    "a [b]bold[/b] claim",
    "\x1b]52;c;aGFja2Vk\x07clipboard",
    "\x1b[2Jgone",
    "<script>alert(1)</script>",
    "<!-- nothing to see -->",
    "[x]: https://hidden.example",
    "```[/]\n[@click=app.quit]x[/]\n```",
    "| [/] | [@click=app.quit]x[/] |\n|---|---|\n| [/] | [@click=app.quit]y[/] |",
    "# [@click=app.quit]x[/]",
    "[a](javascript:alert(1))",
    "![alt [/]](https://example.org/[/].png)",
    "\u202eright to left",
    "> " * 200 + "deep",
    "[" * 500,
]


class Alone(App[None]):
    """Prose and nothing else."""

    def __init__(self) -> None:
        super().__init__()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = "ember"

    def compose(self) -> ComposeResult:
        with VerticalScroll():
            yield Prose()


def drawn(widget: Widget) -> list[tuple[str, str]]:
    """Every part of the page with its words."""
    return [(type(part).__name__, _words(part)) for part in widget.walk_children()]


def _words(part: Widget) -> str:
    if isinstance(part, Line):
        return part.left.plain
    return str(part.visual) if isinstance(part, Static) else ""


def all_words(widget: Widget) -> str:
    return "\n".join(words for _, words in drawn(widget) if words)


def cut(text: str, places: Sequence[int]) -> list[str]:
    edges = [0, *sorted({place % (len(text) + 1) for place in places}), len(text)]
    return [text[one:other] for one, other in pairwise(edges)]


async def stream_and_compare(text: str, places: Sequence[int]) -> None:
    app = Alone()
    async with app.run_test(size=(60, 40)) as pilot:
        prose = app.query_one(Prose)
        await prose.settle(text)
        await pilot.pause()
        at_once = drawn(prose)

        await prose.begin("")
        for piece in cut(text, places):
            await prose.feed(piece)
        await prose.settle(text)
        await pilot.pause()

        assert prose.source == clean(text)
        assert drawn(prose) == at_once


markdown = st.lists(
    st.sampled_from(
        [
            "word ", "**", "*", "`", "```\n", "```py\n", "\n", "\n\n", "- ", "1. ",
            "# ", "> ", "| a | b |\n", "|---|---|\n", "[x](", "http://a.b)", "<b>",
            "    ", "\\", "é", "e\u0301", "👩\u200d🚀", "\x1b[31m", "[/]", "---\n",
        ]
    ),
    max_size=30,
).map("".join)  # fmt: skip


@settings(max_examples=15)
@given(markdown, st.lists(st.integers(0, 200), max_size=12))
async def test_streaming_in_any_pieces_ends_like_the_text_at_once(
    text: str, places: list[int]
) -> None:
    await stream_and_compare(text, places)


async def test_a_page_of_everything_ends_alike_letter_by_letter() -> None:
    await stream_and_compare(LOOKS, range(len(LOOKS)))


async def test_while_it_streams_no_word_that_came_is_missing() -> None:
    app = Alone()
    async with app.run_test(size=(80, 60)) as pilot:
        prose = app.query_one(Prose)
        for piece in cut(LOOKS, range(0, len(LOOKS), 7)):
            await prose.feed(piece)
        await pilot.pause()

        page = all_words(prose)
        for word in ("Care", "45 days", "to the mark", "Wait.", "tank", "rinse"):
            assert word in page


@pytest.mark.parametrize("text", HOSTILE)
async def test_foreign_text_is_shown_and_not_obeyed(text: str) -> None:
    app = Alone()
    async with app.run_test(size=(60, 30)) as pilot:
        prose = app.query_one(Prose)
        for piece in cut(text, range(0, len(text), 3)):
            await prose.feed(piece)
        await prose.settle(text)
        await pilot.pause()

        for part in prose.walk_children():
            assert part.tooltip is None
            if isinstance(part, Static) and isinstance(part.visual, Content):
                for span in part.visual.spans:
                    action = getattr(span.style, "meta", {}).get("@click", "link(")
                    assert action.startswith("link(")
        assert app.is_running


@pytest.mark.parametrize(
    ("text", "visible"),
    [
        ("<div>kept</div>", "<div>kept</div>"),
        ("<!-- kept -->", "<!-- kept -->"),
        ("[x]: https://kept.example", "https://kept.example"),
        ("[here](https://a.example/b)", "here (https://a.example/b)"),
        ("<https://a.example/b>", "https://a.example/b"),
        ("![cat](cat.png)", "[picture: cat] (cat.png)"),
        ("main.py and a.b", "main.py and a.b"),
        ("[@click=app.quit]x[/]", "[@click=app.quit]x[/]"),
        ("| a |\n|---|\n| [/] |", "[/]"),
    ],
)
async def test_nothing_hides(text: str, visible: str) -> None:
    app = Alone()
    async with app.run_test(size=(80, 20)) as pilot:
        prose = app.query_one(Prose)
        await prose.settle(text)
        await pilot.pause()

        assert visible in all_words(prose)


async def test_a_text_of_very_many_parts_is_drawn_as_it_was_written() -> None:
    text = "".join(f"- item {number}\n" for number in range(5000))
    app = Alone()
    async with app.run_test(size=(80, 20)) as pilot:
        prose = app.query_one(Prose)
        await prose.settle(text)
        await pilot.pause()

        assert all_words(prose) == text
        assert len(prose.children) == 1


async def test_a_hostile_title_is_shown_as_it_is() -> None:
    class Bar(Alone):
        def compose(self) -> ComposeResult:
            yield TitleBar()

    app = Bar()
    async with app.run_test(size=(80, 3)) as pilot:
        bar = app.query_one(TitleBar)
        bar.conversation = "[@click=app.quit]x[/] [/]\x1b]52;c;aGFja2Vk\x07"
        await pilot.pause()

        assert "[@click=app.quit]x[/] [/]" in bar.left.plain
        assert "\x1b" not in bar.left.plain


async def test_ending_before_the_first_piece_harms_nothing() -> None:
    app = Alone()
    async with app.run_test() as pilot:
        prose = app.query_one(Prose)
        await prose.begin("")
        await prose.settle("whole")
        await pilot.pause()

        assert prose.source == "whole"


async def test_leaving_while_it_streams_harms_nothing() -> None:
    app = Alone()
    async with app.run_test() as pilot:
        prose = app.query_one(Prose)
        for _ in range(20):
            await prose.feed("more ")
        await prose.remove()
        await prose.feed("and more")
        await pilot.pause()

        assert app.is_running


async def test_code_is_named_and_can_be_taken_block_by_block() -> None:
    app = Alone()
    async with app.run_test(size=(80, 20)) as pilot:
        prose = app.query_one(Prose)
        pieces = ("```py", "thon\nx = 1\n```\n\n```\npl", "ain\n```\n\nand so on\n")
        await prose.begin(pieces[0])
        for piece in pieces[1:]:
            await prose.feed(piece)
        await prose.settle("".join(pieces))
        await pilot.pause()

        assert [fence.language for fence in prose.fences] == ["python", ""]
        assert [fence.code for fence in prose.fences] == ["x = 1", "plain"]
        assert "python" in all_words(prose)


def test_addresses_are_each_named_once_and_only_where_they_are_links() -> None:
    text = (
        "See [this](https://a.example/x) and https://b.example, <https://a.example/x>.\n"
        "`https://c.example`\n\n```\nhttps://d.example\n```"
    )

    assert addresses(text) == ("https://a.example/x", "https://b.example")


LONG_LIST = "".join(
    f"{number}. item **{number}**\n   - and `{number}` below it\n"
    for number in range(1, 40)
)
LONG_TABLE = "| a | b |\n|---|---|\n" + "".join(
    f"| {number} | *{number}* |\n" for number in range(20)
)
LONG_CODE = (
    "```python\n"
    + "".join(
        f'def night_{number}():\n    """Wait.\n\n    until {number}\n    """\n\n'
        for number in range(20)
    )
    + "```\n\nDone.\n"
)


def looks(widget: Widget) -> list[object]:
    """Every text with all its colours."""
    texts = (part.content for part in widget.query(Static))
    return [(text.plain, text.spans) for text in texts if isinstance(text, Content)]


LONGER_LISTS = [
    "".join(f"{mark}item {number}\n" for number in range(95))
    for mark in ("- ", "1. ", "1. one\n2. ")
] + [
    "Many:\n\n" + "".join(f"{number}. item\n\n" for number in range(5, 99)) + "Done.\n"
]


@pytest.mark.parametrize("text", [LONG_LIST, LONG_TABLE, LONG_CODE, *LONGER_LISTS])
async def test_what_grew_long_looks_like_what_came_at_once(text: str) -> None:
    app = Alone()
    async with app.run_test(size=(60, 40)) as pilot:
        prose = app.query_one(Prose)
        await prose.settle(text)
        await pilot.pause()
        at_once, high = looks(prose), prose.size.height

        await prose.begin("")
        for piece in cut(text, range(0, len(text), 11)):
            await prose.feed(piece)
        await prose.settle(text)
        await pilot.pause()

        assert looks(prose) == at_once
        assert prose.size.height == high


@pytest.mark.parametrize("text", [LONG_LIST, LONG_TABLE, LONG_CODE])
async def test_what_has_been_drawn_stays_while_more_of_it_comes(text: str) -> None:
    app = Alone()
    async with app.run_test(size=(60, 40)) as pilot:
        prose = app.query_one(Prose)
        await prose.begin(text[: len(text) // 2])
        await pilot.pause()
        drawn_then = set(prose.walk_children())

        for piece in cut(text[len(text) // 2 :], range(0, len(text), 11)):
            await prose.feed(piece)
        await pilot.pause()

        assert drawn_then <= set(prose.walk_children())


async def test_a_list_of_many_items_is_few_parts_and_each_item_is_there() -> None:
    app = Alone()
    async with app.run_test(size=(60, 40)) as pilot:
        prose = app.query_one(Prose)
        await prose.settle("".join(f"- item {number}\n" for number in range(300)))
        await pilot.pause()

        assert len(list(prose.walk_children())) < 60
        assert all_words(prose).splitlines() == [
            f"• item {number}" for number in range(300)
        ]


async def test_a_list_that_goes_on_has_no_gap_and_counts_on() -> None:
    app = Alone()
    async with app.run_test(size=(60, 140)) as pilot:
        prose = app.query_one(Prose)
        await prose.settle("".join(f"{number}. x\n" for number in range(1, 131)))
        await pilot.pause()

        lines = app.screen._compositor.render_strips()
        numbered = [line.text.split() for line in lines[:130]]
        assert numbered == [[f"{number}.", "x"] for number in range(1, 131)]


async def test_a_reply_of_a_thousand_items_is_drawn_as_a_list() -> None:
    app = Alone()
    async with app.run_test(size=(60, 40)) as pilot:
        prose = app.query_one(Prose)
        await prose.settle("".join(f"- item {number}\n" for number in range(900)))
        await pilot.pause()

        assert all_words(prose).splitlines()[-1] == "• item 899"
        assert len(prose.children) > 1


async def test_the_rest_of_an_item_hangs_below_its_words() -> None:
    app = Alone()
    async with app.run_test(size=(24, 12)) as pilot:
        prose = app.query_one(Prose)
        await prose.settle(
            "1. one two three four five six\n   - seven eight nine ten\n"
        )
        await pilot.pause()

        lines = app.screen._compositor.render_strips()
        assert [line.text.rstrip() for line in lines[:4]] == [
            " 1. one two three four",
            "    five six",
            "    • seven eight nine",
            "      ten",
        ]


async def test_an_item_is_selected_as_it_is_read() -> None:
    app = Alone()
    async with app.run_test(size=(24, 12)) as pilot:
        prose = app.query_one(Prose)
        await prose.settle("- one two three four five six\n- seven\n")
        await pilot.pause()
        await pilot.mouse_down(prose, offset=(2, 1))
        await pilot.hover(prose, offset=(5, 2))
        await pilot.mouse_up(prose, offset=(5, 2))

        assert app.screen.get_selected_text() == "five six\n• seve"
