"""What a terminal sends, piece by piece, and the keys that are meant."""

import pytest
from textual.events import Key

from tui.escapes import Escapes


def keys(*pieces: str) -> list[str]:
    """What is read when every piece comes at once after the one before it."""
    reader = Escapes()
    return [
        event.key
        for piece in pieces
        for event in reader.feed(piece)
        if isinstance(event, Key)
    ]


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        (["d"], ["d"]),
        (["\x1bd"], ["alt+d"]),
        (["\x1bd\x1bd"], ["alt+d", "alt+d"]),
        (["\x1bd", "\x1bd", "x"], ["alt+d", "alt+d", "x"]),
        (["\x1bD"], ["alt+shift+d"]),
        (["\x1b<\x1b>"], ["alt+less_than_sign", "alt+greater_than_sign"]),
        (["\x1b", "d"], ["escape", "d"]),
        (["\x1b", "dd"], ["escape", "d", "d"]),
        (["\x1b", "[A"], ["up"]),
        (["\x1b[A\x1b[B"], ["up", "down"]),
        (["\x1b[1;3D"], ["alt+left"]),
        (["\x1b[1;5A", "\x1b[1;5A"], ["ctrl+up", "ctrl+up"]),
        (["\x1bOP"], ["f1"]),
        (["\x1b\x7f"], ["ctrl+w"]),
        (["é", "\x1bé"], ["é", "alt+é"]),
        (["\x1b[100;3u"], ["alt+d"]),
    ],
)
def test_what_comes_in_one_piece_is_one_key(
    pieces: list[str], expected: list[str]
) -> None:
    assert keys(*pieces) == expected
