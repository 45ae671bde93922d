"""What can be typed after a slash, once.

Completion, the palette and the screen that does it read this table; nothing in here
knows how.
"""

from collections.abc import Iterator
from typing import NamedTuple


class Slash(NamedTuple):
    """A command by its name. What follows the name is handed to the action."""

    name: str
    help: str
    action: str
    takes: str = ""
    """What may follow, in one word; empty when nothing does."""

    is_needed: bool = False
    """Whether it means nothing without that."""


SLASHES = (
    Slash("new", "Start a new conversation", "new"),
    Slash("find", "Find in this conversation", "find_here", "words"),
    Slash("search", "Search all that was said, and documents", "find", "words"),
    Slash("model", "Choose the model that answers", "answer_with", "name"),
    Slash("persona", "Choose who seems to be answering", "answer_as", "name"),
    Slash("theme", "Change the look", "wear", "name", is_needed=True),
    Slash("keys", "Change the keys: plain, vim, emacs", "press", "set", is_needed=True),
    Slash("again", "Answer the last question again", "again"),
    Slash("why", "Why the last answer is as it is", "wish('why')"),
    Slash("copy", "Copy the last answer", "wish('copy')"),
    Slash("copy-all", "Copy the whole conversation", "wish('copy_all')"),
    Slash("export", "Save this conversation to a file", "export"),
    Slash("fork", "Begin another conversation from here", "wish('fork')"),
    Slash("rename", "Rename this conversation", "title", "title"),
    Slash("pin", "Pin this conversation on top, or unpin it", "wish('pin')"),
    Slash("archive", "Put this conversation away, or bring it back", "wish('archive')"),
    Slash("conversations", "Go to the conversations", "go_to_list"),
    Slash("archived", "Show the archive, and back", "toggle_archive"),
    Slash("delete", "Delete this conversation", "wish('delete')"),
    Slash("undo", "Bring back what was deleted last", "bring_back"),
    Slash("incognito", "Off the record from now on, or on it again", "off_record"),
    Slash("documents", "Look at the library, and add documents", "visit('library')"),
    Slash("models", "Look at models, fetch and check them", "visit('models')"),
    Slash("settings", "Change the settings", "visit('settings')"),
    Slash("memories", "What is remembered about you", "visit('memories')"),
    Slash("remember", "Remember something", "say('remember')", "what", is_needed=True),
    Slash("forget", "Forget something", "say('forget')", "what", is_needed=True),
    Slash("help", "Show these keys", "help"),
    Slash("quit", "Leave; everything is saved", "app.quit"),
)


class Typed(NamedTuple):
    """A command as it was typed, and what follows its name."""

    slash: Slash
    rest: str


def typed(text: str) -> Typed | None:
    """The command that a text is; None when it is none, or an unknown one."""
    name, _, rest = text.strip().partition(" ")
    for slash in SLASHES:
        if name == f"/{slash.name}" and (slash.takes or not rest):
            return Typed(slash, rest.strip())
    return None


def meant(text: str) -> Iterator[Slash]:
    """Those whose name begins with what is typed so far, then those that hold it."""
    if not text.startswith("/") or any(each.isspace() for each in text):
        return
    wanted = text[1:].casefold()
    yield from (each for each in SLASHES if each.name.startswith(wanted))
    if wanted:
        yield from (
            each
            for each in SLASHES
            if wanted in each.name and not each.name.startswith(wanted)
        )
