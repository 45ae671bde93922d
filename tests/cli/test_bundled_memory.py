"""Memory in the real program, with the model that comes along."""

import json

import pytest

from tests.cli.conftest import Hearth
from tests.cli.test_bundled import installed

pytestmark = [pytest.mark.weights, pytest.mark.slow, pytest.mark.timeout(300)]


def test_what_is_told_in_one_process_is_known_in_the_next(hearth: Hearth) -> None:
    told = installed(hearth, "ask", "My sister Ana lives in Porto")
    asked = installed(hearth, "ask", "--json", "Where does my sister live?")
    listed = installed(hearth, "memories", "list", "--json")
    plain = installed(hearth, "ask", "--json", "What is the capital of France?")

    assert 'Remembered: "My sister Ana lives in Porto"' in told.stderr
    answer = json.loads(asked.stdout)
    assert "“My sister Ana lives in Porto”" in answer["answer"]
    known = {
        one["id"]: one["text"] for one in map(json.loads, listed.stdout.splitlines())
    }
    assert [known[each] for each in answer["memories"]] == [
        "My sister Ana lives in Porto"
    ]
    ordinary = json.loads(plain.stdout)
    assert "Paris" in ordinary["answer"]
    assert ordinary["memories"] == []
    assert ordinary["model"] == "smollm2-135m"


def test_what_is_forgotten_is_not_known_any_more(hearth: Hearth) -> None:
    installed(hearth, "ask", "Remember that my locker code is 4711")

    forgotten = installed(hearth, "ask", "Forget my locker code")

    assert forgotten.stdout.startswith("Forgotten:\n- My locker code is 4711\n")
    assert installed(hearth, "memories", "list", "--all").stdout == ""
    asked = installed(hearth, "ask", "--json", "What do you know about me?")
    assert json.loads(asked.stdout)["answer"] == "Nothing is remembered about you yet."
