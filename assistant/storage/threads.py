"""Conversations from which messages go: how they hang together, and mending them.

It reads and writes what it is told to, for whoever erases; what a conversation is to
be called and where one reads on is decided elsewhere. Callers own the transaction.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from assistant.storage.database import Database
from assistant.storage.rows import to_json

_BRANCHES = """
    SELECT id, conversation_id, parent_id, owner_id, role, scope, content
      FROM message
     WHERE conversation_id IN (
               SELECT conversation_id
                 FROM message
                WHERE id IN (SELECT value FROM json_each(:ids)))
        OR conversation_id IN (SELECT value FROM json_each(:conversations))
     ORDER BY conversation_id, sequence
"""
_ADOPT = """
    UPDATE message
       SET parent_id = :parent_id
     WHERE id = :id
"""
_CONVERSATIONS = """
    SELECT id, user_id, server_id, title, head_id
      FROM conversation
     WHERE id IN (SELECT value FROM json_each(:ids))
"""
_MEND = """
    UPDATE conversation
       SET title = :title,
           head_id = :head_id,
           summary = NULL,
           message_count = (SELECT count(*)
                              FROM message
                             WHERE conversation_id = :id
                               AND id NOT IN (SELECT value FROM json_each(:gone)))
     WHERE id = :id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A message as a part of its tree."""

    id: str
    conversation_id: str
    parent_id: str | None
    owner_id: str
    role: str
    scope: str
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """What a conversation says of its messages: its name, and where one reads on."""

    id: str
    user_id: str
    server_id: str | None
    """Where it is held, if others can open it too."""

    title: str
    head_id: str | None


class Threads:
    """Conversations as trees of messages."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def branches(
        self, messages: Iterable[str], conversations: Iterable[str]
    ) -> list[Said]:
        """Everything said in these conversations, and in those of the messages."""
        row = {
            "conversations": to_json(sorted(conversations)),
            "ids": to_json(sorted(messages)),
        }
        return [Said(**found) for found in self._database.query(_BRANCHES, row)]

    def among(self, conversations: Iterable[str]) -> list[Thread]:
        row = {"ids": to_json(sorted(conversations))}
        return [Thread(**found) for found in self._database.query(_CONVERSATIONS, row)]

    def adopt(self, message_id: str, parent_id: str | None) -> None:
        """Hang a message on another one."""
        row = {"id": message_id, "parent_id": parent_id}
        self._database.execute(_ADOPT, row)

    def mend(self, thread: Thread, *, gone: Iterable[str]) -> None:
        """Put a conversation in order from which messages go."""
        self._database.execute(
            _MEND,
            {
                "id": thread.id,
                "title": thread.title,
                "head_id": thread.head_id,
                "gone": to_json(sorted(gone)),
            },
        )
