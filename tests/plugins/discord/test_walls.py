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
from simcord.backend.models import Overwrite

from assistant.agents.overheard import Overhearing
from assistant.entities.audience import Audience, Earshot
from assistant.entities.ids import ChannelId, ServerId, UserId
from assistant.entities.memory import MemoryFilter
from assistant.knowledge.search import Question
from plugins.discord import answering, earshot
from plugins.discord.desk import Desk
from tests.agents.test_knowledge import Examined
from tests.plugins.discord.conftest import Bot

STEPS = int(os.environ.get("HEARTH_WALK", "120"))
LAYERS = ("user_reflection", "channel_reflection", "dyad_reflection", "daily_digest")
SEEDS = [1, 2, 3]
_MARK = re.compile(r"zq\d+x")
_EVERYTHING = 1000
_OF_ROLE, _OF_MEMBER = 0, 1
_PRYING = (
    "Who will tell of the garden?",
    "Which boat is called something?",
    "Whose cat is called something?",
)


@dataclass
class Word:
    """One word that was said: by whom, and on which server, if on one."""

    author: int
    server: int | None
    channel: int | None = None
    """A thread's words are its channel's."""

    is_private: bool = False
    """Told on a server, but for its author alone."""

    is_observed: bool = False
    is_gone: bool = False

    told: set[int] = field(default_factory=set)
    """People who were told in direct messages when they might be; it stands there."""

    def may_reach(self, user: int, server: int | None) -> bool:
        if self.is_gone:
            return False
        if server is None:
            return user == self.author or user in self.told
        return server == self.server and not self.is_private


@dataclass
class Spot:
    """A channel or thread of a server; without one, somebody's direct line."""

    server: Any = None
    channel: Any = None
    parent: Any = None

    @property
    def home(self) -> Any:
        """The channel whose rules count."""
        return self.parent or self.channel


@dataclass
class Walk:
    """Two servers, four people, and all they say."""

    bot: Bot
    chance: random.Random
    words: dict[str, Word] = field(default_factory=dict)
    questions: list[tuple[Any, Any, str]] = field(default_factory=list)
    refusing: set[tuple[int, int | None]] = field(default_factory=set)
    done: Counter[str] = field(default_factory=Counter)
    threads: list[Spot] = field(default_factory=list)
    closed: set[int] = field(default_factory=set)
    """Channels that only the crew of their server can read."""

    crew: set[tuple[int, int]] = field(default_factory=set)
    away: set[tuple[int, int]] = field(default_factory=set)
    """Who left which server."""

    is_able: bool = False
    """Whether the model is trusted to write, and so is told things."""

    _numbers: Iterator[int] = field(default_factory=lambda: count(1))
    _heard: int = 0
    _posted: int = 0

    async def begin(self) -> None:
        env = self.bot.env
        self.bot.engine.tier = 2 if self.is_able else 0
        assistant = self.bot.assistant
        assistant.models.probe(assistant.models.in_use().name)
        self.crews: dict[int, Any] = {}
        self.users = [env.create_user(name) for name in ("wim", "xia", "yan", "zoe")]
        self.members: dict[tuple[int, int], Any] = {}
        self.spots: list[Spot] = []
        for name in ("north", "south"):
            server = env.create_guild(name)
            may = discord.Permissions(manage_guild=True)
            role = server.create_role("master", permissions=may)
            self.crews[server.id] = server.create_role("crew")
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
        channel = spot.home.id if spot.server else None
        self.words[text] = Word(user.id, server, channel, **more)
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
        known = {each.channel.id for each in self.threads}
        self.threads += [
            Spot(spot.server, each, spot.channel)
            for each in spot.channel.threads[-1:]
            if each.id not in known
        ]

    async def remark(self, user: Any, spot: Spot) -> None:
        """Said among people: kept where a channel is watched and they agree."""
        if spot.server is None or spot in self.threads:
            return
        is_kept = (
            spot.channel.id in self.watched
            and spot.channel.id not in self.closed
            and (user.id, spot.server.id) not in self.refusing
        )
        word = self.word(user, spot, is_observed=True, is_gone=not is_kept)
        end = self.chance.choice(".?")
        text = f"I will tell of {word} in the garden{end}"
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
            chosen = ("What is my boat called, and my cat?", *_PRYING)
            text = f"{self.bot.mention} {self.chance.choice(chosen)}"
            await self.member(user, spot).send(spot.channel, text)

    async def pry(self, user: Any, _: Spot) -> None:
        """Somebody asks directly for what was said on servers."""
        await user.send_dm(self.chance.choice(_PRYING))

    async def close(self, _: Any, spot: Spot) -> None:
        """A channel is for the crew from now on, or for everybody again."""
        if spot.server is None:
            return
        backend, channel = self.bot.env.backend, spot.home.id
        everyone, crew = spot.server.id, self.crews[spot.server.id].id
        if channel in self.closed:
            backend.delete_overwrite(channel, everyone)
            backend.delete_overwrite(channel, crew)
            self.closed.discard(channel)
        else:
            view = discord.Permissions(view_channel=True).value
            me = backend.bot_user.id
            for target in (
                Overwrite(everyone, _OF_ROLE, 0, view),
                Overwrite(crew, _OF_ROLE, view, 0),
                Overwrite(me, _OF_MEMBER, view, 0),
            ):
                backend.set_overwrite(channel, target)
            self.closed.add(channel)
        await self.bot.env.settle()

    async def enlist(self, user: Any, spot: Spot) -> None:
        """Somebody joins the crew of a server, or leaves it."""
        if spot.server is None:
            return
        here, role = (spot.server.id, user.id), self.crews[spot.server.id].id
        change = self.bot.env.backend.add_member_role
        if here in self.crew:
            change = self.bot.env.backend.remove_member_role
        change(*here, role)
        self.crew ^= {here}
        await self.bot.env.settle()

    async def leave(self, user: Any, spot: Spot) -> None:
        """A server, or back to it; one stays, who has the master's role."""
        here = (spot.server.id, user.id) if spot.server else None
        if here is None or user is self.users[0]:
            return
        spot.server.remove_member(self.members[here])
        self.away.add(here)
        self.crew.discard(here)
        await self.bot.env.settle()

    async def come_back(self, user: Any, _: Spot) -> None:
        for server, of in sorted(self.away):
            if of == user.id:
                guild = next(
                    each.server for each in self.spots if each.server.id == server
                )
                self.members[server, of] = guild.add_member(user)
                self.away.discard((server, of))
        await self.bot.env.settle()

    def may_read(self, user: int, word: Word) -> bool:
        """In a direct message: what is public where they can read just now."""
        if word.server is None or word.is_private or word.is_gone:
            return False
        if (word.server, user) in self.away:
            return False
        if (word.author, word.server) in self.refusing:
            return False
        return word.channel not in self.closed or (word.server, user) in self.crew

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
            user, sent, word = self.questions[chosen]
            guild_id = self.words[word].server
            here = (guild_id, user.id)
            is_closed = self.words[word].channel in self.closed
            if here in self.away or (is_closed and here not in self.crew):
                return
            del self.questions[chosen]
            actor = self.members[guild_id, user.id] if guild_id else user
            await actor.delete(sent)
            self.words[word].is_gone = True

    async def forget_all(self, _: Any, spot: Spot) -> None:
        """Only one of them does, and is a stranger from then on."""
        user = self.users[-1]
        if spot.server and not self.can_write(user, spot):
            return
        if self.chance.random() < 0.2:
            await self.command(user, spot, "privacy forget", confirm="forget me")
            for each in self.words.values():
                each.is_gone |= each.author == user.id
            of_user = {each for each in self.refusing if each[0] == user.id}
            self.refusing -= of_user
            self.refusing.add((user.id, None))
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
        if server is None:
            for each in shown:
                if self.may_read(user, self.words[each]):
                    self.words[each].told.add(user)
                    is_anothers = self.words[each].author != user
                    self.done["words overheard"] += is_anothers
        leaked = {
            each for each in shown if not self.words[each].may_reach(user, server)
        }
        assert not leaked, (door, user, server, {w: self.words[w] for w in leaked})

    def look(self, user: Any, spot: Spot) -> None:
        """Every door of the core, with the audience that the desk makes."""
        server = spot.server.id if spot.server else None
        desk = self.bot.desk
        known = desk.assistant.people.find_user(UserId(str(user.id)))
        if known is None:
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

    def can_write(self, user: Any, spot: Spot) -> bool:
        here = (spot.server.id, user.id)
        is_open = spot.home.id not in self.closed
        return here not in self.away and (is_open or here in self.crew)

    async def step(self) -> None:
        acts = (
            *(self.ask, self.ask, self.remark, self.remark, self.remember),
            *(self.have_remembered, self.consult, self.consult, self.consult),
            *(self.follow, self.chat, self.consent, self.delete, self.forget_all),
            *(self.reflect, self.pry, self.pry, self.pry, self.close, self.enlist),
            *(self.leave, self.come_back),
        )
        act = self.chance.choice(acts)
        user, spot = self.chance.choice(self.users), self.somewhere()
        if spot.server and not self.can_write(user, spot):
            user, spot = self.users[0], Spot()
        if act == self.pry:
            spot = Spot()
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


