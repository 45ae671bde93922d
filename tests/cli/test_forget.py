"""Forgetting at the command line: shown first, asked for, and with a receipt."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assistant.cli.forget_times import moment_of
from assistant.config.paths import Paths
from assistant.errors import UsageError
from tests.cli.conftest import Hearth
from tests.fakes.engine import ScriptedEngine

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def talk(hearth: Hearth) -> str:
    """The id of a conversation with a secret in it."""
    hearth.engine = ScriptedEngine("I will keep that to myself.", "Hello to you.")
    identity: str = hearth("ask", "--json", "My door code is 9371").json[
        "conversation_id"
    ]
    hearth("ask", "Hello there")
    return identity


def titles(hearth: Hearth) -> list[str]:
    listed = hearth("conversations", "list", "--json").lines
    return [each["title"] for each in listed]


def test_a_dry_run_shows_what_would_go_and_changes_nothing(
    hearth: Hearth, talk: str
) -> None:
    shown = hearth("forget", "--about", "DOOR  code", "--dry-run")
    shape = hearth("forget", "--about", "door code", "--dry-run", "--json").json

    assert shown.status == 0
    assert "My door code is 9371" in shown.out
    assert "2 messages" in shown.out
    assert shape["counts"] == {"messages": 2, "conversations": 1}
    assert {item["kind"] for item in shape["items"]} == {"message", "title"}
    assert "My door code is 9371" in titles(hearth)


def test_what_is_forgotten_is_gone_and_there_is_a_receipt(
    hearth: Hearth, talk: str
) -> None:
    (receipt,) = hearth(
        *("privacy", "forget", "--about", "door code", "--yes", "--json")
    ).lines

    assert receipt["counts"] == {"messages": 2, "conversations": 1}
    assert receipt["journal_empty"] is True
    assert titles(hearth) == ["Hello there"]
    assert "9371" not in hearth("privacy", "export").out
    assert hearth("search", "door code").status == 3


def test_copies_from_before_are_told_of_with_the_time_they_stay(
    hearth: Hearth, talk: str, paths: Paths
) -> None:
    paths.backups.mkdir()
    (paths.backups / "hearth-schema1-20260501T120000000000.db").touch()

    result = hearth("forget", "--about", "door code", "--yes")

    assert "still in 1 copy of the database from before" in result.err
    assert "goes 30 days after it was made" in result.err


def test_anything_is_named_by_its_id(hearth: Hearth, talk: str) -> None:
    (message, _) = hearth("conversations", "show", talk, "--json").json["messages"]

    result = hearth("forget", message["id"], "--yes")

    assert "Forgotten: 2 messages, 1 conversation" in result.err
    assert titles(hearth) == ["Hello there"]


def test_a_document_takes_along_what_answers_quoted_of_it(
    hearth: Hearth, tmp_path: Path
) -> None:
    paper = tmp_path / "lamp.txt"
    paper.write_text("The lamp at the harbour was lit in 1871 by Ana Zanzibar.")
    hearth("ingest", str(paper))
    (document,) = hearth("documents", "list", "--json").lines

    result = hearth("forget", "--document", document["id"][:20], "--yes")

    assert "Forgotten: 1 document, 1 passage" in result.err
    assert hearth("documents", "list", "--json").lines == []


def test_nobody_is_asked_where_nobody_can_answer(hearth: Hearth, talk: str) -> None:
    result = hearth("forget", "--conversation", talk)

    assert result.status == 2
    assert "Add --yes" in result.err
    assert len(titles(hearth)) == 2


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ((), 2),
        (("--about", "x" * 9, "--since", "2h"), 2),
        (("--since", "lunch"), 2),
        (("--about", "ab"), 2),
        (("--about", "nothing of the kind"), 3),
        (("NOPE",), 3),
        (("--person", "nobody"), 3),
        (("--conversation", "NOPE"), 3),
    ],
)
def test_what_cannot_be_forgotten_is_said_in_one_line(
    hearth: Hearth, talk: str, words: tuple[str, ...], status: int
) -> None:
    result = hearth("forget", *words, "--yes")

    assert result.status == status
    assert result.err.startswith("Error: ")
    assert len(titles(hearth)) == 2


def test_a_time_may_be_a_day_an_hour_or_how_long_ago() -> None:
    assert moment_of("2h", now=NOW) == NOW - timedelta(hours=2)
    assert moment_of("3 d", now=NOW) == NOW - timedelta(days=3)
    assert moment_of("2026-05-01T10:00:00+00:00", now=NOW) == NOW - timedelta(hours=2)
    with pytest.raises(UsageError):
        moment_of("25:00", now=NOW)
    with pytest.raises(UsageError):
        moment_of("99999999999d", now=NOW)


def test_the_last_hour_is_forgotten(hearth: Hearth, talk: str) -> None:
    result = hearth("forget", "--since", "1h", "--yes", "--json")

    assert result.json["counts"]["conversations"] == 2
    assert titles(hearth) == []


def test_everything_of_a_person_is_handed_to_them(hearth: Hearth, talk: str) -> None:
    rows = hearth("privacy", "export").lines

    kinds = [row["kind"] for row in rows]
    assert kinds.count("message") == 4
    assert kinds[0] == "person"
    assert hearth("privacy", "export", "nobody").status == 3


def test_a_yes_is_given_and_taken_back(hearth: Hearth) -> None:
    hearth("conversations", "list")
    granted = hearth("privacy", "consent", "grant", "local", "dm_read")
    listed = hearth("privacy", "consent", "list", "--json").lines
    revoked = hearth("privacy", "consent", "revoke", "local", "dm_read", "--yes")
    again = hearth("privacy", "consent", "revoke", "local", "dm_read", "--yes")

    assert (granted.status, revoked.status, again.status) == (0, 0, 3)
    assert [(one["person"], one["type"]) for one in listed] == [("local", "dm_read")]
    (one,) = hearth("privacy", "consent", "list", "--json").lines
    assert one["revoked_at"]


def test_the_state_of_things_is_shown(hearth: Hearth, talk: str) -> None:
    hearth("forget", "--about", "door code", "--yes")

    shown = hearth("privacy", "status")
    shape = hearth("privacy", "status", "--json").json

    assert "Encryption: aegis" in shown.out
    assert "Forgotten so far: 1 time" in shown.out
    assert shape["people"][0]["messages"] == 2


def test_a_name_goes_and_the_words_stay_or_go(hearth: Hearth, talk: str) -> None:
    kept = hearth("privacy", "anonymise", "local", "--yes")
    there = titles(hearth)
    removed = hearth("privacy", "anonymise", "local", "--messages", "remove", "--yes")

    assert (kept.status, removed.status) == (0, 0)
    assert len(there) == 2
    assert titles(hearth) == []


def test_no_file_under_the_home_holds_a_word_of_it_any_more(
    hearth: Hearth, tmp_path: Path
) -> None:
    """In the clear, so that every byte that was ever written can be looked at."""
    word = "zanzibarquokka"
    hearth.variables |= {
        "HEARTH_STORAGE_ENCRYPTION": "none",
        "HEARTH_LOG_LEVEL": "debug",
    }
    paper = tmp_path / "paper.txt"
    paper.write_text(f"The {word} was lit in 1871 by Ana of the harbour.")
    hearth.engine = ScriptedEngine(f"The {word} was lit in 1871.")
    hearth("ingest", str(paper))
    hearth("ask", f"When was the {word} lit?")
    hearth("conversations", "list")
    there = _files_with(word, hearth.home)

    result = hearth("forget", "--about", word, "--yes")

    assert result.status == 0
    assert there
    assert _files_with(word, hearth.home) == []


def _files_with(word: str, folder: Path) -> list[str]:
    forms = (word.encode(), word.upper().encode(), word.encode("utf-16-le"))
    return [
        file.name
        for file in folder.rglob("*")
        if file.is_file() and any(form in file.read_bytes() for form in forms)
    ]
