"""Conversation entities as JSON objects of an export, and back.

The keys are a published format: they change only with a new version number.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from assistant.entities.audience import Scope
from assistant.entities.citation import Citation
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
from assistant.entities.ids import MessageId

Entity = TypeVar("Entity", Conversation, Message, Attachment, Citation)

_PRIVATE_TO_THIS_MACHINE = frozenset({"written_by"})

_READ: Mapping[str, Callable[[Any], object]] = {
    "created_at": datetime.fromisoformat,
    "updated_at": datetime.fromisoformat,
    "pinned_at": datetime.fromisoformat,
    "role": MessageRole,
    "scope": Scope,
    "kind": ContentKind,
    "finish_reason": FinishReason,
    "tools": tuple,
    "sources": tuple,
}


def conversation_to_line(conversation: Conversation) -> dict[str, Any]:
    return {"type": "conversation", **_plain(conversation)}


def message_to_line(message: Message) -> dict[str, Any]:
    return {"type": "message", **_plain(message)}


def attachment_to_line(attachment: Attachment) -> dict[str, Any]:
    return {"type": "attachment", **_plain(attachment)}


def citation_to_line(citation: Citation, *, of: MessageId) -> dict[str, Any]:
    return {"type": "citation", "message_id": of, **_plain(citation)}


def conversation_from_line(line: dict[str, Any]) -> Conversation:
    """Raises KeyError, TypeError or ValueError for what is not one."""
    return _entity(Conversation, {**line, "state": ConversationState(line["state"])})


def message_from_line(line: dict[str, Any]) -> Message:
    """Raises KeyError, TypeError or ValueError for what is not one."""
    return _entity(Message, {**line, "state": MessageState(line["state"])})


def attachment_from_line(line: dict[str, Any]) -> Attachment:
    """Raises KeyError, TypeError or ValueError for what is not one."""
    return _entity(Attachment, line)


def citation_from_line(line: Mapping[str, Any]) -> tuple[MessageId, Citation]:
    """The answer that quotes, and what. Raises as the others do."""
    message_id = MessageId(line["message_id"])
    told = {key: value for key, value in line.items() if key != "message_id"}
    return message_id, _entity(Citation, told)


def _plain(entity: Conversation | Message | Attachment | Citation) -> dict[str, Any]:
    return {
        field.name: _written(getattr(entity, field.name))
        for field in fields(entity)
        if field.name not in _PRIVATE_TO_THIS_MACHINE
    }


def _written(value: object) -> object:
    match value:
        case datetime():
            return value.isoformat()
        case StrEnum():
            return str(value)
        case tuple():
            return list(value)
        case _:
            return value


def _entity(kind: Callable[..., Entity], line: Mapping[str, Any]) -> Entity:
    """The entity whose fields the line gives; unknown keys are refused."""
    given: dict[str, Any] = {
        name: _READ[name](value) if name in _READ and value is not None else value
        for name, value in line.items()
        if name != "type"
    }
    return kind(**given)
