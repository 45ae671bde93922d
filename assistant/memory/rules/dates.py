"""Days that are spoken of, from the day on which they are.

"Tomorrow" means nothing a week later; what is remembered names the day itself. A day
of the month without a year is the next one to come.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

_DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_SHORT_DAYS = r"tues?|weds|thurs?|(?<=on )(?:mon|wed|fri|sat|sun)"
_MONTHS_WORDS = """
january february march april may june july august september october november december
"""
_MONTHS = _MONTHS_WORDS.split()
_MONTH = "|".join([*_MONTHS, *(f"{name[:3]}\\.?" for name in _MONTHS), "sept"])
_NUMBERS = "zero one two three four five six seven eight nine ten eleven twelve"
_COUNTS = {word: number for number, word in enumerate(_NUMBERS.split())}
_COUNTS |= {"a": 1, "an": 1}
_COUNT = rf"\d{{1,3}}|{'|'.join(_COUNTS)}"
_ORDINAL = r"(?:st|nd|rd|th)?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day that a text names, and how."""

    day: date
    words: str
    start: int
    is_exact: bool = True
    """False for a month or a year, of which it is the first day."""

    last: date | None = None
    """Of a month or a year; a day is its own."""

    @property
    def end(self) -> date:
        return self.last or self.day

    @property
    def label(self) -> str:
        """Fit to be remembered: `2027-05-03`, `2027-05` or `2027`."""
        if self.is_exact:
            return self.day.isoformat()
        is_year = (self.end - self.day).days > 31
        return str(self.day.year) if is_year else f"{self.day:%Y-%m}"


def first_day(text: str, *, said_on: date) -> Day | None:
    """The first day a text names, if it names one."""
    return min(days_in(text, said_on=said_on), key=lambda day: day.start, default=None)


def days_in(text: str, *, said_on: date) -> Iterator[Day]:
    """Every day a text names; one kind of naming after the other."""
    taken: list[range] = []
    for pattern, read in _READERS:
        for match in pattern.finditer(text):
            if any(match.start() in span for span in taken):
                continue
            try:
                day = read(match, said_on)
            except ValueError:  # the thirtieth of February
                continue
            taken.append(range(match.start(), match.end()))
            yield day


def _exact(match: re.Match[str], day: date) -> Day:
    return Day(day=day, words=match.group(), start=match.start())


def _iso(match: re.Match[str], _: date) -> Day:
    return _exact(match, date.fromisoformat(match.group()))


def _day_month(match: re.Match[str], said_on: date) -> Day:
    month, day = _month(match["m"]), int(match["d"])
    if match["y"]:
        return _exact(match, date(int(match["y"]), month, day))
    this_year = date(said_on.year, month, day)
    if this_year >= said_on:
        return _exact(match, this_year)
    return _exact(match, date(said_on.year + 1, month, day))


def _month(name: str) -> int:
    return next(
        number for number, full in enumerate(_MONTHS, 1) if full[:3] == name.lower()[:3]
    )


def _near(match: re.Match[str], said_on: date) -> Day:
    words = match.group().lower()
    days = {"today": 0, "tonight": 0, "tomorrow": 1}.get(words.split()[0], 1)
    if words.startswith(("the day after", "day after")):
        days = 2
    return _exact(match, said_on + timedelta(days=days))


def _weekday(match: re.Match[str], said_on: date) -> Day:
    """The next one to come; with "next" on a day of this week, the one after."""
    ahead = (_weekday_number(match["w"]) - said_on.weekday()) % 7 or 7
    is_next = (match["n"] or "").lower() == "next"
    if is_next and ahead + said_on.weekday() < 7:
        ahead += 7
    return _exact(match, said_on + timedelta(days=ahead))


def _weekday_number(name: str) -> int:
    return next(
        number for number, day in enumerate(_DAYS) if day[:3] == name.lower()[:3]
    )


def _after(match: re.Match[str], said_on: date) -> Day:
    count = match["c"].lower()
    number = int(count) if count.isdigit() else _COUNTS[count]
    unit = match["u"].lower()
    if unit.startswith("month"):
        return _exact(match, _months_later(said_on, number))
    if unit.startswith("year"):
        return _exact(match, said_on.replace(year=said_on.year + number))
    days = number * (7 if unit.startswith("week") else 1)
    return _exact(match, said_on + timedelta(days=days))


def _next(match: re.Match[str], said_on: date) -> Day:
    unit = match["u"].lower()
    if unit == "weekend":
        saturday = said_on + timedelta(days=(5 - said_on.weekday()) % 7 or 7)
        return _exact(match, saturday)
    if unit == "week":
        monday = said_on + timedelta(days=7 - said_on.weekday())
        return _exact(match, monday)
    if unit == "month":
        return _whole_month(match, _months_later(said_on.replace(day=1), 1))
    return _whole_year(match, said_on.year + 1)


def _in_month(match: re.Match[str], said_on: date) -> Day:
    number, year = _month(match["m"]), match["y"]
    if year is None:
        year = str(said_on.year + (number < said_on.month))
    return _whole_month(match, date(int(year), number, 1))


def _in_year(match: re.Match[str], _: date) -> Day:
    return _whole_year(match, int(match["y"]))


def _whole_month(match: re.Match[str], first: date) -> Day:
    last = _months_later(first, 1) - timedelta(days=1)
    return Day(
        day=first, last=last, words=match.group(), start=match.start(), is_exact=False
    )


def _whole_year(match: re.Match[str], year: int) -> Day:
    return Day(
        day=date(year, 1, 1),
        last=date(year, 12, 31),
        words=match.group(),
        start=match.start(),
        is_exact=False,
    )


def _months_later(day: date, months: int) -> date:
    """The same day of a later month, or its last one."""
    year, month = divmod(day.month - 1 + months, 12)
    for number in range(day.day, 27, -1):
        try:
            return date(day.year + year, month + 1, number)
        except ValueError:
            continue
    return date(day.year + year, month + 1, day.day)


def _rule(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_YEAR = r"(?:,?\s+(?P<y>\d{4})\b)?"
_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], Day]], ...] = (
    (_rule(r"\b\d{4}-\d{2}-\d{2}\b"), _iso),
    (
        _rule(
            rf"\b(?P<d>\d{{1,2}}){_ORDINAL}\s+(?:of\s+)?(?P<m>{_MONTH})(?!\w){_YEAR}"
        ),
        _day_month,
    ),
    (
        _rule(
            rf"\b(?P<m>{_MONTH})\s+(?:the\s+)?(?P<d>\d{{1,2}}){_ORDINAL}(?!\d|:){_YEAR}"
        ),
        _day_month,
    ),
    (_rule(r"\b(?:the\s+)?day after tomorrow\b"), _near),
    (_rule(r"\b(?:today|tonight|tomorrow)\b"), _near),
    (
        _rule(
            rf"(?<!last )(?<!every )\b(?:(?P<n>next|this|on)\s+)?"
            rf"(?P<w>{'|'.join(_DAYS)}|{_SHORT_DAYS})\b"
        ),
        _weekday,
    ),
    (_rule(rf"\bin\s+(?P<c>{_COUNT})\s+(?P<u>days?|weeks?|months?|years?)\b"), _after),
    (_rule(r"\b(?:next|this coming|this)\s+(?P<u>weekend)\b"), _next),
    (_rule(r"\bnext\s+(?P<u>week|month|year)\b"), _next),
    (_rule(rf"\b(?:in|next)\s+(?P<m>{'|'.join(_MONTHS)})\b{_YEAR}"), _in_month),
    (_rule(r"\bin\s+(?P<y>(?:19|20)\d\d)\b"), _in_year),
)
