"""Every key and what it does, once.

Bindings, the command palette and the help screen read this table; nothing in
here knows how an action is carried out.
"""

from enum import StrEnum
from typing import NamedTuple

from textual.binding import Binding


class Where(StrEnum):
    """Where a key is listened to; EVERYWHERE includes all the others."""

    EVERYWHERE = "Everywhere"
    WRITING = "While writing"
    READING = "On a message"
    CHOOSING = "In the list of conversations"


class Action(NamedTuple):
    """Something the user can do with a key."""

    name: str
    keys: str
    help: str
    where: Where = Where.EVERYWHERE


ACTIONS = (
    Action("send", "enter", "Send what is written", Where.WRITING),
    Action("break_line", "shift+enter,ctrl+j", "Begin a new line", Where.WRITING),
    Action("recall(-1)", "up", "Earlier question, at the first line", Where.WRITING),
    Action("recall(1)", "down", "Later question, at the last line", Where.WRITING),
    Action("read(-1)", "pageup", "Scroll the conversation up", Where.WRITING),
    Action("read(1)", "pagedown", "Scroll the conversation down", Where.WRITING),
    Action("stop", "escape", "Stop the answer, or leave what is open"),
    Action("new", "ctrl+n", "Start a new conversation"),
    Action("find", "ctrl+f", "Find in titles and in all that was said"),
    Action("browse", "ctrl+up,alt+up", "Go to the messages, newest first"),
    Action("again", "ctrl+r", "Answer the last question again"),
    Action("go_on", "ctrl+g", "Go on with a broken answer, or try again"),
    Action("choose_model", "ctrl+o", "Choose the model that answers"),
    Action("rename", "f2", "Rename this conversation"),
    Action("toggle_sidebar", "ctrl+b", "Show or hide the conversations"),
    Action("app.command_palette", "ctrl+p", "Everything, by name"),
    Action("help", "f1", "Show these keys"),
    Action("app.quit", "ctrl+q", "Leave; everything is saved"),
    Action("step(-1)", "up,k", "The message above", Where.READING),
    Action("step(1)", "down,j", "The message below", Where.READING),
    Action("wish('edit')", "e", "Ask it in other words", Where.READING),
    Action("wish('again')", "r", "Answer it again", Where.READING),
    Action("wish('go_on')", "g", "Go on with it, or try again", Where.READING),
    Action("wish('copy')", "c", "Copy it", Where.READING),
    Action("wish('previous')", "left", "The version before", Where.READING),
    Action("wish('next')", "right", "The version after", Where.READING),
    Action("help", "question_mark", "Show these keys", Where.READING),
    Action("wish('archive')", "a", "Archive it", Where.CHOOSING),
    Action("wish('rename')", "r", "Rename it", Where.CHOOSING),
    Action("wish('delete')", "d,delete", "Delete it, after a question", Where.CHOOSING),
)


def bindings(where: Where) -> list[Binding]:
    """What Textual is told."""
    return [
        Binding(
            action.keys,
            action.name,
            action.help,
            show=False,
            system=True,
        )
        for action in ACTIONS
        if action.where is where
    ]


def named(where: Where) -> dict[str, str]:
    """What each key does there, for a widget that must take its keys in order."""
    return {
        key: action.name
        for action in ACTIONS
        if action.where is where
        for key in action.keys.split(",")
    }


_SPELT = {
    "ctrl": "Ctrl",
    "alt": "Alt",
    "shift": "Shift",
    "enter": "Enter",
    "escape": "Esc",
    "question_mark": "?",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "delete": "Del",
}


def spelt(keys: str) -> str:
    """Keys as a person reads them: `ctrl+n,f2` is `Ctrl+N, F2`."""
    return ", ".join(
        "+".join(_SPELT.get(part, part.upper()) for part in key.split("+"))
        for key in keys.split(",")
    )


def hint(name: str) -> str:
    """The first key of an action, short: `^N`."""
    keys = next(action.keys for action in ACTIONS if action.name == name)
    return spelt(keys.split(",")[0]).replace("Ctrl+", "^")
