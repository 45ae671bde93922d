"""How a model file runs on this machine: tried out once, in a child, and remembered.

Only good verdicts are kept: a bad one may have had a reason that passes, and
the model's health keeps it from being tried at every question.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from assistant.entities.ids import Clock
from assistant.errors import WeightsRefusedError
from assistant.models.machine import machine_key
from assistant.storage.database import Database
from assistant.storage.machine import MachineFacts

if TYPE_CHECKING:
    from assistant.llm.preflight import Verdict

Trial: TypeAlias = "Callable[[Path], Verdict]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """What works for a model on this machine."""

    threads: int
    use_extra_bufts: bool
    notice: str = ""
    """What the user should know of it."""


def in_a_child(path: Path) -> "Verdict":
    """The real trial; what it imports is not needed once verdicts are known."""
    from assistant.llm.preflight import preflight

    return preflight(path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdicts:
    """The trials of models, by library, processor and file."""

    facts: MachineFacts
    database: Database
    clock: Clock
    trial: Trial = in_a_child

    def find(self, sha256: str) -> Fit | None:
        """What is known of a file; None before its first trial."""
        known = self.facts.find(machine_key(sha256))
        return None if known is None else _fit(known)

    def get(self, path: Path, sha256: str) -> Fit:
        """What is known of a file, after a trial if need be.

        Raises WeightsRefusedError when it does not run here.
        """
        known = self.find(sha256)
        if known is not None:
            return known
        verdict = self.trial(path)
        if not verdict.ok:
            raise WeightsRefusedError(
                f"{path.name} cannot be used: {verdict.reason}",
                hint="Choose another model: hearth models list",
            )
        with self.database.transaction(durable=False):
            self.facts.remember(machine_key(sha256), verdict.facts, self.clock())
        return _fit(verdict.facts)


def _fit(facts: Mapping[str, object]) -> Fit:
    return Fit(
        threads=int(str(facts["threads"])),
        use_extra_bufts=facts["use_extra_bufts"] is True,
        notice=str(facts.get("notice", "")),
    )
