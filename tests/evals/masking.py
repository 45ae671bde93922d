"""How much of what must be masked is, and how much of what must not: by class."""

import re
from dataclasses import dataclass

from assistant.privacy.redact import mask
from assistant.privacy.redact_spans import Masking
from tests.privacy.examples import MUST_GO, MUST_STAY, NAMES

_MARKED = re.compile("‹(.*?)›")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One class on the set of our own."""

    must_go: int
    must_stay: int
    missed: list[str]
    wrongly: list[str]

    @property
    def recall(self) -> float:
        return 1 - len(self.missed) / self.must_go

    @property
    def precision(self) -> float:
        found = self.must_go - len(self.missed)
        return found / (found + len(self.wrongly))


def names_for(kind: Masking) -> tuple[str, ...]:
    return NAMES if kind is Masking.NAME else ()


def unmarked(line: str) -> tuple[str, list[str]]:
    """The text, and the values in it that must go."""
    return _MARKED.sub(r"\1", line), _MARKED.findall(line)


def measure(kind: Masking) -> Measured:
    names = names_for(kind)
    missed = []
    for text, values in map(unmarked, MUST_GO[kind]):
        masked = mask(text, names)
        if kind not in masked.spans or any(value in masked.text for value in values):
            missed.append(text)
    wrongly = [text for text in MUST_STAY[kind] if kind in mask(text, names).spans]
    return Measured(
        must_go=len(MUST_GO[kind]),
        must_stay=len(MUST_STAY[kind]),
        missed=missed,
        wrongly=wrongly,
    )


def show_masking() -> None:
    print(f"\n{'masked':14}{'lines':>8}{'recall':>9}{'precision':>11}")
    for kind in Masking:
        one = measure(kind)
        lines = f"{one.must_go}+{one.must_stay}"
        print(f"{kind:14}{lines:>8}{one.recall:>9.3f}{one.precision:>11.3f}")
