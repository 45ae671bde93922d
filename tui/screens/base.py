"""What screens over the core do alike: run errands, tell the time and troubles."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from textual import work
from textual.notifications import SeverityLevel
from textual.screen import Screen

from assistant.config.configuration import From
from assistant.config.settings import KeySet
from assistant.errors import AssistantError, StorageError
from assistant.safetext import clean
from tui.bridge import Errands
from tui.core import Core
from tui.keyed import use_keys
from tui.modals.trouble import Trouble

_log = logging.getLogger(__name__)


class CoreScreen(Screen[None]):
    """A screen that holds the core's services."""

    def __init__(self, core: Core) -> None:
        super().__init__()
        self.core = core
        self.errands = Errands()

    def on_unmount(self) -> None:
        self.errands.close()

    def now(self) -> datetime:
        """The time where the user is."""
        return self.core.clock().astimezone()

    def tell(self, error: Exception, *, gave_back: bool = False) -> None:
        """Show an error and what to do about it; a lost database interrupts."""
        if isinstance(error, StorageError):
            self._interrupt(error, gave_back=gave_back)
        elif isinstance(error, AssistantError):
            words = "\n".join(filter(None, (str(error), error.hint)))
            self.say(words, severity="warning")
        else:
            self.say("Something went wrong here; the log says what", severity="error")

    def _interrupt(self, error: StorageError, *, gave_back: bool) -> None:
        """Once, however many errands meet the same trouble."""
        for told in self.app.screen_stack:
            if isinstance(told, Trouble):
                told.gave_back = told.gave_back or gave_back
                return
        trouble = Trouble(str(error), hint=error.hint, gave_back=gave_back)
        self.app.push_screen(trouble, self._answer_trouble)

    def _answer_trouble(self, again: bool | None) -> None:
        if again:
            self.look_again()

    def look_again(self) -> None:
        """Ask the core once more for what is on the screen."""

    def say(self, words: str, *, severity: SeverityLevel = "information") -> None:
        """A short word in the corner, about something that was just done."""
        self.notify(clean(words), severity=severity, markup=False)

    def wear(self, look: str) -> None:
        """Put on another look, now and from now on."""
        self.app.theme = look
        self.keep("interface.theme", look)

    def press(self, keys: KeySet) -> None:
        """Listen to another set of keys, now and from now on."""
        use_keys(self, keys)
        self.keep("interface.keys", keys)

    @work(group="keep")
    async def keep(self, setting: str, value: str) -> None:
        """Let the settings say so; what the environment says goes before them."""
        with self.troubles_told():
            kept = self.core.configuration.set
            now = await self.errands.run(kept, setting, value)
            if now.comes_from is From.ENVIRONMENT:
                self.say(f"For now: {now.origin} says otherwise at the next start")

    @contextmanager
    def troubles_told(self) -> Iterator[None]:
        """What the core refuses inside is shown, and nothing more happens."""
        try:
            yield
        except AssistantError as error:
            _log.info("refused: %s", type(error).__name__)
            self.tell(error)
