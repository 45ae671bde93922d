-- What a person arranges: pins, conversations off the record, personas, drafts.
CREATE TABLE persona (
    id                   TEXT PRIMARY KEY NOT NULL CHECK (id <> ''),
    name                 TEXT NOT NULL UNIQUE COLLATE NOCASE CHECK (name <> ''),
    description          TEXT NOT NULL DEFAULT '',
    traits               TEXT NOT NULL DEFAULT '{}'
                         CHECK (json_valid(traits)
                                AND json_type(traits) = 'object'),
    voice                TEXT NOT NULL DEFAULT '{}'
                         CHECK (json_valid(voice) AND json_type(voice) = 'object'),
    knowledge_areas      TEXT NOT NULL DEFAULT '[]'
                         CHECK (json_valid(knowledge_areas)
                                AND json_type(knowledge_areas) = 'array'),
    behavioral_rules     TEXT NOT NULL DEFAULT '[]'
                         CHECK (json_valid(behavioral_rules)
                                AND json_type(behavioral_rules) = 'array'),
    example_interactions TEXT NOT NULL DEFAULT '[]'
                         CHECK (json_valid(example_interactions)
                                AND json_type(example_interactions) = 'array'),
    is_in_use            INTEGER NOT NULL DEFAULT 0 CHECK (is_in_use IN (0, 1)),
    created_at           TEXT NOT NULL,
    updated_at           TEXT NOT NULL CHECK (updated_at >= created_at)
) STRICT;

CREATE UNIQUE INDEX persona_in_use ON persona (is_in_use) WHERE is_in_use = 1;

ALTER TABLE conversation ADD COLUMN pinned_at TEXT;
ALTER TABLE conversation ADD COLUMN is_incognito INTEGER NOT NULL DEFAULT 0
    CHECK (is_incognito IN (0, 1));
ALTER TABLE conversation ADD COLUMN persona_id TEXT
    REFERENCES persona (id) ON DELETE SET NULL;

CREATE INDEX conversation_by_persona
    ON conversation (persona_id) WHERE persona_id IS NOT NULL;

-- What was written and not yet sent; '' stands for the conversation not yet begun.
CREATE TABLE draft (
    owner_id        TEXT NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    conversation_id TEXT NOT NULL DEFAULT '',
    text            TEXT NOT NULL,
    files           TEXT NOT NULL DEFAULT '[]'
                    CHECK (json_valid(files) AND json_type(files) = 'array'),
    updated_at      TEXT NOT NULL,
    PRIMARY KEY (owner_id, conversation_id),
    CHECK (text <> '' OR files <> '[]')
) STRICT, WITHOUT ROWID;

CREATE TRIGGER draft_follows_delete AFTER DELETE ON conversation
BEGIN
    DELETE FROM draft WHERE conversation_id = old.id;
END;

-- Asking why an answer is as it is leads from it to the turn that wrote it.
CREATE INDEX span_by_message
    ON span (json_extract(counts, '$.message')) WHERE name = 'write';
