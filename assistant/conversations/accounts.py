"""Why an answer is as it is, put together from what was kept with it.

It reads and changes nothing; what the file has forgotten meanwhile is left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant.entities.account import Account, Cited
from assistant.entities.audience import Audience
from assistant.entities.citation import Citation
from assistant.entities.ids import MessageId
from assistant.errors import NotFoundError
from assistant.storage.citations import Citations
from assistant.storage.documents import Documents
from assistant.storage.messages import Messages
from assistant.storage.passages import Passages
from assistant.storage.spans import Spans


class Remembered(Protocol):
    """Knows which memories went into an answer."""

    def used_in(self, message_id: MessageId, audience: Audience) -> Sequence[str]:
        """Their words, in the order they were given to the model."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """Answers for the answers of one file."""

    messages: Messages
    citations: Citations
    documents: Documents
    passages: Passages
    spans: Spans
    remembered: Remembered | None = None
    """None while nothing is ever remembered."""

    def of(self, message_id: MessageId, audience: Audience) -> Account:
        """All that is known of it. Raises NotFoundError."""
        return Account(
            message=self.messages.get(message_id, audience),
            citations=tuple(self.citations.of(message_id, audience)),
            memories=self.memories(message_id, audience),
            spans=tuple(self.spans.of_message(message_id)),
        )

    def memories(self, message_id: MessageId, audience: Audience) -> tuple[str, ...]:
        """What was remembered for it, as it was said."""
        if self.remembered is None:
            return ()
        return tuple(self.remembered.used_in(message_id, audience))

    def cited(self, citation: Citation, audience: Audience) -> Cited:
        """The passage a reference leads to. Raises NotFoundError when it is gone."""
        document = self.documents.get(citation.document_id, audience)
        found = self.passages.by_id([citation.passage_id], audience)
        if not found:
            raise NotFoundError(
                f"The passage quoted from {citation.title} is not there any more",
                hint="The document was read anew since; ask again",
            )
        text = found[0].text
        start = max(text.find(citation.quote), 0)
        is_there = text.startswith(citation.quote, start)
        return Cited(
            title=document.title,
            location=citation.location,
            source=document.source,
            text=text,
            starts_at=start,
            ends_at=start + len(citation.quote) if is_there else start,
        )
