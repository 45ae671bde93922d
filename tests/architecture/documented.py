"""The parts of README that are made from the program, so that they stay true."""

import os
import sys
from pathlib import Path
from subprocess import run

from assistant.config.described import as_toml, described_settings
from tui.keymap import ACTIONS, spelt

_LONGEST_DEFAULT = 40


def settings_table() -> str:
    """Every setting with its default and the sentence beneath it."""
    rows = ["| Setting | Default | What it does |", "|---|---|---|"]
    rows += [
        f"| `{one.name}` | {_shown(one.default)} | {one.help} |"
        for one in described_settings()
    ]
    return "\n".join(rows)


def command_help(*command: str) -> str:
    """What `hearth COMMAND --help` prints, in a width of eighty columns."""
    environment = os.environ | {"COLUMNS": "80", "NO_COLOR": "1", "TERM": "dumb"}
    hearth = Path(sys.executable).with_name("hearth")
    shown = run(
        [hearth, *command, "--help"],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    return "```text\n" + shown.stdout.strip() + "\n```"


def key_table() -> str:
    """Every key of the terminal interface, by where it is listened to."""
    rows = ["| Where | Key | What it does |", "|---|---|---|"]
    rows += [
        f"| {action.where} | {spelt(action.keys)} | {action.help} |"
        for action in ACTIONS
    ]
    return "\n".join(rows)


def _shown(value: object) -> str:
    if isinstance(value, str) and len(value) > _LONGEST_DEFAULT:
        return "a short instruction"
    return f"`{as_toml(value)}`"
