"""Whether somebody is here for the first time, and that they have been told so.

A channel greets once in the life of a file; how it greets is its own business.
"""

from dataclasses import dataclass

from assistant.entities.audience import Audience
from assistant.entities.ids import Clock
from assistant.storage.conversations import Conversations
from assistant.storage.database import Database
from assistant.storage.machine import MachineFacts

_GREETED = "greeted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """The first time, which is over once something was said or the greeting seen."""

    facts: MachineFacts
    conversations: Conversations
    database: Database
    clock: Clock

    def is_first_time(self, audience: Audience) -> bool:
        """Nothing was ever said here, and nobody was greeted."""
        if self.facts.find(_GREETED) is not None:
            return False
        return not self.conversations.recent(audience, limit=1, include_archived=True)

    def note_greeted(self) -> None:
        """Never again."""
        with self.database.transaction():
            self.facts.remember(_GREETED, {}, self.clock())
