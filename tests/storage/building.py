"""What the tests of storage are made of: a file, a person, a conversation."""

from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from assistant.config.settings import Cipher
from assistant.entities.audience import Audience
from assistant.entities.conversation import (
    Conversation,
    ConversationState,
    Message,
    MessageRole,
    MessageState,
)
from assistant.entities.ids import LOCAL_USER, ConversationId, MessageId, UserId
from assistant.entities.people import User
from assistant.storage.connection import Opening
from assistant.storage.conversations import Conversations
from assistant.storage.database import Database, open_database
from assistant.storage.messages import Messages
from assistant.storage.people import People

KEY = bytes(range(32))
OTHER_KEY = bytes(range(1, 33))
START = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
ME = Audience(user_id=LOCAL_USER)


def clock() -> datetime:
    return START


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def open_file(path: Path, **changes: Any) -> Database:
    """The file at this path, encrypted with the test's key unless changed."""
    wanted: dict[str, Any] = {
        "key": KEY,
        "cipher": Cipher.AEGIS,
        "cache_megabytes": 8,
        "busy_seconds": 10.0,
        "clock": clock,
    }
    return open_database(path, **{**wanted, **changes})


def open_plain(path: Path, **changes: Any) -> Database:
    return open_file(path, key=None, cipher=Cipher.NONE, **changes)


def open_any(path: Path) -> Database:
    """The file as it is, whatever its schema."""
    opening = Opening(
        path=path, key=KEY, cipher=Cipher.AEGIS, cache_megabytes=8, busy_seconds=5
    )
    return Database(opening)


def a_user(user_id: str = LOCAL_USER, **changes: Any) -> User:
    user = User(
        id=UserId(user_id),
        name=user_id,
        display_name=user_id.title(),
        first_seen=START,
        last_seen=START,
    )
    return replace(user, **changes)


def a_conversation(conversation_id: str = "talk", **changes: Any) -> Conversation:
    conversation = Conversation(
        id=ConversationId(conversation_id),
        user_id=LOCAL_USER,
        title="A talk",
        state=ConversationState.ACTIVE,
        created_at=START,
        updated_at=START,
    )
    return replace(conversation, **changes)


def a_message(message_id: str, content: str = "Hello", **changes: Any) -> Message:
    fields: dict[str, Any] = {
        "id": MessageId(message_id),
        "conversation_id": ConversationId("talk"),
        "owner_id": LOCAL_USER,
        "role": MessageRole.USER,
        "content": content,
        "created_at": START,
        "sequence": 1,
    }
    return Message(**{**fields, **changes})


class Talk:
    """One conversation in a file, to which things are said."""

    def __init__(
        self, database: Database, name: str = "talk", *, durable: bool = True
    ) -> None:
        self.database = database
        self.durable = durable
        self.people = People(database)
        self.conversations = Conversations(database)
        self.messages = Messages(database)
        self.name = name
        self._numbers = count(1)
        with self.transaction():
            if self.people.find_user(LOCAL_USER) is None:
                self.people.add_user(a_user())
            if self.conversations.find(ConversationId(name), ME) is None:
                self.conversations.add(a_conversation(name))

    def transaction(self) -> AbstractContextManager[None]:
        return self.database.transaction(durable=self.durable)

    def say(
        self, content: str, after: Message | None = None, **changes: Any
    ) -> Message:
        """Say something, after another message or as a beginning."""
        message_id = changes.pop("id", f"{self.name}-{next(self._numbers)}")
        with self.transaction():
            message = a_message(
                message_id,
                content,
                **{
                    "conversation_id": self.name,
                    "sequence": self.messages.next_sequence(ConversationId(self.name)),
                    "parent_id": after.id if after else None,
                    **changes,
                },
            )
            self.messages.add(message)
        return message

    def finish(self, reply: Message, content: str) -> Message:
        done = replace(
            reply, content=content, state=MessageState.COMPLETED, written_by=None
        )
        with self.transaction():
            self.messages.replace(done)
        return done

    def start_reply(
        self, after: Message, by: str | None = "1", **changes: Any
    ) -> Message:
        return self.say(
            "",
            after,
            role=MessageRole.ASSISTANT,
            state=MessageState.PROCESSING,
            written_by=by,
            **changes,
        )
