-- What a channel outside this machine needs: each server's configuration, limits,
-- which events were taken, and which of its messages are which of ours.
CREATE TABLE server_configuration (
    server_id           TEXT PRIMARY KEY NOT NULL
                        REFERENCES server (id) ON DELETE CASCADE,
    language            TEXT NOT NULL DEFAULT 'en' CHECK (language <> ''),
    features            TEXT NOT NULL DEFAULT '{}'
                        CHECK (json_valid(features)
                               AND json_type(features) = 'object'),
    limits              TEXT NOT NULL DEFAULT '{}'
                        CHECK (json_valid(limits) AND json_type(limits) = 'object'),
    log_channel_id      TEXT REFERENCES channel (id) ON DELETE SET NULL,
    restricted_commands TEXT NOT NULL DEFAULT '[]'
                        CHECK (json_valid(restricted_commands)
                               AND json_type(restricted_commands) = 'array'),
    access              TEXT NOT NULL DEFAULT '{}'
                        CHECK (json_valid(access) AND json_type(access) = 'object'),
    persona_id          TEXT REFERENCES persona (id) ON DELETE SET NULL,
    custom              TEXT NOT NULL DEFAULT '{}'
                        CHECK (json_valid(custom) AND json_type(custom) = 'object'),
    created_at          TEXT NOT NULL,
    updated_at          TEXT NOT NULL CHECK (updated_at >= created_at)
) STRICT;

CREATE INDEX server_configuration_by_log_channel
    ON server_configuration (log_channel_id) WHERE log_channel_id IS NOT NULL;
CREATE INDEX server_configuration_by_persona
    ON server_configuration (persona_id) WHERE persona_id IS NOT NULL;

-- Channels whose members know that what is said there is kept, and who agreed to it.
CREATE TABLE watched_channel (
    channel_id TEXT PRIMARY KEY NOT NULL REFERENCES channel (id) ON DELETE CASCADE,
    by_id      TEXT NOT NULL,
    notice_id  TEXT,
    since      TEXT NOT NULL,
    seen_until TEXT
) STRICT, WITHOUT ROWID;

-- A bucket holds what may still be asked for; time only ever fills it.
CREATE TABLE token_bucket (
    class     TEXT NOT NULL CHECK (class <> ''),
    subject   TEXT NOT NULL CHECK (subject <> ''),
    tokens    REAL NOT NULL CHECK (tokens >= 0),
    filled_at TEXT NOT NULL,
    PRIMARY KEY (class, subject)
) STRICT, WITHOUT ROWID;

-- Events that were taken; whoever claims one first has it, for good.
CREATE TABLE event_claim (
    source   TEXT NOT NULL CHECK (source <> ''),
    event_id TEXT NOT NULL CHECK (event_id <> ''),
    at       TEXT NOT NULL,
    PRIMARY KEY (source, event_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX event_claim_by_time ON event_claim (at);

-- One of our messages as it stands elsewhere; a long one stands in several parts.
CREATE TABLE delivery (
    source      TEXT NOT NULL CHECK (source <> ''),
    external_id TEXT NOT NULL CHECK (external_id <> ''),
    message_id  TEXT NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    channel_id  TEXT NOT NULL,
    position    INTEGER NOT NULL CHECK (position >= 1),
    PRIMARY KEY (source, external_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX delivery_by_message ON delivery (message_id, position);
