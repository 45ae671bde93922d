"""How much may be asked for, by whom, and how to say politely that it was too much."""

from datetime import timedelta

from assistant.entities.ids import ServerId, UserId
from assistant.ratelimit import Draw, Limit, Refusal
from plugins.discord.desk import Desk

_BURST_SHARE = 0.5
"""So many minutes' worth may come at once."""

_TOLD_A_MINUTE = 4.0
"""Refusals that one person hears; more would be a flood of ours."""

_TOLD_TO_ALL = 60.0
"""Refusals that everybody together hears. Discord shuts out for a while whoever makes
ten thousand requests in ten minutes that it refuses."""

_NOTED_A_MINUTE = 10.0
"""Refusals that the managers of a server hear of."""


def try_ask(
    desk: Desk, *, user_id: UserId, server_id: ServerId | None, kind: str = "ask"
) -> Refusal | None:
    """Take one of everything that asking costs; or the reason not to. Blocks."""
    settings = desk.settings
    server = desk.servers.find(server_id) if server_id else None
    own = server.limits if server else None
    draws = [
        _draw(f"{kind}.all", "all", settings.asks_in_all),
        _draw(
            f"{kind}.user",
            f"{server_id or 'direct'}:{user_id}",
            (own and own.asks_per_user_per_minute) or settings.asks_per_user,
        ),
    ]
    if server_id is not None:
        by_server = (own and own.asks_per_server_per_minute) or settings.asks_per_server
        draws.append(_draw(f"{kind}.server", server_id, by_server))
    return desk.limits.take(draws)


def try_tell(desk: Desk, *, user_id: UserId) -> bool:
    """Whether somebody who is refused is told so once more. Blocks."""
    draws = [
        _draw("told", user_id, _TOLD_A_MINUTE, burst=_TOLD_A_MINUTE),
        _draw("told.all", "all", _TOLD_TO_ALL),
    ]
    return desk.limits.take(draws) is None


def try_note(desk: Desk, *, server_id: ServerId) -> bool:
    """Whether the managers of a server are told of one more. Blocks."""
    draw = _draw("noted", server_id, _NOTED_A_MINUTE, burst=_NOTED_A_MINUTE)
    return desk.limits.take([draw]) is None


def politely(refusal: Refusal) -> str:
    """Whose limit it is, and when to come again."""
    whose = {"user": "You ask", "server": "This server asks"}.get(
        refusal.draw.kind.rpartition(".")[2], "Everybody together asks"
    )
    return f"{whose} faster than I can answer; try again in {_told(refusal.wait)}."


def _draw(
    kind: str, subject: str, per_minute: float, *, burst: float | None = None
) -> Draw:
    burst = burst or max(per_minute * _BURST_SHARE, 1.0)
    return Draw(
        kind=kind, subject=subject, limit=Limit(per_minute=per_minute, burst=burst)
    )


def _told(wait: timedelta) -> str:
    seconds = max(round(wait.total_seconds()), 1)
    return f"{seconds} s" if seconds < 120 else f"{round(seconds / 60)} min"
