"""Memories as the JSON that other programs rely on: its keys are stable."""

from collections.abc import Mapping
from datetime import datetime

from assistant.entities.memory import Memory, Provenance

Shape = Mapping[str, object]


def memory_shape(memory: Memory) -> Shape:
    return {
        "id": memory.id,
        "kind": memory.kind,
        "term": memory.term,
        "subject": memory.subject,
        "attribute": memory.attribute,
        "value": memory.value,
        "text": memory.text,
        "state": memory.state,
        "is_stale": memory.is_stale,
        "origin": memory.origin,
        "importance": memory.importance,
        "conversation_id": memory.conversation_id,
        "message_id": memory.message_id,
        "quote": memory.quote,
        "span": [memory.span.start, memory.span.end] if memory.span else None,
        "valid_from": _moment(memory.valid_from),
        "valid_until": _moment(memory.valid_until),
        "supersedes": memory.supersedes,
        "access_count": memory.access_count,
        "accessed_at": _moment(memory.accessed_at),
        "expires_at": _moment(memory.expires_at),
        "created_at": _moment(memory.created_at),
        "updated_at": _moment(memory.updated_at),
    }


def provenance_shape(found: Provenance) -> Shape:
    message, conversation = found.message, found.conversation
    return {
        **memory_shape(found.memory),
        "message": message.content if message else None,
        "said_at": _moment(message.created_at) if message else None,
        "conversation": conversation.title if conversation else None,
        "earlier": [memory_shape(memory) for memory in found.earlier],
        "later": memory_shape(found.later) if found.later else None,
        "used_in": list(found.used_in),
    }


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None
