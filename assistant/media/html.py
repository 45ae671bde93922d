"""What a person reads on a web page, without what surrounds it.

Headings, paragraphs, lists, tables and code keep their shape. Text that the page
hides is left out, and said to be there.
"""

import re
from collections.abc import Iterator
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from assistant.entities.knowledge import (
    Location,
    SectionKind,
)
from assistant.errors import DocumentRefusedError, Refusal
from assistant.media.flow import Flow
from assistant.media.hidden import Hidden
from assistant.media.parts import Part, Piece, Title
from assistant.media.rows import cell_of, line_of, names_of

DEEPEST = 2_000
"""Open elements at once; browsers stop at 512, the parser slows down with each."""

_names = str.split

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_UNCOUNTED = frozenset(
    _names(
        "p li dt dd td th tr option optgroup thead tbody tfoot colgroup rt rp area "
        "base br col embed hr img input link meta param source track wbr"
    )
)
"""Elements that others close, or that hold nothing."""

_SKIPPED = frozenset(
    _names(
        "head script style template noscript svg math nav footer aside button select "
        "input textarea iframe object canvas audio video dialog"
    )
)
_HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = frozenset(
    _names(
        "address article blockquote body center dd details div dl dt fieldset "
        "figcaption figure form header hgroup hr html li main ol p section "
        "summary table tbody td tfoot th thead tr ul caption"
    )
) | frozenset((*_HEADINGS, "pre", "menu"))
_LISTS = frozenset({"ul", "ol", "dl", "menu"})
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden"
    r"|(?:font-size|opacity)\s*:\s*0(?:px|em|rem|pt|%)?\s*(?:;|!|$)",
    re.IGNORECASE,
)
_WHITE = re.compile(
    r"(?<![\w-])color\s*:\s*(?:white|#fff(?:fff)?|rgb\(255,\s*255,\s*255\))",
    re.IGNORECASE,
)
_SPACE = re.compile(r"[ \t\r\n\f\xa0]+")
_LONGEST_CELL = 400  # characters; longer cells mean a table that only lays out
_SMALLEST_MAIN = 200
_BREAK = "\0"  # never in a page: the parser replaces it


def parts(text: str, place: Location | None = None) -> Iterator[Part]:
    """The title, the pieces of the main part, and what was hidden."""
    _refuse_if_deep(text)
    page = LexborHTMLParser(text)
    title = page.css_first("title")
    if title is not None and cell_of(title.text()):
        yield Title(cell_of(title.text()))
    walk = _Walk(Flow(place))
    if page.root is not None:
        yield from walk.through(_main_part(page) or page.root)
    yield from walk.hidden.notices()


def _refuse_if_deep(text: str) -> None:
    depth = 0
    for closing, name in _TAG.findall(text):
        if name.lower() in _UNCOUNTED:
            continue
        depth = max(depth - 1, 0) if closing else depth + 1
        if depth > DEEPEST:
            raise DocumentRefusedError(
                Refusal.DAMAGED, f"its elements are nested more than {DEEPEST:,} deep"
            )


def _main_part(page: LexborHTMLParser) -> LexborNode | None:
    for choice in ("main", "[role=main]", "article"):
        found = page.css(choice)
        if len(found) == 1 and len(found[0].text()) >= _SMALLEST_MAIN:
            return found[0]
    return None


class _Walk:
    """One way through the tree, without recursion."""

    def __init__(self, flow: Flow) -> None:
        self.hidden = Hidden()
        self._flow = flow
        self._words: list[str] = []
        self._items: list[str] = []
        self._lists = 0

    def through(self, root: LexborNode) -> Iterator[Piece]:
        open_: list[LexborNode] = []
        node: LexborNode | None = root
        while node is not None:
            yield from self._enter(node)
            inner = node.child if self._goes_into(node) else None
            if inner is not None:
                open_.append(node)
                node = inner
                continue
            while node.next is None and open_:
                node = open_.pop()
                yield from self._leave(node.tag or "")
            node = node.next if open_ else None
        yield from self._end_block()
        yield from self._end_list()
        yield from self._flow.close()

    def _goes_into(self, node: LexborNode) -> bool:
        tag = node.tag or ""
        return not (
            tag.startswith("-")
            or tag in _SKIPPED
            or tag == "pre"
            or _is_hidden(node)
            or (tag == "table" and not _only_lays_out(node))
        )

    def _enter(self, node: LexborNode) -> Iterator[Piece]:
        tag = node.tag or ""
        if tag == "-text":
            self._words.append(node.text_content or "")
        elif tag == "br":
            self._words.append(_BREAK)
        elif tag.startswith("-") or tag in _SKIPPED:
            return
        elif _is_hidden(node):
            self.hidden.left_out(node.text())
        elif tag in _BLOCKS:
            yield from self._begin(node, tag)

    def _begin(self, node: LexborNode, tag: str) -> Iterator[Piece]:
        yield from self._end_block()
        if _WHITE.search(node.attributes.get("style") or ""):
            self.hidden.maybe(node.text())
        if tag == "pre":
            yield from self._end_list()
            yield from self._flow.block(node.text().strip("\n"), SectionKind.CODE)
        elif tag == "table" and not _only_lays_out(node):
            yield from self._end_list()
            yield from self._flow.block(_table(node), SectionKind.TABLE)
        elif tag == "li":
            self._words.append("- ")
        self._lists += tag in _LISTS

    def _leave(self, tag: str) -> Iterator[Piece]:
        if tag in _HEADINGS:
            heading = self._gathered().replace("\n", " ")
            yield from self._end_list()
            if heading:
                yield from self._flow.heading(_HEADINGS[tag], heading)
        elif tag in _BLOCKS:
            yield from self._end_block()
        if tag in _LISTS:
            self._lists -= 1
            if not self._lists:
                yield from self._end_list()

    def _gathered(self) -> str:
        """The words since the last block began, spaced as a browser would."""
        lines = "".join(self._words).split(_BREAK)
        self._words = []
        return "\n".join(_SPACE.sub(" ", line).strip() for line in lines).strip()

    def _end_block(self) -> Iterator[Piece]:
        text = self._gathered()
        if self._lists:
            self._items += [text] if text.strip("- ") else []
        else:
            yield from self._flow.block(text)

    def _end_list(self) -> Iterator[Piece]:
        yield from self._flow.block("\n".join(self._items))
        self._items = []


def _is_hidden(node: LexborNode) -> bool:
    attributes = node.attributes
    if not attributes:
        return False
    return "hidden" in attributes or bool(_HIDING.search(attributes.get("style") or ""))


def _only_lays_out(table: LexborNode) -> bool:
    """Old pages put whole columns of text into cells."""
    if table.css_first("table table, td h1, td h2, td ul, td pre") is not None:
        return True
    return any(len(cell.text()) > _LONGEST_CELL for cell in table.css("td"))


def _table(table: LexborNode) -> str:
    rows = [
        ([cell_of(cell.text()) for cell in row.css("td, th")], row)
        for row in table.css("tr")
    ]
    if not rows:
        return ""
    first, element = rows[0]
    names = names_of(first) if element.css_first("td") is None else ()
    lines = [line_of(first), *(line_of(row, names) for row, _ in rows[1:])]
    return "\n".join(line for line in lines if line)
