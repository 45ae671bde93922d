"""A table that grows row by row, or word by word, and stays where it is."""

from itertools import chain

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets._markdown import (
    MarkdownBlock,
    MarkdownTable,
    MarkdownTableCellContents,
    MarkdownTableContent,
)


class Cells(MarkdownTableContent):
    """A table's cells without tooltips: Textual would read those as markup."""

    def compose(self) -> ComposeResult:
        for cell in super().compose():
            yield cell.with_tooltip(None)

    async def show(self, headers: list[Content], rows: list[list[Content]]) -> bool:
        """Say this instead; False when it has other columns."""
        if len(headers) != len(self.headers) or not self.is_mounted:
            return False
        drawn = list(self.query_children(MarkdownTableCellContents))
        self.headers, self.rows = headers.copy(), rows.copy()
        wanted = list(self.compose())
        for cell, now in zip(drawn, chain(headers, *rows), strict=False):
            before = cell.content
            if not isinstance(before, Content) or not before.is_same(now):
                cell.update(now)
        for cell in drawn[len(wanted) :]:
            await cell.remove()
        await self.mount_all(wanted[len(drawn) :])
        return True


class Table(MarkdownTable):
    """A table in which no cell is left behind."""

    def compose(self) -> ComposeResult:
        self._headers, self._rows = self._get_headers_and_rows()
        yield Cells(self._headers, self._rows)

    async def _update_from_block(self, block: MarkdownBlock) -> None:
        if isinstance(block, Table):
            headers, rows = block._get_headers_and_rows()
            for cells in self.query_children(Cells):
                if await cells.show(headers, rows):
                    self._headers, self._rows = headers, rows
                    return
        await self.remove()
        await self._markdown.mount(block)
