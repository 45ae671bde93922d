"""The application: it wears a theme and shows the one screen. No logic lives here."""

import gc
import logging
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.driver import Driver
from textual.screen import Screen
from textual.worker import WorkerFailed

from assistant import curtain
from tui.commands import Everything
from tui.core import Core
from tui.keymap import bindings_of, moved
from tui.messages import Settled
from tui.screens.conversation import ConversationScreen
from tui.screens.library import LibraryScreen
from tui.screens.memories import MemoriesScreen
from tui.screens.models import ModelsScreen
from tui.screens.settings import SettingsScreen
from tui.themes import PLAIN, THEMES
from tui.typeahead import TypeaheadApp

_log = logging.getLogger(__name__)


class HearthApp(TypeaheadApp):
    """Hearth in a terminal."""

    TITLE = "Hearth"
    CSS_PATH = Path(__file__).parent / "screens" / "conversation.tcss"
    """The first screen's; Textual loads only a later screen's own sheet by itself."""

    COMMANDS: ClassVar = {Everything}
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("app.command_palette")]
    """Without it Textual would bind a key of its own, before all others."""

    def __init__(
        self,
        core: Core,
        *,
        driver: type[Driver] | None = None,
        colours: bool = True,
        holds_keys: bool = False,
    ) -> None:
        # Textual leaves colours out only while they are the terminal's own.
        super().__init__(
            holds_keys=holds_keys,
            driver_class=driver,
            ansi_color=None if colours else True,
        )
        self._core = core
        self.broke: BaseException | None = None
        """What ended the program, when the user did not."""

        for theme in THEMES:
            self.register_theme(theme)
        self.theme = core.settings.interface.theme if colours else PLAIN
        self.set_keymap(moved(core.settings.interface.keys))

        # Kept while others are shown: what goes on there goes on.
        self.install_screen(LibraryScreen(core), "library")
        self.install_screen(ModelsScreen(core), "models")
        self.install_screen(MemoriesScreen(core), "memories")
        self.install_screen(SettingsScreen(core), "settings")

    def get_default_screen(self) -> Screen[None]:
        return ConversationScreen(self._core, drawn=self._note_first_frame)

    def _note_first_frame(self) -> None:
        """Keep it, so that the next start shows it at once."""
        size = (self.size.width, self.size.height)
        if not self.is_headless and curtain.is_wanted(size):
            frame = self.screen._compositor.render_full_update()
            curtain.keep(frame.render_segments(self.console))
            self.screen.refresh()  # drawing it here forgets what was still to be drawn

    @on(Settled)
    async def _settle(self) -> None:
        if self.is_too_early:
            # What is there by now stays; to look it through holds up a key.
            gc.freeze()
        await self.let_keys_in()

    def _handle_exception(self, error: Exception) -> None:
        # Textual would print a traceback with every variable: people's words.
        if self.broke is None:
            self.broke = error.error if isinstance(error, WorkerFailed) else error
            _log.error("the interface broke", exc_info=error)
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        self._close_messages_no_wait()
