"""Change one setting in the settings file, keeping its comments.

The new file is checked as a whole before it takes the old one's place.
"""

import os
import tempfile
from enum import StrEnum
from pathlib import Path

import tomlkit

from assistant.config.loader import (
    TYPES,
    known,
    parse_settings,
    parse_toml,
    read_settings_file,
    settings_from,
)
from assistant.config.paths import Paths
from assistant.config.values import from_text
from assistant.errors import ConfigError


def set_setting(paths: Paths, name: str, text: str) -> object:
    """Write one setting, given as text; returns the value it now has."""
    try:
        value = from_text(TYPES[known(name)], text)
    except ValueError as error:
        raise ConfigError(f"{name} {error}") from None
    section, key = name.split(".")
    path = paths.settings_file
    old = read_settings_file(path)
    if not isinstance(parse_toml(old, path).get(section, {}), dict):
        parse_settings(old, path)  # says where and why that is wrong
    document = tomlkit.parse(old)
    document.setdefault(section, tomlkit.table())[key] = _as_toml(value)
    new = tomlkit.dumps(document)
    settings_from(parse_settings(new, path))
    _replace(path, new)
    return value


def _as_toml(value: object) -> object:
    if isinstance(value, StrEnum):
        return str(value)
    return list(value) if isinstance(value, tuple) else value


def _replace(path: Path, text: str) -> None:
    """The file is the old one or the new one, whatever happens in between."""
    target = path.resolve()  # a linked settings file stays a link
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".config-")
        temporary = Path(name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}") from error
