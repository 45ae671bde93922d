"""What a person has begun to write, kept until it is sent.

It is kept as it is typed, so that neither a crash nor a lost terminal takes it.
"""

from dataclasses import dataclass

from assistant.entities.audience import Audience
from assistant.entities.draft import Draft
from assistant.entities.ids import Clock, ConversationId
from assistant.storage.database import Database
from assistant.storage.drafts import Drafts


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsent:
    """Drafts of one file; None stands for the conversation not yet begun."""

    database: Database
    drafts: Drafts
    clock: Clock

    def of(self, conversation_id: ConversationId | None, audience: Audience) -> Draft:
        """What was begun there; blank when nothing was."""
        return self.drafts.find(conversation_id, audience) or Draft()

    def keep(
        self,
        conversation_id: ConversationId | None,
        draft: Draft,
        audience: Audience,
    ) -> None:
        """Keep it as it is now; a blank one leaves nothing behind."""
        # A draft is worth no fsync: the next one comes before the power goes.
        with self.database.transaction(durable=False):
            if draft.is_blank:
                self.drafts.remove(conversation_id, audience)
            else:
                self.drafts.put(conversation_id, draft, audience, at=self.clock())
