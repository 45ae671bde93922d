"""A sheet with one or more lines to fill in, each with help while it is written.

What can be written there, and what is wrong with it, others say: it is given two
questions to ask, and never knows what the words are for.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from assistant.safetext import clean, one_line
from tui.modals.panel import Panel

Complete: TypeAlias = Callable[[str], Awaitable[Sequence[str]]]
"""Whole values that what is written may be on its way to."""

Check: TypeAlias = Callable[[str], Awaitable[str]]
"""What is wrong with what is written; empty when nothing is."""

_MOST = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Blank:
    """One line to fill in."""

    name: str
    label: str
    value: str = ""
    hint: str = ""
    complete: Complete | None = None
    check: Check | None = None
    may_be_empty: bool = False


class Form(Panel[Mapping[str, str] | None]):
    """What was written, by name; None when it was left."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "take(True)", "Complete", show=False, priority=True),
        Binding("down", "point(1)", "Next", show=False, priority=True),
        Binding("up", "point(-1)", "Before", show=False, priority=True),
    ]

    DEFAULT_CSS = """
    Form {
        & .label { color: $muted; text-style: $muted-style; margin: 0; height: 1; }
        & Input { margin-bottom: 0; }
        & OptionList { display: none; max-height: 8; margin: 0 0 0 1; }
        & OptionList.-shown { display: block; }
        & .wrong { color: $error; height: auto; margin: 0; display: none; }
        & .wrong.-shown { display: block; }
        & .keys { margin-top: 1; }
        & .blank { height: auto; margin-bottom: 1; }

        &.-short {
            & > #sheet { padding: 0 1; max-height: 100%; }
            & .title, & .blank { margin-bottom: 0; }
            & .quiet { display: none; }
            & .keys { margin-top: 0; }
        }
    }
    """

    def __init__(
        self,
        title: str,
        blanks: Sequence[Blank],
        *,
        verb: str = "save",
        about: str = "",
    ) -> None:
        super().__init__()
        self._title = title
        self._blanks = {blank.name: blank for blank in blanks}
        self._verb = verb
        self._about = about
        self._found: dict[str, Sequence[str]] = {}
        self.VERTICAL_BREAKPOINTS = [(0, "-short"), (16, "-tall")]

    def compose(self) -> ComposeResult:
        with Vertical(id="sheet"):
            yield Static(Content(self._title), classes="title")
            if self._about:
                yield Static(Content(clean(self._about)), classes="quiet")
            for blank in self._blanks.values():
                with Vertical(id=blank.name, classes="blank"):
                    yield Static(Content(blank.label), classes="label")
                    yield Input(
                        blank.value, placeholder=blank.hint, select_on_focus=False
                    )
                    yield OptionList(markup=False)
                    yield Static(classes="wrong", markup=False)
            yield Static(self._keys(), classes="keys")

    def on_mount(self) -> None:
        for line in self.query(Input):
            line.cursor_blink = self.app.animation_level != "none"
        for listed in self.query(OptionList):
            listed.can_focus = False

    def _keys(self) -> Content:
        offers = [("Enter", self._verb), ("Esc", "leave it")]
        if any(blank.complete for blank in self._blanks.values()):
            offers.insert(1, ("Tab", "complete"))
        parts = (Content.assemble((key, "bold"), f" {word}") for key, word in offers)
        return Content("     ").join(parts)

    def _here(self) -> str:
        """The blank that is being written in."""
        focused = self.focused
        box = focused.parent if focused is not None else None
        return box.id or "" if box is not None and box.id in self._blanks else ""

    def _box(self, name: str) -> Vertical:
        return self.query_one(f"#{name}", Vertical)

    def action_point(self, by: int) -> None:
        """Move the mark among what is offered, or go to the next line."""
        name = self._here()
        listed = self._box(name).query_one(OptionList) if name else None
        if listed is not None and listed.option_count:
            place = -1 if listed.highlighted is None else listed.highlighted
            listed.highlighted = (place + by) % listed.option_count
        elif by > 0:
            self.focus_next(Input)
        else:
            self.focus_previous(Input)

    def action_take(self, goes_on: bool) -> None:
        """Write what is marked among what is offered, else go to the next line."""
        name = self._here()
        found = self._found.get(name, ())
        if not name or not found:
            self.focus_next(Input)
            return
        place = self._box(name).query_one(OptionList).highlighted or 0
        line = self._box(name).query_one(Input)
        if found[place] == line.value and goes_on:
            self.focus_next(Input)
        self._write(name, found[place])

    def _write(self, name: str, text: str) -> None:
        line = self._box(name).query_one(Input)
        line.value = text
        line.cursor_position = len(text)

    @on(OptionList.OptionSelected)
    def _take_clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        box = event.option_list.parent
        if box is not None and box.id in self._blanks:
            self._write(box.id, self._found[box.id][event.option_index])
            box.query_one(Input).focus()

    @on(Input.Changed)
    def _look(self, event: Input.Changed) -> None:
        event.stop()
        box = event.input.parent
        if box is not None and box.id in self._blanks:
            self._think(box.id, event.value)

    @work(exclusive=True, group="think")
    async def _think(self, name: str, text: str) -> None:
        blank = self._blanks[name]
        if blank.complete is not None:
            self._offer(name, await blank.complete(text))
        if blank.check is not None:
            self._complain(name, await blank.check(text))

    def _offer(self, name: str, found: Sequence[str]) -> None:
        line = self._box(name).query_one(Input)
        others = [each for each in found if each != line.value][:_MOST]
        self._found[name] = others
        listed = self._box(name).query_one(OptionList)
        listed.set_options([Option(_shown(each)) for each in others])
        listed.set_class(bool(others) and line.has_focus, "-shown")

    def _complain(self, name: str, complaint: str) -> None:
        wrong = self._box(name).query_one(".wrong", Static)
        wrong.update(Content(clean(complaint)))
        wrong.set_class(bool(complaint), "-shown")

    @on(Input.Blurred)
    def _hide_offers(self, event: Input.Blurred) -> None:
        box = event.input.parent
        if box is not None:
            box.query_one(OptionList).remove_class("-shown")

    @on(Input.Submitted)
    async def _answer(self, event: Input.Submitted) -> None:
        event.stop()
        box = event.input.parent
        names = list(self._blanks)
        if box is None or box.id not in names:
            return
        if box.id != names[-1] and event.value.strip():
            rest = names[names.index(box.id) + 1 :]
            if any(not self._is_filled(name) for name in rest):
                self.focus_next(Input)
                return
        if await self._is_right():
            self.dismiss(self._written())

    def _written(self) -> dict[str, str]:
        return {
            name: self._box(name).query_one(Input).value.strip()
            for name in self._blanks
        }

    def _is_filled(self, name: str) -> bool:
        return self._blanks[name].may_be_empty or bool(self._written()[name])

    async def _is_right(self) -> bool:
        """Whether it can be taken as it is; goes to the first line that cannot."""
        for name, text in self._written().items():
            blank = self._blanks[name]
            complaint = "" if self._is_filled(name) else "Something has to be here"
            if not complaint and blank.check is not None:
                complaint = await blank.check(text)
            if complaint:
                self._complain(name, complaint)
                self._box(name).query_one(Input).focus()
                return False
        return True


def _shown(value: str) -> Content:
    """The end of it, which tells it from the others."""
    folder = "/" if value.endswith("/") else ""
    return Content(one_line(value.rstrip("/").rpartition("/")[2]) + folder)
