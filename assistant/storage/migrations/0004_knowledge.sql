-- Documents, the passages they are cut into, how words find them, and vectors.
-- A large document arrives in parts, and is seen by nobody until it is whole.
CREATE TABLE document (
    id              TEXT PRIMARY KEY NOT NULL CHECK (id <> ''),
    owner_id        TEXT NOT NULL REFERENCES user (id),
    collection      TEXT NOT NULL DEFAULT '',
    title           TEXT NOT NULL,
    source          TEXT NOT NULL CHECK (source <> ''),
    media_type      TEXT NOT NULL,
    size_bytes      INTEGER NOT NULL CHECK (size_bytes >= 0),
    sha256          TEXT NOT NULL CHECK (length(sha256) = 64),
    passage_count   INTEGER NOT NULL DEFAULT 0 CHECK (passage_count >= 0),
    embedding_model TEXT,
    state           TEXT NOT NULL DEFAULT 'current'
                    CHECK (state IN ('arriving', 'current', 'vanished')),
    scope           TEXT NOT NULL DEFAULT 'private'
                    CHECK (scope IN ('private', 'public', 'derived')),
    server_id       TEXT REFERENCES server (id) ON DELETE SET NULL,
    channel_id      TEXT REFERENCES channel (id) ON DELETE SET NULL,
    notices         TEXT NOT NULL DEFAULT '[]'
                    CHECK (json_valid(notices) AND json_type(notices) = 'array'),
    details         TEXT NOT NULL DEFAULT '{}'
                    CHECK (json_valid(details) AND json_type(details) = 'object'),
    written_by      TEXT,
    created_at      TEXT NOT NULL,
    updated_at      TEXT NOT NULL CHECK (updated_at >= created_at),
    UNIQUE (owner_id, collection, sha256),
    CHECK ((state = 'arriving') = (written_by IS NOT NULL))
) STRICT;

CREATE INDEX document_by_server
    ON document (server_id) WHERE server_id IS NOT NULL;
CREATE INDEX document_by_channel
    ON document (channel_id) WHERE channel_id IS NOT NULL;

-- The same bytes found in several places are one document with several sources.
CREATE TABLE document_source (
    owner_id    TEXT NOT NULL REFERENCES user (id),
    collection  TEXT NOT NULL DEFAULT '',
    source      TEXT NOT NULL CHECK (source <> ''),
    document_id TEXT NOT NULL REFERENCES document (id) ON DELETE CASCADE,
    size_bytes  INTEGER NOT NULL CHECK (size_bytes >= 0),
    modified_ns INTEGER,
    seen_at     TEXT NOT NULL,
    PRIMARY KEY (owner_id, collection, source)
) STRICT, WITHOUT ROWID;

CREATE INDEX document_source_by_document ON document_source (document_id);

-- Offsets are characters of the extracted text; `number` binds index and vectors.
CREATE TABLE passage (
    number      INTEGER PRIMARY KEY,
    id          TEXT NOT NULL UNIQUE CHECK (id <> ''),
    document_id TEXT NOT NULL REFERENCES document (id) ON DELETE CASCADE,
    position    INTEGER NOT NULL CHECK (position >= 0),
    starts_at   INTEGER NOT NULL CHECK (starts_at >= 0),
    ends_at     INTEGER NOT NULL CHECK (ends_at > starts_at),
    text        TEXT NOT NULL CHECK (text <> ''),
    prefix      TEXT NOT NULL DEFAULT '',
    tokens      INTEGER NOT NULL CHECK (tokens > 0),
    kind        TEXT NOT NULL CHECK (kind IN ('prose', 'code', 'table')),
    location    TEXT NOT NULL DEFAULT '{}'
                CHECK (json_valid(location) AND json_type(location) = 'object'),
    UNIQUE (document_id, position)
) STRICT;

CREATE VIRTUAL TABLE passage_text USING fts5 (
    prefix,
    text,
    content = 'passage',
    content_rowid = 'number',
    tokenize = 'porter unicode61'
);
INSERT INTO passage_text (passage_text, rank) VALUES ('secure-delete', 1);

