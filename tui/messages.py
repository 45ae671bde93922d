"""What travels up to a screen from threads that are not the screen's."""

from dataclasses import dataclass

from textual.message import Message

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
