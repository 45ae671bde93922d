"""Admission: a person in a place becomes an audience, or is turned away.

Every channel comes through here; nothing else makes an `Audience` for reading.
"""

from assistant.entities.audience import TERMINAL, Audience, Place
from assistant.entities.people import User, UserStatus
from assistant.errors import NotAdmittedError


def admit(user: User, *, place: Place = TERMINAL) -> Audience:
    """The audience a person makes in a place. Raises NotAdmittedError."""
    if user.status is not UserStatus.ACTIVE:
        raise NotAdmittedError(f"{user.display_name} is {user.status}")
    return Audience(user_id=user.id, place=place)
