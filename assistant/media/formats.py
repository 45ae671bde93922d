"""Which reader reads which kind; imported only by the child that parses."""

import re
from collections.abc import Iterator

from assistant.errors import DocumentRefusedError, Refusal
from assistant.media import book, data, html, mail, opc, pdf, sheets, slides, word
from assistant.media.archive import Archive
from assistant.media.encoding import decoded
from assistant.media.parts import Part
from assistant.media.suffixes import Kind

_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w-]+)", re.I)
_OLD_OFFICE = (
    ("EncryptedPackage", Refusal.PASSWORD, "it needs a password"),
    ("WordDocument", Refusal.NOT_TEXT, "it is an old Word file; save it as DOCX"),
    ("PowerPoint Document", Refusal.NOT_TEXT, "it is an old slide file; save as PPTX"),
    ("__substg1.0_", Refusal.NOT_TEXT, "it is an Outlook message; save it as EML"),
)


def parts(
    raw: bytes, kind: Kind, *, charset: str | None = None
) -> tuple[Kind, Iterator[Part]]:
    """What the bytes hold, and what they turned out to be."""
    match kind:
        case Kind.ZIP:
            return _zipped(raw)
        case Kind.OLE:
            _refuse_old_office(raw)
            return Kind.XLS, sheets.parts(raw)
        case Kind.PDF:
            return kind, pdf.parts(raw)
        case Kind.MAIL:
            return kind, mail.parts(raw)
        case _:
            return kind, _text(raw, kind, charset)


def _text(raw: bytes, kind: Kind, charset: str | None) -> Iterator[Part]:
    if kind is Kind.HTML and (meta := _META_CHARSET.search(raw[:4096])):
        charset = charset or meta[1].decode("ascii", "ignore")
    text, notices = decoded(raw, said=charset)
    match kind:
        case Kind.HTML:
            yield from html.parts(text)
        case Kind.JSON:
            yield from data.parts(text)
        case _:
            yield from data.line_parts(text)
    yield from notices


def _zipped(raw: bytes) -> tuple[Kind, Iterator[Part]]:
    archive = Archive(raw)
    main = opc.main_part(archive)
    match main.partition("/")[0], archive.media_type:
        case "word", _:
            return Kind.DOCX, word.parts(archive, main)
        case "ppt", _:
            return Kind.PPTX, slides.parts(archive, main)
        case "xl", _:
            archive.verify()
            return Kind.XLSX, sheets.parts(raw)
        case _, Kind.ODS:
            archive.verify()
            return Kind.ODS, sheets.parts(raw)
        case _, Kind.EPUB:
            return Kind.EPUB, book.parts(archive)
        case _:
            raise DocumentRefusedError(
                Refusal.NOT_TEXT, "it is an archive; unpack it first"
            )


def _refuse_old_office(raw: bytes) -> None:
    for stream, kind, reason in _OLD_OFFICE:
        if stream.encode("utf-16-le") in raw:
            raise DocumentRefusedError(kind, reason)
