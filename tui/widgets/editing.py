"""A text area whose keys are those of the chosen set, vim's and emacs's among them.

It changes its own text and nothing else; what was cut is its own, and stays here.
"""

from dataclasses import dataclass

from textual import events
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import TextArea

from assistant.config.settings import KeySet
from tui.keymap import Where, named
from tui.strokes import MORE, MOTIONS, Strokes, line_end, line_start, location, place_of


class Editing(TextArea):
    """Listens to one table of keys while writing, to another one while commanding."""

    is_commanding: reactive[bool] = reactive(default=False)
    """Whether letters are commands, as in vim's normal mode."""

    @dataclass
    class ModeChanged(Message):
        """Letters have become commands, or letters again."""

        is_commanding: bool

    def __init__(self, *, keys: KeySet, placeholder: str = "") -> None:
        super().__init__(
            placeholder=placeholder,
            highlight_cursor_line=False,
            tab_behavior="focus",
        )
        writing, commanding = named(Where.WRITING, keys), named(Where.COMMANDING, keys)
        still = {key: name for key, name in writing.items() if name != "command"}
        self._writing = Strokes(writing)
        self._commanding = Strokes({**still, **commanding})
        self._was_cut = ""

    async def _on_key(self, event: events.Key) -> None:
        # Not by bindings: they would run before letters typed just now are written,
        # or after ones typed since.
        strokes = self._commanding if self.is_commanding else self._writing
        action = strokes.take(event.key)
        if action is None and not (self.is_commanding and event.is_printable):
            return
        event.stop()
        event.prevent_default()
        if action not in (None, MORE):
            await self.run_action(action)

    def watch_is_commanding(self) -> None:
        self.set_class(self.is_commanding, "-commanding")
        self.post_message(self.ModeChanged(self.is_commanding))

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
        elif where in ("first", "last"):
            self.place = MOTIONS[where](text, at)
        elif where == "below":
            self._put_at(line_end(text, at), "\n")
        elif where == "above":
            start = line_start(text, at)
            self._put_at(start, "\n")
            self.place = start

    def action_go(self, motion: str) -> None:
        """Move the cursor."""
        self.place = MOTIONS[motion](self.text, self.place)

    def action_cut_to(self, motion: str) -> None:
        """Cut as far as a motion goes; a whole line with its break."""
        at, text = self.place, self.text
        if motion == "line":
            self._cut_line()
            return
        if motion == "rest":
            end = line_end(text, at)
            # At the end of a line it is the break that is cut, as in emacs.
            end += end == at < len(text) and not self.is_commanding
        else:
            end = MOTIONS[motion](text, at)
            is_letter = motion == "letter" and self.is_commanding
            end = min(end, line_end(text, at)) if is_letter else end
        self._cut_between(at, end)

    def action_keep_line(self) -> None:
        """Remember the line, as if it had been cut."""
        start, end = line_start(self.text, self.place), line_end(self.text, self.place)
        self._was_cut = self.text[start:end] + "\n"

    def action_put(self, where: str) -> None:
        """Put what was cut last; a line goes on a line of its own."""
        cut, at, text = self._was_cut, self.place, self.text
        if self.is_commanding and cut.endswith("\n"):
            if where == "before":
                start = line_start(text, at)
                self._put_at(start, cut)
                self.place = start
            else:
                end = line_end(text, at)
                self._put_at(end, "\n" + cut[:-1])
                self.place = end + 1
        elif cut:
            after = self.is_commanding and where == "after"
            self._put_at(min(at + 1, line_end(text, at)) if after else at, cut)

    def _cut_line(self) -> None:
        start, end = line_start(self.text, self.place), line_end(self.text, self.place)
        is_last = end == len(self.text)
        self._cut_between(start - 1 if is_last and start else start, end + 1)
        self._was_cut = self._was_cut.strip("\n") + "\n"
        self.place = line_start(self.text, min(start, len(self.text)))

    def _cut_between(self, start: int, end: int) -> None:
        end = min(end, len(self.text))
        if start == end:
            return
        self._was_cut = self.text[start:end]
        place, end_place = location(self.text, start), location(self.text, end)
        self.delete(place, end_place, maintain_selection_offset=False)
        self.place = start

    def _put_at(self, place: int, text: str) -> None:
        self.insert(text, location(self.text, place))
        self.place = place + len(text)
