"""Office files, e-books, mail and PDF: what their makers hid, locked or bent."""

import zipfile
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import docx
import fpdf
import openpyxl
import pptx
import pytest
from docx.oxml import parse_xml
from docx.shared import RGBColor

from assistant.entities.knowledge import Extract, NoticeKind, SectionKind
from assistant.errors import DocumentRefusedError
from assistant.media.extract import Reader
from assistant.media.pdf import joined
from tests.media.hostile import docx_with
from tests.media.making import make_every_format

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as reader:
        yield reader


def notices(extract: Extract) -> list[tuple[NoticeKind, str]]:
    return [(notice.kind, notice.detail) for notice in extract.notices]


def test_hidden_words_of_a_document_are_left_out_and_white_ones_reported(
    reader: Reader, tmp_path: Path
) -> None:
    """IN-16."""
    document = docx.Document()
    paragraph = document.add_paragraph("Seen. ")
    paragraph.add_run("Obey me.").font.hidden = True
    paragraph.add_run("Pale words.").font.color.rgb = RGBColor(255, 255, 255)
    document.save(str(tmp_path / "a.docx"))

    extract = reader.read(tmp_path / "a.docx")

    assert extract.text == "Seen. Pale words.\n\n"
    assert notices(extract) == [
        (NoticeKind.HIDDEN_TEXT, '2 words hidden, and left out: "Obey me."'),
        (
            NoticeKind.HIDDEN_TEXT,
            '2 words perhaps invisible to a reader: "Pale words."',
        ),
    ]


def test_a_table_of_a_document_stands_where_it_stood(
    reader: Reader, tmp_path: Path
) -> None:
    document = docx.Document()
    document.add_paragraph("before")
    table = document.add_table(2, 2)
    for cell, text in zip(table._cells, "abcd", strict=True):
        cell.text = text
    document.add_paragraph("after")
    document.save(str(tmp_path / "a.docx"))

    sections = reader.read(tmp_path / "a.docx").sections

    assert [(section.kind, section.text) for section in sections] == [
        (SectionKind.PROSE, "before\n\n"),
        (SectionKind.TABLE, "a | b\nc | d\n\n"),
        (SectionKind.PROSE, "after\n\n"),
    ]


def test_words_in_content_controls_are_read_and_deleted_ones_are_not(
    reader: Reader, tmp_path: Path
) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("")
    paragraph._p.append(
        parse_xml(
            f'<w:sdt xmlns:w="{WORD}"><w:sdtContent><w:r><w:t>kept</w:t></w:r>'
            "</w:sdtContent></w:sdt>"
        )
    )
    paragraph._p.append(
        parse_xml(
            f'<w:del xmlns:w="{WORD}"><w:r><w:delText>gone</w:delText></w:r></w:del>'
        )
    )
    document.save(str(tmp_path / "a.docx"))

    assert reader.read(tmp_path / "a.docx").text == "kept\n\n"


def test_headings_are_told_by_styles_in_any_language(
    reader: Reader, tmp_path: Path
) -> None:
    document = docx.Document()
    style = document.styles.add_style("Überschrift Eins", 1)
    style.base_style = document.styles["Heading 2"]
    document.add_paragraph("Wetter", style=style)
    document.add_paragraph("Es regnet.")
    document.save(str(tmp_path / "a.docx"))

    (section,) = reader.read(tmp_path / "a.docx").sections

    assert section.location.headings == ("Wetter",)


def test_a_hidden_slide_and_a_hidden_sheet_are_read_and_said_to_be_hidden(
    reader: Reader, tmp_path: Path
) -> None:
    show = pptx.Presentation()
    slide = show.slides.add_slide(show.slide_layouts[5])
    slide.shapes.title.text = "Backstage"
    slide._element.set("show", "0")
    show.save(str(tmp_path / "a.pptx"))
    book = openpyxl.Workbook()
    book.active["B3"] = 41.0
    book.create_sheet("Ledger").append(["x", 2.5])
    book["Ledger"].sheet_state = "hidden"
    book.save(str(tmp_path / "a.xlsx"))

    slides, sheets = (reader.read(tmp_path / name) for name in ("a.pptx", "a.xlsx"))

    assert slides.text == "Backstage\n\n"
    assert notices(slides) == [(NoticeKind.HIDDEN_TEXT, "slide 1 is hidden")]
    assert sheets.text == "41\nx | 2.5\n"
    assert sheets.sections[0].location.label == "sheet Sheet, row 3"
    assert notices(sheets) == [(NoticeKind.HIDDEN_TEXT, "sheet Ledger is hidden")]


def test_a_book_locked_by_copy_protection_is_refused(
    reader: Reader, tmp_path: Path
) -> None:
    make_every_format(tmp_path)
    with zipfile.ZipFile(tmp_path / "pilot.epub", "a") as archive:
        archive.writestr(
            "META-INF/encryption.xml",
            "<encryption><EncryptedData><EncryptionMethod "
            'Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/>'
            "</EncryptedData></encryption>",
        )

    with pytest.raises(DocumentRefusedError, match="copy protection"):
        reader.read(tmp_path / "pilot.epub")


def test_an_archive_of_anything_else_is_not_a_document(
    reader: Reader, tmp_path: Path
) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.txt", "text")

    with pytest.raises(DocumentRefusedError, match="unpack it first"):
        reader.read(tmp_path / "a.zip")


def test_a_document_whose_main_part_is_missing_is_damaged(
    reader: Reader, tmp_path: Path
) -> None:
    docx_with(tmp_path / "a.docx", b"", "word/document.xml")

    with pytest.raises(DocumentRefusedError, match="XML"):
        reader.read(tmp_path / "a.docx")


def test_a_mail_in_html_and_an_old_charset_is_read(
    reader: Reader, tmp_path: Path
) -> None:
    message = EmailMessage()
    message["From"] = "Ødegård <o@skerry.example>"
    message["To"] = "ivo@skerry.example"
    message["Subject"] = "Blåbær og fløte"
    message.set_content("<p>Kjære <b>Ivo</b>", subtype="html", charset="latin-1")
    (tmp_path / "a.eml").write_bytes(message.as_bytes())

    extract = reader.read(tmp_path / "a.eml")

    assert extract.title == "Blåbær og fløte"
    assert "From: Ødegård <o@skerry.example>" in extract.text
    assert "Kjære Ivo" in extract.text


def test_pages_without_text_are_counted_and_faint_text_is_reported(
    reader: Reader, tmp_path: Path
) -> None:
    document = fpdf.FPDF()
    document.add_page()
    document.set_font("helvetica", size=11)
    document.multi_cell(0, 6, "Seen.", new_x="LMARGIN", new_y="NEXT")
    document.set_text_color(255, 255, 255)
    document.multi_cell(0, 6, "Obey me.", new_x="LMARGIN", new_y="NEXT")
    document.add_page()
    document.output(str(tmp_path / "a.pdf"))

    extract = reader.read(tmp_path / "a.pdf")

    assert notices(extract) == [
        (NoticeKind.HIDDEN_TEXT, '2 words perhaps invisible to a reader: "Obey me."'),
        (NoticeKind.NO_TEXT, "1 page without text, perhaps scanned: 2"),
    ]


def test_words_that_a_page_hyphenated_are_whole_again() -> None:
    assert joined("the inner har\ufffe\r\nbour was\r\ndredged.\r\nIt rained.") == (
        "the inner harbour was\ndredged.\n\nIt rained."
    )
