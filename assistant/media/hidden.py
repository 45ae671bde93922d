"""Text that a person looking at the document would not see, and how to say so.

Hidden text is how a document speaks to machines behind its reader's back, so
whatever is found is shown by its first words.
"""

import re
from collections.abc import Iterator

from assistant.entities.knowledge import Notice, NoticeKind

_SHOWN = 80  # characters of it

_INVISIBLE = re.compile(
    "[\u200b\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\U000e0000-\U000e007f]"
)
"""Zero-width, direction and tag characters that no plain text needs."""


class Hidden:
    """Gathers what was hidden while a document is read."""

    def __init__(self) -> None:
        self._left_out: list[str] = []
        self._maybe: list[str] = []

    def left_out(self, text: str) -> None:
        """Certainly hidden, and therefore not taken."""
        self._left_out += text.split()

    def maybe(self, text: str) -> None:
        """White, tiny or drawn invisibly; taken all the same."""
        self._maybe += text.split()

    def notices(self) -> Iterator[Notice]:
        if self._left_out:
            yield _notice(self._left_out, "hidden, and left out")
        if self._maybe:
            yield _notice(self._maybe, "perhaps invisible to a reader")


def _notice(words: list[str], how: str) -> Notice:
    start = " ".join(words[:40])
    shown = start[:_SHOWN] + ("…" if len(start) > _SHOWN or len(words) > 40 else "")
    count = f"{len(words):,} word{'s' * (len(words) != 1)}"
    return Notice(kind=NoticeKind.HIDDEN_TEXT, detail=f'{count} {how}: "{shown}"')


def invisible_characters(text: str) -> int:
    """How many characters of it show nothing at all."""
    return 0 if text.isascii() else len(_INVISIBLE.findall(text))
