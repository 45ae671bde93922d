from datetime import UTC, datetime

import pytest

from assistant.entities.audience import Place
from assistant.entities.ids import ServerId, UserId
from assistant.entities.people import User, UserStatus
from assistant.errors import NotAdmittedError
from assistant.privacy.audience import admit

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


def person(status: UserStatus = UserStatus.ACTIVE) -> User:
    return User(
        id=UserId("ana"),
        name="ana",
        display_name="Ana",
        first_seen=NOON,
        last_seen=NOON,
        status=status,
    )


def test_a_person_in_a_place_is_an_audience() -> None:
    square = Place(server_id=ServerId("s"), is_private=False)

    audience = admit(person(), place=square)

    assert (audience.user_id, audience.place) == ("ana", square)


@pytest.mark.parametrize("status", [UserStatus.SUSPENDED, UserStatus.DELETED])
def test_whoever_is_not_active_is_turned_away(status: UserStatus) -> None:
    with pytest.raises(NotAdmittedError, match=f"Ana is {status}"):
        admit(person(status))
