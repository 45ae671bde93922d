import json
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.safetext import StreamCleaner, clean, json_safe, one_line

FORBIDDEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u180e\u200b\u200e\u200f"
    r"\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff"
    r"\U000e0000-\U000e007f]"
)

AWKWARD = [
    "\x1b", "\x1b[", "\x1b]", "\x1bP", "\x9b", "\x9d", "\x90", "\x9c", "\x07", "\\",
    "[", "]", "0;1", "m", "J", "?25l", "52;c;aGk=", " ", "\n", "\r", "\r\n", "\t",
    "\x18", "\x00", "\x7f", "e", "a", "A", "=", "\u0301", "\u0316", "\u0344",
    "\u0338", "\u0958", "\u1fad", "\u1100", "\u1161", "\u11a8", "\uac00", "\u0ddd",
    "\u200d", "\ufe0f", "\U0001f469", "\U0001f4bb", "\u2764", "\u2194", "\u2329",
    "\U0001f3fd", "\u202e", "\u2066", "\ufeff", "\ud800", "\udc00", "\U000e0041",
    "\u200c", "\u0628", "\u064b", "\u0915", "\u094d", "\u064b\u200c" * 20,
    "\u0301" * 20, "x" * 4095, "\x9b" + "0" * 4096, "\u2500" * 40, "\u09c7", "\u09be",
]  # fmt: skip

texts = st.lists(st.one_of(st.sampled_from(AWKWARD), st.text()), max_size=12).map(
    "".join
)


@given(texts)
def test_nothing_a_terminal_would_obey_is_left(text: str) -> None:
    assert not FORBIDDEN.search(clean(text))


@given(texts)
def test_a_joiner_is_left_only_where_letters_or_emoji_have_use_for_it(
    text: str,
) -> None:
    shown = clean(text)

    for place in re.finditer("[\u200c\u200d]", shown):
        before, after = shown[: place.start()][-1:], shown[place.end() :][:1]
        assert before >= "\u0600"  # Latin, Greek, Cyrillic and Hebrew come before
        assert after not in ("\u200c", "\u200d") or not after


@given(texts)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = clean(text)

    assert clean(once) == once


@given(texts)
def test_cleaned_text_is_composed(text: str) -> None:
    assert unicodedata.is_normalized("NFC", clean(text))


@given(texts, st.data())
def test_a_stream_cut_anywhere_is_cleaned_like_the_whole(
    text: str, data: st.DataObject
) -> None:
    cuts = sorted(
        data.draw(st.lists(st.integers(0, len(text)), max_size=8), label="cuts")
    )
    pieces = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    cleaner = StreamCleaner()

    shown = "".join(cleaner.feed(piece) for piece in pieces) + cleaner.close()

    assert shown == clean(text)


@given(texts)
def test_a_stream_of_single_characters_is_cleaned_like_the_whole(text: str) -> None:
    cleaner = StreamCleaner()

    shown = "".join(map(cleaner.feed, text)) + cleaner.close()

    assert shown == clean(text)


@given(texts)
def test_one_line_is_one_line_and_safe(text: str) -> None:
    line = one_line(text)

    assert line == " ".join(line.split())
    assert not FORBIDDEN.search(line)


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        pytest.param("a\x1b]52;c;aGk=\x07b", "ab", id="write to the clipboard"),
        pytest.param("a\x1b]0;title\x1b\\b", "ab", id="title"),
        pytest.param("a\x1b[2Jb\x9b1;31mc", "abc", id="clear and colour"),
        pytest.param("a\x1bP1$qm\x1b\\b", "ab", id="device control"),
        pytest.param("a\x1bcb", "ab", id="reset"),
        pytest.param("a\x1b(0b", "ab", id="line-drawing letters"),
        pytest.param("a\x1b]8;;http://x\x1b\\b", "ab", id="hyperlink"),
        pytest.param("\x1b]52;c;never ends", "\ufffd]52;c;never ends", id="unended"),
        pytest.param("100%\rok", "100%\ufffdok", id="overwrites its line"),
        pytest.param("user\u202etxt.exe", "user\ufffdtxt.exe", id="right to left"),
        pytest.param("a\u200bb", "a\ufffdb", id="zero width"),
        pytest.param("a\u200db", "a\ufffdb", id="joiner between latin letters"),
        pytest.param("pass\u200cword", "pass\ufffdword", id="non-joiner in latin"),
        pytest.param("\u0645\u200c\u200c", "\u0645\u200c\ufffd", id="joiners in a row"),
        pytest.param("\u200c\u0645", "\ufffd\u0645", id="joiner before all"),
        pytest.param("\ud83d", "\ufffd", id="lone surrogate"),
        pytest.param("\U000e0041", "\ufffd", id="tag"),
    ],
)
def test_what_would_command_the_terminal_is_defused(hostile: str, shown: str) -> None:
    assert clean(hostile) == shown


@pytest.mark.parametrize(
    "innocent",
    [
        "naïve Ångström",
        "first\n\tsecond",
        "こんにちは",
        "שלום",
        "👩‍💻 and 👩🏽‍🚀 and ❤️‍🔥 and 🏳️‍🌈",
        "☺️ or ☺︎",
        pytest.param("\u0645\u06cc\u200c\u062e\u0648\u0627\u0646\u0645", id="Persian"),
        pytest.param("क्\u200dष and क्\u200cष", id="Devanagari"),
        pytest.param("ക്\u200dന", id="Malayalam"),
        pytest.param("র\u200d্যাব", id="Bengali"),
        "한국어",
        "+---+\n| x |\n+---+",
    ],
)
def test_innocent_text_is_left_as_it_was(innocent: str) -> None:
    assert clean(innocent) == innocent


def test_line_ends_of_other_systems_become_ours() -> None:
    assert clean("one\r\ntwo") == "one\ntwo"


def test_newlines_can_be_refused() -> None:
    assert clean("one\r\ntwo\nthree", keep_newlines=False) == "one two three"


def test_letters_and_marks_that_arrive_apart_are_shown_composed() -> None:
    cleaner = StreamCleaner()

    shown = cleaner.feed("caf") + cleaner.feed("e") + cleaner.feed("\u0301")

    assert shown + cleaner.close() == "café"


def test_a_line_is_shown_as_soon_as_it_is_whole() -> None:
    assert StreamCleaner().feed("yes\n") == "yes\n"


def test_an_escape_sequence_that_never_ends_holds_back_little() -> None:
    cleaner = StreamCleaner()

    shown = cleaner.feed("\x1b]0;") + "".join(
        cleaner.feed("x" * 10) for _ in range(600)
    )

    assert len(shown) > 6000 - 4200


def test_a_tower_of_marks_neither_hangs_nor_reaches_the_screen_whole() -> None:
    tower = "e" + "\u0301\u0316" * 100_000

    shown = clean(tower)

    assert max(map(len, shown.split("\ufffd"))) <= 32


def test_joiners_do_not_let_a_tower_of_marks_through() -> None:
    tower = "\u0628" + ("\u064b" * 5 + "\u200c") * 50_000

    assert max(map(len, clean(tower).split("\ufffd"))) <= 32


@given(texts)
def test_json_made_safe_still_says_the_same(text: str) -> None:
    safe = json_safe(json.dumps({"text": text}, ensure_ascii=False))

    assert not FORBIDDEN.search(safe)
    assert "\u200c" not in safe
    assert json.loads(safe)["text"] == text.encode("utf-16", "surrogatepass").decode(
        "utf-16", "surrogatepass"
    )
