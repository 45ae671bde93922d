"""PDF, page by page, under the bookmarks that lead there.

PDFium reads it: the library that Chrome opens every PDF with. Lines that the page
broke are joined again, words that it hyphenated too.
"""

import re
from collections.abc import Iterator
from ctypes import POINTER, c_float, c_uint, cast, create_string_buffer

import pypdfium2
from pypdfium2 import raw

from assistant.entities.knowledge import Location, Notice, NoticeKind
from assistant.errors import DocumentRefusedError, Refusal
from assistant.media.hidden import Hidden
from assistant.media.outline import Outline
from assistant.media.parts import LONGEST_PIECE, Part, Piece, Title
from assistant.media.rows import cell_of

MOST_PAGES = 20_000

_UNTITLED = re.compile(r"untitled|microsoft word - .*|.*\.(?:docx?|tex|dvi|indd)", re.I)
_HYPHEN = re.compile("[\x02\ufffe\xad]\n?")
_PARAGRAPH = re.compile(r"(?<=[.!?:;])\n(?=[^\n])")
_INVISIBLE_MODES = {
    raw.FPDF_TEXTRENDERMODE_INVISIBLE,
    raw.FPDF_TEXTRENDERMODE_CLIP,
}
_TINY = 1.5  # points
_WHITE = 250  # of 255, in each colour
_MOST_OBJECTS = 20_000  # looked at on one page for hidden text


def parts(data: bytes) -> Iterator[Part]:
    """The title, then a piece for each page that holds text."""
    document = _open(data)
    if title := _title(document):
        yield Title(title)
    headings = _bookmarks(document)
    hidden, empty, broken = Hidden(), list[int](), list[int]()
    for index in range(len(document)):
        try:
            text = _page_text(document, index, hidden)
        except pypdfium2.PdfiumError:
            broken.append(index + 1)
            continue
        if not text:
            empty.append(index + 1)
        yield from _pieces(text, Location(page=index + 1, headings=headings[index]))
    yield from hidden.notices()
    yield from _about_pages(empty, NoticeKind.NO_TEXT, "without text, perhaps scanned")
    yield from _about_pages(broken, NoticeKind.UNREADABLE_PART, "that cannot be read")


def _open(data: bytes) -> pypdfium2.PdfDocument:
    try:
        document = pypdfium2.PdfDocument(data)
        pages = len(document)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD:
            raise DocumentRefusedError(
                Refusal.PASSWORD, "it needs a password"
            ) from error
        raise DocumentRefusedError(
            Refusal.DAMAGED, "it is damaged: no page can be found in it"
        ) from error
    if pages > MOST_PAGES:
        raise DocumentRefusedError(
            Refusal.TOO_LARGE, f"it has {pages:,} pages; {MOST_PAGES:,} are read"
        )
    if not pages:
        raise DocumentRefusedError(Refusal.DAMAGED, "it is damaged: it has no pages")
    return document


def _title(document: pypdfium2.PdfDocument) -> str:
    title = cell_of(document.get_metadata_value("Title"))
    return "" if _UNTITLED.fullmatch(title) else title


def _bookmarks(document: pypdfium2.PdfDocument) -> list[tuple[str, ...]]:
    """For each page, the path of the last bookmark at or before it."""
    outline, at = Outline(), dict[int, tuple[str, ...]]()
    for bookmark in document.get_toc(max_depth=8):
        target = bookmark.get_dest()
        page = target.get_index() if target else None
        path = outline.enter(bookmark.level, cell_of(bookmark.get_title()))
        if page is not None:
            at.setdefault(page, path)
    paths: list[tuple[str, ...]] = []
    current: tuple[str, ...] = ()
    for index in range(len(document)):
        current = at.get(index, current)
        paths.append(current)
    return paths


def _page_text(document: pypdfium2.PdfDocument, index: int, hidden: Hidden) -> str:
    page = document[index]
    try:
        words = page.get_textpage()
        try:
            text = words.get_text_bounded()
            _look_for_hidden(page, words, hidden)
        finally:
            words.close()
    finally:
        page.close()
    return joined(text)


def joined(text: str) -> str:
    """Text as it was before the page broke its lines."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return _PARAGRAPH.sub("\n\n", _HYPHEN.sub("", text)).strip()


def _look_for_hidden(
    page: pypdfium2.PdfPage, words: pypdfium2.PdfTextPage, hidden: Hidden
) -> None:
    """White on what is mostly white paper, tiny, or drawn invisibly."""
    texts = page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], max_depth=3)
    for _, item in zip(range(_MOST_OBJECTS), texts, strict=False):
        if _is_faint(item):
            hidden.maybe(_said_by(item, words))


def _is_faint(item: pypdfium2.PdfObject) -> bool:
    if raw.FPDFTextObj_GetTextRenderMode(item) in _INVISIBLE_MODES:
        return True
    red, green, blue, alpha = (c_uint() for _ in range(4))
    raw.FPDFPageObj_GetFillColor(item, red, green, blue, alpha)
    if min(red.value, green.value, blue.value) >= _WHITE or alpha.value == 0:
        return True
    size = c_float()
    raw.FPDFTextObj_GetFontSize(item, size)
    return bool(size.value * abs(item.get_matrix().d) < _TINY)


def _said_by(item: pypdfium2.PdfObject, words: pypdfium2.PdfTextPage) -> str:
    length = raw.FPDFTextObj_GetText(item, words, None, 0)
    buffer = create_string_buffer(length)
    raw.FPDFTextObj_GetText(item, words, cast(buffer, POINTER(raw.FPDF_WCHAR)), length)
    return buffer.raw[: max(length - 2, 0)].decode("utf-16-le", "replace")


def _pieces(text: str, place: Location) -> Iterator[Piece]:
    """A sentence may run on across pages, so only one line end parts them."""
    whole = text + ("\n\n" if text.endswith((".", "!", "?", ":")) else "\n")
    for start in range(0, len(whole) if text else 0, LONGEST_PIECE):
        yield Piece(whole[start : start + LONGEST_PIECE], location=place)


def _about_pages(pages: list[int], kind: NoticeKind, what: str) -> Iterator[Notice]:
    if pages:
        shown = ", ".join(str(page) for page in pages[:8])
        more = "…" if len(pages) > 8 else ""
        count = f"{len(pages):,} page{'s' * (len(pages) != 1)}"
        yield Notice(kind=kind, detail=f"{count} {what}: {shown}{more}")
