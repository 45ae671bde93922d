"""Files made to hurt cost one clear line each, and nothing else."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from assistant.entities.knowledge import NoticeKind
from assistant.errors import DocumentRefusedError, Refusal
from assistant.media.extract import Reader
from assistant.media.worker import Limits
from tests.media.hostile import HOSTILE, UNHARMED, docx_with, endless_attributes
from tests.media.making import PADDING

MEMORY = 50 << 20


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as reader:
        yield reader


@pytest.fixture
def steady() -> Iterator[None]:
    """This process takes no more than a little memory, whatever a child does."""
    before = psutil.Process().memory_info().rss
    yield
    assert psutil.Process().memory_info().rss - before < MEMORY


def go_through(reader: Reader, path: Path) -> int:
    with reader.open(path) as reading:
        return sum(len(section.text) for section in reading)


@pytest.mark.parametrize(
    ("make", "name", "kind", "words"),
    HOSTILE,
    ids=[make.__name__ for make, *_ in HOSTILE],
)
def test_a_hostile_file_is_refused_in_one_clear_line(
    make: Callable[[Path], None],
    name: str,
    kind: Refusal,
    words: str,
    reader: Reader,
    tmp_path: Path,
) -> None:
    make(tmp_path / name)
    before = psutil.Process().memory_info().rss

    with pytest.raises(DocumentRefusedError) as refused:
        go_through(reader, tmp_path / name)

    assert (refused.value.kind, words in refused.value.reason) == (kind, True)
    assert "\n" not in refused.value.reason
    assert psutil.Process().memory_info().rss - before < MEMORY


@pytest.mark.parametrize(
    ("make", "name"), UNHARMED, ids=[make.__name__ for make, _ in UNHARMED]
)
def test_a_hostile_file_that_can_be_read_is_read(
    make: Callable[[Path], None],
    name: str,
    reader: Reader,
    tmp_path: Path,
    steady: None,
) -> None:
    make(tmp_path / name)

    assert go_through(reader, tmp_path / name) > 0


def test_after_the_worst_file_the_next_one_is_read(
    reader: Reader, tmp_path: Path
) -> None:
    good, bad = tmp_path / "good.docx", tmp_path / "bad.xlsx"
    docx_with(good, b"<d><p><t>Still here.</t></p></d>")
    (make, *_), *_ = [row for row in HOSTILE if row[1] == "b.xlsx"]
    make(bad)
    with pytest.raises(DocumentRefusedError):
        reader.read(bad)

    assert "Still here." in reader.read(good).text


def test_a_document_of_many_paragraphs_stops_at_the_time_limit(
    tmp_path: Path, steady: None
) -> None:
    """IN-06."""
    body = "".join(
        f"<p><r><t>line {n * 7919 % 1_000_003}</t></r></p>" for n in range(500_000)
    )
    docx_with(tmp_path / "long.docx", f"<d>{body}</d>".encode())

    with (
        Reader(Limits(seconds=1)) as reader,
        pytest.raises(DocumentRefusedError, match="took longer than 1 s"),
    ):
        go_through(reader, tmp_path / "long.docx")


def test_a_page_that_would_be_parsed_for_ever_stops_at_the_time_limit(
    tmp_path: Path, steady: None
) -> None:
    """IN-17."""
    endless_attributes(tmp_path / "a.html")

    with (
        Reader(Limits(seconds=1)) as reader,
        pytest.raises(DocumentRefusedError, match="took longer than 1 s"),
    ):
        go_through(reader, tmp_path / "a.html")


def test_a_document_that_needs_too_much_memory_is_refused(
    tmp_path: Path, steady: None
) -> None:
    (tmp_path / "big.json").write_text("[" + '{"a":[]},' * 1_500_000 + "0]")

    with (
        Reader(Limits(memory_bytes=100 << 20)) as reader,
        pytest.raises(DocumentRefusedError, match="more memory than a file is given"),
    ):
        go_through(reader, tmp_path / "big.json")


def test_a_text_of_a_gigabyte_is_read_in_flat_memory(
    reader: Reader, tmp_path: Path
) -> None:
    """IN-09."""
    path, size = tmp_path / "huge.txt", 1 << 30
    block = (PADDING + "\n\n").encode() * 8_000
    with path.open("wb") as file:
        while file.tell() < size:
            file.write(block)
    process, highest, length = psutil.Process(), 0, 0
    before = process.memory_info().rss

    with reader.open(path) as reading:
        for number, section in enumerate(reading):
            length += len(section.text)
            if number % 500 == 0:
                highest = max(highest, process.memory_info().rss)

    assert length == path.stat().st_size
    assert highest - before < MEMORY


def test_reading_a_gigabyte_can_be_given_up_at_any_moment(
    reader: Reader, tmp_path: Path
) -> None:
    """IN-09."""
    path = tmp_path / "huge.txt"
    path.write_bytes(PADDING.encode() * 50_000)

    with reader.open(path) as reading:
        first = next(iter(reading))

    assert first.start == 0


def test_giving_up_a_parsed_file_leaves_the_reader_usable(
    reader: Reader, tmp_path: Path
) -> None:
    body = "<p><t>word</t></p>" * 40_000
    docx_with(tmp_path / "a.docx", f"<d>{body}</d>".encode())
    docx_with(tmp_path / "b.docx", b"<d><p><t>The other.</t></p></d>")

    with reader.open(tmp_path / "a.docx") as reading:
        next(iter(reading))

    assert "The other." in reader.read(tmp_path / "b.docx").text


def test_the_same_bytes_have_the_same_fingerprint(
    reader: Reader, tmp_path: Path
) -> None:
    for name in ("a.txt", "b.md"):
        (tmp_path / name).write_text(PADDING)

    one, other = (reader.read(tmp_path / name).sha256 for name in ("a.txt", "b.md"))

    assert one == other


def test_a_parser_is_told_nothing_of_our_environment(
    reader: Reader, tmp_path: Path
) -> None:
    docx_with(tmp_path / "a.docx", b"<d><p><t>x</t></p></d>")
    reader.read(tmp_path / "a.docx")

    children = [
        child
        for child in psutil.Process().children()
        if "assistant.media.child" in child.cmdline()
    ]

    assert "HEARTH_KEY" in os.environ
    assert children
    for child in children:
        assert not {"HEARTH_KEY", "HOME", "PATH"} & child.environ().keys()


def test_invisible_characters_are_kept_and_reported(
    reader: Reader, tmp_path: Path
) -> None:
    """IN-16."""
    tags = "".join(chr(0xE0000 + ord(sign)) for sign in "obey")
    (tmp_path / "a.txt").write_text(f"Fair weather.{tags}\n", "utf-8")

    extract = reader.read(tmp_path / "a.txt")

    assert tags in extract.text
    assert [notice.kind for notice in extract.notices] == [NoticeKind.HIDDEN_TEXT]


def test_one_file_can_be_read_while_another_is(reader: Reader, tmp_path: Path) -> None:
    for name in ("a", "b"):
        docx_with(tmp_path / f"{name}.docx", f"<d><p><t>{name}</t></p></d>".encode())

    with (
        reader.open(tmp_path / "a.docx") as one,
        reader.open(tmp_path / "b.docx") as other,
    ):
        assert (other.whole().text, one.whole().text) == ("b\n\n", "a\n\n")


def test_a_child_that_was_killed_between_files_is_replaced(
    reader: Reader, tmp_path: Path
) -> None:
    docx_with(tmp_path / "a.docx", b"<d><p><t>a</t></p></d>")
    reader.read(tmp_path / "a.docx")

    for child in psutil.Process().children():
        if "assistant.media.child" in child.cmdline():
            child.kill()
            child.wait()

    assert reader.read(tmp_path / "a.docx").text == "a\n\n"
