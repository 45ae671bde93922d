"""Layers as they are declared: those that came with Hearth, and the person's own.

One of the person's own with the name of another takes its place; `enabled = false` in
it is enough to have none. What is wrong with a file is said in one line.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from difflib import get_close_matches
from math import isclose
from pathlib import Path
from typing import Any

from assistant.config.loader import parse_toml, read_settings_file
from assistant.config.values import from_toml
from assistant.entities.reflection import (
    Layer,
    Rhythm,
    Schedule,
    Section,
    TopicCategory,
)
from assistant.errors import ConfigError, NotFoundError

SHIPPED = Path(__file__).parent / "layers"

_WEEKDAYS = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)
_HOURS = (1, 2, 3, 4, 6, 8, 12)  # what divides a day
_KINDS: Mapping[str, object] = {
    "enabled": bool,
    "schedule": Rhythm,
    "at": str,
    "weekday": str,
    "hours": int,
    "budget": float,
    "category": str,
    "prompt": str,
    "lookback_days": int,
    "expires_days": int,
    "min_sources": int,
    "max_sources": int,
    "sections": tuple[str, ...],
}
_REQUIRED = ("schedule", "budget", "category", "prompt", "lookback_days", "topics")
_BOUNDS: Mapping[str, tuple[float, float]] = {
    "budget": (0.001, 1_000_000),
    "lookback_days": (1, 366),
    "expires_days": (1, 3660),
    "min_sources": (1, 1000),
    "max_sources": (1, 1000),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerShelf:
    """Reads the folders each time it is asked, so that a change counts at once."""

    own: Path
    """The person's own folder; it need not be there."""

    shipped: Path = SHIPPED

    def layers(self) -> list[Layer]:
        """All that are enabled, by name. Raises a ConfigError for a wrong one."""
        files = {path.stem: path for path in (*_files(self.shipped), *_files(self.own))}
        read = (_layer(path) for _, path in sorted(files.items()))
        return [layer for layer in read if layer is not None]

    def get(self, name: str) -> Layer:
        layers = {layer.name: layer for layer in self.layers()}
        if name not in layers:
            raise NotFoundError(
                f"No layer {name!r}; there are {', '.join(layers) or 'none'}",
                hint="See: hearth reflect layers",
            )
        return layers[name]


def _files(folder: Path) -> Iterable[Path]:
    return sorted(folder.glob("*.toml")) if folder.is_dir() else []


def _layer(path: Path) -> Layer | None:
    """None when it is switched off."""
    declared = parse_toml(read_settings_file(path), path)
    try:
        if declared.get("enabled") is False:
            return None
        return _checked(path.stem, declared)
    except ValueError as error:
        raise ConfigError(f"{path}: {error}") from None


def _checked(name: str, declared: Mapping[str, Any]) -> Layer:
    values = dict(_values(declared))
    if missing := [each for each in _REQUIRED if each not in declared]:
        raise ValueError(f"{missing[0]} is missing")
    few, many = values.get("min_sources", 3), values.get("max_sources", 40)
    if few > many:
        raise ValueError(f"min_sources is {few}, above max_sources ({many})")
    expires = values.get("expires_days")
    return Layer(
        name=name,
        schedule=_schedule(values),
        topics=_topics(declared["topics"]),
        budget=values["budget"],
        category=_written(values, "category"),
        prompt=_written(values, "prompt"),
        lookback=timedelta(days=values["lookback_days"]),
        expires_after=timedelta(days=expires) if expires else None,
        min_sources=few,
        max_sources=many,
        sections=_sections(values.get("sections", tuple(Section))),
    )


def _values(declared: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    for key, value in declared.items():
        if key == "topics":
            continue
        if key not in _KINDS:
            close = get_close_matches(key, [*_KINDS, "topics"], n=1)
            meant = f"; did you mean {close[0]!r}?" if close else ""
            raise ValueError(f"a layer has no {key!r}{meant}")
        try:
            read: Any = from_toml(_KINDS[key], value)
        except ValueError as error:
            raise ValueError(f"{key} {error}") from None
        low, high = _BOUNDS.get(key, (0, 0))
        if key in _BOUNDS and not low <= read <= high:
            raise ValueError(f"{key} is {read}; it must be between {low} and {high}")
        yield key, read


def _topics(declared: object) -> Mapping[str, float]:
    """Shares of the budget; together they are all of it."""
    if not isinstance(declared, dict) or not declared:
        raise ValueError("topics expects a table of shares, such as user = 1.0")
    for name, share in declared.items():
        category = name.partition(":")[0]
        if category not in list(TopicCategory):
            known = ", ".join(TopicCategory)
            raise ValueError(f"topics.{name} is no topic; choose from {known}")
        if type(share) not in (int, float) or not 0 < share <= 1:
            raise ValueError(f"topics.{name} is {share}; a share is between 0 and 1")
    total = sum(declared.values())
    if not isclose(total, 1.0, abs_tol=1e-9):
        raise ValueError(f"the shares of topics sum to {total:g}; they must sum to 1")
    return {name: float(share) for name, share in declared.items()}


def _schedule(values: Mapping[str, Any]) -> Schedule:
    weekday = values.get("weekday", "monday").lower()
    if weekday not in _WEEKDAYS:
        raise ValueError(f"weekday is {weekday!r}; choose from {', '.join(_WEEKDAYS)}")
    hours = values.get("hours", 24)
    rhythm: Rhythm = values["schedule"]
    if rhythm is Rhythm.HOURS and hours not in _HOURS:
        choice = ", ".join(map(str, _HOURS))
        raise ValueError(f"hours is {hours}; choose from {choice}")
    return Schedule(
        rhythm=rhythm,
        at=_time(values.get("at", "07:00")),
        weekday=_WEEKDAYS.index(weekday),
        hours=hours,
    )


def _time(text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise ValueError(f"at is {text!r}; write a time of day as 07:30") from None


def _sections(names: Iterable[str]) -> tuple[Section, ...]:
    wanted = tuple(names)
    for name in wanted:
        if name not in list(Section):
            raise ValueError(f"sections has {name!r}; choose from {', '.join(Section)}")
    if not wanted:
        raise ValueError("sections is empty; there would be nothing to say")
    return tuple(Section(name) for name in wanted)


def _written(values: Mapping[str, Any], key: str) -> str:
    text: str = values[key].strip()
    if not text:
        raise ValueError(f"{key} is empty")
    return text
