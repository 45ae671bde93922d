"""The settings: what each is, who says so, and changing it.

What can be said of a value, and whether it can be, the configuration knows; this
page asks it at every letter.
"""

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from assistant.config.configuration import Control, Entry, From
from assistant.config.settings import KeySet, Look
from assistant.errors import ConfigError
from assistant.figures import plural
from assistant.safetext import one_line
from tui.core import Core
from tui.keyed import use_keys
from tui.keymap import Where, bindings
from tui.modals.choose import Choose
from tui.modals.form import Blank, Form
from tui.screens.page import PageScreen
from tui.typeahead import AWAITED
from tui.widgets.knobs import about, as_typed, in_words, is_waiting, setting_rows
from tui.widgets.page import PageBar
from tui.widgets.rows import Row, Rows

_LOOK = "interface.theme"
_KEYS = "interface.keys"
_AT_ONCE = frozenset({_LOOK, _KEYS})
"""Felt as soon as they are changed; all else from the next start."""


class SettingsScreen(PageScreen):
    """Looking, changing, giving back."""

    CSS_PATH = "page.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Where.SETTINGS)]
    name_ = "settings"
    heading = "Settings"
    where = Where.SETTINGS
    words: ClassVar[Sequence[tuple[str, str]]] = (
        ("change", "change"),
        ("reset", "default"),
    )

    def __init__(self, core: Core) -> None:
        super().__init__(core)
        self.entries: dict[str, Entry] = {}

    def body(self) -> Iterator[Widget]:
        yield Input(placeholder="find a setting")
        yield Rows()
        yield Static(classes="about", markup=False)

    @work(exclusive=True, group="fill", name=AWAITED)
    async def fill(self) -> None:
        with self.troubles_told():
            entries = await self.errands.run(self.core.configuration.entries)
            self.entries = {each.name: each for each in entries}
            own = sum(each.comes_from is not From.DEFAULT for each in entries)
            waiting = sum(is_waiting(each, at_once=_AT_ONCE) for each in entries)
            facts = [f"{own} of {plural(len(entries), 'setting')} changed"]
            if waiting:
                facts.append(f"{waiting} at the next start")
            self.query_one(PageBar).facts = " · ".join(facts)
            self._list()

    def _list(self) -> None:
        words = self.query_one(Input).value.casefold().split()
        fitting = [each for each in self.entries.values() if _fits(each, words)]
        rows = setting_rows(fitting, at_once=_AT_ONCE)
        if words and not fitting:
            rows = [Row(left=Content("No setting is called that"))]
        self.query_one(Rows).rows = tuple(rows)

    @property
    def marked(self) -> Entry | None:
        """The setting of the marked line."""
        return self.entries.get(self.query_one(Rows).marked or "")

    @on(Input.Changed)
    def _narrow(self, event: Input.Changed) -> None:
        event.stop()
        self._list()

    @on(Input.Submitted)
    def _go_to_list(self, event: Input.Submitted) -> None:
        event.stop()
        self.query_one(Rows).focus()

    @on(Rows.Marked)
    def _describe(self, event: Rows.Marked) -> None:
        event.stop()
        entry = self.entries.get(event.id or "")
        said = about(entry, at_once=_AT_ONCE) if entry else Content()
        self.query_one(".about", Static).update(said)

    @on(Rows.Chosen)
    def _enter(self, event: Rows.Chosen) -> None:
        event.stop()
        self.action_change()

    @work(group="change", name=AWAITED)
    async def action_change(self) -> None:
        """Change the marked setting, by the control that fits it."""
        entry = self.marked
        if entry is None:
            return
        text = await self._ask(entry)
        if text is not None:
            await self._keep(entry, text)

    async def _ask(self, entry: Entry) -> str | None:
        match entry.control:
            case Control.TOGGLE:
                return as_typed(not entry.value)
            case Control.CHOICE:
                return await self.app.push_screen_wait(
                    Choose(_question(entry), entry.choices)
                )
            case Control.NUMBER | Control.TEXT | Control.LIST:
                return await self._ask_in_words(entry)

    async def _ask_in_words(self, entry: Entry) -> str | None:
        async def check(text: str) -> str:
            try:
                await self.errands.run(self.core.configuration.check, entry.name, text)
            except ConfigError as error:
                return str(error)
            return ""

        form = Form(
            _question(entry),
            [
                Blank(
                    name="value",
                    label=f"Default: {in_words(entry.described.default)}",
                    value=as_typed(entry.value).replace("\n", " "),
                    check=check,
                    may_be_empty=True,
                )
            ],
            about=entry.described.help,
        )
        written = await self.app.push_screen_wait(form)
        return written["value"] if written is not None else None

    async def _keep(self, entry: Entry, text: str) -> None:
        with self.troubles_told():
            now = await self.errands.run(self.core.configuration.set, entry.name, text)
            self._took_place(now)

    @work(group="change", name=AWAITED)
    async def action_reset(self) -> None:
        """Give the marked setting its default again."""
        entry = self.marked
        if entry is None:
            return
        with self.troubles_told():
            now = await self.errands.run(self.core.configuration.reset, entry.name)
            self._took_place(now)

    def _took_place(self, now: Entry) -> None:
        """Say what holds from now on, and since when."""
        if now.name == _LOOK and isinstance(now.value, Look):
            self.app.theme = now.value
        if now.name == _KEYS and isinstance(now.value, KeySet):
            use_keys(self, now.value)
        lines = [f"{now.name} is {in_words(now.value)}"]
        if now.comes_from is From.ENVIRONMENT:
            lines.append(f"{now.origin} says so, whatever the file says")
        elif is_waiting(now, at_once=_AT_ONCE):
            lines.append("Felt when Hearth starts the next time")
        self.note(*lines)
        self.fill()


def _question(entry: Entry) -> str:
    return one_line(entry.name.replace("_", " ").replace(".", " › "))


def _fits(entry: Entry, words: Sequence[str]) -> bool:
    text = f"{entry.name.replace('_', ' ')} {entry.described.help}".casefold()
    return all(word in text for word in words)
