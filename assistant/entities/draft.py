"""What was written and not yet sent."""

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