CREATE VIRTUAL TABLE passage_word USING fts5vocab (passage_text, row);

-- For code, identifiers and typing errors. It keeps no positions, so it stays small.
CREATE VIRTUAL TABLE passage_trigram USING fts5 (
    text,
    content = 'passage',
    content_rowid = 'number',
    tokenize = 'trigram',
    detail = none
);
INSERT INTO passage_trigram (passage_trigram, rank) VALUES ('secure-delete', 1);

CREATE TRIGGER passage_index_follows_insert AFTER INSERT ON passage
BEGIN
    INSERT INTO passage_text (rowid, prefix, text)
    VALUES (new.number, new.prefix, new.text);
    INSERT INTO passage_trigram (rowid, text) VALUES (new.number, new.text);
END;

CREATE TRIGGER passage_index_follows_delete AFTER DELETE ON passage
BEGIN
    INSERT INTO passage_text (passage_text, rowid, prefix, text)
    VALUES ('delete', old.number, old.prefix, old.text);
    INSERT INTO passage_trigram (passage_trigram, rowid, text)
    VALUES ('delete', old.number, old.text);
END;

CREATE TRIGGER passage_is_never_changed BEFORE UPDATE ON passage
BEGIN
    SELECT raise(ABORT, 'a passage is replaced, never changed');
END;

-- The truth of vectors: int8 codes with a scale for the scan, float16 to rank again.
-- Rows of different models are never compared.
CREATE TABLE vector (
    kind   TEXT NOT NULL CHECK (kind IN ('passage', 'message')),
    number INTEGER NOT NULL,
    model  TEXT NOT NULL CHECK (model <> ''),
    seq    INTEGER NOT NULL,
    scale  REAL NOT NULL,
    codes  BLOB NOT NULL,
    halves BLOB NOT NULL,
    PRIMARY KEY (kind, number, model)
) STRICT, WITHOUT ROWID;

CREATE INDEX vector_by_change ON vector (kind, model, seq);

-- Other processes learn from these what changed since they last looked.
CREATE TABLE vector_clock (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    seq  INTEGER NOT NULL
) STRICT;
INSERT INTO vector_clock (only, seq) VALUES (1, 0);

CREATE TABLE vector_gone (
    id     INTEGER PRIMARY KEY,
    seq    INTEGER NOT NULL,
    kind   TEXT NOT NULL,
    model  TEXT NOT NULL,
    number INTEGER NOT NULL
) STRICT;
CREATE INDEX vector_gone_by_change ON vector_gone (kind, model, seq);

-- Packed copies of vector rows for a quick start; they can be made anew.
CREATE TABLE vector_segment (
    kind   TEXT NOT NULL,
    model  TEXT NOT NULL,
    part   INTEGER NOT NULL,
    seq    INTEGER NOT NULL,
    ids    BLOB NOT NULL,
    scales BLOB NOT NULL,
    codes  BLOB NOT NULL,
    PRIMARY KEY (kind, model, part)
) STRICT;

-- What a row said lives on in its vector, in packed copies too.
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

-- What answers quoted. A document that is removed takes its quotations along.
CREATE TABLE citation (
    message_id     TEXT NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    position       INTEGER NOT NULL CHECK (position >= 1),
    number         INTEGER NOT NULL CHECK (number >= 1),
    passage_id     TEXT NOT NULL REFERENCES passage (id) ON DELETE CASCADE,
    document_id    TEXT NOT NULL REFERENCES document (id) ON DELETE CASCADE,
    title          TEXT NOT NULL,
    location       TEXT NOT NULL,
    quote          TEXT NOT NULL CHECK (quote <> ''),
    is_replacement INTEGER NOT NULL DEFAULT 0 CHECK (is_replacement IN (0, 1)),
    PRIMARY KEY (message_id, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX citation_by_passage ON citation (passage_id);
CREATE INDEX citation_by_document ON citation (document_id);
