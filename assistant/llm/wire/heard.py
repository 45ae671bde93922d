"""What came of one answer so far, and whether it still is one.

Knows the parts of an answer, never the connection they come from.
"""

from time import perf_counter

from assistant.entities.conversation import FinishReason
from assistant.llm.guards import LoopGuard, Opening
from assistant.llm.wire.answer import Characters, Part, Usage
from assistant.llm.wire.failures import WireError


class Heard:
    """Takes the parts as they come; gives what can be shown of them."""

    def __init__(self, started: float, *, keep_space: bool) -> None:
        """`started` is a reading of `perf_counter`."""
        self.reason: FinishReason | None = None
        self.usage: Usage | None = None
        self.first_token_ms: float | None = None
        self.pieces = 0
        self._started = started
        self._opening = Opening(keep_space=keep_space)
        self._loops = LoopGuard()
        self._is_looping = False
        self._characters = Characters()
        self._shown: list[str] = []
        self._length = 0

    @property
    def elapsed_ms(self) -> float:
        return (perf_counter() - self._started) * 1000

    @property
    def has_begun(self) -> bool:
        """Whether anything but white space came."""
        return self._opening.is_over

    @property
    def text(self) -> str:
        return "".join(self._shown)

    def take(self, part: Part) -> str:
        """What this part brought that can be shown. Raises WireError."""
        self.reason = part.reason or self.reason
        self.usage = part.usage or self.usage
        self.pieces += part.is_token
        return self._add(self._characters.feed(part.text))

    def close(self) -> str:
        """What was held back, now that nothing follows."""
        return self._add(self._characters.close())

    def stop_if_endless(self, longest: int) -> bool:
        """Whether it goes round in circles, or on beyond so many characters."""
        if self._is_looping:
            self.reason = FinishReason.REPETITION
        elif self._length > longest:
            self.reason = FinishReason.LENGTH
        else:
            return False
        return True

    def _add(self, text: str) -> str:
        if not text:
            return ""
        self._length += len(text)
        # Most servers send a token at a time, so pieces come round as tokens do.
        self._is_looping = self._loops.feed(hash(text)) or self._is_looping
        shown = self._opening.feed(text)
        if self._opening.is_garbage:
            raise WireError("sends control characters instead of words")
        if shown and self.first_token_ms is None:
            self.first_token_ms = self.elapsed_ms
        self._shown.append(shown)
        return shown
