"""A block of code: its language, its lines, and a word that copies it.

While it grows only its last lines are coloured anew: to look through long code at
every word would hold up whoever types meanwhile.
"""

from dataclasses import dataclass

from markdown_it.token import Token
from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.widgets import Label, Markdown
from textual.widgets._markdown import MarkdownBlock, MarkdownFence

from assistant.safetext import one_line
from tui.widgets.line import Line

_NAMELESS = "code"
_LONGEST_NAME = 24

_PLAIN = "text"
"""For code of no named language; a guess would take long, and change as it grows."""

_MOST_ANEW = 24
"""Lines that are coloured together while more of them come."""


class FenceHead(Line):
    """What the lines below are, and what can be done with them."""

    DEFAULT_CSS = """
    FenceHead {
        padding: 0 2;
        color: $muted;
        text-style: $muted-style;
        link-style: none;
        link-color: $muted;
    }
    """

    @dataclass
    class Clicked(Message):
        """The word was clicked."""

    def action_copy(self) -> None:
        self.post_message(self.Clicked())


class Fence(MarkdownFence):
    """Code, drawn the same however it came."""

    DEFAULT_CSS = """
    Fence, Fence:light {
        margin: 0 0 1 0;
        background: $surface;
        color: $foreground;

        & > Label { padding: 0 2 1 2; }
    }
    Fence:ansi {
        margin: 0 0 1 0;
        & > Label { padding: 0 2 1 2; }
    }
    """

    @dataclass
    class Chosen(Message):
        """Somebody wants this code."""

        code: str
        language: str

    def __init__(self, markdown: Markdown, token: Token, code: str) -> None:
        self._done, self._colours = "", Content()
        super().__init__(markdown, token, code)

    @classmethod
    def highlight(cls, code: str, *_: object, **__: object) -> Content:
        """Without colours: those come when it is drawn, and not before."""
        return Content(code)

    @property
    def language(self) -> str:
        """The first word behind the fence; empty when there is none."""
        words = one_line(self.lexer).split()
        return words[0][:_LONGEST_NAME] if words else ""

    def compose(self) -> ComposeResult:
        self._highlighted_code = self._coloured(self.code)
        yield FenceHead()
        yield Label(self._highlighted_code, id="code-content", expand=True)

    def on_mount(self) -> None:
        self._name_language()

    def notify_style_update(self) -> None:
        self._done, self._colours = "", Content()
        self._show(self._coloured(self.code))
        super(MarkdownFence, self).notify_style_update()

    def settle(self) -> None:
        """Nothing more comes; colour it as if it had come at once."""
        if self._done:
            self._done, self._colours = "", Content()
            self._show(self._coloured(self.code))

    async def _update_from_block(self, block: MarkdownBlock) -> None:
        if not isinstance(block, MarkdownFence):
            await super()._update_from_block(block)
            return
        self._copy_context(block)
        self._show(self._grown())
        self._name_language()

    def _show(self, colours: Content) -> None:
        self._content = self._highlighted_code = colours
        for label in self.query_children(Label):
            before = label.content
            fits = isinstance(before, Content) and _extent(before) == _extent(colours)
            label.update(colours, layout=not fits)

    def _coloured(self, code: str) -> Content:
        return super().highlight(
            code,
            self.lexer or _PLAIN,
            ansi=self.app.native_ansi_color,
            dark=self.app.current_theme.dark,
        )

    def _grown(self) -> Content:
        """The colours of what has grown; what was done with stays as it is."""
        if not self.code.startswith(self._done):
            self._done, self._colours = "", Content()
        fresh = self.code[len(self._done) :]
        if fresh.count("\n") > _MOST_ANEW:
            done, _, rest = fresh.rpartition("\n")
            colours = self._coloured(done)
            if colours.plain == done:
                self._done += f"{done}\n"
                self._colours += colours + "\n"
                fresh = rest
        return self._colours + self._coloured(fresh)

    def _name_language(self) -> None:
        for head in self.query(FenceHead):
            head.left = Content(self.language or _NAMELESS)
            head.right = (Content.from_markup("[@click=copy]copy[/]"),)

    @on(FenceHead.Clicked)
    def _give(self, event: FenceHead.Clicked) -> None:
        event.stop()
        self.post_message(self.Chosen(self.code, self.language))


def _extent(text: Content) -> tuple[int, int]:
    """How many lines, and how long the longest."""
    lines = text.plain.split("\n")
    return len(lines), max(map(cell_len, lines))
