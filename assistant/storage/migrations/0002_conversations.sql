-- Conversations, their messages as a tree, what came with them, and their full text.
CREATE TABLE conversation (
    id            TEXT PRIMARY KEY NOT NULL CHECK (id <> ''),
    user_id       TEXT NOT NULL REFERENCES user (id),
    title         TEXT NOT NULL,
    state         TEXT NOT NULL
                  CHECK (state IN ('new', 'active', 'paused', 'archived')),
    head_id       TEXT,
    server_id     TEXT REFERENCES server (id) ON DELETE SET NULL,
    channel_id    TEXT REFERENCES channel (id) ON DELETE SET NULL,
    summary       TEXT,
    message_count INTEGER NOT NULL DEFAULT 0 CHECK (message_count >= 0),
    total_tokens  INTEGER NOT NULL DEFAULT 0 CHECK (total_tokens >= 0),
    forked_from   TEXT REFERENCES message (id) ON DELETE SET NULL,
    created_at    TEXT NOT NULL,
    updated_at    TEXT NOT NULL CHECK (updated_at >= created_at),
    FOREIGN KEY (id, head_id) REFERENCES message (conversation_id, id)
        DEFERRABLE INITIALLY DEFERRED
) STRICT;

CREATE INDEX conversation_by_user ON conversation (user_id, updated_at);
CREATE INDEX conversation_by_channel
    ON conversation (channel_id, updated_at) WHERE channel_id IS NOT NULL;
CREATE INDEX conversation_by_server
    ON conversation (server_id) WHERE server_id IS NOT NULL;
CREATE INDEX conversation_by_fork
    ON conversation (forked_from) WHERE forked_from IS NOT NULL;
CREATE INDEX conversation_active
    ON conversation (updated_at) WHERE state = 'active';

-- The full text is bound to `number`: unlike a hidden rowid it survives VACUUM.
-- A parent is not a cascade: a thread of thousands would exceed the depth allowed.
CREATE TABLE message (
    number           INTEGER PRIMARY KEY,
    id               TEXT NOT NULL UNIQUE CHECK (id <> ''),
    conversation_id  TEXT NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
    parent_id        TEXT,
    sequence         INTEGER NOT NULL CHECK (sequence >= 1),
    owner_id         TEXT NOT NULL REFERENCES user (id),
    author_id        TEXT REFERENCES user (id) ON DELETE SET NULL,
    role             TEXT NOT NULL
                     CHECK (role IN ('user', 'assistant', 'system', 'tool')),
    content          TEXT NOT NULL,
    state            TEXT NOT NULL
                     CHECK (state IN ('pending', 'processing', 'completed',
                                      'failed', 'delivered', 'read')),
    scope            TEXT NOT NULL DEFAULT 'private'
                     CHECK (scope IN ('private', 'public', 'derived')),
    server_id        TEXT REFERENCES server (id) ON DELETE SET NULL,
    channel_id       TEXT REFERENCES channel (id) ON DELETE SET NULL,
    error            TEXT,
    finish_reason    TEXT
                     CHECK (finish_reason IN ('stop', 'length', 'cancelled',
                            'interrupted', 'repetition', 'empty', 'error')),
    tokens           INTEGER CHECK (tokens >= 0),
    prompt_tokens    INTEGER CHECK (prompt_tokens >= 0),
    reused_tokens    INTEGER CHECK (reused_tokens >= 0),
    first_token_ms   REAL CHECK (first_token_ms >= 0),
    response_time_ms REAL CHECK (response_time_ms >= 0),
    model            TEXT,
    tools            TEXT NOT NULL DEFAULT '[]'
                     CHECK (json_valid(tools) AND json_type(tools) = 'array'),
    sources          TEXT NOT NULL DEFAULT '[]'
                     CHECK (json_valid(sources) AND json_type(sources) = 'array'),
    written_by       TEXT,
    created_at       TEXT NOT NULL,
    UNIQUE (conversation_id, sequence),
    UNIQUE (conversation_id, id),
    FOREIGN KEY (conversation_id, parent_id) REFERENCES message (conversation_id, id)
        DEFERRABLE INITIALLY DEFERRED,
    CHECK (parent_id <> id),
    CHECK (role <> 'user' OR content <> ''),
    CHECK (state <> 'failed' OR ifnull(error, '') <> ''),
    CHECK (role <> 'assistant' OR state <> 'completed' OR content <> '')
) STRICT;

CREATE INDEX message_by_parent ON message (conversation_id, parent_id);
CREATE INDEX message_by_time ON message (conversation_id, created_at);
CREATE INDEX message_by_owner ON message (owner_id, created_at);
CREATE INDEX message_by_author
    ON message (author_id, created_at) WHERE author_id IS NOT NULL;
CREATE INDEX message_by_channel
    ON message (channel_id, created_at) WHERE channel_id IS NOT NULL;
CREATE INDEX message_by_server
    ON message (server_id, created_at) WHERE server_id IS NOT NULL;
CREATE INDEX message_being_written ON message (written_by) WHERE state = 'processing';

CREATE TABLE attachment (
    id         TEXT PRIMARY KEY NOT NULL CHECK (id <> ''),
    message_id TEXT NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    position   INTEGER NOT NULL CHECK (position >= 1),
    name       TEXT NOT NULL,
    kind       TEXT NOT NULL
               CHECK (kind IN ('text', 'image', 'audio', 'video', 'document')),
    size_bytes INTEGER NOT NULL CHECK (size_bytes >= 0),
    text       TEXT,
    media_type TEXT,
    details    TEXT NOT NULL DEFAULT '{}'
               CHECK (json_valid(details) AND json_type(details) = 'object'),
    UNIQUE (message_id, position)
) STRICT;

-- A reply is found once it is finished; while it grows it is in no index.
CREATE VIEW finished_message AS
    SELECT number, content
      FROM message
     WHERE state NOT IN ('pending', 'processing');

CREATE VIRTUAL TABLE message_text USING fts5 (
    content,
    content = 'finished_message',
    content_rowid = 'number',
    tokenize = 'porter unicode61'
);

-- Without it, deleted words would stay readable in the index.
INSERT INTO message_text (message_text, rank) VALUES ('secure-delete', 1);

CREATE TRIGGER message_text_follows_insert AFTER INSERT ON message
WHEN new.state NOT IN ('pending', 'processing')
BEGIN
    INSERT INTO message_text (rowid, content) VALUES (new.number, new.content);
END;

CREATE TRIGGER message_text_follows_delete AFTER DELETE ON message
WHEN old.state NOT IN ('pending', 'processing')
BEGIN
    INSERT INTO message_text (message_text, rowid, content)
    VALUES ('delete', old.number, old.content);
END;

CREATE TRIGGER message_text_follows_update
AFTER UPDATE OF number, content, state ON message
WHEN old.state NOT IN ('pending', 'processing')
  OR new.state NOT IN ('pending', 'processing')
BEGIN
    INSERT INTO message_text (message_text, rowid, content)
    SELECT 'delete', old.number, old.content
     WHERE old.state NOT IN ('pending', 'processing');
    INSERT INTO message_text (rowid, content)
    SELECT new.number, new.content
     WHERE new.state NOT IN ('pending', 'processing');
END;
