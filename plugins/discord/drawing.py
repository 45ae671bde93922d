"""An answer as Discord shows it: its words, and where they come from below them.

Pure. A document's path on this machine is nobody's business and is never shown.
"""

from collections.abc import Sequence

from assistant.entities.citation import Basis, Citation
from assistant.entities.conversation import FinishReason
from assistant.entities.knowledge import place_in
from assistant.entities.turn import TurnFailed, TurnFinished
from assistant.safetext import clean

_ENDED_EARLY = {
    FinishReason.LENGTH: "cut at the limit of length",
    FinishReason.CANCELLED: "stopped",
    FinishReason.INTERRUPTED: "interrupted",
    FinishReason.REPETITION: "stopped, since it repeated itself",
}
_BASES = {
    Basis.MEMORY: "from what you told me",
    Basis.OVERHEARD: "as it was said there",
}
SMALL = "-# "
"""Begins a line in small print."""

_LONGEST_PLACE = 120


def finished(event: TurnFinished) -> str:
    """The answer, its sources as a list in small print, and how it ended."""
    lines = [event.reply.content.rstrip()]
    lines += [f"{SMALL}{line}" for line in _footer(event)]
    return "\n".join(lines)


def failed(event: TurnFailed) -> str:
    """What went wrong, for people who cannot mend it; what was said stays."""
    said = event.reply.content.rstrip()
    trouble = f"{SMALL}I could not answer: {one_line(event.error)}"
    return f"{said}\n{trouble}" if said else trouble


def growing(text: str, *, place: int) -> str:
    """What is there so far; or how many come first."""
    if text.strip():
        return text
    return f"{SMALL}{waiting(place)}"


def waiting(place: int) -> str:
    match place:
        case 0:
            return "thinking …"
        case 1:
            return "you are next …"
        case _:
            return f"{place - 1} before you …"


def sources(citations: Sequence[Citation]) -> list[str]:
    """`[1] Kettle › page 2`, one a line, each passage once."""
    lines = []
    for each in citations:
        place = place_in(one_line(each.title), one_line(each.location))
        lines.append(f"[{each.number}] {place[:_LONGEST_PLACE]}")
    return list(dict.fromkeys(lines))


def one_line(text: str) -> str:
    """On one line, without signs that Discord would draw."""
    return discord_escaped(" ".join(clean(text).split()))


def discord_escaped(text: str) -> str:
    return "".join(f"\\{each}" if each in "\\*_~`|>#[]()<@" else each for each in text)


def _footer(event: TurnFinished) -> list[str]:
    lines = sources(event.citations)
    if basis := _BASES.get(event.basis):
        lines.append(basis)
    if ended := _ENDED_EARLY.get(event.reason):
        lines.append(ended)
    return lines
