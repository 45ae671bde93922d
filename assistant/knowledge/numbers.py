"""Numbers and dates of a text, in one form however they are written.

Pure. `1,250.50`, `1250.5` and `1250.5 kg` are one number, `twelve` and `12`
another; `3 May 1871`, `May 3rd, 1871` and `1871-05-03` are one date.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from assistant.knowledge.spelt import is_spelt, spelt_numbers
from assistant.knowledge.words import Word, words_of

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec"
_MONTH = (
    r"(?P<month>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|"
    r"Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>\d{4})"
_DATES = tuple(
    re.compile(rf"(?<![\w-]){pattern}(?![\w-])")
    for pattern in (
        rf"{_YEAR}-(?P<month>\d\d)-(?P<day>\d\d)",
        rf"{_DAY}(?: of)? {_MONTH},? {_YEAR}",
        rf"{_MONTH} {_DAY},? {_YEAR}",
        rf"{_DAY}(?: of)? {_MONTH}",
        rf"{_MONTH},? {_YEAR}",
        rf"{_MONTH} {_DAY}",
    )
)

_BLANKS = re.compile(r"[ \t\r\n]+")
_GROUPED = re.compile(r"(?<=\d)[\u00a0\u2009\u202f](?=\d{3}(?!\d))")
_THOUSANDS = re.compile(r"\d{1,3}(?:[,'\u2019]\d{3})+(?:\.\d+)?")
_AMOUNT = re.compile(r"(\d[\d.,'\u2019]*?)(?:st|nd|rd|th|[^\W\d_]{1,3})?")


class Date(NamedTuple):
    """A date as far as it is given."""

    year: int | None
    month: int
    day: int | None

    def is_said_by(self, other: "Date") -> bool:
        """Whether the other says all that this one does."""
        return all(
            mine is None or mine == theirs
            for mine, theirs in zip(self, other, strict=True)
        )


class Figures(NamedTuple):
    """What a text says in dates and numbers."""

    dates: tuple[Date, ...]
    numbers: tuple[str, ...]
    """Outside the dates, each in its one form; codes such as `v1.2-b` as written."""


def figures_of(text: str) -> Figures:
    """Dates first; what is left of numbers after them."""
    dates: list[Date] = []
    rest = _BLANKS.sub(" ", text)
    for pattern in _DATES:
        dates.extend(map(_date, pattern.finditer(rest)))
        # A mark, so that words on both sides of a date are not read as one number.
        rest = pattern.sub(lambda match: ";".ljust(len(match.group())), rest)
    return Figures(tuple(dates), tuple(_numbers(rest)))


def all_numbers(text: str) -> set[str]:
    """Every number of a text, those inside dates and codes too."""
    words = [word for word in words_of(_GROUPED.sub("", text)) if word.has_digit]
    parts = [part for word in words for part in word.parts() if part.has_digit]
    return {plain_number(word) for word in [*words, *parts]} | set(_numbers(text))


def is_figure(word: Word) -> bool:
    """Whether it is a number, in digits or in words."""
    return word.has_digit or is_spelt(word)


def plain_number(word: Word) -> str:
    """The one form of a number, or a code as it is."""
    match = _AMOUNT.fullmatch(word.folded)
    if not match:
        return word.folded
    amount = match.group(1)
    if _THOUSANDS.fullmatch(amount):
        amount = re.sub("[,'\u2019]", "", amount)
    if not re.fullmatch(r"\d+(?:\.\d+)?", amount):
        return word.folded
    shown = f"{Decimal(amount):f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else str(int(shown))


def _date(match: re.Match[str]) -> Date:
    found = match.groupdict()
    month = found["month"].lower()
    day, year = found.get("day"), found.get("year")
    return Date(
        year=int(year) if year else None,
        month=int(month) if month.isdigit() else _MONTHS.index(month[:3]) // 4 + 1,
        day=int(day) if day else None,
    )


def _numbers(text: str) -> Iterator[str]:
    text = _GROUPED.sub("", text)
    words = words_of(text)
    for word in words:
        if word.has_digit:
            yield _sign(text, word) + plain_number(word)
    yield from map(str, spelt_numbers(text, words))


def _sign(text: str, word: Word) -> str:
    before = text[max(0, word.start - 2) : word.start]
    is_sign = before[-1:] in {"-", "\u2212"} and not before[:-1].isalnum()
    return "-" if is_sign else ""
