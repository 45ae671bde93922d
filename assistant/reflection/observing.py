"""Takes in what a channel sees: kept as its people allow, and counted once.

A channel calls it for every event it is told of; an event told twice changes nothing.
It reports people and places to the store first, and hands on as said in public only
what every member of the server may read. What is observed is never an instruction.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from assistant.entities.audience import Audience
from assistant.entities.consent import DM_READ, OBSERVE
from assistant.entities.ids import (
    ChannelId,
    Clock,
    MessageId,
    ServerId,
    UserId,
)
from assistant.entities.people import Channel, ChannelKind, UserStatus
from assistant.entities.reflection import ObservedMessage, Visibility
from assistant.errors import NotFoundError, UsageError
from assistant.privacy.erase import Eraser
from assistant.reflection.crediting import Crediting, Deed
from assistant.storage.database import Database
from assistant.storage.observed import Observed
from assistant.storage.people import People

May: TypeAlias = Callable[[UserId, str, ServerId | None], bool]
"""Whether a person allows something, on that server or, without one, at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenMessage:
    """A message as a channel saw it. Where it was said decides who may see it."""

    id: MessageId
    channel_id: ChannelId
    author_id: UserId
    content: str
    created_at: datetime
    reply_to: MessageId | None = None
    mentions: Sequence[UserId] = ()
    has_media: bool = False
    is_by_bot: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenReaction:
    """Somebody gave a reaction to a message, or took it back."""

    message_id: MessageId
    user_id: UserId
    emoji: str
    is_by_bot: bool = False
    is_taken_back: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Observing:
    """The entry for channels. Each call is one transaction."""

    database: Database
    observed: Observed
    people: People
    crediting: Crediting
    eraser: Eraser
    may: May
    clock: Clock

    def take(self, seen: SeenMessage) -> bool:
        """Keep a message; False when it may not be, or is kept already.

        Raises NotFoundError when its channel was never reported.
        """
        channel = self._channel(seen.channel_id)
        if seen.is_by_bot or not seen.content.strip():
            return False
        if not self._allows(seen.author_id, channel.server_id):
            return False
        message = self._message(seen, channel)
        with self.database.transaction(durable=False):
            if not self.observed.add(message):
                return False
            others = self._others(message, seen)
            self.crediting.message(message, others, has_media=seen.has_media)
        return True

    def edit(self, message_id: MessageId, content: str, *, at: datetime) -> bool:
        """Its new words; what was made of the old ones goes. False when not kept.

        Words edited away entirely are removed. That the old ones went is on record, so
        that a restored copy does not bring them back.
        """
        if not content.strip():
            return self.remove(message_id)
        with self.database.transaction():
            origin = self.observed.origin(message_id)
            if origin is None or not self.observed.edit(message_id, content, at):
                return False
            author = Audience(user_id=origin.author_id)
            record = self.eraser.erase_wording(message_id, author)
        self.eraser.settled(record)
        return True

    def remove(self, message_id: MessageId) -> bool:
        """It is gone where it was said; here too, with what was made of it.

        That it went is on record, so that a restored copy does not bring it back.
        """
        with self.database.transaction():
            origin = self.observed.origin(message_id)
            if origin is None:
                return False
            plan = self.eraser.plan_taken_back(message_id)
            author = Audience(user_id=origin.author_id)
            record = self.eraser.erase_within(plan, author)
        self.eraser.settled(record)
        return True

    def react(self, reaction: SeenReaction) -> bool:
        """Count a reaction, or take it back; False when nothing changed."""
        origin = self.observed.origin(reaction.message_id)
        if origin is None or reaction.is_by_bot or not reaction.emoji:
            return False
        given = (reaction.message_id, reaction.user_id, reaction.emoji)
        if reaction.is_taken_back:
            with self.database.transaction(durable=False):
                return self.observed.remove_reaction(*given)
        if not self._allows(reaction.user_id, origin.server_id):
            return False
        with self.database.transaction(durable=False):
            if not self.observed.add_reaction(*given):
                return False
            self.crediting.reaction(reaction.user_id, to=origin, cause=":".join(given))
        return True

    def _channel(self, channel_id: ChannelId) -> Channel:
        channel = self.people.find_channel(channel_id)
        if channel is None:
            raise NotFoundError(f"No channel {channel_id} was reported")
        if (channel.kind is ChannelKind.DIRECT) != (channel.server_id is None):
            raise UsageError(f"Channel {channel_id} is neither direct nor a server's")
        return channel

    def _allows(self, user_id: UserId, server_id: ServerId | None) -> bool:
        user = self.people.find_user(user_id)
        if user is None or user.status is not UserStatus.ACTIVE:
            return False
        what = DM_READ if server_id is None else OBSERVE
        return self.may(user_id, what, server_id)

    def _message(self, seen: SeenMessage, channel: Channel) -> ObservedMessage:
        is_direct = channel.server_id is None
        return ObservedMessage(
            id=seen.id,
            channel_id=channel.id,
            server_id=channel.server_id,
            author_id=seen.author_id,
            content=seen.content,
            visibility=Visibility.DM if is_direct else Visibility.PUBLIC,
            reply_to=seen.reply_to,
            created_at=seen.created_at,
            ingested_at=self.clock(),
        )

    def _others(
        self, message: ObservedMessage, seen: SeenMessage
    ) -> list[tuple[UserId, Deed]]:
        """Whom it speaks to, of those who may be observed, and how."""
        spoken = [(each, Deed.MENTION) for each in dict.fromkeys(seen.mentions)]
        answered = self.observed.origin(message.reply_to) if message.reply_to else None
        if answered is not None and answered.server_id == message.server_id:
            spoken.append((answered.author_id, Deed.REPLY))
        return [
            (other, deed)
            for other, deed in spoken
            if other != message.author_id and self._allows(other, message.server_id)
        ]
