"""Places where a person and the assistant meet, found by entry point.

Listing them imports none of them; loading one imports that one.
"""

from collections.abc import Callable
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, Protocol

from assistant.errors import AssistantError, NotFoundError

if TYPE_CHECKING:
    from assistant.app import Assistant

_GROUP = "assistant.channels"


class Channel(Protocol):
    """A place where the user and the assistant meet."""

    def run(self, assistant: "Assistant") -> None:
        """Meet until one of them leaves."""
        ...


def installed() -> list[str]:
    """Names only; imports none of them."""
    return sorted({point.name for point in entry_points(group=_GROUP)})


def load(name: str) -> Channel:
    """Import exactly the channel that was asked for.

    Raises NotFoundError when there is none of that name, and an AssistantError
    when its package is broken.
    """
    for point in entry_points(group=_GROUP, name=name):
        return _loaded(point)()
    raise NotFoundError(
        f"There is no channel {name!r}",
        hint=f"Installed: {', '.join(installed()) or 'none'}",
    )


def _loaded(point: EntryPoint) -> Callable[[], Channel]:
    try:
        channel: Callable[[], Channel] = point.load()
    except (ImportError, AttributeError) as error:
        raise AssistantError(
            f"The channel {point.name!r} cannot be loaded: {error}",
            hint="Install its package again, with everything it needs",
        ) from error
    return channel
