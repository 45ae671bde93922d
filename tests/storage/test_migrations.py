"""From one schema to the next: whole or not at all, and never past a stranger."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import (
    AlteredMigrationError,
    NewerDatabaseError,
    StorageError,
)
from assistant.storage.database import Database
from assistant.storage.migrate import Migration, migrate, released_migrations
from tests.storage.building import ME, Talk, clock, open_file

RELEASED = released_migrations()
NEXT = len(RELEASED) + 1
SCHEMA = "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name"


def schema_of(database: Database) -> list[dict[str, Any]]:
    return database.query(SCHEMA)


def upgrade(database: Database, *steps: str) -> list[Migration]:
    """Migrate with these steps after the released ones."""
    added = [
        Migration(number, "added", sql) for number, sql in enumerate(steps, start=NEXT)
    ]
    return migrate(database, [*RELEASED, *added], clock)


def test_a_new_file_has_the_newest_schema_and_says_how_it_came_to_it(
    database: Database,
) -> None:
    ledger = database.query(
        "SELECT number, name, sha256, applied_at FROM schema_migration"
    )

    assert database.version == len(RELEASED)
    assert [(row["number"], row["name"], row["sha256"]) for row in ledger] == [
        (step.number, step.name, sha256(step.sql.encode()).hexdigest())
        for step in RELEASED
    ]
    assert ledger[0]["applied_at"] == "2026-11-22T09:30:00.000000+00:00"


def test_every_table_is_strict(database: Database) -> None:
    loose = database.query(
        "SELECT name FROM pragma_table_list"
        " WHERE schema = 'main' AND type = 'table' AND NOT strict"
        " AND name NOT LIKE 'sqlite_%'"
    )

    assert loose == []


def test_every_reference_is_indexed(database: Database) -> None:
    """Else deleting a row would read the whole table that refers to it."""
    references = database.query(
        """
        SELECT child.name AS child, key.id, group_concat(key."from") AS columns
          FROM pragma_table_list AS child
          JOIN pragma_foreign_key_list(child.name) AS key
         WHERE child.schema = 'main'
         GROUP BY child.name, key.id
        """
    )
    assert references
    for reference in references:
        columns = set(reference["columns"].split(","))
        indexes = _indexes(database, reference["child"])
        assert any(set(index[: len(columns)]) <= columns for index in indexes)


def _indexes(database: Database, table: str) -> list[list[str]]:
    rows = database.query(
        """
        SELECT list.name AS name, info.name AS column
          FROM pragma_index_list(:table) AS list
          JOIN pragma_index_info(list.name) AS info
         ORDER BY list.name, info.seqno
        """,
        {"table": table},
    )
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row["name"], []).append(row["column"])
    return list(found.values())


def test_a_file_that_is_up_to_date_is_left_alone(
    database: Database, path: Path
) -> None:
    before = schema_of(database)

    applied = migrate(database, RELEASED, clock)
    again = open_file(path, before_upgrade=_must_not_be_called)

    assert applied == []
    assert schema_of(again) == before
    again.close()


def _must_not_be_called(database: Database, version: int) -> None:
    raise AssertionError(f"nothing is upgraded from {version}")


def test_steps_are_applied_in_order_and_the_words_stay(talk: Talk) -> None:
    said = talk.say("Hello")

    applied = upgrade(
        talk.database,
        "CREATE TABLE extra (a TEXT NOT NULL) STRICT;",
        "ALTER TABLE extra ADD COLUMN b TEXT; INSERT INTO extra VALUES ('x', 'y');",
    )

    assert [step.number for step in applied] == [NEXT, NEXT + 1]
    assert talk.database.version == NEXT + 1
    assert talk.database.query("SELECT a, b FROM extra") == [{"a": "x", "b": "y"}]
    assert talk.messages.get(said.id, ME) == said


@pytest.mark.parametrize(
    "broken",
    [
        "CREATE TABLE extra (a); SELECT * FROM nowhere;",
        "CREATE TABLE extra (a); INSERT INTO message (id) VALUES ('x');",
        "CREATE TABLE extra (a); DELETE FROM user;",
        "DROP TABLE attachment; DROP TABLE message_text; syntax error;",
        "DROP TRIGGER message_text_follows_insert; PRAGMA user_version = 99; nonsense",
    ],
)
def test_a_failing_step_leaves_no_trace(talk: Talk, broken: str) -> None:
    database = talk.database
    said = talk.say("Hello")
    schema, version = schema_of(database), database.version
    ledger = database.query("SELECT number, sha256 FROM schema_migration")

    with pytest.raises(StorageError):
        upgrade(database, broken)

    assert schema_of(database) == schema
    assert database.version == version
    assert database.query("SELECT number, sha256 FROM schema_migration") == ledger
    assert talk.messages.get(said.id, ME) == said
    assert database.query("PRAGMA foreign_keys")[0]["foreign_keys"] == 1


def test_a_table_can_be_rebuilt_without_losing_what_refers_to_it(talk: Talk) -> None:
    said = talk.say("Hello")

    upgrade(
        talk.database,
        """
        CREATE TABLE user_new (id TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL) STRICT;
        INSERT INTO user_new SELECT id, name FROM user;
        DROP TABLE user;
        ALTER TABLE user_new RENAME TO user;
        """,
    )

    assert talk.messages.get(said.id, ME) == said


def test_a_step_that_would_orphan_rows_is_refused(talk: Talk) -> None:
    talk.say("Hello")

    with pytest.raises(StorageError, match="refer"):
        upgrade(talk.database, "DELETE FROM user; CREATE TABLE extra (a);")

    assert talk.database.query("SELECT count(*) AS n FROM user") == [{"n": 1}]
    assert talk.database.version == NEXT - 1


def test_a_newer_file_is_refused_and_left_as_it_is(path: Path) -> None:
    newer = open_file(path)
    upgrade(newer, "CREATE TABLE from_the_future (a TEXT) STRICT;")
    newer.close()
    before = path.read_bytes()

    with pytest.raises(NewerDatabaseError, match=f"schema {NEXT}.*up to {NEXT - 1}"):
        open_file(path)

    assert path.read_bytes() == before


def test_a_file_made_by_another_step_of_the_same_number_is_refused_with_both_sums(
    path: Path,
) -> None:
    other = "0" * 64
    database = open_file(path)
    database.execute(
        "UPDATE schema_migration SET sha256 = :other WHERE number = 2", {"other": other}
    )
    database.close()

    with pytest.raises(AlteredMigrationError) as refusal:
        open_file(path)

    assert other in str(refusal.value)
    assert RELEASED[1].sha256 in str(refusal.value)


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM schema_migration WHERE number = 2",
        "PRAGMA user_version = 1",
        "UPDATE schema_migration SET number = 77 WHERE number = 2",
    ],
)
def test_a_ledger_with_a_gap_is_refused(path: Path, damage: str) -> None:
    database = open_file(path)
    database.execute(damage)
    database.close()

    with pytest.raises(AlteredMigrationError):
        open_file(path)


def test_the_programs_own_steps_have_no_gap(database: Database) -> None:
    with pytest.raises(ValueError, match="numbered"):
        migrate(database, [RELEASED[0], RELEASED[2]], clock)
    assert [step.number for step in RELEASED] == list(range(1, len(RELEASED) + 1))


def test_what_comes_before_an_upgrade_is_done_once_and_sees_the_old_file(
    talk: Talk,
) -> None:
    database = talk.database
    calls: list[tuple[int, int]] = []

    def before(version: int) -> None:
        calls.append((version, database.version))

    steps = [Migration(NEXT, "one", "CREATE TABLE one (a TEXT) STRICT;")]
    steps.append(Migration(NEXT + 1, "two", "CREATE TABLE two (a TEXT) STRICT;"))
    migrate(database, [*RELEASED, *steps], clock, before_upgrade=before)
    migrate(database, [*RELEASED, *steps], clock, before_upgrade=before)

    assert calls == [(NEXT - 1, NEXT - 1)]


def test_an_upgrade_does_not_begin_when_what_comes_before_it_fails(
    database: Database,
) -> None:
    def before(version: int) -> None:
        raise StorageError("no space for the copy")

    step = Migration(NEXT, "one", "CREATE TABLE one (a TEXT) STRICT;")
    with pytest.raises(StorageError, match="no space"):
        migrate(database, [*RELEASED, step], clock, before_upgrade=before)

    assert database.version == NEXT - 1


def test_a_new_file_is_made_without_a_copy_of_the_one_before(path: Path) -> None:
    database = open_file(path, before_upgrade=_must_not_be_called)

    assert database.version == len(RELEASED)
    database.close()


def test_a_step_another_process_just_did_is_not_done_twice(
    database: Database, path: Path
) -> None:
    """The number is read again once nobody else can write."""
    steps = [*RELEASED, Migration(NEXT, "one", "CREATE TABLE one (a TEXT) STRICT;")]
    other = open_file(path)
    overtaken = _Overtaken(database, lambda: migrate(other, steps, clock))

    applied = migrate(overtaken, steps, clock)

    assert applied == []
    assert database.version == NEXT
    other.close()


class _Overtaken:
    """A file that another process upgrades just before we take the lock."""

    def __init__(self, database: Database, overtake: Callable[[], object]) -> None:
        self._database = database
        self._overtake = overtake
        self.query = database.query
        self.execute = database.execute

    @property
    def version(self) -> int:
        return self._database.version

    def schema_change(self) -> Any:
        self._overtake()
        return self._database.schema_change()
