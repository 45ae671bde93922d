"""Files made to hurt whoever reads them; each is generated, none is kept.

`HOSTILE` pairs every maker with what must be said of its file.
"""

import io
import os
import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import docx
import fpdf
import openpyxl

from assistant.errors import Refusal
from tests.media.making import PADDING

_MAIN = "word/document.xml"
_OPEN = (
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    "<w:body>"
)
_CLOSE = "</w:body></w:document>"


def pdf_of(*objects: bytes, root: int = 1) -> bytes:
    """A PDF with these objects, numbered from 1, and a right table of them."""
    out = bytearray(b"%PDF-1.7\n")
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<</Size %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        len(objects) + 1,
        root,
        start,
    )
    return bytes(out)


def _page_with(stream: bytes, *, kids: bytes = b"[3 0 R]", count: int = 1) -> bytes:
    return pdf_of(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids %s/Count %d>>" % (kids, count),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Contents 4 0 R"
        b"/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream"
        % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )


def encrypted_pdf(path: Path) -> None:
    """IN-01."""
    document = fpdf.FPDF()
    document.add_page()
    document.set_font("helvetica")
    document.cell(text="secret")
    document.set_encryption(owner_password="a", user_password="b")
    document.output(str(path))


def pdf_flate_bomb(path: Path) -> None:
    """IN-02."""
    packer = zlib.compressobj(9)
    blank = b" " * (1 << 20)
    stream = b"".join(packer.compress(blank) for _ in range(1024)) + packer.flush()
    path.write_bytes(_page_with(stream))


def pdf_of_operators(path: Path) -> None:
    """IN-03."""
    shows = b"BT /F 9 Tf 5 5 Td (x) Tj ET " * 1_000_000
    path.write_bytes(_page_with(zlib.compress(shows, 9)))


def pdf_kids_loop(path: Path) -> None:
    """IN-04."""
    path.write_bytes(_page_with(b"", kids=b"[2 0 R 2 0 R]"))


def pdf_with_a_billion_pages(path: Path) -> None:
    """IN-04."""
    path.write_bytes(_page_with(zlib.compress(b""), count=10**9))


def pdf_prev_loop(path: Path) -> None:
    """IN-04."""
    path.write_bytes(
        b"%PDF-1.7\nxref\n0 1\n0000000000 65535 f \n"
        b"trailer\n<</Size 1/Root 1 0 R/Prev 9>>\nstartxref\n9\n%%EOF"
    )


def pdf_of_garbage(path: Path) -> None:
    """IN-04."""
    path.write_bytes(b"%PDF-1.7\n" + random.Random(7).randbytes(50_000))


def docx_with(path: Path, body: bytes, name: str = _MAIN) -> None:
    """A real DOCX in which one part is replaced or added."""
    made = io.BytesIO()
    docx.Document().save(made)
    with zipfile.ZipFile(made) as real, zipfile.ZipFile(path, "w", 8) as archive:
        for part in real.namelist():
            if part != name:
                archive.writestr(part, real.read(part))
        archive.writestr(name, body)


def docx_text_bomb(path: Path) -> None:
    """IN-05."""
    text = b"a" * (400 << 20)
    docx_with(path, f"{_OPEN}<w:p><w:r><w:t>".encode() + text + b"</w:t></w:r></w:p>")


def docx_of_paragraphs(path: Path) -> None:
    """IN-06."""
    body = "<w:p><w:r><w:t>x</w:t></w:r></w:p>" * 2_000_000
    docx_with(path, f"{_OPEN}{body}{_CLOSE}".encode())


def docx_unused_bomb(path: Path) -> None:
    """IN-07."""
    docx_with(path, bytes(300 << 20), "word/media/image1.png")


