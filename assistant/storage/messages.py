"""Messages at rest, as a tree, with what came along. Callers own the transaction.

Every read names its audience: the owner sees everything in private places, and
what was said in public is seen on the same server; the title of a conversation is
told only to those who may open it. Only crash recovery is exempt.
In that condition a `+` keeps SQLite from going by its columns' indexes, which
would read everything a person ever said.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.entities.audience import Audience
from assistant.entities.conversation import Attachment, Message
from assistant.entities.ids import ConversationId, MessageId
from assistant.errors import NotFoundError
from assistant.storage.conversation_rows import (
    attachment_from_row,
    attachment_to_row,
    message_from_row,
    message_to_row,
)
from assistant.storage.database import Database
from assistant.storage.fulltext import match_any
from assistant.storage.rows import Row, audience_to_row, to_json

_ADD = """
    INSERT INTO message (id, conversation_id, parent_id, sequence, owner_id, author_id,
                         role, content, state, scope, server_id, channel_id, error,
                         finish_reason, tokens, prompt_tokens, reused_tokens,
                         first_token_ms, response_time_ms, model, tools, sources,
                         written_by, created_at)
    VALUES (:id, :conversation_id, :parent_id, :sequence, :owner_id, :author_id,
            :role, :content, :state, :scope, :server_id, :channel_id, :error,
            :finish_reason, :tokens, :prompt_tokens, :reused_tokens,
            :first_token_ms, :response_time_ms, :model, :tools, :sources,
            :written_by, :created_at)
"""
_BY_ID = """
    SELECT id, conversation_id, parent_id, sequence, owner_id, author_id, role,
           content, state, scope, server_id, channel_id, error, finish_reason, tokens,
           prompt_tokens, reused_tokens, first_token_ms, response_time_ms, model,
           tools, sources, written_by, created_at
      FROM message
     WHERE id = :id
       AND ((:in_private AND +owner_id = :reader_id)
            OR (scope = 'public' AND +server_id = :in_server))
"""
_ALL_OF = """
    SELECT id, conversation_id, parent_id, sequence, owner_id, author_id, role,
           content, state, scope, server_id, channel_id, error, finish_reason, tokens,
           prompt_tokens, reused_tokens, first_token_ms, response_time_ms, model,
           tools, sources, written_by, created_at
      FROM message
     WHERE conversation_id = :conversation_id
       AND ((:in_private AND +owner_id = :reader_id)
            OR (scope = 'public' AND +server_id = :in_server))
     ORDER BY sequence
"""
_SIBLINGS = """
    SELECT id, conversation_id, parent_id, sequence, owner_id, author_id, role,
           content, state, scope, server_id, channel_id, error, finish_reason, tokens,
           prompt_tokens, reused_tokens, first_token_ms, response_time_ms, model,
           tools, sources, written_by, created_at
      FROM message
     WHERE conversation_id = :conversation_id
       AND parent_id IS :parent_id
       AND ((:in_private AND +owner_id = :reader_id)
            OR (scope = 'public' AND +server_id = :in_server))
     ORDER BY sequence
"""
_CHILDREN = """
    SELECT child.id, child.conversation_id, child.parent_id, child.sequence,
           child.owner_id, child.author_id, child.role, child.content, child.state,
           child.scope, child.server_id, child.channel_id, child.error,
           child.finish_reason, child.tokens, child.prompt_tokens,
           child.reused_tokens, child.first_token_ms, child.response_time_ms,
           child.model, child.tools, child.sources, child.written_by, child.created_at
      FROM message AS parent
      JOIN message AS child
        ON child.conversation_id = parent.conversation_id
       AND child.parent_id = parent.id
     WHERE parent.id = :id
       AND ((:in_private AND +child.owner_id = :reader_id)
            OR (child.scope = 'public' AND +child.server_id = :in_server))
     ORDER BY child.sequence
"""
_PATH = """
    WITH RECURSIVE step (id, conversation_id, parent_id) AS (
        SELECT id, conversation_id, parent_id
          FROM message
         WHERE id = :id
           AND ((:in_private AND +owner_id = :reader_id)
                OR (scope = 'public' AND +server_id = :in_server))
        UNION ALL
        SELECT parent.id, parent.conversation_id, parent.parent_id
          FROM step
          JOIN message AS parent
            ON parent.conversation_id = step.conversation_id
           AND parent.id = step.parent_id
    )
    SELECT id, conversation_id, parent_id, sequence, owner_id, author_id, role,
           content, state, scope, server_id, channel_id, error, finish_reason, tokens,
           prompt_tokens, reused_tokens, first_token_ms, response_time_ms, model,
           tools, sources, written_by, created_at
      FROM message
     WHERE id IN (SELECT id FROM step)
       AND ((:in_private AND +owner_id = :reader_id)
            OR (scope = 'public' AND +server_id = :in_server))
     ORDER BY sequence
