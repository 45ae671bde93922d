"""Counts, sizes and spans of time as people read them, in every channel.

Pure: numbers in, a few words out. Dates are a channel's own business.
"""

_UNITS = ("B", "kB", "MB", "GB", "TB")
_STEP = 1000
_SIXTY = 60
_SHORT_SECONDS = 10


def plural(count: int, noun: str, nouns: str = "") -> str:
    """`1 message`, `2 messages`, `2 memories`."""
    return f"{count} {noun if count == 1 else nouns or noun + 's'}"


def short(text: str, longest: int) -> str:
    """On one line, cut at the end when it is long."""
    text = " ".join(text.split())
    return text if len(text) <= longest else text[: longest - 1] + "…"


def size(count: float) -> str:
    """`1.5 MB`."""
    for unit in _UNITS[:-1]:
        if abs(count) < _STEP:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= _STEP
    return f"{count:.1f} {_UNITS[-1]}"


def milliseconds(count: float | None) -> str:
    """`350 ms`, `2.1 s`."""
    if count is None:
        return "-"
    return f"{count:.0f} ms" if count < _STEP else f"{count / _STEP:.1f} s"


def duration(seconds: float) -> str:
    """`0.4 s`, `12 s`, `3 min`, `2 h 5 min`."""
    if seconds < _SHORT_SECONDS:
        return f"{max(seconds, 0):.1f} s"
    if seconds < 2 * _SIXTY:
        return f"{seconds:.0f} s"
    minutes = round(seconds / _SIXTY)
    if minutes < 2 * _SIXTY:
        return f"{minutes} min"
    return f"{minutes // _SIXTY} h {minutes % _SIXTY} min"
