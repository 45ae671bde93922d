"""How a document's source is written down: a path as text, or an address.

Pure, and reversible: the name of a file may hold any bytes, a text may not.
"""

import os
from pathlib import Path
from urllib.parse import unquote_to_bytes

_FILE = "file://"
_PAGES = ("http://", "https://")


def is_page(source: str) -> bool:
    """Whether it is fetched, not opened."""
    return source.lower().startswith(_PAGES)


def source_of(path: Path) -> str:
    """The path itself; where it is no text, as an address of its bytes."""
    text = str(path)
    try:
        text.encode()
    except UnicodeEncodeError:
        return path.absolute().as_uri()
    return text


def path_of(source: str) -> Path:
    """The path that `source_of` wrote down."""
    if source.startswith(_FILE):
        return Path(os.fsdecode(unquote_to_bytes(source.removeprefix(_FILE))))
    return Path(source)
