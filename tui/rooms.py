"""The screens that stand on the core, by name.

To import them all takes longer than anybody likes to look at nothing: it is done
when the first frame stands, and on another thread.
"""

from collections.abc import Callable, Mapping

from textual.screen import Screen

from tui.core import Core
from tui.screens.conversation import ConversationScreen
from tui.screens.library import LibraryScreen
from tui.screens.memories import MemoriesScreen
from tui.screens.models import ModelsScreen
from tui.screens.opening import Written
from tui.screens.settings import SettingsScreen

PAGES: Mapping[str, Callable[[Core], Screen[None]]] = {
    "library": LibraryScreen,
    "models": ModelsScreen,
    "memories": MemoriesScreen,
    "settings": SettingsScreen,
}
"""Kept while others are shown: what goes on there goes on."""


def conversation(core: Core, written: Written | None) -> Screen[None]:
    """The first of them, with what was written before it was there."""
    return ConversationScreen(core, written=written)
