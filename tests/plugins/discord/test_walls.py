"""Whatever people do on Discord, no word reaches the model or a reader it is not for.

A walk of chance over the whole road: servers, channels, threads, direct messages and
commands. Every word said is of its own kind, and who may be shown it is written down
beside it; so a leak is a word in a prompt, an answer or a search where it may not be.
`HEARTH_WALK=2000` walks further than the gate does.
"""

import os
import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import discord
import pytest

from assistant.entities.audience import Audience
from assistant.entities.ids import ChannelId, ServerId, UserId
from assistant.entities.memory import MemoryFilter
from assistant.entities.people import UserStatus
from assistant.knowledge.search import Question
from tests.plugins.discord.conftest import Bot

STEPS = int(os.environ.get("HEARTH_WALK", "120"))
LAYERS = ("user_reflection", "channel_reflection", "dyad_reflection", "daily_digest")
_MARK = re.compile(r"zq\d+x")
_EVERYTHING = 1000


@dataclass
class Word:
    """One word that was said: by whom, and on which server, if on one."""

    author: int
    server: int | None
    is_private: bool = False
    """Told on a server, but for its author alone."""

    is_observed: bool = False
    is_gone: bool = False

    def may_reach(self, user: int, server: int | None) -> bool:
        if self.is_gone:
            return False
        if server is None:
            return user == self.author
        return server == self.server and not self.is_private


@dataclass
class Spot:
    """A channel or thread of a server; without one, somebody's direct line."""

    server: Any = None
    channel: Any = None


