-- What was seen in channels, what deserves thought, and what came of thinking.
CREATE TABLE observed_message (
    number           INTEGER PRIMARY KEY,
    id               TEXT NOT NULL UNIQUE CHECK (id <> ''),
    channel_id       TEXT NOT NULL REFERENCES channel (id) ON DELETE CASCADE,
    server_id        TEXT REFERENCES server (id) ON DELETE CASCADE,
    author_id        TEXT NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    reply_to         TEXT,
    content          TEXT NOT NULL,
    visibility_scope TEXT NOT NULL CHECK (visibility_scope IN ('public', 'dm')),
    reactions        TEXT NOT NULL DEFAULT '{}'
                     CHECK (json_valid(reactions)
                            AND json_type(reactions) = 'object'),
    created_at       TEXT NOT NULL,
    edited_at        TEXT,
    ingested_at      TEXT NOT NULL,
    CHECK ((visibility_scope = 'dm') = (server_id IS NULL))
) STRICT;

CREATE INDEX observed_by_channel ON observed_message (channel_id, created_at);
CREATE INDEX observed_by_author ON observed_message (author_id, created_at);
CREATE INDEX observed_by_server
    ON observed_message (server_id, created_at) WHERE server_id IS NOT NULL;

CREATE VIRTUAL TABLE observed_text USING fts5 (
    content,
    content = 'observed_message',
    content_rowid = 'number',
    tokenize = 'porter unicode61'
);
INSERT INTO observed_text (observed_text, rank) VALUES ('secure-delete', 1);

CREATE TRIGGER observed_text_follows_insert AFTER INSERT ON observed_message
BEGIN
    INSERT INTO observed_text (rowid, content) VALUES (new.number, new.content);
END;

CREATE TRIGGER observed_text_follows_delete AFTER DELETE ON observed_message
BEGIN
    INSERT INTO observed_text (observed_text, rowid, content)
    VALUES ('delete', old.number, old.content);
    DELETE FROM vector WHERE kind = 'observed' AND number = old.number;
END;

CREATE TRIGGER observed_text_follows_update AFTER UPDATE OF content ON observed_message
WHEN old.content <> new.content
BEGIN
    INSERT INTO observed_text (observed_text, rowid, content)
    VALUES ('delete', old.number, old.content);
    INSERT INTO observed_text (rowid, content) VALUES (new.number, new.content);
    DELETE FROM vector WHERE kind = 'observed' AND number = old.number;
END;

CREATE TABLE topic (
    key        TEXT PRIMARY KEY NOT NULL CHECK (key LIKE '%_:_%'),
    category   TEXT NOT NULL
               CHECK (category IN ('user', 'channel', 'dyad', 'server', 'subject')),
    created_at TEXT NOT NULL,
    metadata   TEXT NOT NULL DEFAULT '{}'
               CHECK (json_valid(metadata) AND json_type(metadata) = 'object')
) STRICT, WITHOUT ROWID;

CREATE INDEX topic_by_category ON topic (category);

CREATE TABLE layer_run (
    id           TEXT PRIMARY KEY NOT NULL CHECK (id <> ''),
    layer_name   TEXT NOT NULL CHECK (layer_name <> ''),
    window       TEXT NOT NULL,
    started_at   TEXT NOT NULL,
    completed_at TEXT CHECK (completed_at >= started_at),
    status       TEXT NOT NULL CHECK (status IN ('running', 'completed', 'failed')),
    targets      TEXT NOT NULL DEFAULT '[]'
                 CHECK (json_valid(targets) AND json_type(targets) = 'array'),
    tokens_used  INTEGER CHECK (tokens_used >= 0),
    error        TEXT,
    held_by      TEXT,
    CHECK (status <> 'failed' OR ifnull(error, '') <> '')
) STRICT;

CREATE INDEX layer_run_by_layer ON layer_run (layer_name, started_at);

-- Append-only; the balance is the sum. `cause` makes the same event count once.
CREATE TABLE salience_entry (
    id         TEXT PRIMARY KEY NOT NULL CHECK (id <> ''),
    topic_key  TEXT NOT NULL REFERENCES topic (key) ON DELETE CASCADE,
    entry_type TEXT NOT NULL CHECK (entry_type IN ('earn', 'spend', 'retain')),
    amount     REAL NOT NULL,
    reason     TEXT NOT NULL DEFAULT '',
    cause      TEXT NOT NULL,
    created_at TEXT NOT NULL,
    UNIQUE (topic_key, entry_type, cause)
) STRICT;

CREATE INDEX salience_by_topic ON salience_entry (topic_key, created_at);

CREATE TABLE insight (
    number            INTEGER PRIMARY KEY,
    id                TEXT NOT NULL UNIQUE CHECK (id <> ''),
    topic_key         TEXT NOT NULL REFERENCES topic (key) ON DELETE CASCADE,
    category          TEXT NOT NULL CHECK (category <> ''),
    content           TEXT NOT NULL CHECK (content <> ''),
    sources_scope_max TEXT NOT NULL
                      CHECK (sources_scope_max IN ('public', 'dm', 'derived')),
    server_id         TEXT REFERENCES server (id) ON DELETE CASCADE,
    layer_run_id      TEXT NOT NULL REFERENCES layer_run (id) ON DELETE CASCADE,
    supersedes        TEXT REFERENCES insight (id) ON DELETE SET NULL,
    is_superseded     INTEGER NOT NULL DEFAULT 0 CHECK (is_superseded IN (0, 1)),
    is_stale          INTEGER NOT NULL DEFAULT 0 CHECK (is_stale IN (0, 1)),
    confidence        REAL NOT NULL CHECK (confidence BETWEEN 0 AND 1),
    strength          REAL NOT NULL CHECK (strength >= 0),
    metadata          TEXT NOT NULL DEFAULT '{}'
                      CHECK (json_valid(metadata) AND json_type(metadata) = 'object'),
    created_at        TEXT NOT NULL,
    expires_at        TEXT
) STRICT;

CREATE INDEX insight_by_topic ON insight (topic_key, created_at);
CREATE INDEX insight_by_category ON insight (category, created_at);
CREATE INDEX insight_by_expiry ON insight (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX insight_by_run ON insight (layer_run_id);
CREATE INDEX insight_by_server ON insight (server_id) WHERE server_id IS NOT NULL;
CREATE INDEX insight_by_predecessor
    ON insight (supersedes) WHERE supersedes IS NOT NULL;

-- Everyone whose private words an insight rests on; only one who is all of them reads it.
CREATE TABLE insight_owner (
    insight_id TEXT NOT NULL REFERENCES insight (id) ON DELETE CASCADE,
    user_id    TEXT NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    PRIMARY KEY (insight_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX insight_owner_by_user ON insight_owner (user_id);

CREATE VIEW topic_salience AS
    SELECT topic_key,
           sum(amount) AS balance
      FROM salience_entry
     GROUP BY topic_key;

CREATE VIEW active_insights AS
    SELECT *
      FROM insight
     WHERE NOT is_superseded
       AND NOT is_stale
       AND (expires_at IS NULL
            OR expires_at > strftime('%Y-%m-%dT%H:%M:%f000+00:00', 'now'));
