"""The working context of a conversation: its newest messages, and notes on the rest.

Notes are the weightiest sentences of what fits no more, word for word, each with its
day and speaker. They are always made from the messages themselves, never from earlier
notes. Prompts and models are not known here.
"""

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import takewhile
from typing import NamedTuple

from assistant.entities.audience import Audience
from assistant.entities.conversation import Conversation, Message, MessageRole
from assistant.entities.ids import Clock, MessageId, Mint
from assistant.entities.window import ContextWindow, Fold
from assistant.errors import StorageError
from assistant.knowledge.sentences import sentences_of
from assistant.memory.worth import worth
from assistant.storage.database import Database
from assistant.storage.messages import Messages
from assistant.storage.summaries import Summaries

_BYTES_A_TOKEN = 3  # of plain English about four; what is too long is found out later
_CHARACTERS_READ = 4000  # of one message
_MESSAGES_READ = 1000  # the newest of those that fit no more
_LONGEST_LINE = 300
_OF_A_REPLY = 0.6
"""What the assistant said can be said again; what the person said cannot."""

_FENCED = re.compile(r"^(`{3,}|~{3,}).*?^\1[`~]*[ \t]*$", re.DOTALL | re.MULTILINE)
_SPEAKERS = {MessageRole.USER: "You", MessageRole.ASSISTANT: "Hearth"}


class Note(NamedTuple):
    """One sentence, and the message it is from."""

    order: tuple[int, int]
    message_id: MessageId
    line: str
    worth_a_byte: float


def take_notes(messages: Sequence[Message], *, room: int) -> list[Note]:
    """The sentences most worth their place, oldest first, in about `room` tokens."""
    found = [
        note
        for order, message in enumerate(messages[-_MESSAGES_READ:])
        for note in _notes_of(order, message)
    ]
    chosen, left = list[Note](), room * _BYTES_A_TOKEN
    for note in sorted(found, key=lambda note: (-note.worth_a_byte, note.order)):
        size = len(note.line.encode()) + 1
        if size <= left:
            chosen.append(note)
            left -= size
    return sorted(chosen, key=lambda note: note.order)


def _notes_of(order: int, message: Message) -> list[Note]:
    if message.role not in _SPEAKERS:
        return []
    spoken = _FENCED.sub("", message.content[:_CHARACTERS_READ])
    share = 1.0 if message.role is MessageRole.USER else _OF_A_REPLY
    notes = []
    for place, sentence in enumerate(sentences_of(spoken)):
        words = " ".join(sentence.text.split())
        value = worth(words) * share
        if value and len(words) <= _LONGEST_LINE:
            day = f"{message.created_at:%Y-%m-%d}"
            line = f"- {day} {_SPEAKERS[message.role]}: {words}"
            per_byte = value / len(line.encode())
            notes.append(Note((order, place), message.id, line, per_byte))
    return notes


@dataclass(frozen=True, slots=True, kw_only=True)
class Windows:
    """Folds what fits no more, and opens it again. Any thread may use it."""

    database: Database
    messages: Messages
    summaries: Summaries
    clock: Clock
    mint: Mint
    facts: Callable[[Conversation, Audience], Sequence[str]] = lambda *_: ()
    """What was learnt in a conversation and still holds."""

    def fold(
        self, dropped: Sequence[Message], audience: Audience, *, room: int
    ) -> Fold | None:
        """Notes on these messages, the beginning of a branch; None without a word.

        Kept until a message in it goes; `room` is in tokens.
        """
        first, last = dropped[0], dropped[-1]
        known = self.summaries.find(last.conversation_id, last.id, audience)
        if known and (known.first_id, known.tokens) == (first.id, room):
            return known
        notes = take_notes(dropped, room=room)
        if not notes:
            return None
        fold = Fold(
            id=self.mint(),
            conversation_id=last.conversation_id,
            first_id=first.id,
            last_id=last.id,
            text="\n".join(note.line for note in notes),
            tokens=room,
            sources=tuple(dict.fromkeys(note.message_id for note in notes)),
            created_at=self.clock(),
        )
        with suppress(StorageError), self.database.transaction(durable=False):
            self.summaries.put(fold)  # made anew next time, if it was not kept
        return fold

    def open(self, fold: Fold, audience: Audience) -> list[Message]:
        """The messages that the notes stand for, word for word."""
        path = self.messages.path(fold.last_id, audience)
        before = takewhile(lambda message: message.id != fold.first_id, path)
        return path[len(list(before)) :]

    def of(
        self,
        conversation: Conversation,
        audience: Audience,
        *,
        count: Callable[[str], int],
    ) -> ContextWindow:
        """The conversation as the next answer will see it; `count` gives tokens."""
        path: Sequence[Message] = ()
        if conversation.head_id is not None:
            path = self.messages.path(conversation.head_id, audience)
        fold, later = self._newest_fold(conversation, path, audience)
        words = [message.content for message in later]
        return ContextWindow(
            conversation_id=conversation.id,
            messages=tuple(later),
            facts=tuple(self.facts(conversation, audience)),
            fold=fold,
            token_count=sum(map(count, [*words, *([fold.text] if fold else [])])),
            last_updated=conversation.updated_at,
        )

    def _newest_fold(
        self, conversation: Conversation, path: Sequence[Message], audience: Audience
    ) -> tuple[Fold | None, Sequence[Message]]:
        known = self.summaries.of(conversation.id, audience)
        folds = {fold.last_id: fold for fold in known}
        for index in range(len(path) - 1, -1, -1):
            if fold := folds.get(path[index].id):
                return fold, path[index + 1 :]
        return None, path
