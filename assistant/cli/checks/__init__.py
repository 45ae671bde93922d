"""What `hearth doctor` looks at. A check does the real thing, and says the fix.

It answers with what it found, raises `DoubtError` for what may become a problem
and any other error of ours for what is one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum, auto

from assistant.errors import AssistantError


class Status(StrEnum):
    """How one check ended."""

    OK = auto()
    WARN = auto()
    FAIL = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at."""

    name: str
    status: Status
    detail: str
    fix: str = ""


class DoubtError(AssistantError):
    """It works, and may not for long; the hint is what to do."""


def checked(name: str, look: Callable[[], str]) -> Check:
    """The check, however it ends."""
    try:
        return Check(name=name, status=Status.OK, detail=look())
    except DoubtError as doubt:
        return Check(name=name, status=Status.WARN, detail=str(doubt), fix=doubt.hint)
    except AssistantError as error:
        return Check(name=name, status=Status.FAIL, detail=str(error), fix=error.hint)
    except OSError as error:
        return Check(name=name, status=Status.FAIL, detail=str(error))
