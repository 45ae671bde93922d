"""The command palette: everything by name.

What can be typed after a slash, every other action of the key table, the models,
the personas, the looks, and conversations by their title.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.fuzzy import Matcher

from assistant.config.settings import KeySet
from assistant.entities.conversation import Conversation
from tui import present
from tui.keyed import keys_of
from tui.keymap import Action, Where, actions, spelt
from tui.screens.base import CoreScreen
from tui.screens.completing import CompletingScreen
from tui.screens.page import PageScreen
from tui.slashes import SLASHES, Slash
from tui.themes import NAMES

_HIDDEN = {"app.command_palette", "stop", "browse"}
_TITLES = 500
"""Titles that are matched letter by letter; older ones by their whole words."""

_SHOWN_TITLES = 8
_HERE = (Where.READING, Where.EVERYWHERE)
"""Where keys are that name an action; those of the last one are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Something to be done, by the name that the palette matches."""

    name: str
    run: Callable[[], Any]
    way: str = ""
    """How else it is done: keys, or what is typed."""


class Everything(Provider):
    """What can be done on the screen that lies below the palette."""

    _known: Sequence[Command] = ()
    _titles: Sequence[Conversation] = ()

    async def startup(self) -> None:
        page = self.screen if isinstance(self.screen, PageScreen) else None
        known = self._of_page(page) if page else self._actions()
        self._known = [*known, *self._looks(), *self._sets()]
        if isinstance(self.screen, CompletingScreen):
            self._known = [*self._known, *await self._names(self.screen)]

    async def discover(self) -> Hits:
        for command in self._known:
            shown = _with_way(Content(command.name), command.way)
            yield DiscoveryHit(shown, command.run, text=command.name)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for command in [*self._known, *await self._conversations(query)]:
            if score := matcher.match(command.name):
                shown = _highlighted(matcher, command.name)
                yield Hit(
                    score, _with_way(shown, command.way), command.run, text=command.name
                )

    @property
    def _keys(self) -> KeySet:
        """The set that was chosen."""
        return keys_of(self.screen)

    def _actions(self) -> Iterator[Command]:
        """Those that this screen knows; each once, with every way to it."""
        table = actions(self._keys)
        keys = {
            each.name: spelt(each.keys)
            for where in _HERE
            for each in table
            if each.where is where
        }
        by_help = {each.help: each.name for each in table}
        told: set[str] = set()
        for slash in SLASHES:
            action = slash.action
            same = action if action in keys else by_help.get(slash.help, action)
            told |= {action, same}
            if self._is_known(action):
                way = "  ".join(filter(None, (keys.get(same), f"/{slash.name}")))
                yield Command(name=slash.help, run=self._doing(slash), way=way)
        for other in table:
            is_told = other.name in told or other.name in _HIDDEN
            if _is_offered(other) and not is_told and self._is_known(other.name):
                run = partial(self.screen.run_action, other.name)
                yield Command(name=other.help, run=run, way=spelt(other.keys))

    def _of_page(self, page: PageScreen) -> Iterator[Command]:
        """What can be done on that page, its own first."""
        table = [each for each in actions(self._keys) if page.can(each)]
        for each in sorted(table, key=lambda each: each.where is Where.EVERYWHERE):
            if each.name not in _HIDDEN:
                run = partial(page.run_action, each.name)
                yield Command(name=each.help, run=run, way=spelt(each.keys))

    def _is_known(self, action: str) -> bool:
        prefix, _, bare = action.partition("(")[0].rpartition(".")
        return prefix == "app" or hasattr(self.screen, f"action_{bare}")

    def _doing(self, slash: Slash) -> Callable[[], Any]:
        """Do it, or write its beginning where what follows is to be written."""
        if isinstance(self.screen, CompletingScreen):
            return partial(self.screen.begin_command, slash)
        return partial(self.screen.run_action, slash.action)

    def _looks(self) -> Iterator[Command]:
        for name in NAMES:
            yield Command(name=f"Look: {name}", run=partial(self._wear, name))

    def _wear(self, name: str) -> None:
        if isinstance(self.screen, CoreScreen):
            self.screen.wear(name)
        else:
            self.app.theme = name

    def _sets(self) -> Iterator[Command]:
        if isinstance(self.screen, CoreScreen):
            for keys in KeySet:
                run = partial(self.screen.press, keys)
                yield Command(name=f"Keys: {keys}", run=run)

    async def _names(self, screen: CompletingScreen) -> list[Command]:
        """Who can answer, by name; and the titles there are."""
        core, commands = screen.core, []
        with screen.troubles_told():
            for model in await screen.errands.run(core.models.list):
                run = partial(screen.action_answer_with, model.name)
                commands.append(Command(name=f"Model: {model.name}", run=run))
            for persona in await screen.errands.run(core.personas.all):
                answer_as = partial(screen.action_answer_as, persona.name)
                commands.append(Command(name=f"Persona: {persona.name}", run=answer_as))
            self._titles = await screen.errands.run(
                core.history.recent,
                core.audience,
                limit=_TITLES,
                include_archived=True,
            )
        return commands

    async def _conversations(self, query: str) -> list[Command]:
        screen = self.screen
        if not isinstance(screen, CompletingScreen):
            return []
        with screen.troubles_told():
            older = await screen.errands.run(
                screen.core.history.titled, query, screen.core.audience
            )
            return [
                Command(
                    name=_opening(each),
                    run=partial(screen.open_conversation, each.id),
                    way=present.when(each.updated_at, screen.now()),
                )
                for each in self._best(query, [*self._titles, *older])
            ]
        return []

    def _best(
        self, query: str, conversations: Iterable[Conversation]
    ) -> list[Conversation]:
        matcher = self.matcher(query)
        every = {each.id: each for each in conversations}
        scored = [(matcher.match(_opening(each)), each) for each in every.values()]
        fitting = [pair for pair in scored if pair[0]]
        fitting.sort(key=lambda pair: -pair[0])
        return [each for _, each in fitting[:_SHOWN_TITLES]]


def _opening(conversation: Conversation) -> str:
    return f"Open: {present.title_of(conversation)}"


def _is_offered(action: Action) -> bool:
    """Keys that only move about have no name worth choosing."""
    return action.where is Where.EVERYWHERE or (
        action.name.startswith("wish") and action.where in _HERE
    )


def _highlighted(matcher: Matcher, name: str) -> Content:
    """The letters that matched, marked; a title is nobody's markup."""
    content = Content(name)
    _, offsets = matcher.fuzzy_search.match(matcher.query, name)
    for offset in offsets:
        content = content.stylize("bold $primary", offset, offset + 1)
    return content


def _with_way(name: Content, way: str) -> Content:
    return Content.assemble(name, "  ", (way, "$muted")) if way else name
