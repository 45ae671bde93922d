"""Asks what is looked for, in all that was said and in the documents.

It shows what the search gives as it is typed; a search that was overtaken by
another letter is not waited for.
"""

from asyncio import sleep
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import datetime
from typing import ClassVar, TypeAlias

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from assistant.entities.search import Found, Hit, HitKind
from assistant.knowledge.excerpt import excerpt, marks
from assistant.safetext import one_line
from tui import present
from tui.modals.panel import Panel

Seek: TypeAlias = Callable[[str], Awaitable[Found | None]]
"""What a search finds; None when it failed and that was told."""

_FEWEST_LETTERS = 2
_PAUSE = 0.15
"""Seconds without a key before it is searched."""

_LONGEST = 150
_TEACHING = (
    "By words and by meaning, in all that was said and in your documents.\n"
    "The list at the left finds titles."
)


class Search(Panel[Hit | None]):
    """The hit to go to, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move('cursor_up')", "Up", show=False),
        Binding("down", "move('cursor_down')", "Down", show=False),
        Binding("pageup", "move('page_up')", "Page up", show=False),
        Binding("pagedown", "move('page_down')", "Page down", show=False),
    ]

    DEFAULT_CSS = """
    Search {
        align: center top;

        & > #sheet { max-width: 96; height: 80%; margin-top: 2; overflow: hidden; }
        & OptionList { height: 1fr; max-height: 100%; padding: 0; }
        & OptionList > .option-list--option { padding: 0 1; }
        & OptionList > .option-list--option-highlighted {
            background: $block-cursor-background;
            color: $block-cursor-foreground;
            text-style: $block-cursor-text-style;
        }
        & OptionList > .option-list--option-disabled {
            color: $primary;
            text-style: bold;
        }
        & Static { margin: 0; }

        &.-short > #sheet {
            width: 100%;
            height: 100%;
            max-height: 100%;
            margin: 0;
            padding: 0;
            border: none;
        }
        &.-short Input { margin: 0; }
    }
    """

    def __init__(self, seek: Seek, *, now: datetime, words: str = "") -> None:
        super().__init__()
        self.VERTICAL_BREAKPOINTS = [(0, "-short"), (16, "-tall")]
        self._seek = seek
        self._now = now
        self._words = words
        self._hits: dict[str, Hit] = {}

    def compose(self) -> ComposeResult:
        with Vertical(id="sheet"):
            yield Input(self._words, placeholder="find anything", select_on_focus=False)
            yield OptionList(markup=False)
            yield Static(_TEACHING, classes="quiet", markup=False)

    def on_mount(self) -> None:
        field = self.query_one(Input)
        field.cursor_blink = self.app.animation_level != "none"
        field.cursor_position = len(self._words)
        field.focus()

    @property
    def words(self) -> str:
        return self.query_one(Input).value.strip()

    def action_move(self, how: str) -> None:
        """Move in the list while the words keep the focus."""
        getattr(self.query_one(OptionList), f"action_{how}")()

    @on(Input.Changed)
    def _sought(self, event: Input.Changed) -> None:
        event.stop()
        self._search(self.words)

    @work(exclusive=True, group="search")
    async def _search(self, words: str) -> None:
        if len(words) < _FEWEST_LETTERS:
            self._show((), words=words)
            self._say(_TEACHING)
            return
        await sleep(_PAUSE)
        self._say("searching …")
        found = await self._seek(words)
        if found is None or words != self.words:
            return
        self._show(found.hits, words=words)
        nothing = () if found.hits else (f"Nothing was found for: {one_line(words)}",)
        self._say("\n".join((*nothing, *found.notices)))

    def _say(self, words: str) -> None:
        self.query_one(".quiet", Static).update(Content(words))

    def _show(self, hits: Sequence[Hit], *, words: str) -> None:
        self._hits = {f"{hit.kind}/{hit.id}": hit for hit in hits}
        results = self.query_one(OptionList)
        results.set_options(self._options(hits, words))
        if self._hits:
            results.action_first()

    def _options(self, hits: Sequence[Hit], words: str) -> Iterator[Option]:
        for heading, kind in (
            ("In conversations", HitKind.MESSAGE),
            ("In documents", HitKind.PASSAGE),
        ):
            those = [hit for hit in hits if hit.kind is kind]
            if those:
                yield Option(heading, disabled=True)
            for hit in those:
                line = _result(hit, words=words, now=self._now)
                yield Option(line, id=f"{hit.kind}/{hit.id}")

    @on(Input.Submitted)
    def _take_highlighted(self, event: Input.Submitted) -> None:
        event.stop()
        self.query_one(OptionList).action_select()

    @on(OptionList.OptionSelected)
    def _answer(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(self._hits.get(event.option_id or ""))


def _result(hit: Hit, *, words: str, now: datetime) -> Content:
    """Where it is, who said it when, and the words around what was found."""
    if hit.said_at is not None:
        who = "You" if hit.said_by == "you" else one_line(hit.said_by)
        about = present.GAP.join((who, present.when(hit.said_at, now)))
    else:
        about = one_line(hit.location)
    snippet = one_line(excerpt(hit, words, longest=_LONGEST).text)
    shown = Content(snippet)
    for start, end in marks(snippet, words):
        shown = shown.stylize("bold $primary", start, end)
    return Content.assemble(
        (present.shortened(hit.title, to=60), "bold"),
        (f"{present.GAP}{about}" if about else "", "$muted"),
        "\n  ",
        shown,
    )
