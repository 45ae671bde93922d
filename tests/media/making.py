"""Real files of every format, made by the libraries that people's programs use.

`make_every_format` is also what the end-to-end tests ingest: each file holds one
fact that no other holds.
"""

import csv
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import docx
import fpdf
import openpyxl
import pptx
from pptx.util import Inches

PADDING = (
    "The harbour of Skerry keeps its records in many hands and many formats. "
    "Clerks copy them at the end of every month and send them to the museum. "
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something only one file says, how one would ask for it, and where it stands."""

    sentence: str
    question: str
    answer: str
    media_type: str
    label: str
    """Part of the location's label that a citation must show."""


def make_every_format(folder: Path) -> Mapping[str, Fact]:
    """Writes a file of every format into the folder; the facts by file name."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (make, fact) in _FILES.items():
        make(folder / name, fact.sentence)
    return {name: fact for name, (_, fact) in _FILES.items()}


def _text(path: Path, sentence: str) -> None:
    path.write_text(f"{PADDING}\n\n{sentence}\n\n{PADDING}\n", encoding="utf-8")


def _markdown(path: Path, sentence: str) -> None:
    path.write_text(
        f"# Lighthouse log\n\n{PADDING}\n\n## Lamps\n\n{sentence}\n\n"
        "| Lamp | Oil |\n|---|---|\n| East | whale |\n",
        encoding="utf-8",
    )


def _source(path: Path, sentence: str) -> None:
    path.write_text(
        f'"""Tides of Skerry."""\n\n\ndef mooring_fee(tonnes):\n    # {sentence}\n'
        "    return tonnes * 3\n",
        encoding="utf-8",
    )


def _html(path: Path, sentence: str) -> None:
    path.write_text(
        "<!doctype html><html><head><title>Ferry times</title></head><body>"
        "<nav>Home Contact</nav><main><h1>Ferry</h1>"
        f"<p>{PADDING}</p><h2>Winter</h2><p>{sentence}</p></main>"
        "<footer>All rights reserved</footer></body></html>",
        encoding="utf-8",
    )


def _pdf(path: Path, sentence: str) -> None:
    document = fpdf.FPDF()
    document.set_title("Dredging report")
    for chapter, text in (("Summary", PADDING), ("Depths", sentence)):
        document.add_page()
        document.set_font("helvetica", size=11)
        document.start_section(chapter)
        document.multi_cell(0, 6, text)
    document.output(str(path))


def _word(path: Path, sentence: str) -> None:
    document = docx.Document()
    document.core_properties.title = "Crane manual"
    document.add_heading("Crane manual", 0)
    document.add_heading("Lifting", 1)
    document.add_paragraph(PADDING)
    document.add_heading("Wind", 2)
    document.add_paragraph(sentence)
    table = document.add_table(2, 2)
    for cell, text in zip(table._cells, ("Force", "Crew", "7", "two"), strict=True):
        cell.text = text
    document.save(str(path))


def _slides(path: Path, sentence: str) -> None:
    show = pptx.Presentation()
    first = show.slides.add_slide(show.slide_layouts[0])
    first.shapes.title.text = "Festival plans"
    second = show.slides.add_slide(show.slide_layouts[1])
    second.shapes.title.text = "Fireworks"
    second.placeholders[1].text = sentence
    second.notes_slide.notes_text_frame.text = "Thank the sponsors."
    third = show.slides.add_slide(show.slide_layouts[5])
    third.shapes.title.text = "Costs"
    table = third.shapes.add_table(2, 2, Inches(1), Inches(2), Inches(5), Inches(1))
    for cell, text in zip(
        table.table.iter_cells(), ("Item", "Cost", "Boat", "40"), strict=True
    ):
        cell.text = text
    show.save(str(path))


def _sheets(path: Path, sentence: str) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Catch"
    sheet.append(["Boat", "Species", "Remark"])
    sheet.append(["Petrel", "cod", "quiet season"])
    sheet.append(["Gannet", "ling", sentence])
    book.save(str(path))


def _book(path: Path, sentence: str) -> None:
    chapters = {"Arrival": PADDING, "The Storm": sentence}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        archive.writestr(
            "META-INF/container.xml",
            '<?xml version="1.0"?><container version="1.0" '
            'xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
            '<rootfile full-path="OEBPS/content.opf" '
            'media-type="application/oebps-package+xml"/></rootfiles></container>',
        )
        items = "".join(
            f'<item id="c{n}" href="c{n}.xhtml" media-type="application/xhtml+xml"/>'
            for n in range(len(chapters))
        )
        spine = "".join(f'<itemref idref="c{n}"/>' for n in range(len(chapters)))
        archive.writestr(
            "OEBPS/content.opf",
            '<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" '
            'version="3.0"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
            "<dc:title>The Pilot's Tale</dc:title></metadata><manifest>"
            '<item id="nav" href="nav.xhtml" properties="nav" '
            f'media-type="application/xhtml+xml"/>{items}</manifest>'
            f"<spine>{spine}</spine></package>",
        )
        links = "".join(
            f'<li><a href="c{n}.xhtml">{name}</a></li>'
            for n, name in enumerate(chapters)
        )
        archive.writestr("OEBPS/nav.xhtml", _page(f"<nav><ol>{links}</ol></nav>"))
        for n, text in enumerate(chapters.values()):
            archive.writestr(f"OEBPS/c{n}.xhtml", _page(f"<p>{text}</p>"))


def _page(body: str) -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html>'
        '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head>'
        f"<body>{body}</body></html>"
    )


def _table(path: Path, sentence: str) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["Pier", "Keeper", "Remark"])
        rows.writerow(["North", "Oda", "painted, twice"])
        rows.writerow(["South", "Ivo", sentence])


def _json(path: Path, sentence: str) -> None:
    record = {"title": "Weather station", "sensors": [{"kind": "rain", "ok": True}]}
    path.write_text(json.dumps({**record, "remark": sentence}), encoding="utf-8")


def _json_lines(path: Path, sentence: str) -> None:
    lines = ({"event": "opened"}, {"event": "note", "text": sentence})
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")


def _mail(path: Path, sentence: str) -> None:
    message = EmailMessage()
    message["From"] = "Oda Lind <oda@skerry.example>"
    message["To"] = "ivo@skerry.example"
    message["Date"] = "Mon, 02 Nov 2026 09:00:00 +0000"
    message["Subject"] = "The new bell"
    message.set_content(f"Dear Ivo,\n\n{sentence}\n\nOda\n")
    message.add_attachment(
        b"\x89PNG not really", maintype="image", subtype="png", filename="bell.png"
    )
    path.write_bytes(message.as_bytes())


_OFFICE = "application/vnd.openxmlformats-officedocument."
_Make = Callable[[Path, str], None]
_FILES: Mapping[str, tuple[_Make, Fact]] = {
    "notes.txt": (
        _text,
        Fact(
            sentence="The anchor of the Petrel weighs 912 kilograms.",
            question="How heavy is the anchor of the Petrel?",
            answer="912",
            media_type="text/plain",
            label="line",
        ),
    ),
    "lighthouse.md": (
        _markdown,
        Fact(
            sentence="The eastern lamp was lit first by Marta Quill in 1871.",
            question="Who lit the eastern lamp first?",
            answer="Marta Quill",
            media_type="text/markdown",
            label="Lighthouse log > Lamps",
        ),
    ),
    "tides.py": (
        _source,
        Fact(
            sentence="The mooring fee doubles during the herring regatta.",
            question="When does the mooring fee double?",
            answer="herring regatta",
            media_type="text/x-source",
            label="mooring_fee",
        ),
    ),
    "ferry.html": (
        _html,
        Fact(
            sentence="In winter the last ferry leaves Skerry at 16:40.",
            question="When does the last ferry leave in winter?",
            answer="16:40",
            media_type="text/html",
            label="Ferry > Winter",
        ),
    ),
    "dredging.pdf": (
        _pdf,
        Fact(
            sentence="The inner basin was dredged to 7.35 metres.",
            question="How deep was the inner basin dredged?",
            answer="7.35",
            media_type="application/pdf",
            label="page 2",
        ),
    ),
    "crane.docx": (
        _word,
        Fact(
            sentence="The crane must stop when gusts pass 53 knots.",
            question="At which gusts must the crane stop?",
            answer="53 knots",
            media_type=f"{_OFFICE}wordprocessingml.document",
            label="Lifting > Wind",
        ),
    ),
    "festival.pptx": (
        _slides,
        Fact(
            sentence="Fireworks start from the barge Albatross at ten.",
            question="From which barge do the fireworks start?",
            answer="Albatross",
            media_type=f"{_OFFICE}presentationml.presentation",
            label="slide 2",
        ),
    ),
    "catch.xlsx": (
        _sheets,
        Fact(
            sentence="The Gannet landed a ling of 31 kilograms.",
            question="How heavy was the ling that the Gannet landed?",
            answer="31",
            media_type=f"{_OFFICE}spreadsheetml.sheet",
            label="sheet Catch",
        ),
    ),
    "pilot.epub": (
        _book,
        Fact(
            sentence="The pilot steered by the bells of Saint Corvin.",
            question="By whose bells did the pilot steer?",
            answer="Saint Corvin",
            media_type="application/epub+zip",
            label="The Storm",
        ),
    ),
    "piers.csv": (
        _table,
        Fact(
            sentence="The south pier closes for repairs on 14 March.",
            question="When does the south pier close for repairs?",
            answer="14 March",
            media_type="text/csv",
            label="row",
        ),
    ),
    "station.json": (
        _json,
        Fact(
            sentence="The barometer was replaced by Tomas Reyl.",
            question="Who replaced the barometer?",
            answer="Tomas Reyl",
            media_type="application/json",
            label="",
        ),
    ),
    "events.jsonl": (
        _json_lines,
        Fact(
            sentence="A walrus slept on the slipway for two days.",
            question="Which animal slept on the slipway?",
            answer="walrus",
            media_type="application/jsonl",
            label="line",
        ),
    ),
    "bell.eml": (
        _mail,
        Fact(
            sentence="The new bell was cast in Brenholt from old cannons.",
            question="Where was the new bell cast?",
            answer="Brenholt",
            media_type="message/rfc822",
            label="",
        ),
    ),
}
