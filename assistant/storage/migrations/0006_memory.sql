-- What is remembered about people, where each memory came from, and what depends on
-- what, so that a source that goes takes everything made of it along.
-- Vectors of memories, insights and observed messages stand beside the others.
-- SQLite cannot widen a CHECK, so the table is made anew.
DROP TRIGGER passage_vector_follows_delete;
DROP TRIGGER message_vector_follows_delete;
DROP TRIGGER message_vector_follows_update;

CREATE TABLE vector_wider (
    kind   TEXT NOT NULL
           CHECK (kind IN ('passage', 'message', 'memory', 'insight', 'observed')),
    number INTEGER NOT NULL,
    model  TEXT NOT NULL CHECK (model <> ''),
    seq    INTEGER NOT NULL,
    scale  REAL NOT NULL,
    codes  BLOB NOT NULL,
    halves BLOB NOT NULL,
    PRIMARY KEY (kind, number, model)
) STRICT, WITHOUT ROWID;

-- What people said is embedded anew, without what points at them.
INSERT INTO vector_wider (kind, number, model, seq, scale, codes, halves)
SELECT kind, number, model, seq, scale, codes, halves
  FROM vector
 WHERE kind <> 'message';
DELETE FROM vector_segment WHERE kind = 'message';
DROP TABLE vector;
ALTER TABLE vector_wider RENAME TO vector;

CREATE INDEX vector_by_change ON vector (kind, model, seq);

CREATE TRIGGER vector_follows_delete AFTER DELETE ON vector
BEGIN
    UPDATE vector_clock SET seq = seq + 1;
    INSERT INTO vector_gone (seq, kind, model, number)
    SELECT seq, old.kind, old.model, old.number FROM vector_clock;
    DELETE FROM vector_segment WHERE kind = old.kind AND model = old.model;
END;

CREATE TRIGGER passage_vector_follows_delete AFTER DELETE ON passage
BEGIN
    DELETE FROM vector WHERE kind = 'passage' AND number = old.number;
END;

CREATE TRIGGER message_vector_follows_delete AFTER DELETE ON message
BEGIN
    DELETE FROM vector WHERE kind = 'message' AND number = old.number;
END;

CREATE TRIGGER message_vector_follows_update AFTER UPDATE OF content ON message
WHEN old.content <> new.content
BEGIN
    DELETE FROM vector WHERE kind = 'message' AND number = old.number;
END;

CREATE TABLE memory (
    number          INTEGER PRIMARY KEY,
    id              TEXT NOT NULL UNIQUE CHECK (id <> ''),
    owner_id        TEXT NOT NULL REFERENCES user (id),
    kind            TEXT NOT NULL
                    CHECK (kind IN ('fact', 'preference', 'relationship', 'plan',
                                    'note')),
    term            TEXT NOT NULL
                    CHECK (term IN ('working', 'short_term', 'long_term')),
    subject         TEXT NOT NULL,
    attribute       TEXT NOT NULL,
    value           TEXT NOT NULL CHECK (value <> ''),
    text            TEXT NOT NULL CHECK (text <> ''),
    state           TEXT NOT NULL
                    CHECK (state IN ('pending', 'current', 'superseded', 'merged',
                                     'rejected', 'expired')),
    is_stale        INTEGER NOT NULL DEFAULT 0 CHECK (is_stale IN (0, 1)),
    origin          TEXT NOT NULL
                    CHECK (origin IN ('rule', 'model', 'person', 'import')),
    conversation_id TEXT REFERENCES conversation (id) ON DELETE SET NULL,
    message_id      TEXT REFERENCES message (id) ON DELETE SET NULL,
    quote           TEXT NOT NULL DEFAULT '',
    starts_at       INTEGER CHECK (starts_at >= 0),
    ends_at         INTEGER CHECK (ends_at > starts_at),
    importance      REAL NOT NULL CHECK (importance BETWEEN 0 AND 1),
    scope           TEXT NOT NULL DEFAULT 'private'
                    CHECK (scope IN ('private', 'public', 'derived')),
    server_id       TEXT REFERENCES server (id) ON DELETE SET NULL,
    channel_id      TEXT REFERENCES channel (id) ON DELETE SET NULL,
    valid_from      TEXT NOT NULL,
    valid_until     TEXT CHECK (valid_until >= valid_from),
    supersedes      TEXT REFERENCES memory (id) ON DELETE SET NULL,
    access_count    INTEGER NOT NULL DEFAULT 0 CHECK (access_count >= 0),
    accessed_at     TEXT,
    expires_at      TEXT,
    created_at      TEXT NOT NULL,
    updated_at      TEXT NOT NULL CHECK (updated_at >= created_at),
    CHECK ((starts_at IS NULL) = (ends_at IS NULL)),
    CHECK (state <> 'superseded' OR valid_until IS NOT NULL)
) STRICT;

