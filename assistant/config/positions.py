"""Where in a TOML file each setting is written, which tomllib does not say.

One pass over the lines; what it does not recognise it leaves out.
"""

import re
from collections.abc import Iterator

_NAME = r"""(?:[\w-]+|"[^"]*"|'[^']*')"""
_NAMES = rf"{_NAME}(?:\s*\.\s*{_NAME})*"
_HEADER = re.compile(rf"\s*\[\s*(?P<name>{_NAMES})\s*\]")
_KEY = re.compile(rf"\s*(?P<name>{_NAMES})\s*=")
_INLINE_KEY = re.compile(rf"[{{,]\s*(?P<name>{_NAMES})\s*=")
_FENCE = re.compile(r'"""|\'\'\'')


def positions_in(text: str) -> dict[str, str]:
    """`LINE:COLUMN` by section and by `section.name`, where each comes first."""
    found: dict[str, str] = {}
    table = ""
    for number, line in _statements(text):
        if header := _HEADER.match(line):
            table = _plain(header["name"])
            found.setdefault(table, f"{number}:{header.start('name') + 1}")
            continue
        for name, column in _keys(line):
            full = f"{table}.{name}" if table else name
            found.setdefault(full, f"{number}:{column}")
            found.setdefault(full.partition(".")[0], f"{number}:{column}")
    return found


def _keys(line: str) -> Iterator[tuple[str, int]]:
    key = _KEY.match(line)
    if key is None:
        return
    name = _plain(key["name"])
    yield name, key.start("name") + 1
    for inner in _INLINE_KEY.finditer(line, key.end()):
        yield f"{name}.{_plain(inner['name'])}", inner.start("name") + 1


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Numbered lines, without the insides of texts that span several."""
    fence = ""
    for number, line in enumerate(text.split("\n"), start=1):
        if not fence:
            yield number, line
        for mark in _FENCE.findall(line):
            if not fence:
                fence = mark
            elif mark == fence:
                fence = ""


def _plain(name: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in name.split("."))
