"""What a stream of tokens must not become: a loop, garbage, or nothing at all.

Pure. It sees token numbers and text as they come, never a model.
"""

from collections import deque
from collections.abc import Sequence
from unicodedata import category

_LONGEST_PERIOD = 85  # three rounds of it are what 256 tokens can show
_LEAST_LOOP = 96
_MOST_CONTROLS = 8


class LoopGuard:
    """Notices that the same tokens come round and round.

    A loop is seen within 256 tokens of its start. Rows of a table or a hundred
    zeros are not yet a loop.
    """

    def __init__(self) -> None:
        self._recent: deque[int] = deque(maxlen=_LONGEST_PERIOD)
        self._matches = [0] * _LONGEST_PERIOD

    def feed(self, token: int) -> bool:
        """Take the next token; True when it closes a loop."""
        looping = False
        matches = self._matches
        for index, earlier in enumerate(self._recent):
            if earlier != token:
                matches[index] = 0
                continue
            matches[index] += 1
            period = index + 1
            if matches[index] + period >= _loop_length(period):
                looping = True
        self._recent.appendleft(token)
        return looping


def _loop_length(period: int) -> int:
    """How many tokens with this period are a loop: four rounds, three of the long."""
    return max(_LEAST_LOOP, period * (4 if period <= 64 else 3))


class Opening:
    """Holds an answer back until it says something.

    So that one of white space alone can be asked for again, and one of control
    characters alone never reaches a screen.
    """

    def __init__(self, *, keep_space: bool = False) -> None:
        self._held = ""
        self._keep_space = keep_space
        self.is_over = False

    def feed(self, text: str) -> str:
        """What may be shown of the answer so far."""
        if self.is_over:
            return text
        self._held += text
        self.is_over = any(_says_something(char) for char in self._held)
        if not self.is_over:
            return ""
        return self._held if self._keep_space else self._held.lstrip()

    @property
    def is_garbage(self) -> bool:
        """Whether nothing but control characters came."""
        controls = sum(_is_control(char) for char in self._held)
        return not self.is_over and controls >= _MOST_CONTROLS


def _is_control(char: str) -> bool:
    return category(char) in {"Cc", "Cn"} and not char.isspace()


def _says_something(char: str) -> bool:
    return not char.isspace() and not _is_control(char)


class StopTexts:
    """Ends an answer where it says one of certain texts, and shows none of it."""

    def __init__(self, stops: Sequence[str]) -> None:
        self._stops = tuple(stop for stop in stops if stop)
        self._held = ""
        self.is_reached = False

    def feed(self, text: str) -> str:
        """What surely belongs to the answer; the rest may begin a stop."""
        if self.is_reached:
            return ""
        if not self._stops:
            return text
        self._held += text
        found = [at for stop in self._stops if (at := self._held.find(stop)) >= 0]
        self.is_reached = bool(found)
        end = min(found) if found else len(self._held) - self._begun()
        shown, self._held = self._held[:end], self._held[end:]
        return shown

    def close(self) -> str:
        """What was held back, once it is sure that nothing follows."""
        held, self._held = self._held, ""
        return "" if self.is_reached else held

    def _begun(self) -> int:
        """How much of the end of the text could be the start of a stop."""
        longest = max(map(len, self._stops)) - 1
        for length in range(min(longest, len(self._held)), 0, -1):
            end = self._held[-length:]
            if any(stop.startswith(end) for stop in self._stops):
                return length
        return 0
