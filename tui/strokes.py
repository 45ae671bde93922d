"""What keys mean that are pressed one after the other, and how often it is meant.

Pure: it is told keys, and knows neither a widget nor a text.
"""

import re
from collections.abc import Mapping
from itertools import accumulate
from typing import Final, NamedTuple

MORE: Final = ""
"""What was pressed is the beginning of something."""

_OPERATOR = re.compile(r"operate\('\w+'\)")
_MOTION = re.compile(r"go\('(\w+)'\)")
_LINES: Mapping[str, str] = {"recall(1)": "down", "recall(-1)": "up"}
_NEEDS_LETTER = ("seek(", "replace")


class Strokes:
    """Reads keys against a table; `d d` in it is a d, and another one."""

    def __init__(self, meant: Mapping[str, str]) -> None:
        self._meant = meant
        self._beginnings = frozenset(
            beginning
            for keys in meant
            for beginning in list(accumulate(keys.split(" "), "{} {}".format))[:-1]
        )
        self.begun = ""
        """What was pressed and means nothing yet."""

    def take(self, key: str) -> str | None:
        """The action that is meant; MORE while it is not known; None for none.

        A key that does not go on with what was begun is lost with it.
        """
        strokes = f"{self.begun} {key}" if self.begun else key
        was_begun, self.begun = self.begun, ""
        if strokes in self._beginnings:
            self.begun = strokes
            return MORE
        if strokes in self._meant:
            return self._meant[strokes]
        return MORE if was_begun else None


class Command(NamedTuple):
    """What vim's keys say: what is done, how often, how far, and with which letter."""

    action: str
    times: int | None = None
    motion: str = ""
    letter: str = ""
    operator: str = ""
    """The operator that goes as far as this motion."""


class Commands:
    """Reads commands: `2dw` is an operator and a motion, twice; `3fx` a letter."""

    def __init__(self, meant: Mapping[str, str], spans: Mapping[str, str]) -> None:
        self._alone = Strokes(meant)
        self._after_operator = Strokes({**meant, **spans})
        self.is_marking = False
        """Whether an operator takes what is marked, and waits for no motion."""

        self._forget()

    def _forget(self) -> None:
        self._digits = ["", ""]
        self._operator = self._operator_key = self._seeking = ""
        self._pressed: list[str] = []

    @property
    def begun(self) -> str:
        """What was pressed and means nothing yet, key by key."""
        return " ".join(self._pressed)

    def take(self, key: str, character: str | None = None) -> Command | str | None:
        """The command that is meant; MORE while it is not known; None for none."""
        was_begun = bool(self._pressed)
        self._pressed.append(key)
        if self._seeking:
            return self._with_letter(character)
        if self._is_digit(key):
            return MORE
        takes_spans = self._operator or self.is_marking
        strokes = self._after_operator if takes_spans else self._alone
        action = strokes.take(key)
        if self._operator and key == self._operator_key:
            return self._done(self._operator, motion="line")
        if (action == MORE and strokes.begun) or self._begins(action or "", key):
            return MORE
        return self._ends(action or "") or self._nothing(was_begun=was_begun)

    def _is_digit(self, key: str) -> bool:
        """Whether it says how often; a 0 only does behind another digit."""
        place = 1 if self._operator else 0
        if not key.isdecimal() or (key == "0" and not self._digits[place]):
            return False
        self._digits[place] += key
        return True

    def _nothing(self, *, was_begun: bool) -> str | None:
        self._forget()
        return MORE if was_begun else None

    def _begins(self, action: str, key: str) -> bool:
        """Whether a letter is needed, or a motion, before anything is done."""
        if action.startswith(_NEEDS_LETTER):
            self._seeking = action
            return True
        if self._operator or self.is_marking or not _OPERATOR.fullmatch(action):
            return False
        self._operator, self._operator_key = action, key
        return True

    def _ends(self, action: str) -> Command | None:
        """What an action is with all that was pressed before it."""
        motion = _MOTION.fullmatch(action)
        name = motion[1] if motion else _LINES.get(action, "")
        if self._operator and name:
            return self._done(self._operator, motion=name)
        if self._operator and action.startswith("seek_again"):
            return self._done(action, operator=self._operator)
        if self._operator or not action:
            return None
        return self._done(action, motion=name)

    def _with_letter(self, character: str | None) -> Command | str:
        if character is None or not character.isprintable():
            self._forget()
            return MORE
        return self._done(self._seeking, letter=character, operator=self._operator)

    def _done(
        self, action: str, *, motion: str = "", letter: str = "", operator: str = ""
    ) -> Command:
        said = [int(each) for each in self._digits if each]
        times = None if not said else said[0] * (said[1] if len(said) > 1 else 1)
        self._forget()
        return Command(action, times, motion, letter, operator)
