"""From a model's tokens to the text of an answer, piece by piece.

Whole characters come out, and only those that belong to the answer. Knows
tokens by number and bytes; where they come from is the engine's business.
"""

from codecs import getincrementaldecoder
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from assistant.entities.conversation import FinishReason
from assistant.errors import EngineError
from assistant.llm.guards import LoopGuard, Opening, StopTexts

if TYPE_CHECKING:
    from assistant.llm.grammar.matching import Matcher

_MOST_BYTES = 4  # of a character; no token has less than one

new_decoder = getincrementaldecoder("utf-8")


class Writing(Protocol):
    """One answer in the making."""

    ending: FinishReason | None
    """Why it must end now, if it must."""

    def feed(self, token: int, piece: bytes, *, left: int) -> str:
        """What the next token adds; `left` more are allowed after it."""
        ...

    def close(self) -> str:
        """What is still missing at the end."""
        ...


class PlainWriting:
    """An answer in the model's own words."""

    def __init__(self, stops: Sequence[str], *, is_continued: bool) -> None:
        self.ending: FinishReason | None = None
        self._decoder = new_decoder("replace")
        self._stops = StopTexts(stops)
        self._opening = Opening(keep_space=is_continued)
        self._loop = LoopGuard()

    def feed(self, token: int, piece: bytes, *, left: int) -> str:
        text = self._opening.feed(self._stops.feed(self._decoder.decode(piece)))
        if self._opening.is_garbage:
            raise EngineError(
                "The model writes nothing but control characters",
                hint="Its file may be damaged; try another: hearth models list",
            )
        if self._stops.is_reached:
            self.ending = FinishReason.STOP
        elif self._loop.feed(token):
            self.ending = FinishReason.REPETITION
        elif left == 0:
            self.ending = FinishReason.LENGTH
        return text

    def close(self) -> str:
        rest = self._stops.feed(self._decoder.decode(b"", final=True))
        return self._opening.feed(rest + self._stops.close())


class SchemaWriting:
    """An answer that a grammar holds to a schema; it is always whole in the end."""

    def __init__(self, matcher: "Matcher", count_tokens: Callable[[str], int]) -> None:
        self.ending: FinishReason | None = None
        self._matcher = matcher
        self._count_tokens = count_tokens
        self._decoder = new_decoder("replace")
        self._loop = LoopGuard()

    def feed(self, token: int, piece: bytes, *, left: int) -> str:
        mark = self._matcher.mark()
        text = self._decoder.decode(piece)
        fitting = self._matcher.feed(text)
        if self._needs_more_than(left):
            self._matcher.go_back(mark)
            self.ending = FinishReason.LENGTH
            return ""
        # Bytes that are no character pass the engine's grammar, but not ours.
        if fitting < len(text) or left == 0:
            self.ending = FinishReason.STOP
        elif self._loop.feed(token):
            self.ending = FinishReason.REPETITION
        return text[:fitting]

    def close(self) -> str:
        return self._matcher.shortest_end()

    def _needs_more_than(self, left: int) -> bool:
        """Whether the tokens that are left do not suffice to close the answer."""
        if self._matcher.missing * _MOST_BYTES <= left:
            return False
        return self._count_tokens(self._matcher.shortest_end()) > left
