"""Settings from a TOML file, the environment and flags, each over the last.

Whatever is unknown, of the wrong type or out of range is refused by name, with
the place it came from. Without a file nothing is read. A section that is not the
core's belongs to a plugin, whose settings are imported when they are met.
"""

import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from assistant.config.paths import Paths
from assistant.config.positions import positions_in
from assistant.config.settings import Settings
from assistant.config.values import from_text, from_toml
from assistant.errors import ConfigError

SECTIONS: Mapping[str, type] = {
    section.name: section.type
    for section in fields(Settings)
    if isinstance(section.type, type)
}
TYPES: Mapping[str, object] = {
    f"{name}.{setting.name}": setting.type
    for name, section in SECTIONS.items()
    for setting in fields(section)
}
_PLUGINS = "assistant.settings"
_NO_FLAGS: Mapping[str, object] = MappingProxyType({})
_PREFIX = "HEARTH_"
_OTHERS_MAY_WRITE = stat.S_IWGRP | stat.S_IWOTH
_TOML_COMPLAINT = re.compile(r"(.*) \(at line (\d+), column (\d+)\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One value that was set, and where."""

    value: object
    origin: str


def load_settings(
    paths: Paths,
    environment: Mapping[str, str],
    flags: Mapping[str, object] = _NO_FLAGS,
) -> Settings:
    """Every setting, from wherever it was last given."""
    return settings_from(given_settings(paths, environment, flags))


def given_settings(
    paths: Paths,
    environment: Mapping[str, str],
    flags: Mapping[str, object] = _NO_FLAGS,
) -> dict[str, Given]:
    """What differs from the defaults, by `section.name`, and who says so."""
    text = read_settings_file(paths.settings_file)
    given = dict(_from_file(text, paths.settings_file)) if text else {}
    given.update(_from_environment(environment))
    given.update(_from_flags(flags))
    return given


def settings_from(given: Mapping[str, Given]) -> Settings:
    """The settings these values make; a refusal names where its value is from."""
    sections: dict[str, Any] = {
        name: _section(name, kind, given) for name, kind in SECTIONS.items()
    }
    others = {name.partition(".")[0] for name in given} - set(SECTIONS)
    of_plugins = {
        name: _section(name, kind, given)
        for name in sorted(others)
        if (kind := plugin_section(name)) is not None
    }
    return Settings(**sections, of_plugins=of_plugins)


@cache
def plugin_section(name: str) -> type | None:
    """The class that holds a plugin's settings, named in its entry points.

    Raises ConfigError when it cannot be imported.
    """
    from importlib.metadata import entry_points

    for point in entry_points(group=_PLUGINS, name=name):
        try:
            kind: type = point.load()
        except (ImportError, AttributeError) as error:
            raise ConfigError(
                f"The settings of the plugin {name!r} cannot be loaded: {error}",
                hint="Install its package again, with everything it needs",
            ) from error
        return kind
    return None


def type_of(name: str) -> object | None:
    """What kind of value a setting has; None when there is no such setting."""
    if name in TYPES:
        return TYPES[name]
    section, _, key = name.partition(".")
    kind = None if section in SECTIONS else plugin_section(section)
    types = {each.name: each.type for each in fields(kind)} if kind else {}
    return types.get(key)


def parse_settings(text: str, path: Path) -> dict[str, Given]:
    """What a settings file with this text would set."""
    return dict(_from_file(text, path))


def known(name: str) -> str:
    """The name, if there is such a setting."""
    if type_of(name) is None:
        raise ConfigError(f"There is no setting {name!r}{_did_you_mean(name, TYPES)}")
    return name


def read_settings_file(path: Path) -> str:
    """The file's text, empty when there is none."""
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_mode & _OTHERS_MAY_WRITE:
                raise ConfigError(
                    f"{path} can be changed by other users",
                    hint=f"Run: chmod go-w {path}",
                )
            return file.read().decode()
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not a text file in UTF-8") from error
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from error


def parse_toml(text: str, path: Path) -> dict[str, Any]:
    """The file as it is written, whatever it says."""
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        if complaint := _TOML_COMPLAINT.fullmatch(str(error)):
            what, line, column = complaint.groups()
        else:
            what = str(error).removesuffix(" (at end of document)")
            lines = text.splitlines() or [""]
            line, column = str(len(lines)), str(len(lines[-1]) + 1)
        place = _place(path, f"{line}:{column}")
        raise ConfigError(f"{place}: not valid TOML: {what}") from error


def _from_file(text: str, path: Path) -> Iterator[tuple[str, Given]]:
    positions = positions_in(text)
    for section, table in parse_toml(text, path).items():
        place = _place(path, positions.get(section))
        if section not in SECTIONS and plugin_section(section) is None:
            raise ConfigError(
                f"{place}: there is no section {section!r}"
                f"{_did_you_mean(section, SECTIONS)}"
            )
        if not isinstance(table, dict):
            raise ConfigError(f"{place}: {section} is a section: write [{section}]")
        for key, value in table.items():
            name = f"{section}.{key}"
            place = _place(path, positions.get(name))
            yield name, Given(value=_value(name, value, place), origin=place)


def _value(name: str, value: object, place: str) -> object:
    kind = type_of(name)
    if kind is None:
        raise ConfigError(
            f"{place}: there is no setting {name!r}{_did_you_mean(name, TYPES)}"
        )
    try:
        return from_toml(kind, value)
    except ValueError as error:
        raise ConfigError(f"{place}: {name} {error}") from None


def _from_environment(
    environment: Mapping[str, str],
) -> Iterator[tuple[str, Given]]:
    variables = {f"{_PREFIX}{name.replace('.', '_').upper()}": name for name in TYPES}
    sections = tuple(f"{_PREFIX}{section.upper()}_" for section in SECTIONS)
    for variable, text in environment.items():
        if variable.startswith(sections):
            name = variables.get(variable)
        elif _is_of_plugin(variable):
            name = ".".join(variable.lower().split("_", 2)[1:])
        else:
            continue
        kind = type_of(name) if name else None
        if name is None or kind is None:
            raise ConfigError(
                f"{variable}: there is no such setting"
                f"{_did_you_mean(variable, variables)}"
            )
        try:
            value = from_text(kind, text)
        except ValueError as error:
            raise ConfigError(f"{variable}: {name} {error}") from None
        yield name, Given(value=value, origin=variable)


def _is_of_plugin(variable: str) -> bool:
    """Whether it sets something of a plugin; its secrets are no settings."""
    prefix, _, rest = variable.partition("_")
    section, _, key = rest.lower().partition("_")
    if f"{prefix}_" != _PREFIX or not key:
        return False
    kind = plugin_section(section)
    return kind is not None and key not in getattr(kind, "SECRETS", ())


def _from_flags(flags: Mapping[str, object]) -> Iterator[tuple[str, Given]]:
    for name, value in flags.items():
        kind = type_of(known(name))
        try:
            converted = (
                from_text(kind, value)
                if isinstance(value, str)
                else from_toml(kind, value)
            )
            yield name, Given(value=converted, origin="command line")
        except ValueError as error:
            raise ConfigError(f"command line: {name} {error}") from None


def _section(name: str, kind: type, given: Mapping[str, Given]) -> object:
    mine = {
        full.removeprefix(f"{name}."): one
        for full, one in given.items()
        if full.startswith(f"{name}.")
    }
    try:
        return kind(**{key: one.value for key, one in mine.items()})
    except ConfigError as error:
        for key, one in mine.items():
            if f"{name}.{key}" in str(error):
                raise ConfigError(f"{one.origin}: {error}", hint=error.hint) from None
        raise


def _place(path: Path, position: str | None) -> str:
    return f"{path}:{position}" if position else str(path)


def _did_you_mean(name: str, names: Mapping[str, object]) -> str:
    close = get_close_matches(name, names, n=1)
    return f"; did you mean {close[0]!r}?" if close else ""
