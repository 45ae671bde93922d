"""Entities as rows, and rows as entities; the only code that knows column names.

Times become UTC text of one width, so that they sort as they passed.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeAlias

from assistant.entities.audience import Audience, Scope
from assistant.entities.audit import AuditEntry
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
from assistant.entities.job import Job, JobState
from assistant.entities.model import ModelKind, ModelService, ServiceStatus
from assistant.entities.people import (
    Channel,
    ChannelKind,
    Membership,
    Rank,
    Server,
    ServerRole,
    ServerStatus,
    User,
    UserStatus,
)
from assistant.entities.trace import Span

Row: TypeAlias = dict[str, Any]


def moment_to_text(moment: datetime) -> str:
    """UTC, ISO 8601, always 32 characters."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone cannot be kept")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def moment_from_text(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _moment_or_none(text: str | None) -> datetime | None:
    return None if text is None else moment_from_text(text)


def to_json(value: object) -> str:
    """JSON that any reader accepts; what cannot be written is an error."""
    return json.dumps(value, allow_nan=False, separators=(",", ":"))


def _list(values: tuple[str, ...]) -> str:
    return to_json(list(values))


def _mapping(mapping: Mapping[str, object]) -> str:
    return to_json(dict(mapping))


def _mapping_or_none(text: str | None) -> dict[str, object] | None:
    return None if text is None else json.loads(text)


def audience_to_row(audience: Audience) -> Row:
    """The parameters of every statement that reads what people said."""
    place = audience.place
    return {
        "reader_id": audience.user_id,
        "in_private": int(place.is_private),
        "in_server": place.server_id,
        "in_channel": place.channel_id,
    }


def user_to_row(user: User) -> Row:
    return {
        "id": user.id,
        "name": user.name,
        "display_name": user.display_name,
        "external_id": user.external_id,
        "status": user.status.value,
        "preferences": _mapping(user.preferences),
        "first_seen": moment_to_text(user.first_seen),
        "last_seen": moment_to_text(user.last_seen),
    }


def user_from_row(row: Row) -> User:
    return User(
        id=row["id"],
        name=row["name"],
        display_name=row["display_name"],
        external_id=row["external_id"],
        status=UserStatus(row["status"]),
        preferences=json.loads(row["preferences"]),
        first_seen=moment_from_text(row["first_seen"]),
        last_seen=moment_from_text(row["last_seen"]),
    )


def server_to_row(server: Server) -> Row:
    return {
        "id": server.id,
        "name": server.name,
        "owner_id": server.owner_id,
        "icon_hash": server.icon_hash,
        "permissions": _list(server.permissions),
        "status": server.status.value,
        "joined_at": moment_to_text(server.joined_at),
        "updated_at": moment_to_text(server.updated_at),
    }


def server_from_row(row: Row) -> Server:
    return Server(
        id=row["id"],
        name=row["name"],
        owner_id=row["owner_id"],
        icon_hash=row["icon_hash"],
        permissions=tuple(json.loads(row["permissions"])),
        status=ServerStatus(row["status"]),
        joined_at=moment_from_text(row["joined_at"]),
        updated_at=moment_from_text(row["updated_at"]),
    )


def channel_to_row(channel: Channel) -> Row:
    return {
        "id": channel.id,
        "server_id": channel.server_id,
        "category_id": channel.category_id,
        "name": channel.name,
        "kind": channel.kind.value,
        "permissions": _mapping(channel.permissions),
        "is_managed": int(channel.is_managed),
        "created_at": moment_to_text(channel.created_at),
        "updated_at": moment_to_text(channel.updated_at),
    }


def channel_from_row(row: Row) -> Channel:
    return Channel(
        id=row["id"],
        server_id=row["server_id"],
        category_id=row["category_id"],
        name=row["name"],
        kind=ChannelKind(row["kind"]),
        permissions=json.loads(row["permissions"]),
        is_managed=bool(row["is_managed"]),
        created_at=moment_from_text(row["created_at"]),
        updated_at=moment_from_text(row["updated_at"]),
    )


def role_to_row(role: ServerRole) -> Row:
    return {
        "id": role.id,
        "server_id": role.server_id,
        "name": role.name,
        "color": role.color,
        "permissions": _list(role.permissions),
        "position": role.position,
        "created_at": moment_to_text(role.created_at),
        "updated_at": moment_to_text(role.updated_at),
    }


def role_from_row(row: Row) -> ServerRole:
    return ServerRole(
        id=row["id"],
        server_id=row["server_id"],
        name=row["name"],
        color=row["color"],
        permissions=tuple(json.loads(row["permissions"])),
        position=row["position"],
        created_at=moment_from_text(row["created_at"]),
        updated_at=moment_from_text(row["updated_at"]),
    )


def membership_to_row(membership: Membership) -> Row:
    return {
        "user_id": membership.user_id,
        "server_id": membership.server_id,
        "rank": membership.rank.value,
        "permissions": _list(membership.permissions),
        "is_active": int(membership.is_active),
        "joined_at": moment_to_text(membership.joined_at),
        "updated_at": moment_to_text(membership.updated_at),
    }


def membership_from_row(row: Row) -> Membership:
    return Membership(
        user_id=row["user_id"],
        server_id=row["server_id"],
        rank=Rank(row["rank"]),
        permissions=tuple(json.loads(row["permissions"])),
        is_active=bool(row["is_active"]),
        joined_at=moment_from_text(row["joined_at"]),
        updated_at=moment_from_text(row["updated_at"]),
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
        "tools": _list(message.tools),
        "sources": _list(message.sources),
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
        "details": _mapping(attachment.details),
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


def service_to_row(service: ModelService) -> Row:
    checked = service.last_check
    return {
        "id": service.id,
        "name": service.name,
        "kind": service.kind.value,
        "location": service.location,
        "context_tokens": service.context_tokens,
        "status": service.status.value,
        "average_response_ms": service.average_response_ms,
        "consecutive_failures": service.consecutive_failures,
        "consecutive_successes": service.consecutive_successes,
        "last_check": None if checked is None else moment_to_text(checked),
        "last_error": service.last_error,
        "sha256": service.sha256,
        "config": _mapping(service.config),
    }


def service_from_row(row: Row) -> ModelService:
    return ModelService(
        id=row["id"],
        name=row["name"],
        kind=ModelKind(row["kind"]),
        location=row["location"],
        context_tokens=row["context_tokens"],
        status=ServiceStatus(row["status"]),
        average_response_ms=row["average_response_ms"],
        consecutive_failures=row["consecutive_failures"],
        consecutive_successes=row["consecutive_successes"],
        last_check=_moment_or_none(row["last_check"]),
        last_error=row["last_error"],
        sha256=row["sha256"],
        config=json.loads(row["config"]),
    )


def span_to_row(span: Span) -> Row:
    return {
        "id": span.id,
        "trace_id": span.trace_id,
        "parent_id": span.parent_id,
        "name": span.name,
        "started_at": moment_to_text(span.started_at),
        "duration_ms": span.duration_ms,
        "counts": _mapping(span.counts),
        "error": span.error,
    }


def span_from_row(row: Row) -> Span:
    return Span(
        id=row["id"],
        trace_id=row["trace_id"],
        parent_id=row["parent_id"],
        name=row["name"],
        started_at=moment_from_text(row["started_at"]),
        duration_ms=row["duration_ms"],
        counts=json.loads(row["counts"]),
        error=row["error"],
    )


def audit_entry_to_row(entry: AuditEntry) -> Row:
    return {
        "id": entry.id,
        "at": moment_to_text(entry.at),
        "actor_id": entry.actor_id,
        "action": entry.action,
        "resource": entry.resource,
        "resource_id": entry.resource_id,
        "before": None if entry.before is None else _mapping(entry.before),
        "after": None if entry.after is None else _mapping(entry.after),
    }


def audit_entry_from_row(row: Row) -> AuditEntry:
    return AuditEntry(
        id=row["id"],
        at=moment_from_text(row["at"]),
        actor_id=row["actor_id"],
        action=row["action"],
        resource=row["resource"],
        resource_id=row["resource_id"],
        before=_mapping_or_none(row["before"]),
        after=_mapping_or_none(row["after"]),
    )


def job_to_row(job: Job) -> Row:
    return {
        "id": job.id,
        "kind": job.kind,
        "key": job.key,
        "state": job.state.value,
        "payload": _mapping(job.payload),
        "attempts": job.attempts,
        "error": job.error,
        "held_by": job.held_by,
        "created_at": moment_to_text(job.created_at),
        "run_after": moment_to_text(job.run_after),
    }


def job_from_row(row: Row) -> Job:
    return Job(
        id=row["id"],
        kind=row["kind"],
        key=row["key"],
        state=JobState(row["state"]),
        payload=json.loads(row["payload"]),
        attempts=row["attempts"],
        error=row["error"],
        held_by=row["held_by"],
        created_at=moment_from_text(row["created_at"]),
        run_after=moment_from_text(row["run_after"]),
    )
