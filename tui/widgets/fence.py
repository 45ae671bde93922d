"""A block of code: its language, its lines, and a word that copies it."""

from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.widgets import Label
from textual.widgets._markdown import MarkdownBlock, MarkdownFence

from assistant.safetext import one_line
from tui.widgets.line import Line

_NAMELESS = "code"
_LONGEST_NAME = 24


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

    @property
    def language(self) -> str:
        """The first word behind the fence; empty when there is none."""
        words = one_line(self.lexer).split()
        return words[0][:_LONGEST_NAME] if words else ""

    def compose(self) -> ComposeResult:
        yield FenceHead()
        yield Label(self._highlighted_code, id="code-content", expand=True)

    def on_mount(self) -> None:
        self._name_language()

    async def _update_from_block(self, block: MarkdownBlock) -> None:
        await super()._update_from_block(block)
        if isinstance(block, MarkdownFence):
            self._name_language()

    def _name_language(self) -> None:
        for head in self.query(FenceHead):
            head.left = Content(self.language or _NAMELESS)
            head.right = (Content.from_markup("[@click=copy]copy[/]"),)

    @on(FenceHead.Clicked)
    def _give(self, event: FenceHead.Clicked) -> None:
        event.stop()
        self.post_message(self.Chosen(self.code, self.language))
