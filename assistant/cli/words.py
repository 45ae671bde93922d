"""What commands say in words: moments here, and the figures every channel shares."""

from datetime import datetime

from assistant.figures import duration, milliseconds, plural, short, size

__all__ = ["day", "duration", "milliseconds", "plural", "short", "size"]


def day(moment: datetime) -> str:
    """Local time, to the minute."""
    return moment.astimezone().strftime("%Y-%m-%d %H:%M")
