"""A moment as people type it: a day, a time of today, or how long ago."""

import re
from datetime import datetime, timedelta

from assistant.errors import UsageError

_AGO = re.compile(r"(\d+)\s*([mhdw])")
_TODAY = re.compile(r"(\d{1,2}):(\d{2})")
_UNITS = {
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}


def moment_of(text: str, *, now: datetime) -> datetime:
    """`2026-05-01`, `2026-05-01 14:30`, `14:30` or `2h`, by this machine's clock.

    Raises UsageError for anything else.
    """
    text = text.strip()
    try:
        if ago := _AGO.fullmatch(text):
            return now - int(ago[1]) * _UNITS[ago[2]]
        if today := _TODAY.fullmatch(text):
            hour, minute = int(today[1]), int(today[2])
            local = now.astimezone()
            return local.replace(hour=hour, minute=minute, second=0, microsecond=0)
        return datetime.fromisoformat(text).astimezone()
    except (ValueError, OverflowError) as error:
        raise UsageError(
            f"{text!r} is no time", hint="Write 2026-05-01, 14:30, or 2h for ago"
        ) from error