"""
_NEWEST_LEAF = """
    WITH RECURSIVE below (id, conversation_id) AS (
        SELECT id, conversation_id
          FROM message
         WHERE id = :id
           AND ((:in_private AND +owner_id = :reader_id)
                OR (scope = 'public' AND +server_id = :in_server))
        UNION ALL
        SELECT child.id, child.conversation_id
          FROM below
          JOIN message AS child
            ON child.conversation_id = below.conversation_id
           AND child.parent_id = below.id
         WHERE ((:in_private AND +child.owner_id = :reader_id)
                OR (child.scope = 'public' AND +child.server_id = :in_server))
    )
    SELECT id, conversation_id, parent_id, sequence, owner_id, author_id, role,
           content, state, scope, server_id, channel_id, error, finish_reason, tokens,
           prompt_tokens, reused_tokens, first_token_ms, response_time_ms, model,
           tools, sources, written_by, created_at
      FROM message
     WHERE id IN (SELECT id FROM below)
     ORDER BY sequence DESC
     LIMIT 1
"""
_NEXT_SEQUENCE = """
    SELECT ifnull(max(sequence), 0) + 1 AS next
      FROM message
     WHERE conversation_id = :conversation_id
"""
_GROW = """
    UPDATE message
       SET content = :content
     WHERE id = :id
       AND state = 'processing'
"""
_REPLACE = """
    UPDATE message
       SET content = :content,
           state = :state,
           error = :error,
           finish_reason = :finish_reason,
           tokens = :tokens,
           prompt_tokens = :prompt_tokens,
           reused_tokens = :reused_tokens,
           first_token_ms = :first_token_ms,
           response_time_ms = :response_time_ms,
           model = :model,
           tools = :tools,
           sources = :sources,
           written_by = :written_by
     WHERE id = :id
"""
_BEING_WRITTEN = """
    SELECT id, conversation_id, parent_id, sequence, owner_id, author_id, role,
           content, state, scope, server_id, channel_id, error, finish_reason, tokens,
           prompt_tokens, reused_tokens, first_token_ms, response_time_ms, model,
           tools, sources, written_by, created_at
      FROM message
     WHERE state = 'processing'
     ORDER BY created_at, sequence
"""
_UNFINISHED = """
    SELECT message.id, message.conversation_id, message.parent_id, message.sequence,
           message.owner_id, message.author_id, message.role, message.content,
           message.state, message.scope, message.server_id, message.channel_id,
           message.error, message.finish_reason, message.tokens,
           message.prompt_tokens, message.reused_tokens, message.first_token_ms,
           message.response_time_ms, message.model, message.tools, message.sources,
           message.written_by, message.created_at
      FROM conversation
      JOIN message
        ON message.conversation_id = conversation.id
       AND message.id = conversation.head_id
     WHERE message.finish_reason IN ('length', 'cancelled', 'interrupted')
       AND conversation.state <> 'archived'
       AND ((:in_private AND +message.owner_id = :reader_id)
            OR (message.scope = 'public' AND +message.server_id = :in_server))
     ORDER BY conversation.updated_at DESC
     LIMIT :limit
"""
_SETTLE = """
    UPDATE message
       SET state = 'failed',
           error = :error
     WHERE id = :id
       AND state = 'pending'
"""
_SEARCH = """
    SELECT message.id, message.conversation_id, message.parent_id, message.sequence,
           message.owner_id, message.author_id, message.role, message.content,
           message.state, message.scope, message.server_id, message.channel_id,
           message.error, message.finish_reason, message.tokens,
           message.prompt_tokens, message.reused_tokens, message.first_token_ms,
           message.response_time_ms, message.model, message.tools, message.sources,
           message.written_by, message.created_at,
           CASE WHEN (:in_private AND conversation.user_id = :reader_id)
                  OR (NOT :in_private
                      AND conversation.server_id = :in_server
                      AND conversation.channel_id = :in_channel)
                THEN conversation.title
                ELSE ''
            END AS conversation_title,
           snippet(message_text, 0, :before_word, :after_word, '…', 16) AS snippet
      FROM message_text
      JOIN message ON message.number = message_text.rowid
      JOIN conversation ON conversation.id = message.conversation_id
     WHERE message_text MATCH :words
       AND ((:in_private AND +message.owner_id = :reader_id)
            OR (message.scope = 'public' AND +message.server_id = :in_server))
     ORDER BY bm25(message_text), message.number DESC
     LIMIT :limit
