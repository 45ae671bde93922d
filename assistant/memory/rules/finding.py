"""What a rule finds: one thing to remember, not yet judged against what is known."""

from dataclasses import dataclass
from datetime import date

from assistant.entities.memory import MemoryKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What is said of a subject; `value` is never empty."""

    kind: MemoryKind
    subject: str
    attribute: str
    value: str
    until: date | None = None
    """The last day of what is planned."""

    words: str = ""
    """A sentence that says this and no more, where the clause says more."""

    is_over: bool = False
    """It was so and is no longer: there is no new value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A finding with the words it was taken from."""

    finding: Finding
    text: str
    """As a sentence of its own."""

    quote: str
    start: int
    """Where in the message the quote stands."""

    is_explicit: bool = False
    """The person asked for it to be remembered."""

    instead_of: Finding | None = None
    """What was said a moment before and was wrong."""

    is_a_models: bool = False
    """A model put it so; its quote was found in what the person said."""

    @property
    def end(self) -> int:
        return self.start + len(self.quote)
