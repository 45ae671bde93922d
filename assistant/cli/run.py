"""One run of the program: what it was started with, and how it opens the core."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.config.settings import Settings
    from assistant.models.opening import EngineOpener


@dataclass(slots=True, kw_only=True)
class Run:
    """Travels with Typer's context; the global options write into it."""

    environment: Mapping[str, str]
    engines: "EngineOpener | None" = None
    """Opens models, where not the usual way."""

    debug: bool = False
    flags: dict[str, object] = field(default_factory=dict)
    """Settings given on the command line, by name."""

    settings: "Settings | None" = None
    """Read once, when they are first asked for."""
