"""Tables of office documents, gathered cell by cell while the XML goes by."""

from assistant.media.rows import cell_of, line_of, names_of


class Tables:
    """The open tables; what stands in an inner one is said in the outer's cell."""

    def __init__(self) -> None:
        self._open: list[list[list[str]]] = []
        self._named: list[bool] = []

    @property
    def are_open(self) -> bool:
        return bool(self._open)

    def begin(self, what: str) -> None:
        """A table, a row, a cell, or the mark of a first row that names columns."""
        match what:
            case "tbl":
                self._open.append([])
                self._named.append(False)
            case "tr" if self._open:
                self._open[-1].append([])
            case "tc" if self._open and self._open[-1]:
                self._open[-1][-1].append("")
            case "tblHeader" | "namedRow" if self._open and len(self._open[-1]) < 2:
                self._named[-1] = True

    def say(self, text: str) -> None:
        """A paragraph within the cell that is open."""
        if self._open and self._open[-1] and self._open[-1][-1]:
            row = self._open[-1][-1]
            row[-1] = f"{row[-1]} {text}".strip()

    def end(self) -> str:
        """The table as lines; nothing while it is within another's cell."""
        if not self._open:
            return ""
        rows = [[cell_of(cell) for cell in row] for row in self._open.pop()]
        names = names_of(rows[0]) if self._named.pop() and rows else ()
        lines = [
            line_of(row, names if number else ()) for number, row in enumerate(rows)
        ]
        text = "\n".join(line for line in lines if line)
        if self._open:
            self.say(text)
            return ""
        return text
