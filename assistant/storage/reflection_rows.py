"""Observations, topics, salience, insights and runs as rows, and rows as those."""

import json

from assistant.entities.ids import UserId
from assistant.entities.reflection import (
    Balance,
    EntryType,
    Insight,
    LayerRun,
    ObservedMessage,
    Reach,
    RunStatus,
    SalienceEntry,
    SourcesScope,
    Topic,
    TopicCategory,
    Visibility,
)
from assistant.storage.rows import (
    Row,
    moment_from_text,
    moment_to_text,
    optional_moment_from_text,
    optional_moment_to_text,
    to_json,
)


def observed_to_row(message: ObservedMessage) -> Row:
    return {
        "id": message.id,
        "channel_id": message.channel_id,
        "server_id": message.server_id,
        "author_id": message.author_id,
        "reply_to": message.reply_to,
        "content": message.content,
        "visibility_scope": message.visibility.value,
        "reactions": to_json(message.reactions),
        "created_at": moment_to_text(message.created_at),
        "edited_at": optional_moment_to_text(message.edited_at),
        "ingested_at": moment_to_text(message.ingested_at),
    }


def observed_from_row(row: Row) -> ObservedMessage:
    return ObservedMessage(
        id=row["id"],
        channel_id=row["channel_id"],
        server_id=row["server_id"],
        author_id=row["author_id"],
        reply_to=row["reply_to"],
        content=row["content"],
        visibility=Visibility(row["visibility_scope"]),
        reactions=json.loads(row["reactions"]),
        created_at=moment_from_text(row["created_at"]),
        edited_at=optional_moment_from_text(row["edited_at"]),
        ingested_at=moment_from_text(row["ingested_at"]),
    )


def topic_to_row(topic: Topic) -> Row:
    return {
        "key": topic.key,
        "category": topic.category.value,
        "created_at": moment_to_text(topic.created_at),
        "metadata": to_json(topic.metadata),
    }


def topic_from_row(row: Row) -> Topic:
    return Topic(
        key=row["key"],
        category=TopicCategory(row["category"]),
        created_at=moment_from_text(row["created_at"]),
        metadata=json.loads(row["metadata"]),
    )


def balance_from_row(row: Row) -> Balance:
    return Balance(topic=topic_from_row(row), amount=row["balance"])


def entry_to_row(entry: SalienceEntry) -> Row:
    return {
        "id": entry.id,
        "topic_key": entry.topic_key,
        "entry_type": entry.entry_type.value,
        "amount": entry.amount,
        "evaporated": entry.evaporated,
        "reason": entry.reason,
        "cause": entry.cause,
        "run_id": entry.run_id,
        "created_at": moment_to_text(entry.created_at),
    }


def entry_from_row(row: Row) -> SalienceEntry:
    return SalienceEntry(
        id=row["id"],
        topic_key=row["topic_key"],
        entry_type=EntryType(row["entry_type"]),
        amount=row["amount"],
        evaporated=row["evaporated"],
        reason=row["reason"],
        cause=row["cause"],
        run_id=row["run_id"],
        created_at=moment_from_text(row["created_at"]),
    )


def insight_to_row(insight: Insight) -> Row:
    """Its owners are rows of their own."""
    return {
        "id": insight.id,
        "topic_key": insight.topic_key,
        "category": insight.category,
        "content": insight.content,
        "sources_scope_max": insight.reach.scope.value,
        "server_id": insight.reach.server_id,
        "layer_run_id": insight.layer_run_id,
        "supersedes": insight.supersedes,
        "is_superseded": int(insight.is_superseded),
        "is_stale": int(insight.is_stale),
        "confidence": insight.confidence,
        "strength": insight.strength,
        "metadata": to_json(insight.metadata),
        "created_at": moment_to_text(insight.created_at),
        "expires_at": optional_moment_to_text(insight.expires_at),
    }


def insight_from_row(row: Row) -> Insight:
    return Insight(
        id=row["id"],
        topic_key=row["topic_key"],
        category=row["category"],
        content=row["content"],
        reach=Reach(
            scope=SourcesScope(row["sources_scope_max"]),
            server_id=row["server_id"],
            owners=frozenset(UserId(owner) for owner in json.loads(row["owners"])),
        ),
        layer_run_id=row["layer_run_id"],
        supersedes=row["supersedes"],
        is_superseded=bool(row["is_superseded"]),
        is_stale=bool(row["is_stale"]),
        confidence=row["confidence"],
        strength=row["strength"],
        metadata=json.loads(row["metadata"]),
        created_at=moment_from_text(row["created_at"]),
        expires_at=optional_moment_from_text(row["expires_at"]),
    )


def run_to_row(run: LayerRun) -> Row:
    return {
        "id": run.id,
        "layer_name": run.layer_name,
        "window": run.window,
        "started_at": moment_to_text(run.started_at),
        "completed_at": optional_moment_to_text(run.completed_at),
        "status": run.status.value,
        "targets": to_json(list(run.targets)),
        "tokens_used": run.tokens_used,
        "error": run.error,
        "held_by": run.held_by,
    }


def run_from_row(row: Row) -> LayerRun:
    return LayerRun(
        id=row["id"],
        layer_name=row["layer_name"],
        window=row["window"],
        started_at=moment_from_text(row["started_at"]),
        completed_at=optional_moment_from_text(row["completed_at"]),
        status=RunStatus(row["status"]),
        targets=tuple(json.loads(row["targets"])),
        tokens_used=row["tokens_used"],
        error=row["error"],
        held_by=row["held_by"],
    )
