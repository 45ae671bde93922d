"""Places where a person and the assistant meet, found by entry point.

Listing them imports none of them; loading one imports that one. What a channel needs
beyond the core is an extra of its package, named beside its entry point.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import (
    EntryPoint,
    PackageNotFoundError,
    distribution,
    entry_points,
)
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from assistant.errors import AssistantError, NotFoundError

if TYPE_CHECKING:
    from assistant.app import Assistant
    from assistant.door import Door

_GROUP = "assistant.channels"
_REQUIRED = re.compile(r"([\w.-]+).*;.*\bextra\s*==\s*['\"]([\w.-]+)['\"]")


class Channel(Protocol):
    """A place where the user and the assistant meet."""

    def run(self, assistant: "Assistant") -> None:
        """Meet until one of them leaves."""
        ...


@runtime_checkable
class Early(Protocol):
    """A channel that is there before the core is, and opens it by itself."""

    def run_before(self, door: "Door") -> None:
        """Be there; open the core behind the door; meet until one of them leaves."""
        ...


@runtime_checkable
class Stoppable(Protocol):
    """A channel that another thread can ask to leave; others end by themselves."""

    def stop(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugin:
    """A channel as its package describes it, without importing any of it."""

    name: str
    package: str
    version: str
    summary: str
    extras: tuple[str, ...] = ()
    """What must be installed along with the package for it to run."""

    missing: tuple[str, ...] = ()
    """Packages of those extras that are not there."""

    @property
    def is_ready(self) -> bool:
        return not self.missing

    @property
    def install(self) -> str:
        """The command that installs all it needs."""
        return f'pip install "{self.package}[{",".join(self.extras)}]"'


def installed() -> list[str]:
    """Names only; imports none of them."""
    return sorted({point.name for point in entry_points(group=_GROUP)})


def describe(name: str) -> Plugin:
    """What is known of a channel. Raises NotFoundError when there is none."""
    point = _point(name)
    about = point.dist
    if about is None:
        return Plugin(name=name, package="", version="", summary="")
    extras = tuple(point.extras)
    return Plugin(
        name=name,
        package=about.name,
        version=about.version,
        summary=str(about.metadata.json.get("summary", "")),
        extras=extras,
        missing=_missing(about.requires or [], extras),
    )


def load(name: str) -> Channel:
    """Import exactly the channel that was asked for.

    Raises NotFoundError when there is none of that name, and an AssistantError
    when something it needs is missing or its package is broken.
    """
    plugin = describe(name)
    if not plugin.is_ready:
        raise AssistantError(
            f"{name} needs {', '.join(plugin.missing)}, which is not installed",
            hint=f"Run: {plugin.install}",
        )
    return _loaded(_point(name))()


def _point(name: str) -> EntryPoint:
    for point in entry_points(group=_GROUP, name=name):
        return point
    raise NotFoundError(
        f"There is no channel {name!r}",
        hint=f"Installed: {', '.join(installed()) or 'none'}",
    )


def _missing(required: list[str], extras: tuple[str, ...]) -> tuple[str, ...]:
    wanted = [match for text in required if (match := _REQUIRED.match(text))]
    return tuple(
        match[1] for match in wanted if match[2] in extras and not _is_there(match[1])
    )


def _is_there(package: str) -> bool:
    try:
        distribution(package)
    except PackageNotFoundError:
        return False
    return True


def _loaded(point: EntryPoint) -> Callable[[], Channel]:
    try:
        channel: Callable[[], Channel] = point.load()
    except (ImportError, AttributeError) as error:
        raise AssistantError(
            f"The channel {point.name!r} cannot be loaded: {error}",
            hint="Install its package again, with everything it needs",
        ) from error
    return channel
