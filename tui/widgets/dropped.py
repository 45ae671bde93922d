"""Files dropped on a terminal arrive as a paste of their names; here it is undone.

Pure but for one question to the file system: whether such a file is there.
"""

import shlex
from pathlib import Path
from urllib.parse import unquote, urlsplit

_LONGEST = 20_000
_MOST = 50


def dropped(pasted: str) -> tuple[Path, ...]:
    """The files a paste names, if it names nothing else; else none.

    Only whole paths count: a word that happens to be a file's name stays a word.
    """
    if len(pasted) > _LONGEST:
        return ()
    # Some terminals quote what they drop, others put one name on each line.
    lines = tuple(line.strip() for line in pasted.strip().splitlines())
    for names in (lines, _words(pasted)):
        paths = tuple(_path(name) for name in names if name)
        if 0 < len(paths) <= _MOST and all(_is_there(path) for path in paths):
            return paths
    return ()


def _words(pasted: str) -> tuple[str, ...]:
    try:
        return tuple(shlex.split(pasted))
    except ValueError:
        return ()


def _path(name: str) -> Path:
    try:
        is_address = name.startswith("file://")
        path = Path(unquote(urlsplit(name).path) if is_address else name)
        return path.expanduser()
    except (RuntimeError, ValueError):
        return Path()


def _is_there(path: Path) -> bool:
    try:
        return path.is_absolute() and path.exists()
    except (OSError, ValueError):
        return False
