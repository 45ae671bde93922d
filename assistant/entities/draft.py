"""What was written and not yet sent, and how much room it takes."""

from dataclasses import dataclass

from assistant.entities.turn import TextFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Words and files that wait for somebody to send them."""

    text: str = ""
    files: tuple[TextFile, ...] = ()

    @property
    def is_blank(self) -> bool:
        """Whether nothing would be lost with it."""
        return not self.text.strip() and not self.files


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """So many tokens of so many."""

    used: int
    of: int

    @property
    def is_full(self) -> bool:
        """Whether something will have to be left out."""
        return self.used >= self.of