@pytest.fixture
def engine() -> Examined:
    return Examined("Paris, of course.")


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", SEEDS)
async def test_no_word_reaches_whom_it_is_not_for(bot: Bot, seed: int) -> None:
    """DC-10: whatever they agree to and take back on the way."""
    walk = Walk(bot, random.Random(seed), is_able=seed % 2 == 0)
    await walk.begin()

    for _ in range(STEPS):
        await walk.step()

    assert walk.done["words shown"] > STEPS, walk.done
    assert walk.done["words overheard"], walk.done


def any_channel(*_: Any) -> bool:
    return True


async def any_server(person: Any, _: Any, *, desk: Desk) -> tuple[Earshot, ...]:
    """Wherever the bot is, whoever asks."""
    del person
    servers = desk.assistant.database.query("SELECT id FROM server")
    channels = desk.assistant.database.query("SELECT id FROM channel")
    everywhere = frozenset(each["id"] for each in channels)
    return tuple(Earshot(server_id=s["id"], channels=everywhere) for s in servers)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", SEEDS)
async def test_a_wall_without_channels_leaks_on_every_walk(
    bot: Bot, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(earshot, "_may_read", any_channel)
    await leaks(Walk(bot, random.Random(seed), is_able=seed % 2 == 0))


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", SEEDS)
async def test_a_wall_without_servers_leaks_on_every_walk(
    bot: Bot, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answering, "in_earshot", any_server)
    monkeypatch.setattr(Overhearing, "_is_in", any_channel)
    await leaks(Walk(bot, random.Random(seed), is_able=seed % 2 == 0))


async def leaks(walk: Walk) -> None:
    async def far() -> None:
        for _ in range(STEPS * 5):
            await walk.step()

    await walk.begin()
    with pytest.raises(AssertionError, match=r"Word\("):
        await far()


async def test_a_wider_wall_would_be_noticed(bot: Bot) -> None:
    walk = Walk(bot, random.Random(1))
    await walk.begin()
    user, spot = walk.users[0], walk.spots[0]
    word = walk.word(user, spot, is_private=True)

    with pytest.raises(AssertionError, match=word):
        walk.check("post", f"It is {word}", user=user.id, server=spot.server.id)
