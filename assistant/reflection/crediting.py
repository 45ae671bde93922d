"""What each thing that happens is worth, and to which topics.

Only the topics that it is about earn: what two people share is paid to their dyad, and
to neither of the two for it. Callers own the transaction.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum, auto

from assistant.entities.ids import Clock, TopicKey, UserId
from assistant.entities.reflection import (
    Circle,
    ObservedMessage,
    Topic,
    TopicCategory,
)
from assistant.knowledge.words import content_stems
from assistant.reflection.salience import Earning, Ledger
from assistant.reflection.topics import (
    channel_topic,
    dyad_topic,
    server_topic,
    user_topic,
)
from assistant.storage.observed import Origin
from assistant.storage.ownwords import OwnMessage
from assistant.storage.topics import Topics


class Deed(StrEnum):
    """Something that happens in a channel."""

    MESSAGE = auto()
    DIRECT = auto()
    """Said to the assistant alone."""

    REPLY = auto()
    MENTION = auto()
    REACTION = auto()
    SUBJECT = auto()
    """A message speaks of it."""


WORTH = {
    Deed.MESSAGE: 1.0,
    Deed.DIRECT: 1.5,
    Deed.REPLY: 1.5,
    Deed.MENTION: 2.0,
    Deed.REACTION: 0.5,
    Deed.SUBJECT: 0.5,
}
_MEDIA = 1.2  # times as much, for a message that brings a picture or a file
_SERVER = 0.25  # of each message; a server would be full at once otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class Crediting:
    """Pays topics for what happens."""

    topics: Topics
    ledger: Ledger
    clock: Clock

    def message(
        self,
        message: ObservedMessage,
        others: Iterable[tuple[UserId, Deed]],
        *,
        has_media: bool,
    ) -> None:
        """What was observed; `others` are those it speaks to, and how."""
        cause, factor = f"message:{message.id}", _MEDIA if has_media else 1.0
        author = user_topic(message.author_id, message.created_at)
        if message.server_id is None:
            circle = Circle(owner_id=message.author_id)
            self._earn(author, circle, deed=Deed.DIRECT, cause=cause, factor=factor)
            return
        circle = Circle(server_id=message.server_id)
        server = server_topic(message.server_id, message.created_at)
        self._earn(server, circle, deed=Deed.MESSAGE, cause=cause, factor=_SERVER)
        channel = channel_topic(message.channel_id, message.created_at)
        for topic in (author, channel):
            self._earn(topic, circle, deed=Deed.MESSAGE, cause=cause, factor=factor)
        for other, deed in others:
            dyad = dyad_topic(message.author_id, other, message.created_at)
            self._earn(dyad, circle, deed=deed, cause=f"{cause}:{deed}")
        self._subjects(circle, message.content, cause)

    def reaction(self, user_id: UserId, *, to: Origin, cause: str) -> None:
        """Somebody liked what somebody said."""
        cause = f"reaction:{cause}"
        author = user_topic(to.author_id, self.clock())
        if to.server_id is None:
            circle = Circle(owner_id=to.author_id)
        else:
            circle = Circle(server_id=to.server_id)
        self._earn(author, circle, deed=Deed.REACTION, cause=cause)
        if to.server_id is not None and user_id != to.author_id:
            dyad = dyad_topic(user_id, to.author_id, self.clock())
            self._earn(dyad, circle, deed=Deed.REACTION, cause=cause)

    def own(self, message: OwnMessage) -> None:
        """Something that a person said to the assistant itself."""
        cause = f"message:{message.id}"
        circle = Circle(owner_id=message.author_id)
        author = user_topic(message.author_id, message.created_at)
        self._earn(author, circle, deed=Deed.MESSAGE, cause=cause)
        self._subjects(circle, message.content, cause)

    def subject(self, subject: Topic, circle: Circle, message_id: str) -> None:
        """A message that spoke of it."""
        self._earn(subject, circle, deed=Deed.SUBJECT, cause=f"message:{message_id}")

    def _subjects(self, circle: Circle, text: str, cause: str) -> None:
        stems = content_stems(text)
        for subject in self.topics.subjects(circle):
            if subject.metadata["stem"] in stems:
                self._earn(subject, circle, deed=Deed.SUBJECT, cause=cause)

    def _earn(
        self,
        topic: Topic,
        circle: Circle,
        *,
        deed: Deed,
        cause: str,
        factor: float = 1.0,
    ) -> None:
        self.topics.came_up(topic, circle)
        self.ledger.earn(
            Earning(
                key=topic.key,
                amount=WORTH[deed] * factor,
                reason=deed,
                cause=cause,
                neighbours=self._neighbours(topic, circle),
            )
        )

    def _neighbours(self, topic: Topic, circle: Circle) -> list[TopicKey]:
        """A person's dyads, a channel's server; private words warm nothing else."""
        if circle.server_id is None:
            return []
        match topic.category:
            case TopicCategory.USER:
                dyads = self.topics.dyads_of(UserId(topic.ids[0]), circle)
                return [dyad.key for dyad in dyads]
            case TopicCategory.CHANNEL:
                return [server_topic(circle.server_id, topic.created_at).key]
            case _:
                return []
