-- What Hearth works with and leaves behind: models, spans, the audit log, jobs.
CREATE TABLE model_service (
    id                    TEXT PRIMARY KEY NOT NULL CHECK (id <> ''),
    name                  TEXT NOT NULL UNIQUE COLLATE NOCASE CHECK (name <> ''),
    kind                  TEXT NOT NULL CHECK (kind IN ('local_llm', 'external_api')),
    location              TEXT NOT NULL,
    context_tokens        INTEGER NOT NULL CHECK (context_tokens > 0),
    status                TEXT NOT NULL
                          CHECK (status IN ('healthy', 'degraded', 'unavailable')),
    average_response_ms   REAL CHECK (average_response_ms >= 0),
    consecutive_failures  INTEGER NOT NULL DEFAULT 0
                          CHECK (consecutive_failures >= 0),
    consecutive_successes INTEGER NOT NULL DEFAULT 0
                          CHECK (consecutive_successes >= 0),
    last_check            TEXT,
    last_error            TEXT,
    sha256                TEXT,
    config                TEXT NOT NULL DEFAULT '{}'
                          CHECK (json_valid(config) AND json_type(config) = 'object'),
    is_in_use             INTEGER NOT NULL DEFAULT 0 CHECK (is_in_use IN (0, 1))
) STRICT;

CREATE UNIQUE INDEX model_service_in_use
    ON model_service (is_in_use) WHERE is_in_use = 1;

CREATE TABLE machine_fact (
    key           TEXT PRIMARY KEY NOT NULL CHECK (key <> ''),
    facts         TEXT NOT NULL
                  CHECK (json_valid(facts) AND json_type(facts) = 'object'),
    remembered_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Spans are pruned by whole traces, so a parent is no reference.
CREATE TABLE span (
    id          TEXT PRIMARY KEY NOT NULL CHECK (id <> ''),
    trace_id    TEXT NOT NULL,
    parent_id   TEXT,
    name        TEXT NOT NULL,
    started_at  TEXT NOT NULL,
    duration_ms REAL NOT NULL CHECK (duration_ms >= 0),
    counts      TEXT NOT NULL DEFAULT '{}'
                CHECK (json_valid(counts) AND json_type(counts) = 'object'),
    error       TEXT
) STRICT;

CREATE INDEX span_by_trace ON span (trace_id, started_at);
CREATE INDEX span_root ON span (started_at) WHERE parent_id IS NULL;

CREATE TABLE audit_entry (
    number      INTEGER PRIMARY KEY,
    id          TEXT NOT NULL UNIQUE CHECK (id <> ''),
    at          TEXT NOT NULL,
    actor_id    TEXT NOT NULL,
    action      TEXT NOT NULL CHECK (action <> ''),
    resource    TEXT NOT NULL CHECK (resource <> ''),
    resource_id TEXT NOT NULL,
    before      TEXT CHECK (json_valid(before)),
    after       TEXT CHECK (json_valid(after))
) STRICT;

CREATE INDEX audit_entry_by_resource ON audit_entry (resource, resource_id, number);
CREATE INDEX audit_entry_by_actor ON audit_entry (actor_id, number);

CREATE TRIGGER audit_entry_is_never_changed BEFORE UPDATE ON audit_entry
BEGIN
    SELECT raise(ABORT, 'the audit log is never changed');
END;

CREATE TRIGGER audit_entry_is_never_deleted BEFORE DELETE ON audit_entry
BEGIN
    SELECT raise(ABORT, 'the audit log is never changed');
END;

CREATE TABLE job (
    id         TEXT PRIMARY KEY NOT NULL CHECK (id <> ''),
    kind       TEXT NOT NULL CHECK (kind <> ''),
    key        TEXT NOT NULL,
    state      TEXT NOT NULL
               CHECK (state IN ('queued', 'running', 'completed', 'failed')),
    payload    TEXT NOT NULL DEFAULT '{}'
               CHECK (json_valid(payload) AND json_type(payload) = 'object'),
    attempts   INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    error      TEXT,
    held_by    TEXT,
    created_at TEXT NOT NULL,
    run_after  TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX job_queued_once ON job (kind, key) WHERE state = 'queued';
CREATE INDEX job_due ON job (run_after, created_at) WHERE state = 'queued';
CREATE INDEX job_running ON job (held_by) WHERE state = 'running';
