"""How models are doing, kept in the file as their answers come and fail.

What an answer means for a model's health is worked out in `health`; here it is
read and written whole, as several processes may report at once.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

from assistant.entities.ids import Clock
from assistant.entities.model import ModelService
from assistant.models.health import after_check, after_failure, after_success
from assistant.storage.database import Database
from assistant.storage.services import ModelServices

_Change: TypeAlias = Callable[[ModelService, datetime], ModelService]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vitals:
    """Writes down how each model did."""

    services: ModelServices
    database: Database
    clock: Clock

    def succeeded(self, name: str, *, response_ms: float | None) -> None:
        self._change(
            name, lambda now, at: after_success(now, response_ms=response_ms, at=at)
        )

    def passed_check(
        self, name: str, *, response_ms: float, context_tokens: int | None = None
    ) -> ModelService | None:
        """`context_tokens` where the check found out what was only assumed."""

        def passed(now: ModelService, at: datetime) -> ModelService:
            better = after_check(now, response_ms=response_ms, at=at)
            if context_tokens is None:
                return better
            known = {k: v for k, v in now.config.items() if k != "context"}
            return replace(better, context_tokens=context_tokens, config=known)

        return self._change(name, passed)

    def failed(
        self, name: str, *, error: str, is_lasting: bool = False
    ) -> ModelService | None:
        return self._change(
            name,
            lambda now, at: after_failure(
                now, error=error, at=at, is_lasting=is_lasting
            ),
        )

    def _change(self, name: str, change: _Change) -> ModelService | None:
        """The service as it is now; None when it was removed meanwhile."""
        with self.database.transaction(durable=False):
            now = self.services.find(name)
            if now is None:
                return None
            changed = change(now, self.clock())
            self.services.update(changed)
        return changed
