"""Text is read as it was written, or what was guessed is said."""

import codecs
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.entities.knowledge import Extract, NoticeKind
from assistant.errors import DocumentRefusedError
from assistant.media.encoding import Decoder, Encoding, decoded, detect, windows
from assistant.media.extract import Reader

FRENCH = "L'été dernier, le café près du château était fermé : où êtes-vous allé ? "
GERMAN = "Größe und Maß der Straße über dem Fluß, schön für viele Vögel im Gehölz. "
POLISH = "Zażółć gęślą jaźń, pchnąć w tę łódź jeża lub ośm skrzyń fig, dziękuję. "
CZECH = "Příliš žluťoučký kůň úpěl ďábelské ódy, děkuji, že jste přišli k řece. "
RUSSIAN = "Съешь же ещё этих мягких французских булок, да выпей горячего чаю. "
JAPANESE = "これは日本語の文章です。東京は日本の首都であり、多くの人が住んでいます。"


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as reader:
        yield reader


def written(reader: Reader, folder: Path, data: bytes) -> Extract:
    (folder / "a.txt").write_bytes(data)
    return reader.read(folder / "a.txt")


@pytest.mark.parametrize("text", [FRENCH, RUSSIAN, JAPANESE, "plain ascii\n"])
@pytest.mark.parametrize(
    ("codec", "mark"),
    [
        ("utf-8", b""),
        ("utf-8", codecs.BOM_UTF8),
        ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE),
        ("utf-32-le", codecs.BOM_UTF32_LE),
    ],
)
def test_unicode_is_read_without_a_guess(
    text: str, codec: str, mark: bytes, reader: Reader, tmp_path: Path
) -> None:
    """IN-11."""
    extract = written(reader, tmp_path, mark + text.encode(codec))

    assert extract.text == text
    assert extract.notices == ()


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", [FRENCH, RUSSIAN])
def test_utf16_that_does_not_say_so_is_recognised_and_said_to_be_a_guess(
    text: str, codec: str, reader: Reader, tmp_path: Path
) -> None:
    """IN-11."""
    extract = written(reader, tmp_path, text.encode(codec))

    assert extract.text == text
    assert [notice.kind for notice in extract.notices] == [NoticeKind.ENCODING_GUESSED]


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        (FRENCH, "cp1252"),
        (GERMAN, "latin-1"),
        (POLISH, "cp1250"),
        (CZECH, "cp1250"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8_r"),
        (JAPANESE, "cp932"),
        (JAPANESE, "euc_jp"),
    ],
)
def test_an_old_character_set_is_guessed_rightly_and_said_to_be_a_guess(
    text: str, codec: str, reader: Reader, tmp_path: Path
) -> None:
    """IN-11."""
    extract = written(reader, tmp_path, (text * 4).encode(codec))

    assert extract.text == text * 4
    assert [notice.kind for notice in extract.notices] == [NoticeKind.ENCODING_GUESSED]


def test_a_few_foreign_bytes_in_utf8_are_read_and_counted(
    reader: Reader, tmp_path: Path
) -> None:
    """IN-11."""
    data = (FRENCH * 5).encode() + b"t\xe9l\xe9\n" + FRENCH.encode()

    extract = written(reader, tmp_path, data)

    assert extract.text == FRENCH * 5 + "télé\n" + FRENCH
    assert [notice.detail for notice in extract.notices] == [
        "2 places are not utf-8 and were read as Windows-1252"
    ]


def test_line_ends_of_any_system_become_plain(reader: Reader, tmp_path: Path) -> None:
    assert written(reader, tmp_path, b"one\r\ntwo\rthree\n").text == "one\ntwo\nthree\n"


@given(st.text(), st.integers(1, 7))
def test_windows_cut_anywhere_give_the_same_text(text: str, size: int) -> None:
    data = text.encode()
    blocks = [data[at : at + size] for at in range(0, len(data), size)]

    joined = "".join(windows(blocks, Decoder(Encoding("utf-8"))))

    assert joined == text.replace("\r\n", "\n").replace("\r", "\n")


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_and_never_break(data: bytes) -> None:
    """IN-11."""
    encoding = detect(data)
    if encoding is None:
        return
    try:
        text, _ = decoded(data)
    except DocumentRefusedError:
        return
    text.encode()
