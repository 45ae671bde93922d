"""Change settings in the settings file, one at a time, keeping its comments.

The new file is checked as a whole before it takes the old one's place.
"""

import os
import tempfile
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.config.loader import (
    known,
    parse_settings,
    parse_toml,
    read_settings_file,
    settings_from,
    type_of,
)
from assistant.config.paths import Paths
from assistant.config.values import from_text
from assistant.errors import ConfigError

if TYPE_CHECKING:
    from tomlkit import TOMLDocument


def set_setting(paths: Paths, name: str, text: str) -> object:
    """Write one setting, given as text; returns the value it now has."""
    try:
        value = from_text(type_of(known(name)), text)
    except ValueError as error:
        raise ConfigError(f"{name} {error}") from None
    import tomlkit

    section, key = name.split(".")
    document = _document(paths.settings_file, section)
    document.setdefault(section, tomlkit.table())[key] = _as_toml(value)
    _write(document, paths.settings_file)
    return value


def unset_setting(paths: Paths, name: str) -> bool:
    """Take one setting out of the file; whether it was in there."""
    section, key = known(name).split(".")
    document = _document(paths.settings_file, section)
    table = document.get(section, {})
    if key not in table:
        return False
    del table[key]
    _write(document, paths.settings_file)
    return True


def _document(path: Path, section: str) -> "TOMLDocument":
    """The file as it is, if what is to be changed in it is a section."""
    import tomlkit

    text = read_settings_file(path)
    if not isinstance(parse_toml(text, path).get(section, {}), dict):
        parse_settings(text, path)  # says where and why that is wrong
    return tomlkit.parse(text)


def _write(document: "TOMLDocument", path: Path) -> None:
    import tomlkit

    text = tomlkit.dumps(document)
    settings_from(parse_settings(text, path))
    _replace(path, text)


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
