"""Searching by command, over real files and with the real embedder."""

from pathlib import Path

import pytest

from tests.cli.conftest import Hearth
from tests.fakes.engine import ScriptedEngine

pytestmark = pytest.mark.weights


@pytest.fixture
def library(hearth: Hearth, tmp_path: Path) -> Path:
    """Two documents in different collections, and a talk."""
    (tmp_path / "lamp.md").write_text(
        "# Lamps\n\nOil came by boat. The eastern lamp was lit first by Marta Quill.\n"
    )
    (tmp_path / "ferry.md").write_text("# Ferry\n\nThe last ferry leaves at 16:40.\n")
    hearth("ingest", str(tmp_path / "lamp.md"), "--collection", "towers")
    hearth("ingest", str(tmp_path / "ferry.md"))
    hearth.engine = ScriptedEngine("Lisbon is lovely in May.")
    hearth("ask", "--no-knowledge", "Where shall I travel?")
    return tmp_path


def test_a_passage_is_found_by_its_words(hearth: Hearth, library: Path) -> None:
    result = hearth("search", "eastern lamp", "--json", "-k", "1")

    assert result.status == 0
    hit = result.json
    assert list(hit) == [
        *("kind", "id", "document_id", "title", "path", "location", "text", "score"),
        "why",
    ]
    assert list(hit["why"]) == ["keyword_rank", "vector_rank", "rerank_score"]
    assert (hit["kind"], hit["title"]) == ("passage", "Lamps")
    assert hit["path"] == str(library / "lamp.md")
    assert "Marta Quill" in hit["text"]
    assert hit["why"] == {"keyword_rank": 1, "vector_rank": 1, "rerank_score": None}


def test_a_passage_is_found_by_its_meaning(hearth: Hearth, library: Path) -> None:
    hit = hearth("search", "evening boat departure time", "--json", "-k", "1").json

    assert hit["path"] == str(library / "ferry.md")


def test_what_was_said_is_found_too(hearth: Hearth, library: Path) -> None:
    hits = hearth("search", "Lisbon", "--kind", "message", "--json").lines

    assert [hit["kind"] for hit in hits] == ["message"]
    assert hits[0]["document_id"] is None
    assert hits[0]["text"] == "Lisbon is lovely in May."


def test_a_collection_holds_only_its_own(hearth: Hearth, library: Path) -> None:
    hits = hearth("search", "ferry lamp", "--collection", "towers", "--json").lines
    nowhere = hearth("search", "ferry", "--collection", "cellars")

    assert {hit["path"] for hit in hits} == {str(library / "lamp.md")}
    assert nowhere.status == 3
    assert "Nothing was found in cellars" in nowhere.err


def test_people_see_the_sentence_that_matters(hearth: Hearth, library: Path) -> None:
    shown = hearth("search", "eastern lamp", "-k", "1").out.splitlines()

    assert shown[0].startswith("1. Lamps")
    assert shown[1] == "   … The eastern lamp was lit first by Marta Quill."
    assert shown[2] == f"   {library / 'lamp.md'}"


def test_why_tells_ranks_and_scores(hearth: Hearth, library: Path) -> None:
    shown = hearth("search", "eastern lamp", "-k", "1", "--why").out

    assert "words: 1. (" in shown
    assert "meaning: 1. (" in shown


def test_the_best_are_looked_at_again_when_asked(hearth: Hearth, library: Path) -> None:
    hearth.variables["HEARTH_KNOWLEDGE_RERANK_MS"] = "60000"

    hits = hearth("search", "when is the last ferry", "--rerank", "--json").lines

    scores = [hit["why"]["rerank_score"] for hit in hits]
    assert hits[0]["path"] == str(library / "ferry.md")
    assert None not in scores
    assert scores[0] == max(scores)


def test_finding_nothing_says_what_to_do(hearth: Hearth) -> None:
    result = hearth("search", "zebra")

    assert (result.status, result.out) == (3, "")
    assert "hearth ingest" in result.err


def test_a_kind_that_is_not_there_is_refused(hearth: Hearth) -> None:
    result = hearth("search", "zebra", "--kind", "dream")

    assert result.status == 2
