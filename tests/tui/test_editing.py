"""Writing with the habits of vim and of emacs: what is left on the sheet."""

from collections.abc import Iterable

import pytest
from textual.pilot import Pilot

from assistant.config.settings import KeySet
from tests.tui.alone import Alone
from tui.widgets.composer import Composer, Sheet

_NAMED = {
    " ": "space",
    "$": "dollar_sign",
    "^": "circumflex_accent",
    "/": "slash",
    "|": "escape",
    ",": "comma",
    ";": "semicolon",
    "~": "tilde",
}


def presses(keys: str) -> list[str]:
    """One a letter; words in <> are keys with names."""
    pressed = []
    for part in keys.replace("<", "\0<").replace(">", "\0").split("\0"):
        if part.startswith("<"):
            pressed.append(part[1:])
        else:
            pressed.extend(_NAMED.get(letter, letter) for letter in part)
    return pressed


async def typed(
    keys: KeySet, text: str, pressed: Iterable[str], *, ends: str | None = None
) -> tuple[str, int]:
    """What stands there after all these keys, and where the cursor is."""
    composer = Composer(keys=keys)
    async with Alone(composer).run_test(size=(60, 20)) as pilot:
        composer.text = text
        composer.write_here()
        await pilot.press(*pressed)
        await pilot.pause()
        sheet = sheet_of(pilot)
        return sheet.text, sheet.place


def sheet_of(pilot: Pilot[None]) -> Sheet:
    return pilot.app.query_one(Sheet)


VIM = [
    ("one two", "|0x", "ne two", 0),
    ("one two", "|0wx", "one wo", 4),
    ("one two", "|0ex", "on two", 2),
    ("one two", "|bx", "one wo", 4),
    ("one two", "|0$x", "one tw", 5),
    ("one two", "|0lhlx", "oe two", 1),
    ("one two", "|0iA", "Aone two", 1),
    ("one two", "|0aA", "oAne two", 2),
    ("one two", "|0A!", "one two!", 8),
    ("one two", "|I!", "!one two", 1),
    ("one two", "|0dw", "two", 0),
    ("one two", "|0wD", "one ", 3),
    ("one\ntwo\nsix", "|ggdd", "two\nsix", 0),
    ("one\ntwo\nsix", "|dd", "one\ntwo", 4),
    ("one\ntwo\nsix", "|ggddp", "two\none\nsix", 4),
    ("one\ntwo\nsix", "|GddggP", "six\none\ntwo", 0),
    ("one\ntwo", "|ggyyGp", "one\ntwo\none", 8),
    ("one", "|0xp", "noe", 1),
    ("one two", "|0dwu", "one two", None),
    ("one two", "|0xuU", "ne two", None),
    ("one\ntwo", "|kx", "on\ntwo", None),
    ("one\ntwo", "|ggjx", "one\nwo", 4),
    ("one", "|osix", "one\nsix", 7),
    ("one", "|Osix", "six\none", 3),
    ("one", "|zq", "one", None),
    ("one", "|dq", "one", None),
    ("one", "|0xi|", "ne", 0),
    ("one", "dd", "onedd", 5),
    ("one two three", "|02wx", "one two hree", 8),
    ("one two three", "|02dw", "three", 0),
    ("one two three", "|0d2w", "three", 0),
    ("one two three", "|0cwA|", "A two three", 0),
    ("one  two", "|0wciwA|", "one  A", 5),
    ("one two", "|0daw", "two", 0),
    ("one two", "|0wdaw", "one", 2),
    ("one two", "|0wd0", "two", 0),
    ("one two", "|0d$", "", 0),
    ("  one two", "|$d^", "  o", 2),
    ("one two", "|0wdb", "two", 0),
    ("one two", "|0de", " two", 0),
    ("one, two", "|0dt,", ", two", 0),
    ("one, two", "|0df,", " two", 0),
    ("one, two", "|$dFe", "ono", 2),
    ("one two to", "|0ft;x", "one two o", 8),
    ("one two to", "|0ft;,x", "one wo to", 4),
    ("one two to", "|02ftx", "one two o", 8),
    ("one two", "|0dfz", "one two", 0),
    ("one two", "|0tox", "one to", 5),
    ("one\ntwo\nsix", "|gg2dd", "six", 0),
    ("one\ntwo\nsix", "|ggdj", "six", 0),
    ("one\ntwo\nsix", "|ggdG", "", 0),
    ("one\ntwo\nsix", "|3Gx", "one\ntwo\nix", 8),
    ("one\ntwo\nsix", "|2Gx", "one\nwo\nsix", 4),
    ("one\ntwo\nsix", "|gg2jx", "one\ntwo\nix", 8),
    ("one\ntwo", "|ggccA|", "A\ntwo", 0),
    ("one\ntwo", "|ggSA|", "A\ntwo", 0),
    ("one two", "|0wCA|", "one A", 4),
    ("one", "|0sA|", "Ane", 0),
    ("one two", "|0ywP", "one one two", 3),
    ("one two", "|0yiw$p", "one twoone", 9),
    ("one\ntwo", "|ggY2p", "one\none\none\ntwo", None),
    ("one two", "|03x", " two", 0),
    ("one two", "|$X", "one to", 5),
    ("one", "|0rA", "Ane", 0),
    ("one", "|02rA", "AAe", 1),
    ("one", "|09rA", "one", 0),
    ("one", "|0~~", "ONe", 2),
    ("one\n  two", "|ggJ", "one two", 3),
    ("one two", "|0vwd", "wo", 0),
    ("one two", "|0veyP", "oneone two", 2),
    ("one two", "|0wviwd", "one ", 3),
    ("one two", "|$vbcA|", "one A", 4),
    ("one", "|0v|x", "ne", 0),
    ("one two", "|0xxu", "ne two", None),
    ("one two", "|0x<ctrl+r>u<ctrl+r>", "ne two", None),
    ("one two", "|02d|x", "ne two", 0),
    ("one two", "|0d2|x", "ne two", 0),
    ("one two", "|03f|x", "ne two", 0),
    ("one\ntwo", "|ggwdw", "one\n", None),
    ("one two\nsix", "|ggwdw", "one \nsix", 3),
]


