"""Conversations out of the file and back in: JSON Lines whole, Markdown to read.

An export holds every branch under its own ids, so importing it into an empty
home makes the same conversations again.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from assistant.audit.log import AuditTrail
from assistant.conversations.history import History
from assistant.conversations.lines import (
    attachment_from_line,
    attachment_to_line,
    citation_from_line,
    citation_to_line,
    conversation_from_line,
    conversation_to_line,
    message_from_line,
    message_to_line,
)
from assistant.entities.audience import Audience
from assistant.entities.citation import Citation
from assistant.entities.conversation import Conversation, Message
from assistant.entities.ids import ConversationId, MessageId
from assistant.errors import UsageError
from assistant.storage.citations import Citations
from assistant.storage.conversations import Conversations
from assistant.storage.database import Database
from assistant.storage.messages import Messages

FORMAT_VERSION = 2
_KNOWN_VERSIONS = (1, FORMAT_VERSION)  # the first had no citations
_HEADER = "hearth-conversations"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What an import did."""

    conversations: int
    messages: int
    skipped: int
    """Conversations that were here already; they are left as they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """Export and import, for one file."""

    database: Database
    conversations: Conversations
    messages: Messages
    citations: Citations
    history: History
    trail: AuditTrail

    def export_jsonl(
        self, chosen: Sequence[Conversation], audience: Audience
    ) -> Iterator[str]:
        """A header, then each conversation followed by all of its messages."""
        yield _line({"type": _HEADER, "version": FORMAT_VERSION})
        for conversation in chosen:
            yield _line(conversation_to_line(conversation))
            for message in self.messages.all_of(conversation.id, audience):
                yield _line(message_to_line(message))
                for file in self.messages.attachments_of(message.id, audience):
                    yield _line(attachment_to_line(file))
                for cited in self.citations.of(message.id, audience):
                    yield _line(citation_to_line(cited, of=message.id))

    def export_markdown(
        self, chosen: Sequence[Conversation], audience: Audience
    ) -> Iterator[str]:
        """The branch that is being read of each, as a text for people."""
        for conversation in chosen:
            yield f"# {conversation.title}\n"
            for message in self.history.transcript(conversation.id, audience):
                yield _as_markdown(message)

    def import_jsonl(self, lines: Iterable[str], audience: Audience) -> ImportReport:
        """All of the export, or nothing of it.

        Raises UsageError, with the number of the line, for anything that is not
        an export of ours.
        """
        with self.database.transaction():
            importing = _Importing(transfer=self, audience=audience)
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    importing.take(line, number=number)
            return importing.end()


class _Importing:
    """One import in progress, inside its transaction."""

    def __init__(self, *, transfer: Transfer, audience: Audience) -> None:
        self._to = transfer
        self._audience = audience
        self._has_header = False
        self._added: dict[ConversationId, Conversation] = {}
        self._skipped: set[ConversationId] = set()
        self._known_messages: set[MessageId] = set()
        self._cited: Counter[MessageId] = Counter()

    def take(self, line: str, *, number: int) -> None:
        try:
            entry = json.loads(line)
            self._add(entry)
        except (ValueError, KeyError, TypeError) as error:
            raise UsageError(
                f"Line {number} is not part of a Hearth export: {error}",
                hint="Make one with: hearth conversations export -o FILE",
            ) from error

    def end(self) -> ImportReport:
        if not self._has_header:
            raise UsageError("The file holds no Hearth export")
        for conversation in self._added.values():
            self._restore_ties(conversation)
        return ImportReport(
            conversations=len(self._added),
            messages=len(self._known_messages),
            skipped=len(self._skipped),
        )

    def _add(self, entry: dict[str, Any]) -> None:
        kind = entry.get("type")
        if not self._has_header:
            self._read_header(entry)
        elif kind == "conversation":
            self._add_conversation(conversation_from_line(entry))
        elif kind == "message":
            self._add_message(message_from_line(entry))
        elif kind == "attachment":
            file = attachment_from_line(entry)
            if file.message_id in self._known_messages:
                self._to.messages.add_attachment(file)
        elif kind == "citation":
            self._add_citation(*citation_from_line(entry))
        else:
            raise ValueError(f"unknown type {kind!r}")

    def _read_header(self, entry: dict[str, Any]) -> None:
        if entry.get("type") != _HEADER:
            raise ValueError("it should begin with a header")
        if entry.get("version") not in _KNOWN_VERSIONS:
            raise ValueError(f"version {entry.get('version')} is not known here")
        self._has_header = True

    def _add_conversation(self, conversation: Conversation) -> None:
        """First without what it points to, which may be still to come."""
        if self._to.conversations.exists(conversation.id):
            self._skipped.add(conversation.id)
            return
        self._added[conversation.id] = conversation
        mine = replace(
            conversation,
            user_id=self._audience.user_id,
            head_id=None,
            forked_from=None,
            persona_id=None,
            server_id=None,
            channel_id=None,
        )
        self._to.conversations.add(mine)
        self._to.trail.record(
            "conversation import",
            actor=self._audience.user_id,
            resource=("conversation", mine.id),
        )

    def _add_message(self, message: Message) -> None:
        if message.conversation_id in self._skipped:
            return
        if message.conversation_id not in self._added:
            raise ValueError("a message of a conversation that did not come before it")
        mine = replace(
            message,
            owner_id=self._audience.user_id,
            author_id=self._audience.user_id if message.author_id else None,
            server_id=None,
            channel_id=None,
        )
        self._to.messages.add(mine)
        self._known_messages.add(mine.id)

    def _add_citation(self, message_id: MessageId, citation: Citation) -> None:
        if message_id in self._known_messages:
            self._cited[message_id] += 1
            position = self._cited[message_id]
            self._to.citations.restore(message_id, citation, position=position)

    def _restore_ties(self, given: Conversation) -> None:
        here = self._to.conversations.get(given.id, self._audience)
        self._to.conversations.update(replace(here, head_id=given.head_id))
        self._to.conversations.tie(given)


def _line(entry: dict[str, Any]) -> str:
    return json.dumps(entry, ensure_ascii=False, sort_keys=True)


def _as_markdown(message: Message) -> str:
    who = message.model or message.role.capitalize()
    when = message.created_at.strftime("%Y-%m-%d %H:%M UTC")
    note = f"\n\n*{message.error}*" if message.error else ""
    return f"## {who} · {when}\n\n{message.content}{note}\n"
