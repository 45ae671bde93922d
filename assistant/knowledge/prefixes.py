"""What a chunk is introduced by: the document's title and the headings above it.

Short, so that it tells the embedder where it is without drowning what is said.
"""

from collections.abc import Callable

from assistant.entities.knowledge import Location

_LONGEST = 80  # characters of one heading
_SHARE = 6  # a prefix takes at most one part in six of the tokens


class Prefixes:
    """Prefixes of one document, each made once."""

    def __init__(self, title: str, count: Callable[[str], int], most: int) -> None:
        self._title = title
        self._count = count
        self._most = most // _SHARE
        self._made: dict[tuple[str, ...], tuple[str, int]] = {}

    def of(self, location: Location) -> tuple[str, int]:
        """The prefix, and how many tokens it takes."""
        sheet = (location.sheet,) if location.sheet else ()
        path = (self._title, *sheet, *location.headings)
        if path not in self._made:
            self._made.clear()
            self._made[path] = self._fitting(path)
        return self._made[path]

    def _fitting(self, path: tuple[str, ...]) -> tuple[str, int]:
        """All of the path, or its ends, or only the last of it."""
        named = list(dict.fromkeys(_shortened(name) for name in path if name.strip()))
        for names in (named, [*named[:1], *named[-1:]], named[-1:], named[:1]):
            prefix = " > ".join(dict.fromkeys(names))
            tokens = self._count(prefix) if prefix else 0
            if tokens <= self._most:
                return prefix, tokens
        return "", 0


def _shortened(name: str) -> str:
    name = " ".join(name.split())
    return name if len(name) <= _LONGEST else name[: _LONGEST - 1].rstrip() + "…"
