"""Where the user writes: several lines, files that go along, what waits to be sent.

It knows nothing of models or conversations. Text leaves it by being sent, and
comes back when it could not be kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static, TextArea

from assistant.config.settings import KeySet
from assistant.entities.draft import Draft
from assistant.entities.search import Named
from assistant.entities.turn import TextFile
from tui.motions import location
from tui.widgets.aimed import Aimed
from tui.widgets.chips import Chip, Chips
from tui.widgets.editing import Editing
from tui.widgets.sheet import INVITATION, Sheet
from tui.widgets.waiting import Waiting

_ABOUT_FILES = "Ask something about it"
_PASTED = "pasted text"
_COMMANDING = " letters are commands · i writes "
_MARKING = " moving marks · d cuts, y keeps, Esc leaves off "


class Composer(Vertical):
    """The sheet, with what waits above it and the files that go along."""

    DEFAULT_CSS = """
    Composer {
        height: auto;
        width: 100%;
        max-width: 88;

        & > .above {
            color: $muted;
            text-style: $muted-style;
            padding: 0 2;
            display: none;
        }
        &.-has-above > .above { display: block; }
        & > #frame {
            height: auto;
            border: round $rule;
            padding: 0 1;
            border-subtitle-color: $primary;
            &:focus-within { border: round $primary; }
        }
    }
    """

    is_editing: reactive[bool] = reactive(default=False)
    """Whether an earlier question is being worded anew."""

    queued: reactive[tuple[str, ...]] = reactive(())
    """What will be asked when the present answer is done."""

    files: reactive[tuple[TextFile, ...]] = reactive(())
    """What goes along with the next question."""

    within: reactive[tuple[Named, ...]] = reactive(())
    """What of the library the next question alone is asked of."""

    is_choosing: reactive[bool] = reactive(default=False)
    """Whether something is offered for the word being typed."""

    @dataclass
    class Submitted(Message):
        """The user finished writing."""

        composer: "Composer"
        text: str
        files: tuple[TextFile, ...] = ()
        within: tuple[Named, ...] = ()

        @property
        def control(self) -> "Composer":
            return self.composer

    @dataclass
    class Changed(Message):
        """What is written, or what goes along with it, is another now."""

        composer: "Composer"

        @property
        def control(self) -> "Composer":
            return self.composer

    @dataclass
    class Choosing(Message):
        """A key for what is offered: `up`, `down`, `tab`, `enter`, `escape`."""

        composer: "Composer"
        key: str

        @property
        def control(self) -> "Composer":
            return self.composer

    @dataclass
    class FileShown(Message):
        """The words of a file that goes along are wanted."""

        composer: "Composer"
        file: TextFile

        @property
        def control(self) -> "Composer":
            return self.composer

    @dataclass
    class PathsGiven(Message):
        """These files were dropped here."""

        composer: "Composer"
        paths: tuple[Path, ...]

        @property
        def control(self) -> "Composer":
            return self.composer

    @dataclass
    class EditorWanted(Message):
        """The user would rather write elsewhere."""

        composer: "Composer"

        @property
        def control(self) -> "Composer":
            return self.composer

    @dataclass
    class Begun(Message):
        """These keys were pressed and wait for others; with none nothing waits."""

        composer: "Composer"
        keys: str

        @property
        def control(self) -> "Composer":
            return self.composer

    @dataclass
    class TakenBack(Message):
        """What waits at this place is wanted back, or shall not be sent."""

        composer: "Composer"
        place: int
        is_kept: bool

        @property
        def control(self) -> "Composer":
            return self.composer

    @dataclass
    class Scrolled(Message):
        """The user wants to read what is above (-1) or below (1)."""

        composer: "Composer"
        by: int

        @property
        def control(self) -> "Composer":
            return self.composer

    def __init__(self, *, keys: KeySet = KeySet.PLAIN) -> None:
        super().__init__()
        self._keys = keys

    def compose(self) -> ComposeResult:
        yield Waiting()
        yield Static(classes="above")
        with Vertical(id="frame"):
            yield Chips()
            yield Aimed()
            yield Sheet(keys=self._keys)

    @property
    def text(self) -> str:
        return self._sheet.text

    @text.setter
    def text(self, text: str) -> None:
        self._sheet.write(text)

    @property
    def before_cursor(self) -> str:
        """What is written up to the cursor."""
        return self._sheet.text[: self._sheet.place]

    def complete(self, begun: str, whole: str) -> None:
        """Put the whole of a word where it was begun, before the cursor."""
        sheet = self._sheet
        if self.before_cursor.endswith(begun):
            end = sheet.place
            start = location(sheet.text, end - len(begun))
            sheet.replace(whole, start, location(sheet.text, end))
            sheet.place = end - len(begun) + len(whole)

    @property
    def draft(self) -> Draft:
        """All that would be lost."""
        return Draft(text=self.text, files=self.files)

    @draft.setter
    def draft(self, draft: Draft) -> None:
        self.text, self.files = draft.text, draft.files

    def give_back(self, text: str, files: Sequence[TextFile] = ()) -> None:
        """Return what could not be sent, above what was written since."""
        self._sheet.write("\n".join(filter(None, (text, self.text))))
        self.files = (*files, *self.files)

    def remember(self, past: Sequence[str]) -> None:
        """What the up key leafs through, oldest first."""
        self._sheet.past = tuple(past)

    def write_here(self) -> None:
        """Take the focus."""
        self._sheet.focus()

    def watch_is_editing(self) -> None:
        self._sheet.takes_files = not self.is_editing
        self._tell()

    def watch_queued(self) -> None:
        self.query_one(Waiting).questions = self.queued
        self._sheet.is_followed = bool(self.queued)

    async def watch_files(self) -> None:
        self._sheet.placeholder = _ABOUT_FILES if self.files else INVITATION
        await self.query_one(Chips).show(self.files)
        self.post_message(self.Changed(self))

    def watch_within(self) -> None:
        self.query_one(Aimed).within = self.within

    def watch_is_choosing(self) -> None:
        self._sheet.is_choosing = self.is_choosing

    @property
    def _sheet(self) -> Sheet:
        return self.query_one(Sheet)

    def _tell(self) -> None:
        said = "in other words · Esc leaves it as it was" if self.is_editing else ""
        self.set_class(self.is_editing, "-has-above")
        self.query_one(".above", Static).update(Content(said))

    @on(Editing.ModeChanged)
    def _tell_mode(self, event: Editing.ModeChanged) -> None:
        event.stop()
        said = _COMMANDING if event.is_commanding else ""
        said = _MARKING if event.is_marking else said
        self.query_one("#frame").border_subtitle = Content(said)

    @on(Editing.Begun)
    def _pass_begun_on(self, event: Editing.Begun) -> None:
        event.stop()
        self.post_message(self.Begun(self, event.keys))

    @on(Sheet.Finished)
    def _announce(self, event: Sheet.Finished) -> None:
        event.stop()
        files, self.files = self.files, ()
        within, self.within = self.within, ()
        self.post_message(self.Submitted(self, event.text, files, within))

    @on(Sheet.Choosing)
    def _pass_key_on(self, event: Sheet.Choosing) -> None:
        event.stop()
        self.post_message(self.Choosing(self, event.key))

    @on(Aimed.Dropped)
    def _aim_wider(self, event: Aimed.Dropped) -> None:
        event.stop()
        self.within = tuple(each for each in self.within if each != event.named)
        self.write_here()

    @on(TextArea.Changed)
    def _changed(self, event: TextArea.Changed) -> None:
        event.stop()
        self.post_message(self.Changed(self))

    @on(Sheet.Pasted)
    def _enclose(self, event: Sheet.Pasted) -> None:
        event.stop()
        if event.paths:
            self.post_message(self.PathsGiven(self, event.paths))
        else:
            number = sum(file.name.startswith(_PASTED) for file in self.files) + 1
            name = _PASTED if number == 1 else f"{_PASTED} {number}"
            self.files = (*self.files, TextFile(name=name, text=event.text))

    @on(Sheet.Reached)
    def _go_on(self, event: Sheet.Reached) -> None:
        event.stop()
        if event.what == "waiting":
            last = len(self.queued) - 1
            self.post_message(self.TakenBack(self, last, is_kept=True))
        elif event.what == "editor":
            self.post_message(self.EditorWanted(self))
        elif self.within:
            self.within = self.within[:-1]
        elif chips := self.query_one(Chips).chips:
            chips[-1].focus()

    @on(Waiting.TakenBack)
    def _take_back(self, event: Waiting.TakenBack) -> None:
        event.stop()
        self.post_message(self.TakenBack(self, event.place, is_kept=event.is_kept))

    @on(Chip.Shown)
    def _show_file(self, event: Chip.Shown) -> None:
        event.stop()
        self.post_message(self.FileShown(self, event.chip.file))

    @on(Chip.Removed)
    def _take_off(self, event: Chip.Removed) -> None:
        event.stop()
        self.files = tuple(file for file in self.files if file is not event.chip.file)
        self.write_here()

    @on(Chip.Written)
    def _write_on(self, event: Chip.Written) -> None:
        event.stop()
        self.write_here()
        self._sheet.insert(event.letter)

    @on(Chip.Left)
    def _leave_chip(self, event: Chip.Left) -> None:
        event.stop()
        chips = self.query_one(Chips).chips
        place = chips.index(event.chip) + event.by
        if place >= len(chips):
            self.write_here()
        elif place >= 0:
            chips[place].focus()

    @on(Sheet.Scrolled)
    def _pass_on(self, event: Sheet.Scrolled) -> None:
        event.stop()
        self.post_message(self.Scrolled(self, event.by))
