"""Spreadsheets, sheet by sheet and row by row: XLSX, and older and open formats."""

import io
from collections.abc import Iterator

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from assistant.entities.knowledge import Notice, NoticeKind
from assistant.errors import DocumentRefusedError, Refusal
from assistant.media.parts import Part
from assistant.media.rows import cell_of
from assistant.media.tables import pieces


def parts(data: bytes) -> Iterator[Part]:
    """Every sheet that has cells; hidden ones too, and said to be."""
    try:
        book = CalamineWorkbook.from_object(io.BytesIO(data))
    except CalamineError as error:
        raise _refusal(error) from error
    for sheet in book.sheets_metadata:
        if sheet.visible is not SheetVisibleEnum.Visible:
            yield Notice(
                kind=NoticeKind.HIDDEN_TEXT, detail=f"sheet {sheet.name} is hidden"
            )
        yield from pieces(_rows(book, sheet.name), sheet=sheet.name)


def _rows(book: CalamineWorkbook, name: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with their numbers, as the spreadsheet shows them."""
    try:
        sheet = book.get_sheet_by_name(name)
    except CalamineError as error:
        raise _refusal(error) from error
    if sheet.start is None:
        return
    for number, row in enumerate(sheet.iter_rows(), start=1):
        yield number, [_cell(value) for value in row]


def _cell(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return cell_of(value)


def _refusal(error: Exception) -> DocumentRefusedError:
    text = " ".join(str(error).split())
    if "password" in text.lower() or "encrypted" in text.lower():
        return DocumentRefusedError(Refusal.PASSWORD, "it needs a password")
    return DocumentRefusedError(Refusal.DAMAGED, f"its workbook: {text[:120]}")