@dataclass
class Walk:
    """Two servers, four people, and all they say."""

    bot: Bot
    chance: random.Random
    words: dict[str, Word] = field(default_factory=dict)
    questions: list[tuple[Any, Any, str]] = field(default_factory=list)
    refusing: set[tuple[int, int | None]] = field(default_factory=set)
    forgotten: set[int] = field(default_factory=set)
    done: Counter[str] = field(default_factory=Counter)
    threads: list[Spot] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))
    _heard: int = 0
    _posted: int = 0

    async def begin(self) -> None:
        env = self.bot.env
        self.users = [env.create_user(name) for name in ("wim", "xia", "yan", "zoe")]
        self.members: dict[tuple[int, int], Any] = {}
        self.spots: list[Spot] = []
        for name in ("north", "south"):
            server = env.create_guild(name)
            may = discord.Permissions(manage_guild=True)
            role = server.create_role("master", permissions=may)
            for user in self.users:
                roles = [role] if user is self.users[0] else []
                member = server.add_member(user, roles=roles)
                self.members[server.id, user.id] = member
            for room in ("hall", "cellar"):
                channel = server.create_text_channel(f"{name}-{room}")
                self.spots.append(Spot(server, channel))
            master = self.members[server.id, self.users[0].id]
            await master.slash(self.spots[-1].channel, "observe on")
        self.watched = {spot.channel.id for spot in self.spots[1::2]}
        for user in self.users:
            self.refusing.add((user.id, None))

    # What people do

    def word(self, user: Any, spot: Spot, **more: Any) -> str:
        text = f"zq{next(self._numbers)}x"
        server = spot.server.id if spot.server else None
        self.words[text] = Word(user.id, server, **more)
        self.words[text].is_gone |= user.id in self.forgotten
        return text

    def member(self, user: Any, spot: Spot) -> Any:
        return self.members[spot.server.id, user.id]

    def somewhere(self) -> Spot:
        return self.chance.choice([*self.spots, *self.threads, Spot(), Spot()])

    async def ask(self, user: Any, spot: Spot) -> None:
        word = self.word(user, spot)
        text = f"My boat is called {word} and what of the garden?"
        if spot.server is None:
            sent = await user.send_dm(text)
        else:
            text = f"{self.bot.mention} {text}"
            sent = await self.member(user, spot).send(spot.channel, text)
        self.questions.append((user, sent, word))

    async def follow(self, user: Any, spot: Spot) -> None:
        """Below an answer of the bot's, or of anybody's, in that channel."""
        if spot.server is None or not (last := spot.channel.last_message):
            return
        word = self.word(user, spot)
        sent = await self.member(user, spot).send(
            spot.channel, f"{self.bot.mention} And {word}?", reply_to=last
        )
        self.questions.append((user, sent, word))

    async def chat(self, user: Any, spot: Spot) -> None:
        if spot.server is None or spot in self.threads:
            return
        word = self.word(user, spot)
        member = self.member(user, spot)
        await member.slash(spot.channel, "chat", question=f"Shall we talk of {word}?")
        self.threads += [Spot(spot.server, each) for each in spot.channel.threads[-1:]]

    async def remark(self, user: Any, spot: Spot) -> None:
        """Said among people: kept where a channel is watched and they agree."""
        if spot.server is None or spot in self.threads:
            return
        is_kept = (
            spot.channel.id in self.watched
            and (user.id, spot.server.id) not in self.refusing
        )
        word = self.word(user, spot, is_observed=True, is_gone=not is_kept)
        text = f"I will tell of {word} in the garden?"
        await self.member(user, spot).send(spot.channel, text)

    async def remember(self, user: Any, spot: Spot) -> None:
        word = self.word(user, spot, is_private=True)
        what = f"My boat is called {word}"
        await self.command(user, spot, "remember", what=what)

    async def have_remembered(self, user: Any, spot: Spot) -> None:
        if spot.server is not None:
            word = self.word(user, spot)
            text = f"{self.bot.mention} Remember that my cat is called {word}"
            await self.member(user, spot).send(spot.channel, text)

    async def consult(self, user: Any, spot: Spot) -> None:
        """What the bot knows is asked for, in every way there is."""
        word = self.chance.choice(list(self.words) or ["garden"])
        how = self.chance.choice(("search", "memories", "question"))
        if how == "search":
            await self.command(user, spot, "search", words=f"{word} garden")
        elif how == "memories":
            await self.command(user, spot, "memories", is_own=True)
        elif spot.server is None:
            await user.send_dm("What is my boat called?")
        else:
            text = f"{self.bot.mention} What is my boat called, and my cat?"
            await self.member(user, spot).send(spot.channel, text)

    async def consent(self, user: Any, spot: Spot) -> None:
        server = spot.server.id if spot.server else None
        says_yes = self.chance.random() < 0.5
        await self.command(user, spot, f"privacy {'allow' if says_yes else 'refuse'}")
        if says_yes:
            self.refusing.discard((user.id, server))
            return
        self.refusing.add((user.id, server))
        for each in self.words.values():
            if each.is_observed and (each.author, each.server) == (user.id, server):
                each.is_gone = True

    async def delete(self, *_: Any) -> None:
        if self.questions:
            chosen = self.chance.randrange(len(self.questions))
            user, sent, word = self.questions.pop(chosen)
            guild_id = self.words[word].server
            actor = self.members[guild_id, user.id] if guild_id else user
            await actor.delete(sent)
            self.words[word].is_gone = True

    async def forget_all(self, _: Any, spot: Spot) -> None:
        """Only one of them does, and is not answered from then on."""
        user = self.users[-1]
        if self.chance.random() < 0.2:
            await self.command(user, spot, "privacy forget", confirm="forget me")
            for each in self.words.values():
                each.is_gone |= each.author == user.id
            known = self.bot.assistant.people.find_user(UserId(str(user.id)))
            if known is not None and known.status is UserStatus.DELETED:
                self.forgotten.add(user.id)
            for key in [each for each in self.questions if each[0] is user]:
                self.questions.remove(key)

    async def reflect(self, *_: Any) -> None:
        reflecting = self.bot.assistant.reflecting()
        layer = reflecting.desk.shelf.get(self.chance.choice(LAYERS))
        for _ in reflecting.reflection.run_now(layer):
            pass
        for _ in self.bot.assistant.remembering.work():
            pass

    async def command(
        self, user: Any, spot: Spot, name: str, *, is_own: bool = False, **given: Any
    ) -> None:
        if spot.server is None:
            result = await user.slash(name, **given)
        else:
            result = await self.member(user, spot).slash(spot.channel, name, **given)
        first = [result.response] if result.response else []
        told = "\n".join(each.content for each in [*first, *result.followups])
        server = (
            None if is_own or name == "remember" or not spot.server else spot.server.id
        )
        self.check(f"/{name}", told, user=user.id, server=server)

    # What came of it

    def check(self, door: str, text: object, *, user: int, server: int | None) -> None:
        shown = set(_MARK.findall(str(text)))
        self.done["words shown"] += len(shown)
        leaked = {
            each for each in shown if not self.words[each].may_reach(user, server)
        }
        assert not leaked, (door, user, server, {w: self.words[w] for w in leaked})

    def look(self, user: Any, spot: Spot) -> None:
        """Every door of the core, with the audience that the desk makes."""
        server = spot.server.id if spot.server else None
        desk = self.bot.desk
        known = desk.assistant.people.find_user(UserId(str(user.id)))
        if known is None or user.id in self.forgotten:
            return
        channel = spot.channel if spot.server else user.dm_channel
        audience = desk.audience(
            UserId(str(user.id)),
            channel_id=ChannelId(str(channel.id)),
            server_id=ServerId(str(server)) if server else None,
        )
        for door, shown in self._doors(audience):
            self.check(door, shown, user=user.id, server=server)

    def _doors(self, audience: Audience) -> Iterator[tuple[str, object]]:
        assistant = self.bot.assistant
        for text in ("garden boat called tell", "zq1x"):
            yield (
                "search",
                assistant.search.find(Question(text=text, k=200), audience).hits,
            )
        for each in assistant.history.recent(audience, limit=_EVERYTHING):
            yield "talks", each
            yield "transcript", assistant.history.transcript(each.id, audience)
        for own in (False, True):
            wanted = MemoryFilter(states=(), only_mine=own)
            yield "memories", assistant.memories.browse(audience, wanted, limit=500)

    async def step(self) -> None:
        acts = (
            *(self.ask, self.ask, self.remark, self.remark, self.remember),
            *(self.have_remembered, self.consult, self.consult, self.consult),
            *(self.follow, self.chat, self.consent, self.delete, self.forget_all),
            self.reflect,
        )
        act = self.chance.choice(acts)
        user, spot = self.chance.choice(self.users), self.somewhere()
        self.done[act.__name__] += 1
        await act(user, spot)
        server = spot.server.id if spot.server else None
        requests = self.bot.engine.requests
        for request in requests[self._heard :]:
            self.check("prompt", request, user=user.id, server=server)
        self._heard = len(requests)
        self._check_posted()
        self.look(self.chance.choice(self.users), self.somewhere())

    def _check_posted(self) -> None:
        """Whatever the bot posted in a channel, whoever made it do so."""
        sent = self.bot.env.backend.http_requests
        for request in sent[self._posted :]:
            found = re.fullmatch(r"/channels/(\d+)/messages(/\d+)?", request.path)
            if found and isinstance(request.json, dict) and request.json.get("content"):
                channel = self.bot.client.get_channel(int(found[1]))
                guild = getattr(channel, "guild", None)
                line = getattr(channel, "recipient", None)
                if guild is None and line is None:
                    continue
                self.check(
                    "post",
                    request.json["content"],
                    user=line.id if line else 0,
                    server=guild.id if guild else None,
                )
        self._posted = len(sent)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_no_word_reaches_whom_it_is_not_for(bot: Bot, seed: int) -> None:
    walk = Walk(bot, random.Random(seed))
    await walk.begin()

    for _ in range(STEPS):
        await walk.step()

    assert walk.done["words shown"] > STEPS, walk.done


async def test_a_wider_wall_would_be_noticed(bot: Bot) -> None:
    walk = Walk(bot, random.Random(1))
    await walk.begin()
    user, spot = walk.users[0], walk.spots[0]
    word = walk.word(user, spot, is_private=True)

    with pytest.raises(AssertionError, match=word):
        walk.check("post", f"It is {word}", user=user.id, server=spot.server.id)
