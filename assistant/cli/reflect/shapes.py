"""The JSON of reflecting: its keys are documented and stable."""

from collections.abc import Mapping, Sequence

from assistant.entities.reflection import (
    Balance,
    Insight,
    Layer,
    LayerRun,
    Rhythm,
    SalienceEntry,
)
from assistant.reflection.reflection import Planned
from assistant.storage.dependencies import Source

Shape = Mapping[str, object]


def layer_shape(layer: Layer, last: LayerRun | None, *, is_due: bool) -> Shape:
    """One layer, for `reflect layers --json`."""
    return {
        "name": layer.name,
        "schedule": when(layer),
        "topics": dict(layer.topics),
        "budget": layer.budget,
        "category": layer.category,
        "last_run": last.completed_at.isoformat()
        if last and last.completed_at
        else None,
        "is_due": is_due,
    }


def run_shape(run: LayerRun, insights: Sequence[Insight]) -> Shape:
    """One run, for `reflect run --json`; only insights that may be seen here."""
    return {
        "id": run.id,
        "layer": run.layer_name,
        "window": run.window,
        "status": run.status,
        "started_at": run.started_at.isoformat(),
        "completed_at": run.completed_at.isoformat() if run.completed_at else None,
        "targets": list(run.targets),
        "tokens_used": run.tokens_used or 0,
        "error": run.error,
        "insights": [insight_shape(insight) for insight in insights],
    }


def planned_shape(layer: Layer, planned: Planned) -> Shape:
    """One topic that would be thought about, for `reflect run --dry-run --json`."""
    return {
        "layer": layer.name,
        "topic": planned.choice.topic.key,
        "name": planned.name,
        "sources": len(planned.choice.material.said),
        "cost": planned.choice.cost,
        "text": planned.text,
    }


def insight_shape(insight: Insight, sources: Sequence[Source] = ()) -> Shape:
    """One insight, for `reflect insights --json`."""
    expires = insight.expires_at
    return {
        "id": insight.id,
        "topic": insight.topic_key,
        "category": insight.category,
        "content": insight.content,
        "sources_scope_max": insight.reach.scope,
        "server_id": insight.reach.server_id,
        "confidence": insight.confidence,
        "strength": insight.strength,
        "created_at": insight.created_at.isoformat(),
        "expires_at": expires.isoformat() if expires else None,
        "layer_run_id": insight.layer_run_id,
        "supersedes": insight.supersedes,
        "is_superseded": insight.is_superseded,
        "is_stale": insight.is_stale,
        "sources": [{"kind": each.kind, "id": each.id} for each in sources],
    }


def balance_shape(balance: Balance, name: str) -> Shape:
    """One topic, for `reflect salience --json`."""
    topic = balance.topic
    return {
        "topic": topic.key,
        "category": topic.category,
        "name": name,
        "balance": balance.amount,
    }


def entry_shape(entry: SalienceEntry) -> Shape:
    """One line of a topic's ledger, for `reflect salience TOPIC --json`."""
    return {
        "id": entry.id,
        "topic": entry.topic_key,
        "type": entry.entry_type,
        "amount": entry.amount,
        "evaporated": entry.evaporated,
        "reason": entry.reason,
        "cause": entry.cause,
        "run_id": entry.run_id,
        "at": entry.created_at.isoformat(),
    }


def when(layer: Layer) -> str:
    """`daily at 07:00`, `mondays at 07:00`, `every 6 hours`."""
    schedule = layer.schedule
    match schedule.rhythm:
        case Rhythm.DAILY:
            return f"daily at {schedule.at:%H:%M}"
        case Rhythm.WEEKLY:
            return f"{_WEEKDAYS[schedule.weekday]} at {schedule.at:%H:%M}"
        case Rhythm.HOURS:
            return f"every {schedule.hours} hours"


_WEEKDAYS = (
    "mondays",
    "tuesdays",
    "wednesdays",
    "thursdays",
    "fridays",
    "saturdays",
    "sundays",
)
