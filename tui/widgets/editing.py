"""A text area whose keys are those of the chosen set, vim's and emacs's among them.

It reads keys, and moves and changes its own text as they say, and nothing else.
"""

import re
from dataclasses import dataclass

from textual import events
from textual.message import Message
from textual.reactive import reactive
from textual.widgets.text_area import Selection

from assistant.config.settings import KeySet
from tui.keyed import keys_of
from tui.keymap import Where, named
from tui.motions import (
    Seek,
    Span,
    between,
    line_end,
    line_start,
    location,
    moved,
    sought,
    span,
)
from tui.strokes import Command, Commands, Strokes
from tui.widgets.cutting import Cutting

_REPEATED = ("recall", "put", "undo", "redo", "cursor", "flip", "join", "turn_case")
"""What is done as often as was said before it."""

_MARKS = ("go", "seek", "mark", "recall")
"""What goes on marking; all else ends it."""

_OPERATION = re.compile(r"operate\('(\w+)'\)")


class Editing(Cutting):
    """Listens to one table of keys while writing, to another one while commanding."""

    keys: reactive[KeySet] = reactive(KeySet.PLAIN)
    """The set whose keys these are."""

    is_marking: reactive[bool] = reactive(default=False)
    """Whether moving marks, as in vim's visual mode."""

    begun: reactive[str] = reactive("")
    """Keys that were pressed and mean nothing yet, with blanks between them."""

    @dataclass
    class ModeChanged(Message):
        """Letters have become commands, or letters again; or moving marks."""

        is_commanding: bool
        is_marking: bool

    @dataclass
    class Begun(Message):
        """These keys wait for others; with none of them nothing waits."""

        keys: str

    def __init__(self, *, keys: KeySet, placeholder: str = "") -> None:
        super().__init__(placeholder=placeholder)
        self._sought: Seek | None = None
        self._said = Command("")
        """What is being carried out, with what was said of it."""

        self._marked_from = 0
        self._listen_to(keys)
        self.set_reactive(Editing.keys, keys)

    def _listen_to(self, keys: KeySet) -> None:
        writing, commanding = named(Where.WRITING, keys), named(Where.COMMANDING, keys)
        still = {key: name for key, name in writing.items() if name != "command"}
        self._writing = Strokes(writing)
        self._commands = Commands({**still, **commanding}, named(Where.SPANNING, keys))
        self._leading = {
            key for key, name in commanding.items() if name.startswith("screen.")
        }

    def watch_keys(self) -> None:
        self._listen_to(self.keys)
        self.is_commanding = self.is_marking = False
        self.begun = ""

    def name_keys(self) -> None:
        """Listen to the set that holds now."""
        self.keys = keys_of(self)

    def watch_begun(self) -> None:
        self.post_message(self.Begun(self.begun))

    def watch_is_commanding(self) -> None:
        self.set_class(self.is_commanding, "-commanding")
        self.post_message(self.ModeChanged(self.is_commanding, self.is_marking))

    def watch_is_marking(self) -> None:
        self._commands.is_marking = self.is_marking
        self.post_message(self.ModeChanged(self.is_commanding, self.is_marking))

    def check_consume_key(self, key: str, character: str | None = None) -> bool:
        # Nobody else shall take a command for a letter; one that leads away is neither.
        is_leading = self.is_commanding and key in self._leading
        return not is_leading and super().check_consume_key(key, character)

    async def _on_key(self, event: events.Key) -> None:
        # Not by bindings: they would run before letters typed just now are written,
        # or after ones typed since.
        self._did_before, self._did = self._did, ""
        meant = self._take(event)
        if meant is None and not (self.is_commanding and event.is_printable):
            return
        event.stop()
        event.prevent_default()
        if meant:
            await self._carry_out(meant)

    def _take(self, event: events.Key) -> Command | str | None:
        """What the keys mean so far; escape leaves off marking first."""
        meant: Command | str | None
        if not self.is_commanding:
            action = self._writing.take(event.key)
            meant = Command(action) if action else action
            self.begun = self._writing.begun
            return meant
        meant = self._commands.take(event.key, event.character)
        self.begun = self._commands.begun
        if meant is None and self.is_marking and event.key == "escape":
            return Command("mark")
        return meant

    async def _carry_out(self, meant: Command | str) -> None:
        if not isinstance(meant, Command):
            return
        self._said = meant
        is_repeated = meant.action.startswith(_REPEATED)
        for _ in range((meant.times or 1) if is_repeated else 1):
            await self.run_action(meant.action)
        if self.is_marking and not meant.action.startswith(_MARKS):
            self.is_marking = False
            self.place = self.place
        elif self.is_marking:
            self._show_marked()
        self._said = Command("")

    def action_command(self) -> None:
        """Letters are commands from now on."""
        self.is_commanding = True
        if self.place > line_start(self.text, self.place):
            self.place -= 1

    def action_write(self, where: str) -> None:
        """Letters are letters from now on; `where` says where they go."""
        self.is_commanding = False
        at, text = self.place, self.text
        if where == "after":
            self.place = min(at + 1, line_end(text, at))
        elif where in ("begin", "last"):
            self.place = moved(text, at, where)
        elif where == "below":
            self._put_at(line_end(text, at), "\n")
        elif where == "above":
            start = line_start(text, at)
            self._put_at(start, "\n")
            self.place = start

    def action_mark(self) -> None:
        """Mark from here on, or leave off."""
        self.is_marking = not self.is_marking
        self._marked_from = self.place
        self.place = self.place

    def _show_marked(self) -> None:
        at, text = self.place, self.text
        first = self._marked_from + (at < self._marked_from)
        self.selection = Selection(location(text, first), location(text, at))

    @property
    def _marked(self) -> Span:
        ends = sorted((self._marked_from, self.place))
        return Span(ends[0], min(ends[1] + 1, len(self.text)))

    def action_go(self, motion: str) -> None:
        """Move the cursor; onto a word as a whole, that it is marked."""
        if motion in ("word", "words"):
            part = span(self.text, self.place, motion)
            self._marked_from = part.start
            self.place = max(part.start, part.end - 1)
        else:
            self.place = moved(self.text, self.place, motion, times=self._said.times)

    def action_seek(self, how: str) -> None:
        """Move to the letter that was said, or go as far with an operator."""
        self._sought = Seek(how, self._said.letter)
        self._seek(self._sought)

    def action_seek_again(self, by: int) -> None:
        """The same letter once more (1), or in the other direction (-1)."""
        if self._sought is not None:
            self._seek(self._sought if by > 0 else self._sought.reversed)

    def _seek(self, seek: Seek) -> None:
        at = self.place
        there = sought(self.text, at, seek, times=self._said.times or 1)
        operation = _OPERATION.fullmatch(self._said.operator)
        if operation is None:
            self.place = there
        elif there != at:
            self._operate(operation[1], between(self.text, at, there, motion=seek.how))

    def action_operate(self, how: str, motion: str = "") -> None:
        """Cut, change or keep what is marked, or as far as a motion goes."""
        motion = motion or self._said.motion
        if self.is_marking:
            self._operate(how, self._marked)
            return
        at, text = self.place, self.text
        part = span(text, at, motion, times=self._said.times)
        if how == "change" and motion == "next":
            words = text[at : part.end]
            part = part._replace(end=at + len(words.rstrip()) if words.strip() else at)
        self._operate(how, part)

    def _operate(self, how: str, part: Span) -> None:
        is_change = how == "change"
        if how == "keep":
            self._keep(part)
            self.place = part.start
        elif is_change and part.is_lines:
            self._keep(part)
            self._delete(part.start, part.end)
        else:
            self._cut_out(part)
        if is_change:
            self.is_commanding = False
            self.place = part.start

    def action_replace(self) -> None:
        """Put the letter that was said in place of this one, and those after it."""
        at, text = self.place, self.text
        end = at + (self._said.times or 1)
        if end <= line_end(text, at):
            self._write_over(at, end, self._said.letter * (end - at))
            self.place = end - 1
