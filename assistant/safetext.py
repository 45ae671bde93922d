"""What may reach a terminal: text that cannot move, hide, colour or command.

Escape sequences are dropped whole; other controls, bidirectional and invisible
characters and lone surrogates become U+FFFD. Joiners stay where a script or an emoji
has use for them. It knows nothing of where a text came from: a model, a file name and
an error message are cleaned alike.
"""

import json
import re
import unicodedata
from collections.abc import Iterator

REPLACEMENT = "\ufffd"

_LONGEST = 4096  # of an escape sequence; whatever is longer is shown as text
_MARKS = 30  # on one character, as in Unicode's stream-safe format
_FEW = 8  # so few followers cannot exceed _MARKS, however they decompose

_STRING_START = r"(?:\x1b[\]PX^_]|[\x90\x98\x9d\x9e\x9f])"
_STRING_BODY = rf"[^\x07\x18\x1a\x1b\x80-\x9f]{{0,{_LONGEST}}}+"
_CONTROL_START = r"(?:\x1b\[|\x9b)"
_CONTROL_BODY = rf"[0-?]{{0,{_LONGEST}}}+[ -/]{{0,{_LONGEST}}}+"
_SHIFT_BODY = rf"[ -/]{{1,{_LONGEST}}}+"

_UNSEEN = (
    r"\x7f-\x9f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    r"\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f"
)
_UNSAFE = re.compile(
    r"(?P<line>\r\n)"
    r"|(?P<sequence>"
    rf"{_CONTROL_START}{_CONTROL_BODY}[@-~]"
    rf"|{_STRING_START}{_STRING_BODY}(?:\x07|\x9c|\x1b\\)"
    rf"|\x1b{_SHIFT_BODY}[0-~]"
    r"|\x1b[0-OQ-WYZ\\`-~])"
    rf"|[\x00-\x08\x0b-\x1f{_UNSEEN}]"
)
_UNFINISHED = re.compile(
    r"(?:\r"
    rf"|{_CONTROL_START}{_CONTROL_BODY}"
    rf"|{_STRING_START}{_STRING_BODY}\x1b?"
    rf"|\x1b{_SHIFT_BODY}"
    r"|\x1b)\Z"
)

# Unassigned points are in here too; what matters is that the classes are closed
# under composition, so that a held-back character cannot change its mind.
_EMOJI = r"[\u2190-\u21ff\u2300-\u27bf\u2900-\u297f\u2b00-\u2bff\U0001f000-\U0001faff]"
# Letters of scripts that are written joined, or stacked: Arabic to Arabic Extended-A,
# Devanagari to Sinhala, Myanmar, Khmer and Mongolian, Arabic presentation forms.
_JOINING = (
    r"[\u0600-\u08ff\u0900-\u0dff\u1000-\u109f\u1780-\u18af"
    r"\ufb50-\ufdff\ufe70-\ufefc]"
)
_STRAY_JOINER = re.compile(
    rf"(?<!{_JOINING})(?:\u200c"
    rf"|(?<!{_EMOJI})(?<!{_EMOJI}\ufe0f)\u200d|\u200d(?!{_EMOJI}))"
)
_JOINERS = ("\u200c", "\u200d")
_LOOK_BEHIND = 2

_PILE = re.compile(
    rf"(?s:.)(?:[^\w\s\x00-\u02ff]|[\u1160-\u11ff]){{{_FEW},}}+", re.UNICODE
)
_ENDS_CLUSTER = ("\n", "\t", " ")  # nothing composes with these


def clean(text: str, *, keep_newlines: bool = True) -> str:
    """The text, composed, with nothing left that a terminal would obey."""
    cleaned = _tame_joiners(_compose(_disarm(text)))
    return cleaned if keep_newlines else cleaned.replace("\n", " ")


def one_line(text: str) -> str:
    """The text cleaned, on one line, with single spaces."""
    return " ".join(clean(text).split())


def json_safe(text: str) -> str:
    """JSON that says the same, with escapes for all that `clean` would replace."""
    return re.sub(rf"[{_UNSEEN}\u200c]", lambda match: json.dumps(match[0])[1:-1], text)


class StreamCleaner:
    """Cleans text that arrives in pieces; joined, the same as cleaned whole.

    Holds back an escape sequence that may still be finished, and the last
    character while something may still be composed with it.
    """

    def __init__(self) -> None:
        self._raw = ""
        self._cluster = ""
        self._shown = ""

    def feed(self, piece: str) -> str:
        """What can be shown now; often one character less than was fed."""
        raw = self._raw + piece
        unfinished = _UNFINISHED.search(raw)
        end = unfinished.start() if unfinished else len(raw)
        self._raw = raw[end:]
        text = _thin(self._cluster + _disarm(raw[:end]))
        cut = _last_boundary(text)
        self._cluster = text[cut:]
        return self._show(_nfc(text[:cut]))

    def close(self) -> str:
        """What was held back; nothing follows."""
        text = _compose(self._cluster + _disarm(self._raw))
        self._raw = self._cluster = ""
        shown = self._show(text)
        self._shown = ""
        return shown

    def _show(self, text: str) -> str:
        around = self._shown + text + _nfc(self._cluster)
        start = len(self._shown)
        shown = _tame_joiners(around)[start : start + len(text)]
        self._shown = (self._shown + shown)[-_LOOK_BEHIND:]
        return shown


def _disarm(text: str) -> str:
    return _UNSAFE.sub(_harmless, text)


def _harmless(match: re.Match[str]) -> str:
    if match["line"]:
        return "\n"
    return "" if match["sequence"] else REPLACEMENT


def _compose(text: str) -> str:
    return text if text.isascii() else _nfc(_thin(text))


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _tame_joiners(text: str) -> str:
    return _STRAY_JOINER.sub(REPLACEMENT, text)


def _thin(text: str) -> str:
    """No more marks on one character than a terminal, or NFC, can bear."""
    return text if text.isascii() else _PILE.sub(_thin_pile, text)


def _thin_pile(match: re.Match[str]) -> str:
    return "".join(_thinned(match[0]))


def _thinned(pile: str) -> Iterator[str]:
    marks = 0
    for mark in "".join(unicodedata.normalize("NFD", one) for one in pile):
        marks = marks + 1 if _may_follow(mark) else 0
        if marks > _MARKS:
            marks = 0
            yield REPLACEMENT
        else:
            yield mark


def _may_follow(character: str) -> bool:
    """Whether it may compose with, or be reordered before, what precedes it.

    A joiner may not, but marks on both sides of it pile up on one character.
    """
    if character < "\u0300":
        return False
    if character in _JOINERS:
        return True
    return (
        unicodedata.category(character)[0] == "M" or "\u1160" <= character <= "\u11ff"
    )


def _last_boundary(text: str) -> int:
    """Where the last character begins that later text may still change."""
    if text.endswith(_ENDS_CLUSTER):
        return len(text)
    start = len(text) - 1
    while start > 0 and _may_follow(text[start]):
        start -= 1
    return max(start, 0)
