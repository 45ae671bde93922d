"""The only code that prints. Answers go to stdout, everything else to stderr.

Whatever it is given, no control character of foreign text reaches a terminal,
and no escape code is ever written.
"""

import json
import os
import shutil
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import TextIO

from assistant.cli.words import size
from assistant.errors import AssistantError, UsageError
from assistant.safetext import StreamCleaner, clean, json_safe, one_line


class OutputLostError(AssistantError):
    """What was asked for could not be written to standard output."""


class ReaderGoneError(Exception):
    """Nobody reads standard output any more; there is nothing to say about it."""


def line(text: str = "") -> None:
    """One line of an answer."""
    _write(clean(text, keep_newlines=False) + "\n")


def block(text: str) -> None:
    """Several lines of an answer."""
    _write(clean(text).rstrip("\n") + "\n")


def text(part: str) -> None:
    """A part of a text, as it is."""
    _write(clean(part))


def data(text: str) -> None:
    """A line of JSON as it is, with what a terminal would obey written as escapes."""
    _write(json_safe(text.rstrip("\n")) + "\n")


def as_json(value: Mapping[str, object]) -> None:
    """One object on one line."""
    data(json.dumps(value, ensure_ascii=False))


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Columns aligned by how wide their letters are."""
    cells = [
        [clean(cell, keep_newlines=False) for cell in row] for row in (headings, *rows)
    ]
    widths = [max(map(width, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        padded = [
            cell + " " * (wide - width(cell))
            for cell, wide in zip(row, widths, strict=True)
        ]
        _write("  ".join(padded).rstrip() + "\n")


def notice(text: str) -> None:
    """Something to know that is not the answer."""
    _say(clean(text, keep_newlines=False) + "\n")


def aside(text: str) -> None:
    """Several lines to know that are not the answer."""
    _say(clean(text).rstrip("\n") + "\n")


def failure(error: AssistantError) -> None:
    """One line for what went wrong, one for what to do next."""
    notice(f"Error: {error}")
    if error.hint:
        notice(error.hint)


class Answer:
    """An answer as it streams. A lost output is only complained of at the end."""

    def __init__(self) -> None:
        self._cleaner = StreamCleaner()
        self._lost: OutputLostError | None = None
        self._last = "\n"

    def piece(self, text: str) -> None:
        self._put(self._cleaner.feed(text))

    def end(self) -> None:
        """Raises OutputLostError when a part of it could not be written."""
        self._put(self._cleaner.close())
        if self._last != "\n":
            self._put("\n")
        if self._lost is not None:
            raise self._lost

    def _put(self, text: str) -> None:
        if not text or self._lost is not None:
            return
        try:
            _write(text)
            flush()
        except OutputLostError as error:
            self._lost = error
        self._last = text[-1]


class Progress:
    """How far something has come, on stderr: one line that grows, or a few lines."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._shown = -1

    def show(self, done: int, total: int) -> None:
        percent = done * 100 // total if total else 0
        if percent == self._shown or (not self._is_live() and percent % 25):
            return
        self._shown = percent
        start, end = ("\r", "") if self._is_live() else ("", "\n")
        _say(f"{start}{self._what}: {percent}% of {size(total)}{end}")

    def end(self) -> None:
        if self._is_live() and self._shown >= 0:
            _say("\n")

    def _is_live(self) -> bool:
        return is_terminal(sys.stderr) and os.environ.get("TERM") != "dumb"


class Status:
    """One line on a terminal's stderr that is written over as things go on.

    Without a terminal there is none. No escape code is needed: blanks wipe it.
    """

    def __init__(self) -> None:
        self._columns = 0

    @property
    def is_shown(self) -> bool:
        return is_terminal(sys.stderr) and os.environ.get("TERM") != "dumb"

    def show(self, text: str) -> None:
        if not self.is_shown:
            return
        room = shutil.get_terminal_size().columns - 1
        text = one_line(text)
        while width(text) > room:
            text = text[:-1]
        self._put(text)

    def wipe(self) -> None:
        """Make room for a line that stays."""
        if self._columns:
            self._put("")

    def _put(self, text: str) -> None:
        now = width(text)
        _say("\r" + text + " " * (self._columns - now) + ("" if now else "\r"))
        self._columns = now


def ask_or_refuse(question: str, *, yes: bool) -> None:
    """Go on only when the person says so, or said so beforehand."""
    if yes:
        return
    if not is_terminal(sys.stdin) or not is_terminal(sys.stderr):
        raise UsageError(f"{question} Nobody is here to answer", hint="Add --yes")
    _say(f"{one_line(question)} [y/N] ")
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise AssistantError("Nothing was changed")


def is_interactive() -> bool:
    """Whether a person can both read and type."""
    return is_terminal(sys.stdin) and is_terminal(sys.stdout)


def is_terminal(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # closed
        return False


def flush() -> None:
    """Raises when what was written cannot be delivered."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError as error:
        _give_up(error)


def width(text: str) -> int:
    """Columns the text takes on a terminal."""
    return sum(
        0
        if unicodedata.combining(letter)
        else 1 + (unicodedata.east_asian_width(letter) in "WF")
        for letter in text
    )


def _write(text: str) -> None:
    if sys.stdout is None:
        raise OutputLostError("The answer could not be written: no standard output")
    try:
        sys.stdout.write(text)
    except OSError as error:
        _give_up(error)


def _say(text: str) -> None:
    if sys.stderr is None:
        return
    with suppress(OSError, ValueError):  # nobody is left to be told
        sys.stderr.write(text)
        sys.stderr.flush()


def forget_output() -> None:
    """Drop what could not be delivered, so that nothing tries again at exit."""
    with suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def _give_up(error: OSError) -> None:
    forget_output()
    if isinstance(error, BrokenPipeError):
        raise ReaderGoneError from None
    raise OutputLostError(
        f"The answer could not be written: {error.strerror}"
    ) from error
