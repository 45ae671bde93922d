"""A server with a channel and three people, on a Discord behind sockets."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.plugins.discord.wire import Wire

PATIENCE = 60


def until(what: Callable[[], Any], *, within: float = PATIENCE) -> Any:
    """What comes of it, once something does."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        if found := what():
            return found
        time.sleep(0.02)
    raise AssertionError("it did not come about")


@dataclass
class Harbour:
    """A server with a channel and three people, on a Discord behind sockets."""

    wire: Wire

    def __post_init__(self) -> None:
        backend = self.wire.backend

        def build() -> None:
            self.guild = backend.create_guild("Boats")
            self.channel = backend.create_channel(self.guild.id, "harbour")
            self.ana = backend.make_user("ana")
            self.ben = backend.make_user("ben")
            self.cem = backend.make_user("cem")
            for person in (self.ana, self.ben, self.cem):
                backend.add_member(self.guild.id, person.id)
            if backend.bot_user.id not in self.guild.members:
                backend.add_member(self.guild.id, backend.bot_user.id)

        self.wire.do(build)

    @property
    def mention(self) -> str:
        return f"<@{self.wire.backend.bot_user.id}>"

    def say(self, text: str, *, by: Any = None, **more: Any) -> Any:
        author = by or self.ana
        return self.wire.do(
            self.wire.backend.create_message,
            self.channel.id,
            author.id,
            text,
            **more,
        )

    def answers(self) -> list[Any]:
        me = self.wire.backend.bot_user.id
        posted = self.wire.posted(self.channel.id)
        return [each for each in posted if each.author_id == me]

    def answered(self, text: str) -> Any:
        return until(lambda: [m for m in self.answers() if text in m.content])
