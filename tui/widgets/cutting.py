"""A text area whose pieces can be cut, kept and put elsewhere, letter by letter.

It counts places in letters from the beginning. It knows no keys, and not how far
anybody wants to cut.
"""

from textual.reactive import reactive
from textual.widgets import TextArea

from tui.cuttings import Cut, Cuttings
from tui.motions import Span, line_end, line_start, location, moved, place_of


class Cutting(TextArea):
    """Cuts and puts; what was cut is its own, and stays here."""

    is_commanding: reactive[bool] = reactive(default=False)
    """Whether letters are commands, as in vim's normal mode."""

    def __init__(self, *, placeholder: str) -> None:
        super().__init__(
            placeholder=placeholder,
            highlight_cursor_line=False,
            tab_behavior="focus",
        )
        self._cuttings = Cuttings()
        self._did = self._did_before = ""
        """Whether this key, and the one before, `cut` or `put` something."""

        self._put = Span(0, 0)
        """Where that was put."""

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
