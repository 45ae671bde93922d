"""Settings as their owner meets them: what each is, where it comes from, a new value.

It reads and writes the settings file with the loader's own checks. What of a change
is felt at once, and what from the next start, is known by comparing with the run.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum, auto
from typing import get_origin

from assistant.config.described import DescribedSetting, as_toml, described_settings
from assistant.config.loader import (
    TYPES,
    Given,
    given_settings,
    known,
    settings_from,
)
from assistant.config.paths import Paths
from assistant.config.settings import Settings
from assistant.config.values import from_text
from assistant.config.writing import set_setting, unset_setting
from assistant.errors import ConfigError

_PROSE = frozenset({"chat.system_prompt"})
"""Somebody's own words; a record that is never altered has no place for them."""


class Control(StrEnum):
    """How a value is given."""

    TOGGLE = auto()
    CHOICE = auto()
    NUMBER = auto()
    TEXT = auto()
    LIST = auto()
    """Several texts, with commas."""


class From(StrEnum):
    """Who says what a setting is."""

    DEFAULT = auto()
    FILE = auto()
    ENVIRONMENT = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One setting, as it stands."""

    described: DescribedSetting
    value: object
    """What the next start takes."""

    running: object
    """What this run goes by."""

    control: Control
    choices: tuple[str, ...] = ()
    comes_from: From = From.DEFAULT
    origin: str = "default"
    """The file and line, or the variable, that sets it."""

    @property
    def name(self) -> str:
        return self.described.name

    @property
    def section(self) -> str:
        return self.name.partition(".")[0]

    @property
    def is_pending(self) -> bool:
        """Whether it takes another start until it is so."""
        return self.value != self.running


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A setting in the file, before and after; None where the file is silent."""

    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """The settings of one home."""

    paths: Paths
    environment: Mapping[str, str]
    running: Settings
    note: Callable[[Change], None] = lambda _: None
    """Puts a change on record, if there is one to put it on."""

    def entries(self) -> list[Entry]:
        """All of them, in the order they are declared. Raises ConfigError."""
        given = given_settings(self.paths, self.environment)
        settings = settings_from(given)
        return [
            self._entry(one, given=given.get(one.name), settings=settings)
            for one in described_settings()
        ]

    def get(self, name: str) -> Entry:
        return next(one for one in self.entries() if one.name == known(name))

    def check(self, name: str, text: str) -> object:
        """What the text means for that setting; ConfigError says why it cannot be."""
        section, key = known(name).split(".")
        try:
            value = from_text(TYPES[name], text)
        except ValueError as error:
            raise ConfigError(f"{name} {error}") from None
        now = getattr(self._settings(), section)
        replace(now, **{key: value})  # a section refuses what is out of range
        return value

    def set(self, name: str, text: str) -> Entry:
        """Write it into the file, where comments stay."""
        self.write(name, text)
        return self.get(name)

    def reset(self, name: str) -> Entry:
        """Take it out of the file again."""
        self.clear(name)
        return self.get(name)

    def write(self, name: str, text: str) -> object:
        """The same, whatever the environment says; the value it has in the file."""
        before = self._written(name)
        value = set_setting(self.paths, name, text)
        self.note(Change(name=name, before=before, after=self._written(name)))
        return value

    def clear(self, name: str) -> bool:
        """Whether it was in the file, from which it is gone now."""
        before = self._written(name)
        was_there = unset_setting(self.paths, name)
        if was_there:
            self.note(Change(name=name, before=before, after=None))
        return was_there

    def _written(self, name: str) -> str | None:
        """As the file has it; None too when the file cannot be read as it is."""
        try:
            given = given_settings(self.paths, {}).get(name)
        except ConfigError:
            return None
        if given is None:
            return None
        if name in _PROSE:
            return f"{len(str(given.value))} characters"
        return as_toml(given.value)

    def _settings(self) -> Settings:
        return settings_from(given_settings(self.paths, self.environment))

    def _entry(
        self, described: DescribedSetting, *, given: Given | None, settings: Settings
    ) -> Entry:
        kind = TYPES[described.name]
        return Entry(
            described=described,
            value=_value(settings, described.name),
            running=_value(self.running, described.name),
            control=_control(kind),
            choices=_choices(kind),
            comes_from=_comes_from(described, given),
            origin=given.origin if given else "default",
        )


def _value(settings: Settings, name: str) -> object:
    section, key = name.split(".")
    return getattr(getattr(settings, section), key)


def _comes_from(described: DescribedSetting, given: Given | None) -> From:
    if given is None:
        return From.DEFAULT
    return From.ENVIRONMENT if given.origin == described.variable else From.FILE


def _control(kind: object) -> Control:
    if kind is bool:
        return Control.TOGGLE
    if kind in (int, float):
        return Control.NUMBER
    if get_origin(kind) is tuple:
        return Control.LIST
    return Control.CHOICE if _choices(kind) else Control.TEXT


def _choices(kind: object) -> tuple[str, ...]:
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return tuple(kind)
    return ()