@pytest.mark.parametrize(("text", "keys", "left", "at"), VIM)
async def test_the_keys_of_vim(text: str, keys: str, left: str, at: int | None) -> None:
    found, place = await typed(KeySet.VIM, text, presses(keys))

    assert found == left
    assert at is None or place == at


EMACS = [
    ("one two", "<ctrl+a>!", "!one two"),
    ("one two", "<ctrl+a><ctrl+e>!", "one two!"),
    ("one two", "<ctrl+b>!", "one tw!o"),
    ("one two", "<ctrl+a><ctrl+f>!", "o!ne two"),
    ("one two", "<ctrl+a><alt+f>!", "one! two"),
    ("one two", "<alt+b>!", "one !two"),
    ("one two", "<ctrl+a><ctrl+k>", ""),
    ("one two", "<alt+b><ctrl+k><ctrl+a><ctrl+y>", "twoone "),
    ("one\ntwo", "<ctrl+p><ctrl+e><ctrl+k>", "onetwo"),
    ("one\ntwo", "<ctrl+p><ctrl+a>!", "!one\ntwo"),
    ("one\ntwo", "<ctrl+p><ctrl+n><ctrl+a>!", "one\n!two"),
    ("one two", "<ctrl+a><ctrl+d>", "ne two"),
    ("one two", "<ctrl+a><alt+d>", " two"),
    ("one two", "<ctrl+a><ctrl+k><ctrl+x>u", "one two"),
    ("one", "<ctrl+x>zq", "oneq"),
    ("one", "<ctrl+x><ctrl+g>q", "oneq"),
    ("one", "<ctrl+x><escape>q", "oneq"),
    ("one two", "<ctrl+w><ctrl+a><ctrl+y>", "twoone "),
    ("one two six", "<alt+backspace><alt+backspace><ctrl+a><ctrl+y>", "two sixone "),
    ("one two", "<ctrl+a><alt+d><alt+d><ctrl+y><ctrl+y>", "one twoone two"),
    ("one\ntwo", "<alt+less_than_sign><ctrl+k><ctrl+k><ctrl+e><ctrl+y>", "twoone\n"),
    (
        "one two",
        "<ctrl+a><alt+d><ctrl+e><alt+backspace><ctrl+y><alt+y>",
        " one",
    ),
    ("one two", "<ctrl+a><alt+d><ctrl+f><alt+y>", " two"),
    ("one two", "<alt+b><ctrl+u>", "two"),
    ("one", "<ctrl+t>", "oen"),
    ("one", "<ctrl+a><ctrl+f><ctrl+t>", "noe"),
    ("one", "<ctrl+a><ctrl+t>", "one"),
    ("one two", "<ctrl+a><ctrl+k><ctrl+x>u<alt+underscore>", ""),
]


@pytest.mark.parametrize(("text", "keys", "left"), EMACS)
async def test_the_keys_of_emacs(text: str, keys: str, left: str) -> None:
    found, _ = await typed(KeySet.EMACS, text, presses(keys))

    assert found == left


async def test_letters_are_letters_until_escape_and_the_frame_says_so() -> None:
    composer = Composer(keys=KeySet.VIM)
    async with Alone(composer).run_test(size=(60, 8)) as pilot:
        composer.write_here()
        await pilot.press("h", "i")
        frame = composer.query_one("#frame")
        assert (sheet_of(pilot).text, str(frame.border_subtitle or "")) == ("hi", "")

        await pilot.press("escape", "x")
        await pilot.pause()

        assert sheet_of(pilot).text == "h"
        assert "letters are commands" in str(frame.border_subtitle)


async def test_what_is_commanded_can_be_sent_and_the_next_text_is_written() -> None:
    sent: list[str] = []

    class Listens(Alone):
        def on_composer_submitted(self, event: Composer.Submitted) -> None:
            sent.append(event.text)

    composer = Composer(keys=KeySet.VIM)
    async with Listens(composer).run_test(size=(60, 8)) as pilot:
        composer.write_here()
        await pilot.press(*"hi", "escape", "enter", "a", *"yo")
        await pilot.pause()

        assert sent == ["hi"]
        assert sheet_of(pilot).text == "yo"


async def test_plain_keys_know_no_commands() -> None:
    found, _ = await typed(KeySet.PLAIN, "one", presses("|dd"))

    assert found == "onedd"
