"""The real program with the model that comes along, as a stranger meets it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Hearth

pytestmark = [pytest.mark.weights, pytest.mark.slow, pytest.mark.timeout(300)]

PERSON = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "maxLength": 20},
        "age": {"type": "integer", "minimum": 0, "maximum": 150},
    },
    "required": ["name", "age"],
    "additionalProperties": False,
}


def installed(
    hearth: Hearth, *arguments: str, **options: Any
) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("hearth")
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [program, *arguments],
        env={**kept, **hearth.environment, "HEARTH_MODELS_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=240,
        **(options or {"stdin": subprocess.DEVNULL}),
    )


def test_a_stranger_asks_goes_on_and_pipes(hearth: Hearth) -> None:
    first = installed(hearth, "ask", "--json", "What is the capital of France?")
    second = installed(hearth, "ask", "-c", "--json", "And what did I just ask?")
    piped = installed(hearth, "ask", "Which country?", input="Berlin is in Germany.\n")

    answer, next_answer = json.loads(first.stdout), json.loads(second.stdout)
    assert "Paris" in answer["answer"]
    assert answer["model"] == "smollm2-135m"
    assert answer["usage"]["completion_tokens"] > 0
    assert next_answer["conversation_id"] == answer["conversation_id"]
    assert next_answer["usage"]["prompt_tokens"] > answer["usage"]["prompt_tokens"]
    assert piped.stdout.strip()
    assert first.stderr == second.stderr == piped.stderr == ""


def test_an_answer_by_schema_parses(hearth: Hearth, tmp_path: Path) -> None:
    schema = tmp_path / "person.json"
    schema.write_text(json.dumps(PERSON))

    done = installed(
        hearth, "ask", "--schema", str(schema), "Describe Ana, who is 30 years old."
    )

    person = json.loads(done.stdout)
    assert set(person) == {"name", "age"}
    assert isinstance(person["age"], int)


def test_the_doctor_finds_a_bare_machine_well(hearth: Hearth) -> None:
    done = installed(hearth, "doctor", "--json")

    checks = {one["name"]: one for one in json.loads(done.stdout)["checks"]}
    assert done.returncode == 0
    assert checks["answer"]["status"] == "ok"
    assert checks["tokens"]["status"] == "ok"
