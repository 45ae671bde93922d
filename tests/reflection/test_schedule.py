"""When a layer is due, by the clock on the wall."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from assistant.entities.reflection import Rhythm, Schedule
from assistant.reflection.schedule import window

DAILY = Schedule(rhythm=Rhythm.DAILY, at=time(7))
WEEKLY = Schedule(rhythm=Rhythm.WEEKLY, at=time(7), weekday=0)
HOURLY = Schedule(rhythm=Rhythm.HOURS, hours=6)


@pytest.mark.parametrize(
    ("schedule", "moment", "name"),
    [
        (DAILY, "2026-11-22T06:59", "2026-11-21"),
        (DAILY, "2026-11-22T07:00", "2026-11-22"),
        (WEEKLY, "2026-11-23T06:59", "week of 2026-11-16"),
        (WEEKLY, "2026-11-23T07:00", "week of 2026-11-23"),
        (WEEKLY, "2026-11-29T23:00", "week of 2026-11-23"),
        (HOURLY, "2026-11-22T05:59", "2026-11-22 00h"),
        (HOURLY, "2026-11-22T18:00", "2026-11-22 18h"),
    ],
)
def test_the_last_time_it_came_due(schedule: Schedule, moment: str, name: str) -> None:
    now = datetime.fromisoformat(f"{moment}+00:00")

    assert window(schedule, now, UTC) == name


def test_the_clock_on_the_wall_decides_even_when_it_is_moved() -> None:
    zone = ZoneInfo("Europe/Lisbon")
    before = datetime(2026, 10, 24, 6, 30, tzinfo=UTC)  # summer time: half past seven
    after = datetime(2026, 10, 25, 6, 30, tzinfo=UTC)  # winter time: half past six

    assert window(DAILY, before, zone) == "2026-10-24"
    assert window(DAILY, after, zone) == "2026-10-24"
