"""Models, spans, audit entries and jobs as rows, and rows as those."""

import json

from assistant.entities.audit import AuditEntry
from assistant.entities.job import Job, JobState
from assistant.entities.model import ModelKind, ModelService, ServiceStatus
from assistant.entities.trace import Span
from assistant.storage.rows import Row, moment_from_text, moment_to_text, to_json


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
        "config": to_json(service.config),
    }


def service_from_row(row: Row) -> ModelService:
    checked = row["last_check"]
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
        last_check=None if checked is None else moment_from_text(checked),
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
        "counts": to_json(span.counts),
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
        "before": None if entry.before is None else to_json(entry.before),
        "after": None if entry.after is None else to_json(entry.after),
    }


def audit_entry_from_row(row: Row) -> AuditEntry:
    before, after = row["before"], row["after"]
    return AuditEntry(
        id=row["id"],
        at=moment_from_text(row["at"]),
        actor_id=row["actor_id"],
        action=row["action"],
        resource=row["resource"],
        resource_id=row["resource_id"],
        before=None if before is None else json.loads(before),
        after=None if after is None else json.loads(after),
    )


def job_to_row(job: Job) -> Row:
    return {
        "id": job.id,
        "kind": job.kind,
        "key": job.key,
        "state": job.state.value,
        "payload": to_json(job.payload),
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
