"""A real file of every format is read, and says where everything stood."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from assistant.entities.knowledge import Extract, NoticeKind, Section
from assistant.media.extract import Reader
from tests.media.making import Fact, make_every_format

NAMES = [
    "notes.txt",
    "lighthouse.md",
    "tides.py",
    "ferry.html",
    "dredging.pdf",
    "crane.docx",
    "festival.pptx",
    "catch.xlsx",
    "pilot.epub",
    "piers.csv",
    "station.json",
    "events.jsonl",
    "bell.eml",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("every")


@pytest.fixture(scope="module")
def facts(folder: Path) -> Mapping[str, Fact]:
    return make_every_format(folder)


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as reader:
        yield reader


def holding(extract: Extract, sentence: str) -> Section:
    (section,) = [
        section
        for section in extract.sections
        if sentence in " ".join(section.text.split())
    ]
    return section


def test_there_is_a_file_of_every_format(facts: Mapping[str, Fact]) -> None:
    assert sorted(facts) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_what_a_file_says_is_found_with_its_place(
    name: str, folder: Path, facts: Mapping[str, Fact], reader: Reader
) -> None:
    fact = facts[name]

    extract = reader.read(folder / name)

    section = holding(extract, fact.sentence)
    assert extract.media_type == fact.media_type
    assert fact.label in section.location.label
    assert extract.text[section.start : section.end] == section.text


# Only their names tell these from plain text.
NAMED = {"tides.py", "piers.csv"}


@pytest.mark.parametrize("name", [name for name in NAMES if name not in NAMED])
def test_a_name_without_a_suffix_changes_nothing_that_the_content_tells(
    name: str, folder: Path, facts: Mapping[str, Fact], reader: Reader, tmp_path: Path
) -> None:
    nameless = tmp_path / "download"
    nameless.write_bytes((folder / name).read_bytes())

    extract = reader.read(nameless)

    assert extract.media_type == facts[name].media_type


def titles(*, of: str) -> str:
    return {
        "lighthouse.md": "Lighthouse log",
        "ferry.html": "Ferry times",
        "dredging.pdf": "Dredging report",
        "crane.docx": "Crane manual",
        "festival.pptx": "Festival plans",
        "pilot.epub": "The Pilot's Tale",
        "station.json": "Weather station",
        "bell.eml": "The new bell",
    }.get(of, of.partition(".")[0])


@pytest.mark.parametrize("name", NAMES)
def test_a_document_is_called_what_it_calls_itself(
    name: str, folder: Path, facts: Mapping[str, Fact], reader: Reader
) -> None:
    assert reader.read(folder / name).title == titles(of=name)


def test_what_surrounds_a_web_page_is_left_out(
    folder: Path, facts: Mapping[str, Fact], reader: Reader
) -> None:
    text = reader.read(folder / "ferry.html").text

    assert "Contact" not in text
    assert "rights reserved" not in text


def test_a_row_below_names_says_each_value_with_its_name(
    folder: Path, facts: Mapping[str, Fact], reader: Reader
) -> None:
    assert "Boat: Petrel; Species: cod; Remark: quiet season" in (
        reader.read(folder / "catch.xlsx").text
    )
    assert "Pier: North; Keeper: Oda; Remark: painted, twice" in (
        reader.read(folder / "piers.csv").text
    )


def test_speakers_notes_and_tables_of_a_slide_come_along(
    folder: Path, facts: Mapping[str, Fact], reader: Reader
) -> None:
    text = reader.read(folder / "festival.pptx").text

    assert "Notes: Thank the sponsors." in text
    assert "Item: Boat; Cost: 40" in text


def test_an_attachment_is_named_but_not_read(
    folder: Path, facts: Mapping[str, Fact], reader: Reader
) -> None:
    extract = reader.read(folder / "bell.eml")

    assert "Attachment: bell.png (image/png)" in extract.text
    assert [notice.kind for notice in extract.notices] == [NoticeKind.ATTACHMENT]


def test_sections_tile_the_text_of_every_format(
    folder: Path, facts: Mapping[str, Fact], reader: Reader
) -> None:
    for name in facts:
        end = 0
        for section in reader.read(folder / name).sections:
            assert section.start == end
            end = section.end
