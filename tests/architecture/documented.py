"""The parts of README that are made from the program, so that they stay true."""

import ast
import os
from collections.abc import Iterator
from dataclasses import fields
from itertools import pairwise
from pathlib import Path
from subprocess import run

from assistant.config import settings as settings_module
from assistant.config.settings import Settings
from tui.keymap import ACTIONS


def settings_table() -> str:
    """Every setting with its default and the sentence beneath it."""
    rows = ["| Setting | Default | What it does |", "|---|---|---|"]
    for section in fields(Settings):
        instance = getattr(Settings(), section.name)
        for name, sentence in explained_fields(type(instance).__name__):
            default = _shown(getattr(instance, name))
            rows.append(f"| `{section.name}.{name}` | {default} | {sentence} |")
    return "\n".join(rows)


def explained_fields(class_name: str) -> Iterator[tuple[str, str]]:
    """Field names of a settings class, each with its docstring."""
    tree = ast.parse(Path(settings_module.__file__).read_text(encoding="utf-8"))
    body = next(
        node.body
        for node in tree.body
        if isinstance(node, ast.ClassDef) and node.name == class_name
    )
    for field, after in pairwise(body):
        if isinstance(field, ast.AnnAssign) and isinstance(after, ast.Expr):
            yield ast.unparse(field.target), ast.literal_eval(after.value)


def command_help(*command: str) -> str:
    """What `hearth COMMAND --help` prints, in a width of eighty columns."""
    environment = os.environ | {"COLUMNS": "80", "NO_COLOR": "1", "TERM": "dumb"}
    shown = run(
        ["hearth", *command, "--help"],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    return "```text\n" + shown.stdout.strip() + "\n```"


def key_table() -> str:
    """Every key of the terminal interface."""
    rows = ["| Key | What it does |", "|---|---|"]
    rows += [f"| `{action.key}` | {action.help} |" for action in ACTIONS]
    return "\n".join(rows)


def _shown(value: object) -> str:
    if isinstance(value, str) and len(value) > 40:
        return "a short instruction"
    if isinstance(value, tuple):
        return "none" if not value else f"`{', '.join(value)}`"
    return f"`{value}`"
