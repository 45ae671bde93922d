"""What every row is made of: times, JSON, and who is reading.

Times become UTC text of one width, so that they sort as they passed.
"""

import json
from datetime import UTC, datetime
from typing import Any, TypeAlias

from assistant.entities.audience import Audience

Row: TypeAlias = dict[str, Any]


def moment_to_text(moment: datetime) -> str:
    """UTC, ISO 8601, always 32 characters."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone cannot be kept")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def moment_from_text(text: str) -> datetime:
    return datetime.fromisoformat(text)


def optional_moment_to_text(moment: datetime | None) -> str | None:
    return None if moment is None else moment_to_text(moment)


def optional_moment_from_text(text: str | None) -> datetime | None:
    return None if text is None else moment_from_text(text)


def to_json(value: object) -> str:
    """JSON that any reader accepts; what cannot be written is an error."""
    return json.dumps(value, allow_nan=False, separators=(",", ":"), default=dict)


def audience_to_row(audience: Audience) -> Row:
    """The parameters of every statement that reads what people said."""
    place = audience.place
    return {
        "reader_id": audience.user_id,
        "in_private": int(place.is_private),
        "in_server": place.server_id,
        "in_channel": place.channel_id,
    }