-- One current value for what can have only one; several sorts have none ('').
CREATE UNIQUE INDEX memory_current_value
    ON memory (owner_id, subject, attribute, scope,
               ifnull(server_id, ''), ifnull(channel_id, ''))
    WHERE state = 'current' AND attribute <> '';
CREATE INDEX memory_by_owner ON memory (owner_id, state, updated_at);
CREATE INDEX memory_by_message ON memory (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX memory_by_conversation
    ON memory (conversation_id) WHERE conversation_id IS NOT NULL;
CREATE INDEX memory_by_server ON memory (server_id) WHERE server_id IS NOT NULL;
CREATE INDEX memory_by_channel ON memory (channel_id) WHERE channel_id IS NOT NULL;
CREATE INDEX memory_by_predecessor
    ON memory (supersedes) WHERE supersedes IS NOT NULL;
CREATE INDEX memory_by_expiry ON memory (expires_at) WHERE expires_at IS NOT NULL;

CREATE VIRTUAL TABLE memory_text USING fts5 (
    text,
    content = 'memory',
    content_rowid = 'number',
    tokenize = 'porter unicode61'
);
INSERT INTO memory_text (memory_text, rank) VALUES ('secure-delete', 1);

CREATE TRIGGER memory_text_follows_insert AFTER INSERT ON memory
BEGIN
    INSERT INTO memory_text (rowid, text) VALUES (new.number, new.text);
END;

CREATE TRIGGER memory_text_follows_delete AFTER DELETE ON memory
BEGIN
    INSERT INTO memory_text (memory_text, rowid, text)
    VALUES ('delete', old.number, old.text);
    DELETE FROM vector WHERE kind = 'memory' AND number = old.number;
END;

CREATE TRIGGER memory_text_follows_update AFTER UPDATE OF text ON memory
WHEN old.text <> new.text
BEGIN
    INSERT INTO memory_text (memory_text, rowid, text)
    VALUES ('delete', old.number, old.text);
    INSERT INTO memory_text (rowid, text) VALUES (new.number, new.text);
    DELETE FROM vector WHERE kind = 'memory' AND number = old.number;
END;

-- Which memories an answer used.
CREATE TABLE memory_use (
    message_id TEXT NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    memory_id  TEXT NOT NULL REFERENCES memory (id) ON DELETE CASCADE,
    position   INTEGER NOT NULL CHECK (position >= 1),
    PRIMARY KEY (message_id, memory_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX memory_use_by_memory ON memory_use (memory_id);

-- A derived row and what it was made of; kinds name tables, ids their rows.
CREATE TABLE depends_on (
    kind        TEXT NOT NULL
                CHECK (kind IN ('memory', 'summary', 'insight', 'cache')),
    id          TEXT NOT NULL,
    source_kind TEXT NOT NULL
                CHECK (source_kind IN ('message', 'memory', 'observed', 'insight',
                                       'passage', 'document', 'summary')),
    source_id   TEXT NOT NULL,
    PRIMARY KEY (kind, id, source_kind, source_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX depends_on_by_source ON depends_on (source_kind, source_id);

-- The folded part of a conversation, by ranges of messages, to be made anew.
CREATE TABLE summary (
    id              TEXT PRIMARY KEY NOT NULL CHECK (id <> ''),
    conversation_id TEXT NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
    first_id        TEXT NOT NULL,
    last_id         TEXT NOT NULL,
    text            TEXT NOT NULL,
    tokens          INTEGER NOT NULL CHECK (tokens >= 0),
    is_stale        INTEGER NOT NULL DEFAULT 0 CHECK (is_stale IN (0, 1)),
    created_at      TEXT NOT NULL,
    UNIQUE (conversation_id, last_id)
) STRICT;

-- Notes quote messages: they go with them, and when they read otherwise.
CREATE TRIGGER summary_follows_message_delete AFTER DELETE ON message
BEGIN
    DELETE FROM summary
     WHERE id IN (SELECT id
                    FROM depends_on
                   WHERE kind = 'summary'
                     AND source_kind = 'message'
                     AND source_id = old.id);
END;

CREATE TRIGGER summary_follows_message_update AFTER UPDATE OF content ON message
WHEN old.content <> new.content
BEGIN
    DELETE FROM summary
     WHERE id IN (SELECT id
                    FROM depends_on
                   WHERE kind = 'summary'
                     AND source_kind = 'message'
                     AND source_id = old.id);
END;

CREATE TRIGGER depends_on_follows_summary AFTER DELETE ON summary
BEGIN
    DELETE FROM depends_on WHERE kind = 'summary' AND id = old.id;
END;

-- What consolidation changed, and each row as it was before: kept for 30 days.
CREATE TABLE consolidation (
    id                 TEXT PRIMARY KEY NOT NULL CHECK (id <> ''),
    owner_id           TEXT NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    status             TEXT NOT NULL
                       CHECK (status IN ('completed', 'refused', 'reversed')),
    consolidated_count INTEGER NOT NULL CHECK (consolidated_count >= 0),
    retained_count     INTEGER NOT NULL CHECK (retained_count >= 0),
    discarded_count    INTEGER NOT NULL CHECK (discarded_count >= 0),
    new_insights       TEXT NOT NULL DEFAULT '[]'
                       CHECK (json_valid(new_insights)
                              AND json_type(new_insights) = 'array'),
    detail             TEXT NOT NULL DEFAULT '',
    at                 TEXT NOT NULL
) STRICT;

CREATE INDEX consolidation_by_owner ON consolidation (owner_id, at);

CREATE TABLE reversal (
    consolidation_id TEXT NOT NULL REFERENCES consolidation (id) ON DELETE CASCADE,
    memory_id        TEXT NOT NULL REFERENCES memory (id) ON DELETE CASCADE,
    was              TEXT CHECK (json_valid(was)),
    PRIMARY KEY (consolidation_id, memory_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX reversal_by_memory ON reversal (memory_id);

-- What someone agreed to. One grant is open at a time for each thing and place.
CREATE TABLE consent (
    id           TEXT PRIMARY KEY NOT NULL CHECK (id <> ''),
    user_id      TEXT NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    consent_type TEXT NOT NULL CHECK (consent_type <> ''),
    server_id    TEXT REFERENCES server (id) ON DELETE CASCADE,
    granted_at   TEXT NOT NULL,
    revoked_at   TEXT CHECK (revoked_at >= granted_at)
) STRICT;

CREATE UNIQUE INDEX consent_open
    ON consent (user_id, consent_type, ifnull(server_id, ''))
    WHERE revoked_at IS NULL;
CREATE INDEX consent_by_server ON consent (server_id) WHERE server_id IS NOT NULL;

-- That something was forgotten, never what: ids and counts, replayed on a restore.
CREATE TABLE erasure (
    id      TEXT PRIMARY KEY NOT NULL CHECK (id <> ''),
    at      TEXT NOT NULL,
    by_id   TEXT NOT NULL,
    kind    TEXT NOT NULL CHECK (kind <> ''),
    erased  TEXT NOT NULL
            CHECK (json_valid(erased) AND json_type(erased) = 'object'),
    counts  TEXT NOT NULL
            CHECK (json_valid(counts) AND json_type(counts) = 'object')
) STRICT;
