import os
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command as command_of

from assistant.cli.lazy import LazyGroup
from assistant.cli.main import app
from tests.architecture import documented

README = Path(__file__).parents[2] / "README.md"


def commands(command: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Every command below, by what one types."""
    yield path, command
    for name in getattr(command, "commands", {}):
        yield from commands(command.commands.get(name), f"{path} {name}")


ALL = dict(commands(command_of(app), "hearth"))
WORDS = [pytest.param(command, id=path) for path, command in ALL.items()]


@pytest.mark.parametrize("command", WORDS)
def test_every_command_says_what_it_does_and_shows_an_example(command: Any) -> None:
    help_text = command.help or ""

    assert help_text.strip()
    assert "Example" in help_text
    assert "hearth" in help_text.partition("Example")[2]


@pytest.mark.parametrize("command", WORDS)
def test_every_option_and_argument_says_what_it_is_for(command: Any) -> None:
    silent = [one.name for one in command.params if not getattr(one, "help", None)]

    assert not silent


@pytest.mark.parametrize(
    ("name", "entry"),
    [
        pytest.param(name, entry, id=name)
        for name, entry in command_of(app).entries.items()
    ],
)
def test_the_list_of_commands_says_what_each_says_itself(name: str, entry: Any) -> None:
    first_line = command_of(import_module(entry.module).app).help.splitlines()[0]

    assert isinstance(command_of(app), LazyGroup)
    assert first_line == entry.help


def test_help_does_not_depend_on_colours_or_the_terminal() -> None:
    before = documented.command_help("ask")
    os.environ |= {"FORCE_COLOR": "1", "GITHUB_ACTIONS": "1"}
    try:
        after = documented.command_help("ask")
    finally:
        del os.environ["FORCE_COLOR"], os.environ["GITHUB_ACTIONS"]

    assert before == after
    assert "\x1b" not in before
