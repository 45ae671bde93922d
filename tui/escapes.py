"""What an escape is: a key of its own, Alt with a letter, or the beginning of a key.

A terminal sends what belongs together in one piece. Textual waits instead, and takes
two quick keys with Alt for four letters. What the keys mean is not known here.
"""

import os
import selectors
from codecs import getincrementaldecoder
from collections.abc import Iterable

from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.events import Key
from textual.keys import _character_to_key
from textual.message import Message

_ESCAPE = "\x1b"
_BEGINNINGS = frozenset("[O]P_^X")
"""What may follow an escape that begins something longer."""

_PAIR = 2
_BETWEEN_LOOKS = 0.1
_AT_ONCE = 4096


class Escapes(XTermParser):
    """Reads keys piece by piece, as the terminal sends them."""

    _was_alone = False
    """Whether the last piece was an escape and nothing else."""

    def feed(self, data: str) -> Iterable[Message]:
        is_waiting = self._was_alone and self._timeout_time is not None
        if is_waiting and data and data[0] not in _BEGINNINGS:
            self._timeout_time = 0.0  # waited for long enough
            yield from self.tick()
        self._was_alone = data == _ESCAPE
        yield from super().feed(data)

    def _sequence_to_key_events(
        self, sequence: str, alt: bool = False
    ) -> Iterable[Key]:
        if _is_alt(sequence):
            letter = sequence[1]
            name = letter.lower() if letter.isalnum() else _character_to_key(letter)
            shift = "shift+" if letter.isupper() else ""
            yield Key(f"alt+{shift}{name}", None)
        else:
            yield from super()._sequence_to_key_events(sequence, alt=alt)


def _is_alt(sequence: str) -> bool:
    return (
        len(sequence) == _PAIR
        and sequence[0] == _ESCAPE
        and sequence[1].isprintable()
        and sequence[1] not in _BEGINNINGS
        and sequence not in ANSI_SEQUENCES_KEYS
    )


class TerminalDriver(LinuxDriver):
    """Textual's own, which reads keys that way."""

    def run_input_thread(self) -> None:
        parser = Escapes()
        decode = getincrementaldecoder("utf-8")().decode
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if selector.select(_BETWEEN_LOOKS):
                    piece = decode(os.read(self.fileno, _AT_ONCE))
                    if piece:  # an empty one is the end, of which others tell
                        self._take(parser.feed(piece))
                self._take(parser.tick())

    def _take(self, messages: Iterable[Message]) -> None:
        for message in messages:
            self.process_message(message)
