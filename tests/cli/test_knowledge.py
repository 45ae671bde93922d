"""Asking when there is a library, and how the library fares."""

from pathlib import Path

import pytest

from assistant.app import open_assistant
from assistant.config.loader import load_settings
from tests.cli.conftest import Hearth
from tests.fakes.engine import ScriptedEngine
from tests.media.making import Fact, make_every_format

pytestmark = pytest.mark.weights


@pytest.fixture
def facts(hearth: Hearth, tmp_path: Path) -> dict[str, Fact]:
    """One file of every format, taken in; each says what no other says."""
    folder = tmp_path / "documents"
    folder.mkdir()
    facts = dict(make_every_format(folder))
    hearth("ingest", str(folder))
    return facts


def test_each_format_answers_the_question_that_only_it_can(
    hearth: Hearth, facts: dict[str, Fact]
) -> None:
    for name, fact in facts.items():
        answer = hearth("ask", "--json", fact.question).json

        assert answer["sources"], name
        source = answer["sources"][0]
        assert list(source) == [
            *("kind", "id", "title", "location", "quote", "verified")
        ]
        assert (source["kind"], source["verified"]) == ("passage", True)
        assert any(fact.answer in each["quote"] for each in answer["sources"]), name
        assert fact.label in source["location"], name
        hit = hearth("search", fact.question, "--kind", "passage", "--json").lines[0]
        assert hit["id"] == source["id"]
        assert Path(hit["path"]).name == name


def test_a_conversation_that_is_shown_lists_what_its_answers_quote(
    hearth: Hearth, facts: dict[str, Fact]
) -> None:
    fact = next(iter(facts.values()))
    asked = hearth("ask", "--json", fact.question).json

    text = hearth("conversations", "show", asked["conversation_id"]).out
    shape = hearth("conversations", "show", asked["conversation_id"], "--json").json

    question, reply = shape["messages"]
    assert question["sources"] == []
    assert reply["sources"] == asked["sources"] != []
    first = asked["sources"][0]
    listed = [line for line in text.splitlines() if line.startswith("[1] ")]
    assert first["title"] in listed[0]
    assert fact.label in listed[0]


def test_people_see_what_an_answer_rests_on(
    hearth: Hearth, facts: dict[str, Fact]
) -> None:
    result = hearth("ask", "How deep was the inner basin dredged?")

    assert result.out == "The inner basin was dredged to 7.35 metres. [1]\n"
    assert result.err.splitlines() == [
        "From your documents:",
        "[1] Dredging report › page 2, Depths  "
        '"The inner basin was dredged to 7.35 metres."',
    ]


def test_what_documents_do_not_say_comes_from_elsewhere_and_says_so(
    hearth: Hearth, facts: dict[str, Fact]
) -> None:
    hearth.engine = ScriptedEngine("Paris is the capital.")

    result = hearth("ask", "What is the capital of France?")
    answer = hearth("ask", "--json", "What is the capital of France?").json

    assert result.out == "Paris is the capital.\n"
    assert result.err.startswith("From general knowledge; your documents do not say.")
    assert answer["sources"] == []


def test_the_library_is_left_alone_when_asked(
    hearth: Hearth, facts: dict[str, Fact]
) -> None:
    hearth.engine = ScriptedEngine("I do not know.")

    result = hearth("ask", "--no-knowledge", "How deep was the inner basin dredged?")

    assert (result.out, result.err) == ("I do not know.\n", "")


def checks(hearth: Hearth, *options: str) -> dict[str, dict[str, str]]:
    found = hearth("doctor", "--quick", "--json", *options).json["checks"]
    return {check["name"]: check for check in found}


def test_the_doctor_tries_the_embedder_and_looks_at_the_library(
    hearth: Hearth, facts: dict[str, Fact]
) -> None:
    found = checks(hearth)

    assert "bge-small" in found["embedder"]["detail"]
    assert found["documents"]["status"] == "ok"
    assert found["documents"]["detail"].startswith("22 passages")
    assert found["to be read"]["status"] == "ok"


def test_missing_vectors_are_found_and_made_again(
    hearth: Hearth, facts: dict[str, Fact]
) -> None:
    settings = load_settings(hearth.paths, hearth.environment, {})
    with open_assistant(
        settings, paths=hearth.paths, environment=hearth.environment
    ) as opened:
        opened.database.execute("DELETE FROM vector WHERE number % 2")

    before = checks(hearth)["documents"]
    repaired = checks(hearth, "--repair")["documents"]
    after = checks(hearth)["documents"]

    assert (before["status"], before["fix"]) == ("warn", "Run: hearth doctor --repair")
    assert "no vectors" in before["detail"]
    assert "is repaired" in repaired["detail"]
    assert after["status"] == "ok"
    assert hearth("stats", "--json").json["vectors"] == 22


def test_stats_count_the_library(hearth: Hearth, facts: dict[str, Fact]) -> None:
    stats = hearth("stats", "--json").json

    assert (stats["documents"], stats["passages"], stats["vectors"]) == (13, 22, 22)
    assert "13 documents, 22 passages, 22 vectors" in hearth("stats").out
