"""The command palette: every action of the key table by name, and the looks."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from tui.keymap import ACTIONS, Action, Where, spelt
from tui.screens.page import PageScreen
from tui.themes import NAMES

_HIDDEN = {"app.command_palette", "stop", "browse"}


class Everything(Provider):
    """What can be done on the screen that lies below the palette."""

    async def discover(self) -> Hits:
        for name, keys, run in self._commands():
            yield DiscoveryHit(_with_keys(Content(name), keys), run, text=name)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for name, keys, run in self._commands():
            if score := matcher.match(name):
                shown = Content.from_text(matcher.highlight(name))
                yield Hit(score, _with_keys(shown, keys), run, text=name)

    def _commands(self) -> Iterator[tuple[str, str, Callable[[], Any]]]:
        for action in ACTIONS:
            if self._is_possible(action) and action.name not in _HIDDEN:
                run = partial(self.screen.run_action, action.name)
                yield action.help, spelt(action.keys), run
        for name in NAMES:
            yield f"Look: {name}", "", partial(self._wear, name)

    def _is_possible(self, action: Action) -> bool:
        """Whether the screen below can do it: a page does other things."""
        if isinstance(self.screen, PageScreen):
            return self.screen.can(action)
        return action.name.startswith("wish") or action.where is Where.EVERYWHERE

    def _wear(self, name: str) -> None:
        self.app.theme = name


def _with_keys(name: Content, keys: str) -> Content:
    return Content.assemble(name, "  ", (keys, "$muted")) if keys else name
