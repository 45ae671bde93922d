from pathlib import Path

import pytest

from assistant.errors import EngineError
from assistant.models.capability import ITEMS
from tests.cli.conftest import Hearth
from tests.fakes.engine import ScriptedEngine
from tests.fakes.hub import FakeHub
from tests.fakes.tiny_gguf import write_tiny_gguf


def test_the_bundled_model_is_there_from_the_start(hearth: Hearth) -> None:
    listed = hearth("models", "list", "--json").json
    table = hearth("models", "list").out

    assert listed["name"] == "smollm2-135m"
    assert listed["in_use"] is True
    assert listed["status"] == "healthy"
    assert listed["file"]["architecture"] == "llama"
    assert listed["file"]["quantisation"] == "Q4_1"
    assert listed["file"]["licence"] == "apache-2.0"
    assert "*  smollm2-135m" in table


def test_a_server_is_added_used_and_forgotten(hearth: Hearth) -> None:
    added = hearth(
        *("models", "add", "http://127.0.0.1:9/v1", "--model", "llama3.2"),
        *("--name", "far"),
    )
    hearth("models", "use", "far")

    assert added.status == 0
    assert "hearth models use far" in added.err
    listed = {one["name"]: one for one in hearth("models", "list", "--json").lines}
    assert listed["far"]["in_use"] is True
    assert listed["far"]["kind"] == "external_api"
    assert listed["far"]["file"] is None
    hearth("models", "use", "smollm2-135m")
    assert hearth("models", "remove", "far", "--yes").status == 0
    assert len(hearth("models", "list", "--json").lines) == 1


def test_a_file_is_added(hearth: Hearth, tmp_path: Path) -> None:
    file = write_tiny_gguf(tmp_path / "tiny.gguf")

    added = hearth("models", "add", str(file), "--name", "tiny")

    assert added.status == 0
    assert "tiny" in hearth("models", "list").out


def test_a_file_that_is_no_model_is_refused(hearth: Hearth, tmp_path: Path) -> None:
    file = tmp_path / "not.gguf"
    file.write_text("hello")

    result = hearth("models", "add", str(file))

    assert result.status == 4
    assert result.err.startswith("Error: ")


@pytest.mark.parametrize(
    "arguments",
    [
        ("http://127.0.0.1:9/v1",),
        ("file.gguf", "--model", "x"),
        ("file.gguf", "--key-variable", "X"),
    ],
)
def test_options_that_do_not_fit_are_refused(
    hearth: Hearth, arguments: tuple[str, ...]
) -> None:
    assert hearth("models", "add", *arguments).status == 2


def test_a_check_asks_for_a_word_and_once_what_it_can_do(hearth: Hearth) -> None:
    engine = hearth.engine = ScriptedEngine("Yes.")

    report = hearth("models", "check", "--json").json
    line = hearth("models", "check", "smollm2-135m").out

    assert report["status"] == "healthy"
    assert len(engine.requests) == 2 + len(ITEMS)
    assert line.startswith("smollm2-135m: healthy, ")
    assert "tier 0" in line


def test_a_check_of_a_model_that_cannot_answer_fails(hearth: Hearth) -> None:
    hearth.engine = ScriptedEngine(fail_at=0, error=EngineError("It blew up"))

    results = [hearth("models", "check") for _ in range(3)]

    assert results[-1].status == 4
    assert "No model can answer" in results[-1].err


@pytest.mark.parametrize("command", ["use", "check"])
def test_an_unknown_model_is_not_found(hearth: Hearth, command: str) -> None:
    result = hearth("models", command, "nobody")

    assert result.status == 3
    assert "nobody" in result.err


def test_forgetting_a_model_asks_first(hearth: Hearth) -> None:
    result = hearth("models", "remove", "smollm2-135m")

    assert result.status == 2
    assert "--yes" in result.err


def test_a_model_is_fetched_and_can_be_used(hearth: Hearth, tmp_path: Path) -> None:
    tiny = write_tiny_gguf(tmp_path / "tiny.gguf").read_bytes()
    with FakeHub({"org/tiny": {"t.gguf": tiny}}) as hub:
        hearth.variables["HF_ENDPOINT"] = hub.url
        pulled = hearth("models", "pull", "org/tiny", "--name", "tiny")
        unknown = hearth("models", "pull", "org/other")

    assert pulled.status == 0
    assert "Fetching: 100% of" in pulled.err
    assert "\r" not in pulled.err
    assert "hearth models use tiny" in pulled.err
    assert hearth("models", "use", "tiny").status == 0
    assert unknown.status == 3
    assert unknown.err.startswith("Error: ")
