"""When a layer is due, by the clock on the wall.

Pure. A time that passed while nobody was here is made up for once: what was missed
before it is part of the same run.
"""

from datetime import date, datetime, timedelta, tzinfo

from assistant.entities.reflection import Rhythm, Schedule

_DAYS = 7


def window(schedule: Schedule, now: datetime, zone: tzinfo | None = None) -> str:
    """The name of the last time that the schedule came due.

    `zone` is where the clock hangs; without one, where this machine is.
    """
    here = now.astimezone(zone)
    match schedule.rhythm:
        case Rhythm.DAILY:
            return _last_day(schedule, here).isoformat()
        case Rhythm.WEEKLY:
            day = _last_day(schedule, here)
            day -= timedelta(days=(day.weekday() - schedule.weekday) % _DAYS)
            return f"week of {day.isoformat()}"
        case Rhythm.HOURS:
            hour = here.hour - here.hour % schedule.hours
            return f"{here.date().isoformat()} {hour:02}h"


def _last_day(schedule: Schedule, here: datetime) -> date:
    """Today, or yesterday while it is too early for today."""
    has_come = here.time() >= schedule.at
    return here.date() if has_come else here.date() - timedelta(days=1)
