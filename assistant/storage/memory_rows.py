"""Memories as rows, and rows as memories."""

from assistant.entities.audience import Scope
from assistant.entities.memory import (
    Memory,
    MemoryKind,
    MemoryOrigin,
    MemoryState,
    MemoryTerm,
    Span,
)
from assistant.storage.rows import (
    Row,
    moment_from_text,
    moment_to_text,
    optional_moment_from_text,
    optional_moment_to_text,
)


def memory_to_row(memory: Memory) -> Row:
    return {
        "id": memory.id,
        "owner_id": memory.owner_id,
        "kind": memory.kind.value,
        "term": memory.term.value,
        "subject": memory.subject,
        "attribute": memory.attribute,
        "value": memory.value,
        "text": memory.text,
        "state": memory.state.value,
        "is_stale": int(memory.is_stale),
        "origin": memory.origin.value,
        "conversation_id": memory.conversation_id,
        "message_id": memory.message_id,
        "quote": memory.quote,
        "starts_at": None if memory.span is None else memory.span.start,
        "ends_at": None if memory.span is None else memory.span.end,
        "importance": memory.importance,
        "scope": memory.scope.value,
        "server_id": memory.server_id,
        "channel_id": memory.channel_id,
        "valid_from": moment_to_text(memory.valid_from),
        "valid_until": optional_moment_to_text(memory.valid_until),
        "supersedes": memory.supersedes,
        "access_count": memory.access_count,
        "accessed_at": optional_moment_to_text(memory.accessed_at),
        "expires_at": optional_moment_to_text(memory.expires_at),
        "created_at": moment_to_text(memory.created_at),
        "updated_at": moment_to_text(memory.updated_at),
    }


def memory_from_row(row: Row) -> Memory:
    return Memory(
        id=row["id"],
        owner_id=row["owner_id"],
        kind=MemoryKind(row["kind"]),
        term=MemoryTerm(row["term"]),
        subject=row["subject"],
        attribute=row["attribute"],
        value=row["value"],
        text=row["text"],
        state=MemoryState(row["state"]),
        is_stale=bool(row["is_stale"]),
        origin=MemoryOrigin(row["origin"]),
        conversation_id=row["conversation_id"],
        message_id=row["message_id"],
        quote=row["quote"],
        span=_span(row),
        importance=row["importance"],
        scope=Scope(row["scope"]),
        server_id=row["server_id"],
        channel_id=row["channel_id"],
        valid_from=moment_from_text(row["valid_from"]),
        valid_until=optional_moment_from_text(row["valid_until"]),
        supersedes=row["supersedes"],
        access_count=row["access_count"],
        accessed_at=optional_moment_from_text(row["accessed_at"]),
        expires_at=optional_moment_from_text(row["expires_at"]),
        created_at=moment_from_text(row["created_at"]),
        updated_at=moment_from_text(row["updated_at"]),
    )


def _span(row: Row) -> Span | None:
    if row["starts_at"] is None:
        return None
    return Span(start=row["starts_at"], end=row["ends_at"])
