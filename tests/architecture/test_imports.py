import subprocess
import sys

import pytest

DRAWING = {"textual", "rich", "typer"}
THINKING = {"llama_cpp", "onnxruntime", "tokenizers", "numpy", "tiktoken"}
REACHING = {"httpx", "huggingface_hub", "keyring"}
WRITING = {"structlog", "tomlkit"}
EVERYTHING = DRAWING | THINKING | REACHING | WRITING


def loaded_by(module: str) -> set[str]:
    probe = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "module",
    [
        "assistant",
        "assistant.errors",
        "assistant.safetext",
        "assistant.logs",
        "assistant.channels",
        "assistant.config.loader",
        "assistant.entities.turn",
        "assistant.app",
    ],
)
def test_importing_stays_cheap(module: str) -> None:
    assert sorted(EVERYTHING & loaded_by(module)) == []


def test_the_command_line_imports_only_what_it_needs_to_show_help() -> None:
    loaded = loaded_by("assistant.cli.main")

    assert sorted((EVERYTHING - {"typer"}) & loaded) == []
    assert "apsw" not in loaded
    assert "assistant.app" not in loaded
    assert not {name for name in loaded if name.startswith("assistant.cli.ask")}


def test_asking_imports_no_drawing_but_its_own() -> None:
    loaded = loaded_by("assistant.cli.ask")

    assert sorted((EVERYTHING - {"typer"}) & loaded) == []
