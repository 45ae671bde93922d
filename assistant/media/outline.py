"""Which headings a stretch of a document stands under, as they go by."""


class Outline:
    """The path of headings; a new one closes all of its level and below."""

    def __init__(self) -> None:
        self._open: list[tuple[int, str]] = []

    def enter(self, level: int, heading: str) -> tuple[str, ...]:
        """The path once this heading has begun."""
        while self._open and self._open[-1][0] >= level:
            self._open.pop()
        if heading:
            self._open.append((level, heading))
        return self.path

    @property
    def path(self) -> tuple[str, ...]:
        return tuple(heading for _, heading in self._open)