def docx_entities(path: Path) -> None:
    """IN-08."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    docx_with(
        path,
        f'<!DOCTYPE d [<!ENTITY l0 "ha">{laughs}]>{_OPEN}<w:p><w:r><w:t>&l9;'
        f"</w:t></w:r></w:p>{_CLOSE}".encode(),
    )


def docx_external_entity(path: Path) -> None:
    """IN-08."""
    docx_with(
        path,
        f'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>{_OPEN}<w:p><w:r>'
        f"<w:t>&x;</w:t></w:r></w:p>{_CLOSE}".encode(),
    )


def docx_nested(path: Path) -> None:
    docx_with(path, (_OPEN + "<w:p>" * 100_000).encode())


def zip_of_many(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(5_000):
            archive.writestr(f"xl/{number}", b"")


def zip_that_lies(path: Path) -> None:
    """Claims 10 bytes where 50 MB come out."""
    docx_with(path, b"<a>" + b" " * (50 << 20), _MAIN)
    data = bytearray(path.read_bytes())
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        found = data.rfind(mark, 0, data.rfind(_MAIN.encode(), 0) if at == 24 else None)
        while found >= 0 and _MAIN.encode() not in data[found : found + 120]:
            found = data.rfind(mark, 0, found)
        struct.pack_into("<I", data, found + at, 10)
    path.write_bytes(data)


def encrypted_zip(path: Path) -> None:
    """IN-01."""
    docx_with(path, b"<a/>")
    data = path.read_bytes()
    path.write_bytes(
        data.replace(
            b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01"
        )
    )


def encrypted_office(path: Path) -> None:
    """IN-01."""
    name = "EncryptedPackage".encode("utf-16-le")
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000) + name)


def broken_zip(path: Path) -> None:
    path.write_bytes(b"PK\x03\x04" + random.Random(3).randbytes(5_000))


def deep_html(path: Path) -> None:
    """IN-17."""
    path.write_text("<html>" + "<div>" * 1_000_000 + PADDING)


def deep_json(path: Path) -> None:
    path.write_text("[" * 200_000)


def random_bytes(path: Path) -> None:
    """IN-10."""
    path.write_bytes(os.urandom(100_000))


def text_then_binary(path: Path) -> None:
    """IN-10."""
    path.write_bytes(PADDING.encode() * 2_000 + random.Random(5).randbytes(500_000))


def empty(path: Path) -> None:
    """IN-04."""
    path.write_bytes(b"")


def blank(path: Path) -> None:
    path.write_text(" \n\t\n" * 100)


def a_picture(path: Path) -> None:
    """IN-10."""
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))


def xlsx_with_a_far_cell(path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "near"
    book.active["XFD1048576"] = "far"
    book.save(str(path))


def endless_attributes(path: Path) -> None:
    attributes = " ".join(f"a{n}=1" for n in range(400_000))
    path.write_text(f"<html><body><p {attributes}>x</p>")


def nested_mail(path: Path) -> None:
    header = (
        "From: a@b.example\nTo: c@d.example\nSubject: x\n"
        "Date: Mon, 02 Nov 2026 09:00:00 +0000\nContent-Type: message/rfc822\n\n"
    )
    path.write_text(header * 5_000 + "hello")


HOSTILE: tuple[tuple[Callable[[Path], None], str, Refusal, str], ...] = (
    (encrypted_pdf, "a.pdf", Refusal.PASSWORD, "needs a password"),
    (encrypted_zip, "a.docx", Refusal.PASSWORD, "needs a password"),
    (encrypted_office, "b.docx", Refusal.PASSWORD, "needs a password"),
    (pdf_flate_bomb, "b.pdf", Refusal.DAMAGED, "more memory than a file is given"),
    (pdf_kids_loop, "d.pdf", Refusal.NOT_TEXT, "holds no text"),
    (pdf_with_a_billion_pages, "e.pdf", Refusal.NOT_TEXT, "holds no text"),
    (pdf_prev_loop, "f.pdf", Refusal.DAMAGED, "damaged"),
    (pdf_of_garbage, "g.pdf", Refusal.DAMAGED, "damaged"),
    (docx_text_bomb, "c.docx", Refusal.TOO_LARGE, "too large when unpacked"),
    (docx_of_paragraphs, "d.docx", Refusal.TOO_LARGE, "too large when unpacked"),
    (docx_unused_bomb, "e.docx", Refusal.TOO_LARGE, "too large when unpacked"),
    (zip_of_many, "a.xlsx", Refusal.TOO_LARGE, "5,000 parts"),
    (zip_that_lies, "f.docx", Refusal.DAMAGED, "CRC"),
    (broken_zip, "g.docx", Refusal.DAMAGED, "zip container"),
    (docx_entities, "h.docx", Refusal.DAMAGED, "declares a document type"),
    (docx_external_entity, "i.docx", Refusal.DAMAGED, "declares a document type"),
    (docx_nested, "j.docx", Refusal.DAMAGED, "nested"),
    (xlsx_with_a_far_cell, "b.xlsx", Refusal.DAMAGED, "more memory"),
    (deep_html, "a.html", Refusal.DAMAGED, "nested"),
    (nested_mail, "a.eml", Refusal.DAMAGED, "nested"),
    (random_bytes, "a.txt", Refusal.NOT_TEXT, "not a text"),
    (text_then_binary, "b.txt", Refusal.NOT_TEXT, "turns into something else"),
    (empty, "c.txt", Refusal.NOT_TEXT, "empty"),
    (blank, "d.txt", Refusal.NOT_TEXT, "holds no text"),
    (a_picture, "e.txt", Refusal.NOT_TEXT, "a PNG picture"),
)
"""Who makes it, under which name, and what must be said of it."""

UNHARMED: tuple[tuple[Callable[[Path], None], str], ...] = (
    (pdf_of_operators, "c.pdf"),
    (deep_json, "a.json"),
)
"""Made to hurt, and read all the same."""
