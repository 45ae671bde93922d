"""Typing ahead: a key goes to what the keys before it have opened.

A terminal hands over keys as fast as they are typed, and what one opens takes a
moment to be there. This waits until a key has had its effect, and knows none by name.
"""

from collections import deque
from typing import Any, Final

from textual import on
from textual.binding import Binding
from textual.driver import Driver
from textual.events import Event, Key, Paste
from textual.message import Message
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Input, TextArea

from tui.keyed import KeyedApp

AWAITED: Final = "keys wait for it"
"""The name of work after which, or in whose question, the next key is meant."""

_TURNS = 4
"""As often as an effect has another one: what is sent chooses, what is chosen opens."""

_AGAIN = 0.01
_LOST = 0.25
"""Seconds; what followed the key was on a widget that has gone since."""

_LONGEST = 3.0
"""Seconds that keys wait at most: whatever hangs, one can leave."""


def _edited_with(widget: type[Input | TextArea]) -> frozenset[str]:
    """The keys that change a text, or move in it, and open nothing."""
    return frozenset(
        key
        for each in widget.BINDINGS
        if isinstance(each, Binding) and each.action != "submit"
        for key in each.key.split(",")
    )


_EDITING = {kind: _edited_with(kind) for kind in (Input, TextArea)}


class Settled(Message):
    """What an earlier sitting left is back, and there is a place to write."""


class Followed(Message):
    """Goes after a key, through all the hands that the key goes through."""

    def __init__(self, number: int, screen: Screen[Any]) -> None:
        super().__init__()
        self.number = number
        self.screen = screen
        """What was in front when it set out."""


class TypeaheadApp(KeyedApp):
    """An app in which one can type faster than things open."""

    def __init__(
        self,
        *,
        driver_class: type[Driver] | None = None,
        ansi_color: bool | None = None,
        holds_keys: bool = False,
    ) -> None:
        super().__init__(driver_class=driver_class, ansi_color=ansi_color)
        self.is_too_early = holds_keys
        """Whether there is no place to write yet."""

        self._is_following = False
        """Whether the effect of a key is waited for."""

        self._typed: deque[Key | Paste] = deque()
        self._has_written = False
        """Whether letters were handed on whose effect was not waited for."""

        self._follower = 0
        self._turns_left = 0
        self._next_look: Timer | None = None
        self._last_look: Timer | None = None

    async def on_event(self, event: Event) -> None:
        if isinstance(event, Key | Paste) and not event.is_forwarded:
            self._typed.append(event)
            await self._hand_on()
        else:
            await super().on_event(event)

    async def let_keys_in(self) -> None:
        """There is a place to write now: hand on what was typed so far."""
        self.is_too_early = False
        await self._hand_on()

    async def _hand_on(self) -> None:
        while self._typed and not (self.is_too_early or self._is_following):
            is_written = self._is_written(self._typed[0])
            if self._has_written and not is_written:
                # The letters may have brought up something that this key takes.
                self._follow()
                return
            await super().on_event(self._typed.popleft())
            self._has_written = is_written
            if not is_written:
                self._follow()

    def _is_written(self, event: Key | Paste) -> bool:
        """Whether it does no more than to edit the text that has the focus."""
        focused = self.focused
        if isinstance(event, Paste):
            return True
        if not isinstance(focused, Input | TextArea):
            return False
        kind = Input if isinstance(focused, Input) else TextArea
        return event.key in _EDITING[kind] or focused.check_consume_key(
            event.key, event.character
        )

    def _follow(self) -> None:
        """Hold what is typed until what was handed on has had its effect."""
        self._is_following = True
        self._has_written = False
        self._turns_left = _TURNS
        self._last_look = self.set_timer(_LONGEST, self._go_on)
        self._send_after()

    def _send_after(self) -> None:
        if self._is_following and self.screen_stack:
            self._follower += 1
            front = self.focused or self.screen
            front.post_message(Followed(self._follower, self.screen))
            self._look_again_in(_LOST)

    def _look_again_in(self, seconds: float) -> None:
        if self._next_look is not None:
            self._next_look.stop()
        self._next_look = self.set_timer(seconds, self._send_after)

    @on(Followed)
    async def _came_back(self, event: Followed) -> None:
        if event.number != self._follower:
            return
        if self._is_opening:
            self._look_again_in(_AGAIN)
            return
        if event.screen is not self.screen:
            self._turns_left = _TURNS
        self._turns_left -= 1
        if self._turns_left:
            self._send_after()
        else:
            await self._go_on()

    async def _go_on(self) -> None:
        for timer in (self._next_look, self._last_look):
            if timer is not None:
                timer.stop()
        self._follower += 1  # whoever is on the way has nobody to tell
        self._is_following = False
        await self._hand_on()

    @property
    def _is_opening(self) -> bool:
        """Whether work goes on that will change what is in front."""
        return any(
            each.name == AWAITED
            and not each.is_finished
            and each.node.screen is self.screen
            for each in self.workers
        )
