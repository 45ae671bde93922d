"""Choosing the embedder, and finding what was said, by command."""

from pathlib import Path

import pytest

from assistant.app import open_assistant
from assistant.config.loader import load_settings
from tests.cli.conftest import Hearth
from tests.fakes.engine import ScriptedEngine
from tests.fakes.tiny_gguf import write_tiny_gguf


def checks(hearth: Hearth, *options: str) -> dict[str, dict[str, str]]:
    found = hearth("doctor", "--quick", "--json", *options).json["checks"]
    return {check["name"]: check for check in found}


@pytest.fixture
def with_tiny(hearth: Hearth, tmp_path: Path) -> Hearth:
    """A home with one document and a model that can embed."""
    (tmp_path / "ferry.md").write_text("# Ferry\n\nThe ferry leaves at noon.\n")
    hearth("ingest", str(tmp_path / "ferry.md"))
    model = write_tiny_gguf(tmp_path / "tiny.gguf")
    hearth("models", "add", str(model), "--name", "tiny")
    return hearth


def models_of_vectors(hearth: Hearth) -> set[str]:
    settings = load_settings(hearth.paths, hearth.environment, {})
    with open_assistant(
        settings, paths=hearth.paths, environment=hearth.environment
    ) as opened:
        return {space.model for space in opened.shelves.vectors.counts()}


@pytest.mark.weights
def test_another_embedder_is_chosen_and_takes_over(with_tiny: Hearth) -> None:
    hearth = with_tiny

    chosen = hearth("models", "use", "--embedding", "tiny")

    assert chosen.status == 0
    assert "tiny finds by meaning from now on" in chosen.err
    assert "1 passage will be read anew" in chosen.err
    assert hearth("config", "get", "knowledge.embedder").out == "tiny\n"

    meanwhile = hearth("search", "ferry", "--json", "--kind", "passage")
    assert "1 passage is not yet indexed for meaning" in meanwhile.err
    assert meanwhile.lines[0]["why"]["vector_rank"] is None
    before = models_of_vectors(hearth)

    checks(hearth, "--repair")

    after = hearth("search", "ferry", "--json", "--kind", "passage")
    assert "not yet" not in after.err
    assert after.lines[0]["why"]["vector_rank"] == 1
    assert before == {"bge-small-en-v1.5-int8"}
    (name,) = models_of_vectors(hearth)
    assert name.startswith("tiny@")


def test_the_choice_of_an_embedder_is_on_record(hearth: Hearth, tmp_path: Path) -> None:
    model = write_tiny_gguf(tmp_path / "tiny.gguf")
    hearth("models", "add", str(model), "--name", "tiny")

    hearth("models", "use", "--embedding", "tiny")

    with open_assistant(paths=hearth.paths, environment=hearth.environment) as opened:
        (entry,) = opened.audit.recent(9, "setting")
    assert (entry.resource_id, entry.after) == (
        "knowledge.embedder",
        {"value": '"tiny"'},
    )


@pytest.mark.weights
def test_ingesting_anything_makes_what_is_missing(
    with_tiny: Hearth, tmp_path: Path
) -> None:
    with_tiny("models", "use", "--embedding", "tiny")
    (tmp_path / "more.md").write_text("# More\n\nBread rises slowly.\n")

    with_tiny("ingest", str(tmp_path / "more.md"))

    assert "not yet" not in with_tiny("search", "ferry").err
    assert len(models_of_vectors(with_tiny)) == 1


def test_what_cannot_embed_is_not_taken(hearth: Hearth) -> None:
    hearth("models", "add", "http://127.0.0.1:9/v1", "--model", "x", "--name", "far")

    far = hearth("models", "use", "--embedding", "far")
    nobody = hearth("models", "use", "--embedding", "nobody")

    assert (far.status, nobody.status) == (2, 3)
    assert "only a model on this machine" in far.err
    assert "No model is called 'nobody'" in nobody.err
    assert hearth("config", "get", "knowledge.embedder").out == "bundled\n"


def test_a_chosen_model_that_is_gone_leaves_words_and_says_so(hearth: Hearth) -> None:
    hearth.engine = ScriptedEngine("At noon.")
    hearth("ask", "When does the ferry leave?")
    hearth("config", "set", "knowledge.embedder", "gone")

    found = hearth("search", "ferry", "--json")

    assert "Searched by words alone: No model is called 'gone'" in found.err
    assert found.lines[0]["why"]["keyword_rank"] == 1
    assert "No model is called 'gone'" in checks(hearth)["embedder"]["detail"]


@pytest.mark.weights
def test_what_was_said_yesterday_is_found_in_other_words(hearth: Hearth) -> None:
    hearth.engine = ScriptedEngine("I hope he gets better soon.")
    hearth("ask", "Our dog has to see the vet about his limp.")
    hearth.engine = ScriptedEngine("Because yeast makes gas.")
    hearth("ask", "Why does dough rise?")
    missing = checks(hearth)["what was said"]
    assert missing["detail"] == "4 messages yet to be indexed for meaning"

    assert checks(hearth, "--repair")["what was said"]["status"] == "ok"

    found = hearth("search", "the puppy's sore leg", "--json").lines[0]
    assert "limp" in found["text"]
    assert found["why"]["keyword_rank"] is None
