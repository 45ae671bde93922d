"""What stands below an answer of memory: that something was kept, and the way back.

Pure. In direct messages it quotes what; among others it never does, though it was
said there: nobody's facts are repeated to a room.
"""

from collections.abc import Iterator

from assistant.entities.memory import Noticed
from plugins.discord.drawing import SMALL, one_line

_LONGEST = 300


def noted_below(noticed: Noticed, *, is_private: bool) -> str:
    """A line of small print for what was kept, and one for what waits; or nothing."""
    return "\n".join(
        f"{SMALL}{line}" for line in _lines(noticed, is_private=is_private)
    )


def _lines(noticed: Noticed, *, is_private: bool) -> Iterator[str]:
    if noticed.kept:
        what = f": {_quoted(noticed.kept_texts)}" if is_private else ""
        yield f"remembered{what} · `/forget` takes it back"
    if noticed.waiting:
        what = f": {_quoted(noticed.waiting_texts)}" if is_private else ""
        yield f"to be remembered if you say so{what} · `/approve`"


def _quoted(texts: tuple[str, ...]) -> str:
    return ", ".join(f"“{one_line(each)[:_LONGEST]}”" for each in texts)
