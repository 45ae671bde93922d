"""Values on the command line: converted where they must be, and only there."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Hearth


@pytest.mark.parametrize("arguments", [("--version",), ("ask", "--help")])
def test_words_are_taken_without_loading_what_converts(
    hearth: Hearth, arguments: tuple[str, ...]
) -> None:
    look = (
        "import sys; from assistant.cli.main import main;"
        "from assistant.cli.run import Run;"
        f"assert main({arguments!r}, Run(environment={hearth.environment!r})) == 0;"
        "print('pydantic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True)

    assert done.stdout.splitlines()[-1] == "False"


def test_a_number_is_read_as_one(hearth: Hearth) -> None:
    hearth("ask", "One?")
    hearth("ask", "Two?")

    listed = hearth("conversations", "list", "--limit", "1", "--json")

    assert len(listed.lines) == 1


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("conversations", "list", "--limit", "many"), "'--limit'"),
        (("search", "tide", "-k", "0"), "'-k'"),
        (("search", "tide", "--kind", "novel"), "'--kind'"),
        (("conversations", "rename", "01J"), "TITLE"),
    ],
)
def test_what_is_no_value_of_the_kind_is_refused_by_name(
    hearth: Hearth, arguments: tuple[str, ...], complaint: str
) -> None:
    refused = hearth(*arguments)

    assert refused.status == 2
    assert complaint in refused.err


def test_a_file_is_looked_for_where_the_command_says(
    hearth: Hearth, tmp_path: Path
) -> None:
    missing = hearth("conversations", "import", str(tmp_path / "none.jsonl"))

    assert missing.status != 0
    assert "none.jsonl" in missing.err
    assert "bug" not in missing.err


def test_several_words_stay_several(hearth: Hearth) -> None:
    hearth("ask", "One?")
    hearth("ask", "Two?")
    ids = [line["id"] for line in hearth("conversations", "list", "--json").lines]

    archived = hearth("conversations", "archive", *ids)

    assert archived.status == 0
    assert hearth("conversations", "list", "--json").out == ""
