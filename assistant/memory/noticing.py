"""What came of a message for memory: told when it is in the file, and not before.

Channels show it beside the message, each in its way; what is to be told they ask here.
What was known already is no news, and what was forgotten since is not told of.
"""

from dataclasses import dataclass
from time import sleep

from assistant.entities.audience import Audience
from assistant.entities.ids import MessageId
from assistant.entities.memory import MemoryState, Noticed
from assistant.memory.learning import CAPTURE, Learning

_LOOKS, _PAUSE_SECONDS = 20, 0.02
"""How often it is looked whether another thread is done with the message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticing:
    """Tells what came of messages. Any thread may use it; it may take half a second."""

    learning: Learning

    def once_learnt(self, message_id: MessageId, audience: Audience) -> Noticed:
        """Learn from what turns left behind first; then what came of this message."""
        self.learning.drain()
        for _ in range(_LOOKS):  # an idle thread may be at it
            if not self.learning.desk.jobs.is_open(CAPTURE, message_id):
                break
            sleep(_PAUSE_SECONDS)
        return self.of(message_id, audience)

    def of(self, message_id: MessageId, audience: Audience) -> Noticed:
        """As it is now; empty for what others wrote."""
        found = [
            each
            for each in self.learning.desk.memories.of_message(message_id, audience)
            if each.owner_id == audience.user_id
        ]
        return Noticed(
            kept=tuple(each for each in found if each.state is MemoryState.CURRENT),
            waiting=tuple(each for each in found if each.state is MemoryState.PENDING),
        )
