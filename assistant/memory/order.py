"""What may be asked of memory itself; how it is said is read elsewhere."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Remember:
    """Keep what this message says."""


@dataclass(frozen=True, slots=True)
class Forget:
    """Let go of what is remembered about something."""

    about: str
    """Empty for what was remembered last."""


@dataclass(frozen=True, slots=True)
class ForgetAll:
    """Let go of everything."""


@dataclass(frozen=True, slots=True)
class Tell:
    """Say what is remembered."""

    about: str
    """Empty for everything."""


@dataclass(frozen=True, slots=True)
class Confirm:
    """Say whether something is remembered."""

    about: str
    """Empty for what was said last."""


@dataclass(frozen=True, slots=True)
class Recount:
    """Say what was concluded of all that was said."""


Order: TypeAlias = Remember | Forget | ForgetAll | Tell | Confirm | Recount
