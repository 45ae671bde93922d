"""A text area whose keys are those of the chosen set, vim's and emacs's among them.

It changes its own text and nothing else; what was cut is its own, and stays here.
"""

import re
from dataclasses import dataclass

from textual import events
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import TextArea
from textual.widgets.text_area import Selection

from assistant.config.settings import KeySet
from tui.cuttings import Cut, Cuttings
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
    place_of,
    sought,
    span,
)
from tui.strokes import Command, Commands, Strokes

_REPEATED = ("recall", "put", "undo", "redo", "cursor", "flip", "join", "turn_case")
"""What is done as often as was said before it."""

_MARKS = ("go", "seek", "mark", "recall")
"""What goes on marking; all else ends it."""

_OPERATION = re.compile(r"operate\('(\w+)'\)")


class Editing(TextArea):
    """Listens to one table of keys while writing, to another one while commanding."""

    keys: reactive[KeySet] = reactive(KeySet.PLAIN)
    """The set whose keys these are."""

    is_commanding: reactive[bool] = reactive(default=False)
    """Whether letters are commands, as in vim's normal mode."""

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
        super().__init__(
            placeholder=placeholder,
            highlight_cursor_line=False,
            tab_behavior="focus",
        )
        self._cuttings = Cuttings()
        self._sought: Seek | None = None
        self._said = Command("")
        """What is being carried out, with what was said of it."""

        self._marked_from = 0
        self._did = self._did_before = ""
        """Whether this key, and the one before, `cut` or `put` something."""

        self._put = Span(0, 0)
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

    @property
    def place(self) -> int:
        """Where the cursor is, in letters from the beginning."""
        return place_of(self.text, self.cursor_location)

    @place.setter
    def place(self, place: int) -> None:
        self.move_cursor(location(self.text, self._on_a_letter(place)))

    def _on_a_letter(self, place: int) -> int:
        """While letters are commands the cursor stands on one, not behind the last."""
        if not self.is_commanding:
            return place
        last = line_end(self.text, place) - 1
        return min(place, max(last, line_start(self.text, place)))

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

    def _keep(self, part: Span) -> None:
        text = self.text[part.start : part.end]
        if text or part.is_lines:
            self._cuttings.keep(Cut(text, part.is_lines))

    def _cut_out(self, part: Span) -> None:
        start, end, is_lines = part
        if start == end and not is_lines:
            return
        cut = Cut(self.text[start:end], is_lines)
        if self._did_before == "cut" and not self.is_commanding:
            self._cuttings.join(cut, before=start < self.place)
        else:
            self._cuttings.keep(cut)
        self._did = "cut"
        if is_lines:
            # The break goes too: the one behind, or before where none is behind.
            start -= end == len(self.text) and start > 0
            end += 1
        self._delete(start, min(end, len(self.text)))
        if is_lines:
            self.place = line_start(self.text, min(part.start, len(self.text)))

    def action_cut_rest(self) -> None:
        """Cut the rest of the line; at its end the break, as emacs does."""
        at, text = self.place, self.text
        end = line_end(text, at)
        self._cut_out(Span(at, end + (end == at < len(text))))

    def action_put(self, where: str) -> None:
        """Put what was cut last; lines go on lines of their own."""
        cut, at, text = self._cuttings.newest, self.place, self.text
        if self.is_commanding and cut.is_lines:
            if where == "before":
                start = line_start(text, at)
                self._put_at(start, cut.text + "\n")
                self.place = start
            else:
                end = line_end(text, at)
                self._put_at(end, "\n" + cut.text)
                self.place = end + 1
        elif cut.text:
            after = self.is_commanding and where == "after"
            self._put_here(min(at + 1, line_end(text, at)) if after else at, cut.text)

    def _put_here(self, place: int, text: str) -> None:
        self._put_at(place, text)
        self._put, self._did = Span(place, place + len(text)), "put"
        if self.is_commanding:
            self.place = place + len(text) - 1

    def action_put_older(self) -> None:
        """In place of what was put just now, put what was cut before that."""
        if self._did_before == "put":
            start, end, _ = self._put
            self._delete(start, end)
            self._put_here(start, self._cuttings.turn().text)

    def action_replace(self) -> None:
        """Put the letter that was said in place of this one, and those after it."""
        at, text = self.place, self.text
        end = at + (self._said.times or 1)
        if end <= line_end(text, at):
            self._write_over(at, end, self._said.letter * (end - at))
            self.place = end - 1

    def action_turn_case(self) -> None:
        """Make a small letter large, and a large one small."""
        at, text = self.place, self.text
        if at < line_end(text, at):
            self._write_over(at, at + 1, text[at].swapcase())
            self.place = at + 1

    def action_join(self) -> None:
        """Let the line below go on in this one."""
        at, text = self.place, self.text
        end = line_end(text, at)
        if end < len(text):
            below = moved(text, end + 1, "begin")
            self._write_over(end, below, " ")
            self.place = end

    def action_flip(self) -> None:
        """Let the letters on both sides of the cursor change places."""
        at, text = self.place, self.text
        at -= at == line_end(text, at)
        if at > line_start(text, at):
            self._write_over(at - 1, at + 1, text[at] + text[at - 1])
            self.place = at + 1

    def _write_over(self, start: int, end: int, text: str) -> None:
        begin, stop = location(self.text, start), location(self.text, end)
        self.replace(text, begin, stop, maintain_selection_offset=False)

    def _delete(self, start: int, end: int) -> None:
        begin, stop = location(self.text, start), location(self.text, end)
        self.delete(begin, stop, maintain_selection_offset=False)
        self.place = start

    def _put_at(self, place: int, text: str) -> None:
        self.insert(text, location(self.text, place))
        self.place = place + len(text)
