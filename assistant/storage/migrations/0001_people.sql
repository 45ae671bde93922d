-- The file's own ledger, and the people and places that everything else belongs to.
PRAGMA application_id = 1215460456;

CREATE TABLE schema_migration (
    number      INTEGER PRIMARY KEY CHECK (number >= 1),
    name        TEXT NOT NULL,
    sha256      TEXT NOT NULL CHECK (length(sha256) = 64),
    applied_at  TEXT NOT NULL,
    app_version TEXT NOT NULL
) STRICT;

CREATE TABLE user (
    id           TEXT PRIMARY KEY NOT NULL CHECK (id <> ''),
    name         TEXT NOT NULL CHECK (name <> ''),
    display_name TEXT NOT NULL,
    external_id  TEXT UNIQUE,
    status       TEXT NOT NULL DEFAULT 'active'
                 CHECK (status IN ('active', 'suspended', 'deleted')),
    preferences  TEXT NOT NULL DEFAULT '{}'
                 CHECK (json_valid(preferences) AND json_type(preferences) = 'object'),
    first_seen   TEXT NOT NULL,
    last_seen    TEXT NOT NULL CHECK (last_seen >= first_seen)
) STRICT;

-- An owner may be someone who was never seen, so it is no reference.
CREATE TABLE server (
    id          TEXT PRIMARY KEY NOT NULL CHECK (id <> ''),
    name        TEXT NOT NULL,
    owner_id    TEXT,
    icon_hash   TEXT,
    permissions TEXT NOT NULL DEFAULT '[]'
                CHECK (json_valid(permissions) AND json_type(permissions) = 'array'),
    status      TEXT NOT NULL DEFAULT 'active'
                CHECK (status IN ('active', 'inactive', 'removed')),
    joined_at   TEXT NOT NULL,
    updated_at  TEXT NOT NULL
) STRICT;

CREATE TABLE channel (
    id          TEXT PRIMARY KEY NOT NULL CHECK (id <> ''),
    server_id   TEXT REFERENCES server (id) ON DELETE CASCADE,
    category_id TEXT REFERENCES channel (id) ON DELETE SET NULL
                DEFERRABLE INITIALLY DEFERRED,
    name        TEXT NOT NULL,
    kind        TEXT NOT NULL
                CHECK (kind IN ('text', 'voice', 'category', 'thread', 'direct')),
    permissions TEXT NOT NULL DEFAULT '{}'
                CHECK (json_valid(permissions) AND json_type(permissions) = 'object'),
    is_managed  INTEGER NOT NULL DEFAULT 0 CHECK (is_managed IN (0, 1)),
    created_at  TEXT NOT NULL,
    updated_at  TEXT NOT NULL
) STRICT;

CREATE INDEX channel_by_server ON channel (server_id);
CREATE INDEX channel_by_category ON channel (category_id);

CREATE TABLE server_role (
    id          TEXT PRIMARY KEY NOT NULL CHECK (id <> ''),
    server_id   TEXT NOT NULL REFERENCES server (id) ON DELETE CASCADE,
    name        TEXT NOT NULL,
    color       TEXT,
    permissions TEXT NOT NULL DEFAULT '[]'
                CHECK (json_valid(permissions) AND json_type(permissions) = 'array'),
    position    INTEGER NOT NULL DEFAULT 0,
    created_at  TEXT NOT NULL,
    updated_at  TEXT NOT NULL
) STRICT;

CREATE INDEX server_role_by_server ON server_role (server_id, position);

CREATE TABLE membership (
    user_id     TEXT NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    server_id   TEXT NOT NULL REFERENCES server (id) ON DELETE CASCADE,
    rank        TEXT NOT NULL DEFAULT 'member'
                CHECK (rank IN ('member', 'admin', 'owner')),
    permissions TEXT NOT NULL DEFAULT '[]'
                CHECK (json_valid(permissions) AND json_type(permissions) = 'array'),
    is_active   INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
    joined_at   TEXT NOT NULL,
    updated_at  TEXT NOT NULL,
    PRIMARY KEY (user_id, server_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX membership_by_server ON membership (server_id);
