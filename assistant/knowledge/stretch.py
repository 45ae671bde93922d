"""The stretch of a document that is being cut: its text, and where that stands."""

from collections import deque
from dataclasses import replace

from assistant.entities.knowledge import Location, Section


class Stretch:
    """Sections laid end to end, forgotten from the front."""

    def __init__(self) -> None:
        self._sections: deque[Section] = deque()
        self._text = ""
        self._start = 0
        self._lines: dict[int, tuple[int, int]] = {}

    @property
    def end(self) -> int:
        return self._start + len(self._text)

    def add(self, section: Section) -> None:
        """The next section; it must begin where the last one ended."""
        if not self._sections:
            self._start, self._text = section.start, ""
        elif section.start != self.end:
            raise ValueError("sections must tile the text")
        self._sections.append(section)
        self._text += section.text

    def text(self, start: int, end: int) -> str:
        return self._text[start - self._start : end - self._start]

    def forget(self, before: int) -> None:
        """Let go of what stands before this offset."""
        self._text = self._text[before - self._start :]
        self._start = before
        while len(self._sections) > 1 and self._sections[0].end <= before:
            self._lines.pop(self._sections.popleft().start, None)

    def location(self, start: int, end: int) -> Location:
        """From where to where a piece of the text stands."""
        return self._at(start).through(self._at(end - 1))

    def _at(self, offset: int) -> Location:
        """The place of one character: its section's, and its line or row there."""
        section = next(s for s in reversed(self._sections) if s.start <= offset)
        place = section.location
        if place.line is None and place.row is None:
            return place
        breaks = self._breaks_before(section, offset)
        if place.line is not None:
            line = min(place.line + breaks, place.last_line or place.line + breaks)
            place = replace(place, line=line, last_line=None)
        if place.row is not None:
            row = min(place.row + breaks, place.last_row or place.row + breaks)
            place = replace(place, row=row, last_row=None)
        return place

    def _breaks_before(self, section: Section, offset: int) -> int:
        """Line breaks in the section before it; asked in order, counted once."""
        seen, breaks = self._lines.get(section.start, (section.start, 0))
        if offset < seen:
            seen, breaks = section.start, 0
        breaks += section.text.count("\n", seen - section.start, offset - section.start)
        self._lines[section.start] = (offset, breaks)
        return breaks
