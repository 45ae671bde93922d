"""Lists of any length: many items are one text, and a list that grows stays what it is.

Only an item that holds more than words and lists has parts of its own. What an item
says it does not know; it was parsed elsewhere.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from markdown_it.token import Token
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content, Span
from textual.selection import Selection
from textual.widget import Widget
from textual.widgets import Markdown
from textual.widgets._markdown import (
    MarkdownBlock,
    MarkdownBullet,
    MarkdownBulletList,
    MarkdownFence,
    MarkdownListItem,
    MarkdownParagraph,
)

from tui.widgets.hanging import Hanging, reword

_MOST_LINES = 12
"""In one text: what grows is drawn anew as a whole, and so is what is found in it."""

_MOST_ITEMS = 40
"""In one list; a longer one goes on in the next, so that its end is soon found."""

_MARK = "$primary"
_GOES_ON = "goes-on"
LISTS = ("bullet_list_open", "ordered_list_open")

_Line: TypeAlias = tuple[Content, Content]
"""What stands before the words, and the words."""


@dataclass(frozen=True, slots=True)
class _Run:
    """Items that are nothing but words and lists of words."""

    lines: tuple[_Line, ...]

    @property
    def text(self) -> Content:
        return Content("\n").join(start + words for start, words in self.lines)

    @property
    def indents(self) -> list[int]:
        return [len(start) for start, _ in self.lines]

    @property
    def gist(self) -> object:
        """All that decides how it is drawn; texts are equal by their letters alone."""
        return [(start.plain, *_looks(words)) for start, words in self.lines]


@dataclass(frozen=True, slots=True)
class _Item:
    """An item with code, a table or whatever else in it."""

    mark: str
    gist: object

    def drawn(self, blocks: Iterable[MarkdownBlock]) -> Widget:
        bullet = MarkdownBullet()
        bullet.symbol = self.mark
        return Horizontal(bullet, Vertical(*blocks))


class Items(MarkdownBlock):
    """Some items of a list, as one text."""

    def __init__(self, markdown: Markdown, token: Token, run: _Run) -> None:
        super().__init__(markdown, token)
        self._indents: Sequence[int] = ()
        self.show(run)

    def show(self, run: _Run) -> None:
        """Say this instead."""
        self._indents = run.indents
        reword(self, run.text)

    def render(self) -> Hanging | str:
        text = self.content
        return Hanging(text, self._indents) if isinstance(text, Content) else ""

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        return selection.extract(str(self.visual)), "\n"


def in_pieces(tokens: Sequence[Token]) -> list[Token]:
    """The same text, its long lists cut into shorter ones that go on in each other."""
    whole: list[Token] = []
    for token in tokens:
        if token.level == 0 and token.type in LISTS:
            opened, items = token, 0
        elif token.level == 1 and token.type == "list_item_open":
            if items and items % _MOST_ITEMS == 0 and _goes_on(opened, token):
                opened = _cut(whole, opened, token)
            items += 1
        whole.append(token)
    return whole


def _goes_on(opened: Token, item: Token) -> bool:
    """Whether the item can begin a list without being numbered anew."""
    first = opened.attrs.get("start", 1)
    return not item.info or item.info == str(int(first) + _MOST_ITEMS)


def _cut(whole: list[Token], opened: Token, item: Token) -> Token:
    """End the list before this item, and begin the next with it."""
    (start, end), (here, _) = opened.map or (0, 0), item.map or (0, 0)
    opened.map, opened.meta = [start, here], {_GOES_ON: True}
    again = opened.copy(map=[here, end], meta={})
    if item.info:
        again.attrs = {**opened.attrs, "start": int(item.info)}
    closing = opened.type.replace("_open", "_close")
    whole += [opened.copy(type=closing, nesting=-1, map=None), again]
    return again


class Bulleted(MarkdownBulletList):
    """A list with a mark before each item: a bullet, unless it is told otherwise."""

    DEFAULT_CSS = """
    Bulleted.-goes-on { margin: 0; }
    """

    def __init__(self, markdown: Markdown, token: Token) -> None:
        super().__init__(markdown, token)
        self.set_class(_GOES_ON in token.meta, f"-{_GOES_ON}")
        self._shown: list[_Run | _Item] = []

    def marks(self) -> list[str]:
        """What stands before each item."""
        return [item.bullet for item in self.items]

    @property
    def items(self) -> list[MarkdownListItem]:
        return [each for each in self._blocks if isinstance(each, MarkdownListItem)]

    def lines(self) -> list[_Line] | None:
        """The whole list as lines; None when it is more than lines."""
        whole: list[_Line] = []
        for mark, item in zip(self.marks(), self.items, strict=True):
            lines = _lines_of(mark, item)
            if lines is None:
                return None
            whole += lines
        return whole

    def compose(self) -> ComposeResult:
        self._shown, widgets = self._parts(self._markdown)
        yield from widgets
        self._blocks.clear()

    async def _update_from_block(self, block: MarkdownBlock) -> None:
        if not isinstance(block, Bulleted) or type(block) is not type(self):
            await super()._update_from_block(block)
            return
        self.set_class(block.has_class(f"-{_GOES_ON}"), f"-{_GOES_ON}")
        shown, widgets = block._parts(self._markdown)
        kept = _follow(self._shown, shown, list(self.children))
        for each in list(self.children)[kept:]:
            await each.remove()
        self._shown = shown
        self._copy_context(block)
        await self.mount_all(widgets[kept:])

    def _parts(self, markdown: Markdown) -> tuple[list[_Run | _Item], list[Widget]]:
        """What the list is made of, and a widget for each part."""
        parts: list[_Run | _Item] = []
        widgets: list[Widget] = []
        for part, blocks in self._cut():
            parts.append(part)
            if isinstance(part, _Run):
                widgets.append(Items(markdown, self._token, part))
            else:
                widgets.append(part.drawn(blocks))
        return parts, widgets

    def _cut(self) -> Iterator[tuple[_Run | _Item, list[MarkdownBlock]]]:
        gathered: list[_Line] = []
        for mark, item in zip(self.marks(), self.items, strict=True):
            lines = _lines_of(mark, item)
            if gathered and (lines is None or len(gathered) + len(lines) > _MOST_LINES):
                yield _Run(tuple(gathered)), []
                gathered = []
            if lines is None:
                yield _Item(mark, _gist(item)), list(item._blocks)
            else:
                gathered += lines
        if gathered:
            yield _Run(tuple(gathered)), []


class Numbered(Bulleted):
    """A list with numbers."""

    def marks(self) -> list[str]:
        items = self.items
        first = items[0].bullet if items else ""
        start = int(first) if first.isdecimal() else 1
        marks = [f"{number}. " for number in range(start, start + len(items))]
        width = max(map(len, marks), default=0) + 1
        return [mark.rjust(width) for mark in marks]


def _follow(
    old: Sequence[_Run | _Item], new: Sequence[_Run | _Item], drawn: Sequence[Widget]
) -> int:
    """Let what is drawn say what is new, as far as it can; how far that is."""
    for place, (before, now, widget) in enumerate(zip(old, new, drawn, strict=False)):
        if before.gist == now.gist:
            continue
        if not isinstance(now, _Run) or not isinstance(widget, Items):
            return place
        widget.show(now)
    return min(len(old), len(new), len(drawn))


def _lines_of(mark: str, item: MarkdownListItem) -> list[_Line] | None:
    """An item as lines behind its mark; None when it is more than lines."""
    inner: list[_Line] = []
    for block in item._blocks:
        if isinstance(block, MarkdownParagraph):
            words = block._content.split(allow_blank=True)
            inner += [(Content(), line) for line in words]
        elif isinstance(block, Bulleted) and (lines := block.lines()) is not None:
            inner += lines
        else:
            return None
    marked, gap = Content.styled(mark, _MARK), Content(" " * len(mark))
    first, *others = inner or [(Content(), Content())]
    return [
        (marked + first[0], first[1]),
        *((gap + start, words) for start, words in others),
    ]


def _gist(block: MarkdownBlock) -> object:
    """All that decides how a block is drawn."""
    code = (block.code, block.lexer) if isinstance(block, MarkdownFence) else None
    mark = block.bullet if isinstance(block, MarkdownListItem) else None
    parts = tuple(_gist(each) for each in block._blocks)
    return type(block), _looks(block._content), code, mark, parts


def _looks(text: Content) -> tuple[str, tuple[Span, ...]]:
    return text.plain, tuple(text.spans)
