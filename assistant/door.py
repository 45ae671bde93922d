"""The way to a core that is not open yet, for a channel that is there before it.

Whoever makes one knows how the core is opened; whoever is given one decides when,
and is told by an error why it cannot be.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.config.paths import Paths
from assistant.config.settings import Settings

if TYPE_CHECKING:
    from assistant.app import Assistant


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """What is known before the core is open, and how it is opened."""

    settings: Settings
    paths: Paths
    open: Callable[[], "AbstractContextManager[Assistant]"]
    """The core, for as long as the block goes on; it may be tried again.

    Raises an AssistantError that says what hinders it. Any thread may do it.
    """

    give_terminal: Callable[[], None] = lambda: None
    """To be called by who draws, right before: the terminal is as it was found."""
