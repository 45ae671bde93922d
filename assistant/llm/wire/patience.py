"""How often to ask again before the first word, and after how long."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from assistant.llm.wire.failures import WireError


@dataclass(frozen=True, slots=True, kw_only=True)
class Retries:
    """Twice as long each time, jittered, or as long as the server asks."""

    tries: int = 3
    first_seconds: float = 0.5
    longest_seconds: float = 30.0
    chance: Callable[[], float] = field(default=random.random)

    def delay(self, failures: int, error: WireError) -> float | None:
        """Seconds until the next try; None gives up."""
        if failures >= self.tries:
            return None
        if error.wait_seconds is not None:
            asked = error.wait_seconds
            return asked if asked <= self.longest_seconds else None
        most = min(self.first_seconds * 2.0 ** (failures - 1), self.longest_seconds)
        return most * (0.5 + self.chance() / 2)
