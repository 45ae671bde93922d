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

-- Who gave which, so that each counts once; the counts above are made of these.
CREATE TABLE observed_reaction (
    message_id TEXT NOT NULL REFERENCES observed_message (id) ON DELETE CASCADE,
    user_id    TEXT NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    emoji      TEXT NOT NULL CHECK (emoji <> ''),
    PRIMARY KEY (message_id, emoji, user_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX observed_reaction_by_user ON observed_reaction (user_id);

CREATE TRIGGER reactions_follow_insert AFTER INSERT ON observed_reaction
BEGIN
    UPDATE observed_message
       SET reactions = (SELECT json_group_object(emoji, times)
                          FROM (SELECT emoji, count(*) AS times
                                  FROM observed_reaction
                                 WHERE message_id = new.message_id
                                 GROUP BY emoji))
     WHERE id = new.message_id;
END;

CREATE TRIGGER reactions_follow_delete AFTER DELETE ON observed_reaction
BEGIN
    UPDATE observed_message
       SET reactions = (SELECT json_group_object(emoji, times)
                          FROM (SELECT emoji, count(*) AS times
                                  FROM observed_reaction
                                 WHERE message_id = old.message_id
                                 GROUP BY emoji))
     WHERE id = old.message_id;
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

-- Where a topic came up: in public on a server, or in one person's private words.
-- Its name is shown there and nowhere else, and it is thought about once for each.
CREATE TABLE topic_place (
    topic_key TEXT NOT NULL REFERENCES topic (key) ON DELETE CASCADE,
    server_id TEXT REFERENCES server (id) ON DELETE CASCADE,
    owner_id  TEXT REFERENCES user (id) ON DELETE CASCADE,
    CHECK ((server_id IS NULL) <> (owner_id IS NULL))
) STRICT;

CREATE UNIQUE INDEX topic_place_once
    ON topic_place (topic_key, ifnull(server_id, ''), ifnull(owner_id, ''));
CREATE INDEX topic_place_by_server
    ON topic_place (server_id) WHERE server_id IS NOT NULL;
CREATE INDEX topic_place_by_owner
    ON topic_place (owner_id) WHERE owner_id IS NOT NULL;

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

-- The same layer thinks about the same time once, however often it is begun.
CREATE UNIQUE INDEX layer_run_once ON layer_run (layer_name, window);

-- Append-only; the balance is the sum. `cause` makes the same event count once.
-- Amounts are whole 1024ths, so that no sum of them is ever rounded. What found no
-- room below the cap is no part of the amount: it was lost, or spilt to another topic.
CREATE TABLE salience_entry (
    id         TEXT PRIMARY KEY NOT NULL CHECK (id <> ''),
    topic_key  TEXT NOT NULL REFERENCES topic (key) ON DELETE CASCADE,
    entry_type TEXT NOT NULL
               CHECK (entry_type IN ('earn', 'spend', 'retain', 'decay')),
    amount     REAL NOT NULL CHECK (amount * 1024 = round(amount * 1024)),
    evaporated REAL NOT NULL DEFAULT 0 CHECK (evaporated >= 0),
    reason     TEXT NOT NULL DEFAULT '',
    cause      TEXT NOT NULL CHECK (cause <> ''),
    run_id     TEXT REFERENCES layer_run (id),
    created_at TEXT NOT NULL,
    UNIQUE (topic_key, entry_type, cause),
    CHECK (CASE WHEN entry_type IN ('earn', 'retain') THEN amount >= 0
                ELSE amount <= 0 END),
    CHECK ((entry_type IN ('spend', 'retain')) = (run_id IS NOT NULL))
) STRICT;

CREATE INDEX salience_by_run ON salience_entry (run_id) WHERE run_id IS NOT NULL;

CREATE TRIGGER salience_is_never_changed BEFORE UPDATE ON salience_entry
BEGIN
    SELECT raise(ABORT, 'the ledger is never changed');
END;

-- The sum as it stands, so that no message waits for a long ledger to be added up.
CREATE TABLE topic_balance (
    topic_key TEXT PRIMARY KEY NOT NULL REFERENCES topic (key) ON DELETE CASCADE,
    balance   REAL NOT NULL,
    earned_at TEXT NOT NULL DEFAULT '',
    faded_at  TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;

CREATE TRIGGER balance_follows_insert AFTER INSERT ON salience_entry
BEGIN
    INSERT INTO topic_balance (topic_key, balance, earned_at, faded_at)
    VALUES (new.topic_key, new.amount,
            CASE new.entry_type WHEN 'earn' THEN new.created_at ELSE '' END,
            CASE new.entry_type WHEN 'decay' THEN new.created_at ELSE '' END)
    ON CONFLICT (topic_key) DO UPDATE
       SET balance = balance + excluded.balance,
           earned_at = max(earned_at, excluded.earned_at),
           faded_at = max(faded_at, excluded.faded_at);
END;

CREATE TRIGGER balance_follows_delete AFTER DELETE ON salience_entry
BEGIN
    UPDATE topic_balance
       SET balance = balance - old.amount
     WHERE topic_key = old.topic_key;
END;

CREATE TRIGGER salience_is_never_owed BEFORE INSERT ON salience_entry
WHEN new.amount < 0
 AND new.amount + ifnull((SELECT balance
                            FROM topic_balance
                           WHERE topic_key = new.topic_key), 0) < 0
BEGIN
    SELECT raise(ABORT, 'a topic cannot spend what it does not have');
END;

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

CREATE VIRTUAL TABLE insight_text USING fts5 (
    content,
    content = 'insight',
    content_rowid = 'number',
    tokenize = 'porter unicode61'
);
INSERT INTO insight_text (insight_text, rank) VALUES ('secure-delete', 1);

CREATE TRIGGER insight_text_follows_insert AFTER INSERT ON insight
BEGIN
    INSERT INTO insight_text (rowid, content) VALUES (new.number, new.content);
END;

CREATE TRIGGER insight_text_follows_delete AFTER DELETE ON insight
BEGIN
    INSERT INTO insight_text (insight_text, rowid, content)
    VALUES ('delete', old.number, old.content);
    DELETE FROM vector WHERE kind = 'insight' AND number = old.number;
    DELETE FROM depends_on WHERE kind = 'insight' AND id = old.id;
END;

CREATE TRIGGER insight_text_follows_update AFTER UPDATE OF content ON insight
WHEN old.content <> new.content
BEGIN
    INSERT INTO insight_text (insight_text, rowid, content)
    VALUES ('delete', old.number, old.content);
    INSERT INTO insight_text (rowid, content) VALUES (new.number, new.content);
    DELETE FROM vector WHERE kind = 'insight' AND number = old.number;
END;

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
    SELECT number, id, topic_key, category, content, sources_scope_max, server_id,
           layer_run_id, supersedes, is_superseded, is_stale, confidence, strength,
           metadata, created_at, expires_at
      FROM insight
     WHERE NOT is_superseded
       AND NOT is_stale
       AND (expires_at IS NULL
            OR expires_at > strftime('%Y-%m-%dT%H:%M:%f000+00:00', 'now'));
