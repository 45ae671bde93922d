"""What travels up to a screen: a turn's progress from its thread, and wishes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, auto
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from assistant.entities.ids import ConversationId, MessageId
    from assistant.entities.turn import TurnEvent


@dataclass
class TurnProgressed(Message):
    """Some of what happened in a turn, in order; floods arrive merged."""

    number: int
    events: tuple[TurnEvent, ...]


@dataclass
class TurnEnded(Message):
    """The turn's generator is closed and its thread is free.

    `error` is what escaped from it, when it did not end with an event of its own.
    """

    number: int
    error: Exception | None = None


@dataclass
class WorkProgressed(Message):
    """What long work has told since, in order."""

    name: str
    events: tuple[object, ...]


@dataclass
class WorkEnded(Message):
    """Long work is over: what it gave, or what escaped from it."""

    name: str
    result: object
    error: Exception | None


@dataclass
class SourceSought(Message):
    """The message that something is from should be shown."""

    conversation_id: ConversationId
    message_id: MessageId


class Wish(StrEnum):
    """What can be done with a message, or with a conversation in the list."""

    EDIT = auto()
    AGAIN = auto()
    GO_ON = auto()
    COPY = auto()
    COPY_CODE = auto()
    COPY_ALL = auto()
    FOLLOW = auto()
    FORK = auto()
    WHY = auto()
    SOURCES = auto()
    APPROVE = auto()
    FORGET = auto()
    REMEMBERED = auto()
    UNDO = auto()
    PREVIOUS = auto()
    NEXT = auto()
    RENAME = auto()
    ARCHIVE = auto()
    DELETE = auto()
    PIN = auto()
