"""The application: it wears a theme, and shows the one screen as soon as it can.

No logic lives here. Until there is a core, and where there is none to be had, it
shows a screen that needs none.
"""

import gc
import logging
import sys
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import BindingType
from textual.driver import Driver
from textual.events import Event, Key
from textual.screen import Screen
from textual.worker import WorkerFailed

from assistant.door import Door
from assistant.errors import AssistantError
from tui.entrance import Entrance, Outcome
from tui.keymap import bindings_of
from tui.screens.opening import LEAVING, OpeningScreen
from tui.themes import PLAIN, THEMES
from tui.typeahead import Settled, TypeaheadApp

if TYPE_CHECKING:
    from rich.console import RenderableType
    from textual.command import Provider

    from tui.core import Core

_log = logging.getLogger(__name__)

_SECONDS_A_THREAD_KEEPS = 0.0005
"""Python's 5 ms would let a key wait while the core is imported, and the next token
while the last ones are drawn."""


def _everything() -> "type[Provider]":
    from tui.commands import Everything

    return Everything


def _furnish() -> None:
    """Import what stands on the core."""


class HearthApp(TypeaheadApp):
    """Hearth in a terminal."""

    TITLE = "Hearth"
    CSS_PATH = Path(__file__).parent / "screens" / "opening.tcss"
    """The first screen's; later ones bring their own."""

    COMMANDS: ClassVar = {_everything}
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("app.command_palette")]
    """Without it Textual would bind a key of its own, before all others."""

    def __init__(
        self,
        core: "Core | Door",
        *,
        driver: type[Driver] | None = None,
        colours: bool = True,
    ) -> None:
        # Textual leaves colours out only while they are the terminal's own.
        super().__init__(
            driver_class=driver,
            ansi_color=None if colours else True,
            holds_keys=isinstance(core, Door),
        )
        self._entrance = Entrance(core) if isinstance(core, Door) else None
        self._is_left = False
        self.broke: BaseException | None = None
        """What ended the program, when the user did not."""

        self.left_with = 0
        """The exit status, where somebody left before there was a core."""

        self.refused: AssistantError | None = None
        """Why there is no core, while there is none."""

        self.unsent = ""
        """What was written and is not kept, for there was nothing to keep it."""

        self._look = core.settings.interface
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = self._look.theme if colours else PLAIN
        self.use_keys(self._look.keys)
        self._core: Core | None = None
        if not isinstance(core, Door):
            self._take_in(core)

    def get_default_screen(self) -> Screen[None]:
        if self._core is None:
            return OpeningScreen(keys=self._look.keys)
        from tui.rooms import conversation

        first = conversation(self._core, None)
        self._load_screen_css(first)
        return first

    def close(self) -> None:
        """Let go of the core, after everything else."""
        if self._entrance is not None:
            self._entrance.close()

    async def on_event(self, event: Event) -> None:
        screen = self.screen_stack[0] if self.screen_stack else None
        if isinstance(event, Key) and isinstance(screen, OpeningScreen):
            if event.key in LEAVING and not screen.is_marked:
                self.left_with = LEAVING[event.key]
                self.exit()
                return
            if not self.is_too_early and not screen.takes(event):
                # It is for the screen that comes, and so is what is typed after it.
                self.is_too_early = True
        await super().on_event(event)

    @on(OpeningScreen.Wanted)
    async def _open(self) -> None:
        """There is something to look at by now, and a place to write."""
        if self._entrance is not None:
            self.refused = None
            sys.setswitchinterval(_SECONDS_A_THREAD_KEEPS)
            self._entrance.open(before=_furnish, tell=self._opened)
        self.is_too_early = False
        early, self._typed = self._typed, deque()
        for event in early:
            await self.on_event(event)

    def exit(
        self,
        result: None = None,
        return_code: int = 0,
        message: "RenderableType | None" = None,
    ) -> None:
        self._is_left = True
        # Whatever ends it: afterwards nothing is there to be asked.
        if self.screen_stack and isinstance(self.screen, OpeningScreen):
            self.unsent = self.screen.written.words
        super().exit(result, return_code, message)

    def _opened(self, outcome: Outcome) -> None:
        if self._is_left or not self.is_running:
            return
        if isinstance(outcome, AssistantError):
            self._refuse(outcome)
        elif isinstance(outcome, Exception):
            self._handle_exception(outcome)
        else:
            self.run_worker(self._move_in(outcome))

    def _refuse(self, error: AssistantError) -> None:
        from tui.refusal import told

        _log.warning("there is no core: %s", type(error).__name__)
        gc.enable()
        self.refused = error
        self._typed.clear()
        self.is_too_early = False
        self.use_command_palette = False
        if self._entrance is not None and isinstance(self.screen, OpeningScreen):
            self.screen.refuse(told(error, self._entrance.door.paths))

    def _take_in(self, core: "Core") -> None:
        from tui.rooms import PAGES

        self._core = core
        for name, page in PAGES.items():
            self.install_screen(page(core), name)

    async def _move_in(self, core: "Core") -> None:
        """Put the conversation in the place of the screen that opened it."""
        from tui.rooms import conversation

        opening = self.screen
        if not isinstance(opening, OpeningScreen):
            return
        self.is_too_early = True
        await opening.come_to_rest()
        self._take_in(core)
        self.use_command_palette = True
        # The first screen has none, and one is taken off where it is left.
        opening._push_result_callback(opening, None)
        with self.batch_update():
            await self.switch_screen(conversation(core, opening.written))

    @on(Settled)
    async def _settle(self) -> None:
        if self.is_too_early:
            # What is there by now stays; to look it through holds up a key.
            gc.freeze()
            gc.enable()
        await self.let_keys_in()

    def _handle_exception(self, error: Exception) -> None:
        # Textual would print a traceback with every variable: people's words.
        if self.broke is None:
            self.broke = error.error if isinstance(error, WorkerFailed) else error
            _log.error("the interface broke", exc_info=error)
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        self._close_messages_no_wait()