"""
_BY_WORDS = """
    SELECT message.number, -bm25(message_text) AS score
      FROM message_text
      JOIN message ON message.number = message_text.rowid
     WHERE message_text MATCH :words
       AND ((:in_private AND +message.owner_id = :reader_id)
            OR (message.scope = 'public' AND +message.server_id = :in_server))
     ORDER BY bm25(message_text), message.number DESC
     LIMIT :limit
"""
_BY_NUMBER = """
    SELECT message.number, message.id, message.conversation_id, message.parent_id,
           message.sequence, message.owner_id, message.author_id, message.role,
           message.content, message.state, message.scope, message.server_id,
           message.channel_id, message.error, message.finish_reason, message.tokens,
           message.prompt_tokens, message.reused_tokens, message.first_token_ms,
           message.response_time_ms, message.model, message.tools, message.sources,
           message.written_by, message.created_at,
           CASE WHEN (:in_private AND conversation.user_id = :reader_id)
                  OR (NOT :in_private
                      AND conversation.server_id = :in_server
                      AND conversation.channel_id = :in_channel)
                THEN conversation.title
                ELSE ''
            END AS conversation_title
      FROM json_each(:numbers) AS wanted
      JOIN message ON message.number = wanted.value
      JOIN conversation ON conversation.id = message.conversation_id
     WHERE ((:in_private AND +message.owner_id = :reader_id)
            OR (message.scope = 'public' AND +message.server_id = :in_server))
     ORDER BY wanted.key
"""
_ADD_ATTACHMENT = """
    INSERT INTO attachment (id, message_id, position, name, kind, size_bytes, text,
                            media_type, details)
    VALUES (:id, :message_id,
            (SELECT ifnull(max(position), 0) + 1
               FROM attachment
              WHERE message_id = :message_id),
            :name, :kind, :size_bytes, :text, :media_type, :details)
"""
_ATTACHMENTS = """
    SELECT attachment.id, attachment.message_id, attachment.name, attachment.kind,
           attachment.size_bytes, attachment.text, attachment.media_type,
           attachment.details
      FROM attachment
      JOIN message ON message.id = attachment.message_id
     WHERE attachment.message_id = :message_id
       AND ((:in_private AND +message.owner_id = :reader_id)
            OR (message.scope = 'public' AND +message.server_id = :in_server))
     ORDER BY attachment.position
"""
_ATTACHMENTS_OF_ALL = """
    SELECT attachment.id, attachment.message_id, attachment.name, attachment.kind,
           attachment.size_bytes, attachment.text, attachment.media_type,
           attachment.details
      FROM json_each(:message_ids) AS wanted
     CROSS JOIN attachment ON attachment.message_id = wanted.value
      JOIN message ON message.id = attachment.message_id
     WHERE ((:in_private AND +message.owner_id = :reader_id)
            OR (message.scope = 'public' AND +message.server_id = :in_server))
     ORDER BY wanted.key, attachment.position
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageHit:
    """A message that a search found, and the words around what was found."""

    message: Message
    conversation_title: str
    snippet: str


