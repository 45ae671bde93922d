"""Markdown that someone else wrote: shown, never obeyed.

Raw HTML and link definitions stay visible as text, an address stands beside
the words it hides behind, and nothing is fetched.
"""

import asyncio
from collections.abc import Iterator, Mapping, MutableMapping, Sequence

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from textual.content import Content
from textual.widgets import Markdown
from textual.widgets._markdown import (
    MarkdownBlock,
    MarkdownParagraph,
    MarkdownStream,
)

from assistant.safetext import StreamCleaner, clean
from tui.widgets.fence import Fence
from tui.widgets.ground import Column
from tui.widgets.hanging import reword
from tui.widgets.listed import LISTS, Bulleted, Numbered, in_pieces
from tui.widgets.table import Table

_MOST_PARTS = 2000
"""As the parser counts them; a paragraph is three."""

_IN_A_LIST = 0.4
"""How much a part counts there, where many are drawn together."""

_VERBATIM = "verbatim"


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _with_addresses(children: Sequence[Token]) -> Iterator[Token]:
    address, shown = "", ""
    for child in children:
        if child.type == "image":
            yield _text(f"[picture: {child.content}] ({child.attrs.get('src', '')})")
            continue
        yield child
        if child.type == "link_open":
            address, shown = str(child.attrs.get("href", "")), ""
        elif child.type == "link_close" and address.removeprefix("mailto:") != shown:
            yield _text(f" ({address})")
        else:
            shown += child.content


def _show_addresses(state: StateCore) -> None:
    for token in state.tokens:
        if token.children:
            token.children = list(_with_addresses(token.children))


def _parts_of(tokens: Sequence[Token]) -> float:
    depth, parts = 0, 0.0
    for token in tokens:
        if token.type in LISTS or token.type.replace("close", "open") in LISTS:
            depth += token.nesting
        parts += _IN_A_LIST if depth else 1
    return parts


class _Dialect(MarkdownIt):
    """Leaves a text as it is when drawing its thousand parts would take too long."""

    def parse(
        self, src: str, env: MutableMapping[str, object] | None = None
    ) -> list[Token]:
        tokens = super().parse(src, env)
        if _parts_of(tokens) <= _MOST_PARTS:
            return in_pieces(tokens)
        lines = src.count("\n") + 1
        return [Token(_VERBATIM, "", 0, content=src, map=[0, lines])]


def parser() -> MarkdownIt:
    """The dialect of a chat: GitHub's, without anything that hides text."""
    dialect = _Dialect("gfm-like", {"html": False}).disable("reference")
    if dialect.linkify is not None:
        dialect.linkify.set({"fuzzy_link": False, "fuzzy_email": False})
    dialect.core.ruler.push("addresses", _show_addresses)
    return dialect


class _Verbatim(MarkdownBlock):
    """Words as they were written."""

    def __init__(self, markdown: Markdown, token: Token) -> None:
        super().__init__(markdown, token)
        self.set_content(Content(token.content))


class _Paragraph(MarkdownParagraph):
    """Words that stay where they are while they become more."""

    def set_content(self, content: Content) -> None:
        self._content = content
        reword(self, content)


_BLOCKS: Mapping[str, type[MarkdownBlock]] = {
    "paragraph_open": _Paragraph,
    "bullet_list_open": Bulleted,
    "ordered_list_open": Numbered,
    "table_open": Table,
    "fence": Fence,
    "code_block": Fence,
}


class Prose(Markdown, Column):
    """What the assistant says, at once or piece by piece."""

    DEFAULT_CSS = """
    Prose {
        padding: 0;
        color: $foreground;

        MarkdownBlock {
            &:dark > .code_inline, &:light > .code_inline {
                color: $code;
                background: $panel;
            }
        }
        MarkdownHeader { margin: 1 0; color: $primary; text-style: bold; }
        MarkdownH1 { content-align: left middle; }
        MarkdownBlockQuote, MarkdownBlockQuote:light {
            margin: 0 0 1 0;
            background: $background;
            border-left: vkey $edge-quiet;
            color: $muted;
        }
        _Verbatim { margin: 0 0 1 0; }
        MarkdownBullet, MarkdownBullet:light { color: $primary; }
        MarkdownTable, MarkdownTable:light { background: $background; }
    }
    """

    def __init__(self, text: str = "", *, classes: str | None = None) -> None:
        super().__init__(
            clean(text), classes=classes, parser_factory=parser, open_links=False
        )
        self._cleaner = StreamCleaner()
        self._stream: MarkdownStream | None = None

    def get_block_class(self, block_name: str) -> type[MarkdownBlock]:
        return _BLOCKS.get(block_name) or super().get_block_class(block_name)

    def unhandled_token(self, token: Token) -> MarkdownBlock | None:
        return _Verbatim(self, token) if token.type == _VERBATIM else None

    async def begin(self, text: str) -> None:
        """Show this much of a reply whose rest comes piece by piece."""
        await self._cease()
        await self.update("")
        await self.feed(text)

    async def feed(self, piece: str) -> None:
        """Show the next piece, however the pieces were cut."""
        text = self._cleaner.feed(piece)
        if not text:
            return
        if self._stream is None:
            self._stream = Markdown.get_stream(self)
        await self._stream.write(text)

    async def settle(self, text: str) -> None:
        """Show the whole text as if it had come at once; no piece follows."""
        await self._cease(self._cleaner.close())
        text = clean(text)
        outline = await asyncio.to_thread(_outline_of, text)
        if self.source != text or self._outline() != outline:
            await self.update(text)
        for fence in self.fences:
            fence.settle()
            await asyncio.sleep(0)

    @property
    def fences(self) -> tuple[Fence, ...]:
        """Its blocks of code, from the top."""
        return tuple(self.query(Fence))

    def _outline(self) -> list[tuple[str, int, int]]:
        """What is drawn, by kind and lines; each part is drawn from its lines alone."""
        return [
            (part.name or "", part.source_range[0], part.source_range[1])
            for part in self.children
            if isinstance(part, MarkdownBlock)
        ]

    async def _cease(self, rest: str = "") -> None:
        """Expect no more pieces than this rest."""
        self._cleaner = StreamCleaner()
        if self._stream is not None:
            stream, self._stream = self._stream, None
            if rest:
                await stream.write(rest)
            await stream.stop()


def _outline_of(text: str) -> list[tuple[str, int, int]]:
    return [
        (token.type, token.map[0], token.map[1])
        for token in parser().parse(text)
        if token.level == 0 and token.map is not None
    ]


def addresses(text: str) -> tuple[str, ...]:
    """What a text links to, each address once, in order."""
    found = (
        str(child.attrs.get("href", ""))
        for token in parser().parse(clean(text))
        for child in token.children or ()
        if child.type == "link_open"
    )
    return tuple(dict.fromkeys(found))
