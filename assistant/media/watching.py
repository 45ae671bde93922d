"""What changes in files and folders, as the system tells it."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from assistant.errors import NotFoundError

_SETTLED_MS = 200  # after a change, this long without another
_LONGEST_MS = 2000  # of changes that follow each other
_BEGINS_MS = 300


def changes(paths: Sequence[Path]) -> Iterator[frozenset[Path]]:
    """Sets of what was made, changed or removed; a folder stands for what is in it.

    The first set is empty, and comes when it is watched: whatever changes from then
    on is told, also what changes while the one before is being dealt with.
    """
    from watchfiles import watch

    for path in paths:
        if not path.exists():
            raise NotFoundError(f"There is no {path}")
    is_watched = False
    for found in watch(
        *paths,
        watch_filter=None,
        step=_SETTLED_MS,
        debounce=_LONGEST_MS,
        rust_timeout=_BEGINS_MS,
        yield_on_timeout=True,
    ):
        if not is_watched:
            is_watched = True
            yield frozenset()
        if found:
            yield frozenset(Path(path) for _, path in found)