class Messages:
    """What was said, with every branch of it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, message: Message) -> None:
        self._database.execute(_ADD, message_to_row(message))

    def find(self, message_id: MessageId, audience: Audience) -> Message | None:
        found = self._read(_BY_ID, audience, {"id": message_id})
        return found[0] if found else None

    def get(self, message_id: MessageId, audience: Audience) -> Message:
        """It, or the same error for what is not there and what may not be seen."""
        message = self.find(message_id, audience)
        if message is None:
            raise NotFoundError(f"No message {message_id}")
        return message

    def path(self, leaf_id: MessageId, audience: Audience) -> list[Message]:
        """The branch that ends here, from its first message on."""
        return self._read(_PATH, audience, {"id": leaf_id})

    def siblings(self, message: Message, audience: Audience) -> list[Message]:
        """The versions of this message, itself among them, oldest first."""
        of = {
            "conversation_id": message.conversation_id,
            "parent_id": message.parent_id,
        }
        return self._read(_SIBLINGS, audience, of)

    def children(self, message_id: MessageId, audience: Audience) -> list[Message]:
        """What was said in direct reply, oldest first."""
        return self._read(_CHILDREN, audience, {"id": message_id})

    def newest_leaf(self, message_id: MessageId, audience: Audience) -> Message:
        """The last thing said anywhere below; the message itself when nothing was."""
        found = self._read(_NEWEST_LEAF, audience, {"id": message_id})
        if not found:
            raise NotFoundError(f"No message {message_id}")
        return found[0]

    def all_of(
        self, conversation_id: ConversationId, audience: Audience
    ) -> list[Message]:
        """Every branch of a conversation, in the order of writing."""
        return self._read(_ALL_OF, audience, {"conversation_id": conversation_id})

    def next_sequence(self, conversation_id: ConversationId) -> int:
        """The number of the message to come; true while the transaction lasts."""
        rows = self._database.query(
            _NEXT_SEQUENCE, {"conversation_id": conversation_id}
        )
        return int(rows[0]["next"])

    def grow(self, message_id: MessageId, content: str) -> None:
        """Keep what has been written so far of a reply that is still being written."""
        if not self._database.execute(_GROW, {"id": message_id, "content": content}):
            raise NotFoundError(f"No message {message_id} is being written")

    def replace(self, message: Message) -> None:
        """Keep what may change: content, state, how it ended, and its measures."""
        if not self._database.execute(_REPLACE, message_to_row(message)):
            raise NotFoundError(f"No message {message.id}")

    def abandoned(self, is_alive: Callable[[str], bool]) -> list[Message]:
        """Replies whose writer is gone. For marking them, and for nothing else."""
        written = [message_from_row(r) for r in self._database.query(_BEING_WRITTEN)]
        return [m for m in written if not (m.written_by and is_alive(m.written_by))]

    def settle(self, question_id: MessageId, *, error: str) -> None:
        """A question still pending will not be answered any more, and this is why."""
        self._database.execute(_SETTLE, {"id": question_id, "error": error})

    def unfinished(self, audience: Audience, *, limit: int = 20) -> list[Message]:
        """Answers at the head of their conversation that broke off, newest first."""
        return self._read(_UNFINISHED, audience, {"limit": limit})

    def search(
        self,
        text: str,
        audience: Audience,
        *,
        limit: int,
        marks: tuple[str, str] = ("[", "]"),
    ) -> list[MessageHit]:
        """Messages with any of the words, the best first; `marks` go around a word."""
        words = match_any(text)
        if words is None:
            return []
        row = {
            "words": words,
            "limit": limit,
            "before_word": marks[0],
            "after_word": marks[1],
            **audience_to_row(audience),
        }
        return [
            MessageHit(
                message=message_from_row(found),
                conversation_title=found["conversation_title"],
                snippet=found["snippet"],
            )
            for found in self._database.query(_SEARCH, row)
        ]

    def by_words(
        self, words: str, audience: Audience, *, limit: int
    ) -> dict[int, float]:
        """Scores by number, best first. `words` is an FTS5 query of ours."""
        row = {"words": words, "limit": limit, **audience_to_row(audience)}
        found = self._database.query(_BY_WORDS, row)
        return {each["number"]: each["score"] for each in found}

    def by_number(
        self, numbers: Sequence[int], audience: Audience
    ) -> dict[int, MessageHit]:
        """Those that are there and may be seen, in the order asked for."""
        row = {"numbers": to_json(list(numbers)), **audience_to_row(audience)}
        return {
            found["number"]: MessageHit(
                message=message_from_row(found),
                conversation_title=found["conversation_title"],
                snippet=found["content"],
            )
            for found in self._database.query(_BY_NUMBER, row)
        }

    def add_attachment(self, attachment: Attachment) -> None:
        self._database.execute(_ADD_ATTACHMENT, attachment_to_row(attachment))

    def attachments_of(
        self, message_id: MessageId, audience: Audience
    ) -> list[Attachment]:
        """What came with a message, in the order given."""
        row = {"message_id": message_id, **audience_to_row(audience)}
        return [attachment_from_row(r) for r in self._database.query(_ATTACHMENTS, row)]

    def attachments_of_all(
        self, message_ids: Sequence[MessageId], audience: Audience
    ) -> dict[MessageId, list[Attachment]]:
        """The same for many messages at once; those without any are left out."""
        row = {"message_ids": to_json(list(message_ids)), **audience_to_row(audience)}
        found: dict[MessageId, list[Attachment]] = {}
        for each in map(
            attachment_from_row, self._database.query(_ATTACHMENTS_OF_ALL, row)
        ):
            found.setdefault(each.message_id, []).append(each)
        return found

    def _read(self, sql: str, audience: Audience, row: Row) -> list[Message]:
        rows = self._database.query(sql, {**row, **audience_to_row(audience)})
        return [message_from_row(found) for found in rows]
