"""What the bot lacks: asked of Discord's plain API, without opening its gateway."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import discord
from discord.http import HTTPClient

from assistant.app import Assistant
from assistant.errors import AssistantError
from plugins.discord.channel import look_elsewhere, settings_of

NEEDED = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    create_public_threads=True,
    read_message_history=True,
    attach_files=True,
)
"""All that it ever uses."""

_CONTENT = 1 << 18 | 1 << 19
"""Message Content, granted to large bots or switched on for small ones."""

_MEMBERS = 1 << 14 | 1 << 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at."""

    name: str
    status: str
    detail: str
    fix: str = ""

    def shape(self) -> dict[str, str]:
        return {
            "name": self.name,
            "status": self.status,
            "detail": self.detail,
            "fix": self.fix,
        }

    def line(self) -> str:
        fix = f". {self.fix}" if self.fix else ""
        return f"{self.status:4}  {self.name}: {self.detail}{fix}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Me:
    """The bot as Discord knows it."""

    id: int
    name: str
    flags: int


def invitation(application_id: int) -> str:
    """The link that somebody with Manage Server follows."""
    return discord.utils.oauth_url(
        application_id,
        permissions=NEEDED,
        scopes=("bot", "applications.commands"),
    )


async def about_me(assistant: Assistant, token: str) -> Me:
    """Raises AssistantError for a token nobody knows, and when nobody answers."""
    async with _opened(assistant, token) as http:
        return await _me(http)


async def check(assistant: Assistant, token: str) -> list[Check]:
    """Everything that has to be right for the bot to work, each tried."""
    try:
        async with _opened(assistant, token) as http:
            me = await _me(http)
            guilds = [dict(each) for each in await http.get_guilds(200)]
    except AssistantError as error:
        return [Check(name="token", status="fail", detail=str(error), fix=error.hint)]
    known = Check(name="token", status="ok", detail=f"it is {me.name}'s")
    return [known, *_heard(me), *map(_allowed, guilds)]


def _heard(me: Me) -> list[Check]:
    wanted = (("message content", _CONTENT), ("server members", _MEMBERS))
    return [
        Check(name=name, status="ok", detail="may be heard")
        if me.flags & bits
        else Check(
            name=name,
            status="fail",
            detail="may not be heard",
            fix=f"Switch on {name.title()} on the page Bot of your application",
        )
        for name, bits in wanted
    ]


def _allowed(guild: dict[str, Any]) -> Check:
    may = discord.Permissions(int(guild.get("permissions", 0)))
    name = str(guild.get("name", guild.get("id")))
    if may.administrator or may >= NEEDED:
        return Check(name=name, status="ok", detail="it may do all it needs")
    lacking = [
        each for each, is_needed in NEEDED if is_needed and not getattr(may, each)
    ]
    return Check(
        name=name,
        status="warn",
        detail=f"it lacks {', '.join(lacking)}",
        fix="Give its role these rights, or invite it again",
    )


@asynccontextmanager
async def _opened(assistant: Assistant, token: str) -> AsyncIterator[HTTPClient]:
    """Discord's API; what it refuses, and its silence, are told in our words."""
    look_elsewhere(settings_of(assistant))
    http = HTTPClient(asyncio.get_running_loop())
    try:
        await http.static_login(token)
        yield http
    except discord.LoginFailure as error:
        raise AssistantError(
            "Discord refuses the token",
            hint="Make a new one on the page Bot, then run: hearth discord token",
        ) from error
    except (OSError, discord.HTTPException, discord.RateLimited) as error:
        raise AssistantError(
            f"Discord cannot be reached ({type(error).__name__})",
            hint="Try again when this machine is online",
        ) from error
    finally:
        await http.close()


async def _me(http: HTTPClient) -> Me:
    about = await http.application_info()
    return Me(id=int(about["id"]), name=about["name"], flags=about.get("flags", 0))
