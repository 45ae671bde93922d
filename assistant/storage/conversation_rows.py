"""Conversations and messages as rows, and rows as conversations and messages."""

import json

from assistant.entities.audience import Scope
from assistant.entities.conversation import (
    Attachment,
    ContentKind,
    Conversation,
    ConversationState,
    FinishReason,
    Message,
    MessageRole,
    MessageState,
)
from assistant.storage.rows import (
    Row,
    moment_from_text,
    moment_to_text,
    optional_moment_from_text,
    optional_moment_to_text,
    to_json,
)


def conversation_to_row(conversation: Conversation) -> Row:
    return {
        "id": conversation.id,
        "user_id": conversation.user_id,
        "title": conversation.title,
        "state": conversation.state.value,
        "head_id": conversation.head_id,
        "server_id": conversation.server_id,
        "channel_id": conversation.channel_id,
        "summary": conversation.summary,
        "message_count": conversation.message_count,
        "total_tokens": conversation.total_tokens,
        "forked_from": conversation.forked_from,
        "pinned_at": optional_moment_to_text(conversation.pinned_at),
        "is_incognito": int(conversation.is_incognito),
        "persona_id": conversation.persona_id,
        "created_at": moment_to_text(conversation.created_at),
        "updated_at": moment_to_text(conversation.updated_at),
    }


def conversation_from_row(row: Row) -> Conversation:
    return Conversation(
        id=row["id"],
        user_id=row["user_id"],
        title=row["title"],
        state=ConversationState(row["state"]),
        head_id=row["head_id"],
        server_id=row["server_id"],
        channel_id=row["channel_id"],
        summary=row["summary"],
        message_count=row["message_count"],
        total_tokens=row["total_tokens"],
        forked_from=row["forked_from"],
        pinned_at=optional_moment_from_text(row["pinned_at"]),
        is_incognito=bool(row["is_incognito"]),
        persona_id=row["persona_id"],
        created_at=moment_from_text(row["created_at"]),
        updated_at=moment_from_text(row["updated_at"]),
    )


def message_to_row(message: Message) -> Row:
    reason = message.finish_reason
    return {
        "id": message.id,
        "conversation_id": message.conversation_id,
        "parent_id": message.parent_id,
        "sequence": message.sequence,
        "owner_id": message.owner_id,
        "author_id": message.author_id,
        "role": message.role.value,
        "content": message.content,
        "state": message.state.value,
        "scope": message.scope.value,
        "server_id": message.server_id,
        "channel_id": message.channel_id,
        "error": message.error,
        "finish_reason": None if reason is None else reason.value,
        "tokens": message.tokens,
        "prompt_tokens": message.prompt_tokens,
        "reused_tokens": message.reused_tokens,
        "first_token_ms": message.first_token_ms,
        "response_time_ms": message.response_time_ms,
        "model": message.model,
        "tools": to_json(message.tools),
        "sources": to_json(message.sources),
        "written_by": message.written_by,
        "created_at": moment_to_text(message.created_at),
    }


def message_from_row(row: Row) -> Message:
    reason = row["finish_reason"]
    return Message(
        id=row["id"],
        conversation_id=row["conversation_id"],
        parent_id=row["parent_id"],
        sequence=row["sequence"],
        owner_id=row["owner_id"],
        author_id=row["author_id"],
        role=MessageRole(row["role"]),
        content=row["content"],
        state=MessageState(row["state"]),
        scope=Scope(row["scope"]),
        server_id=row["server_id"],
        channel_id=row["channel_id"],
        error=row["error"],
        finish_reason=None if reason is None else FinishReason(reason),
        tokens=row["tokens"],
        prompt_tokens=row["prompt_tokens"],
        reused_tokens=row["reused_tokens"],
        first_token_ms=row["first_token_ms"],
        response_time_ms=row["response_time_ms"],
        model=row["model"],
        tools=tuple(json.loads(row["tools"])),
        sources=tuple(json.loads(row["sources"])),
        written_by=row["written_by"],
        created_at=moment_from_text(row["created_at"]),
    )


def attachment_to_row(attachment: Attachment) -> Row:
    return {
        "id": attachment.id,
        "message_id": attachment.message_id,
        "name": attachment.name,
        "kind": attachment.kind.value,
        "size_bytes": attachment.size_bytes,
        "text": attachment.text,
        "media_type": attachment.media_type,
        "details": to_json(attachment.details),
    }


def attachment_from_row(row: Row) -> Attachment:
    return Attachment(
        id=row["id"],
        message_id=row["message_id"],
        name=row["name"],
        kind=ContentKind(row["kind"]),
        size_bytes=row["size_bytes"],
        text=row["text"],
        media_type=row["media_type"],
        details=json.loads(row["details"]),
    )
