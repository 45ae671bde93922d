"""The channel over real sockets: heartbeats, resuming, and haste refused."""

import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from threading import Event, Thread
from typing import Any

import pytest

from assistant.app import Assistant
from assistant.entities.ids import ChannelId, ServerId, UserId
from assistant.entities.model import ServiceStatus
from assistant.entities.server import Feature, ServerConfiguration
from assistant.errors import AssistantError
from assistant.meeting import Conditions
from assistant.storage.servers import Servers, WatchedChannel
from plugins.discord.channel import Discord
from plugins.discord.settings import DiscordSettings
from tests.conftest import OpenAssistant
from tests.fakes.engine import ScriptedEngine
from tests.plugins.discord.harbour import PATIENCE, Harbour, until
from tests.plugins.discord.turnstile import Turnstile
from tests.plugins.discord.wire import Wire

pytestmark = pytest.mark.timeout(180)  # real time passes here, on a busy machine too

TOKEN = "canary-token." + "x" * 40


@pytest.fixture
def harbour() -> Iterator[Harbour]:
    with Wire().listening() as wire:
        yield Harbour(wire)


@pytest.fixture
def meet(
    harbour: Harbour, opened: OpenAssistant, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Assistant]]:
    """Our channel in this process, with a scripted engine, until the test ends."""
    monkeypatch.setenv("HEARTH_DISCORD_TOKEN", TOKEN)
    running: list[tuple[Discord, Thread]] = []

    def run(channel: Discord, assistant: Assistant, failed: list[str]) -> None:
        try:
            channel.run(assistant)
        except AssistantError as error:
            failed.append(str(error))

    def begin(
        engine: ScriptedEngine, failed: list[str] | None = None, **changes: Any
    ) -> Assistant:
        assistant = opened(engine)
        chosen = {"asks_per_user": 600.0, "asks_per_server": 6000.0, **changes}
        assistant.settings.of_plugins["discord"] = DiscordSettings(
            api_base=f"http://{harbour.wire.address}/api/v10",
            gateway_url=f"ws://{harbour.wire.address}/gateway",
            **chosen,
        )
        said: list[str] = []
        channel = Discord(say=said.append)
        arguments = (channel, assistant, [] if failed is None else failed)
        thread = Thread(target=run, args=arguments, daemon=True)
        thread.start()
        running.append((channel, thread))
        until(lambda: any("On Discord as" in line for line in said))
        return assistant

    yield begin
    for channel, thread in running:
        channel.stop()
        thread.join(PATIENCE)
        assert not thread.is_alive()


class Halting(ScriptedEngine):
    """Speaks word by word, with a pause before each."""

    def __init__(self, *answers: str, seconds: float) -> None:
        super().__init__(*answers)
        self._seconds = seconds

    def generate(self, request):
        for each in super().generate(request):
            time.sleep(self._seconds)
            yield each


def test_a_question_is_answered_over_the_wire(harbour: Harbour, meet) -> None:
    meet(ScriptedEngine("Paris, of course."))

    question = harbour.say(f"{harbour.mention} What is the capital?")

    (answer,) = harbour.answered("Paris, of course.")
    assert answer.reference["message_id"] == str(question.id)


def test_a_model_that_blocks_misses_no_heartbeat(harbour: Harbour, meet) -> None:
    hold = Event()
    engine = ScriptedEngine("Paris.", hold=hold)
    meet(engine)
    harbour.say(f"{harbour.mention} Well?")
    assert engine.reached.wait(PATIENCE)
    before = len(harbour.wire.beats)

    time.sleep(15)
    hold.set()

    harbour.answered("Paris.")
    assert len(harbour.wire.beats) - before >= 30
    assert (harbour.wire.identified, harbour.wire.resumed) == (1, 0)


def test_an_answer_grows_by_edits_that_keep_their_distance(
    harbour: Harbour, meet
) -> None:
    words = " ".join(f"word{n}" for n in range(20))
    meet(Halting(words, seconds=0.25))

    harbour.say(f"{harbour.mention} Count")

    harbour.answered("word19")
    changes = [
        sent
        for sent in harbour.wire.sent
        if f"/channels/{harbour.channel.id}/messages" in sent.path
        and sent.method in ("POST", "PATCH")
    ]
    assert len(changes) >= 4
    assert changes[-1].body["content"] == words
    gaps = [b.at - a.at for a, b in pairwise(changes)]
    assert min(gaps) >= 1.1


def test_after_a_refusal_for_haste_only_the_last_edit_is_made(
    harbour: Harbour, meet
) -> None:
    words = " ".join(f"word{n}" for n in range(24))
    meet(Halting(words, seconds=0.25))
    path = f"/channels/{harbour.channel.id}/messages/*"
    harbour.wire.refuse("PATCH", path, times=1, after=60.0)

    harbour.say(f"{harbour.mention} Count")

    harbour.answered("word23")
    edits = [s for s in harbour.wire.sent if s.method == "PATCH"]
    assert len(edits) == 2
    assert edits[-1].body["content"] == words


def test_a_short_refusal_is_waited_out(harbour: Harbour, meet) -> None:
    """DC-06."""
    meet(ScriptedEngine("Paris."))
    path = f"/channels/{harbour.channel.id}/messages"
    harbour.wire.refuse("POST", path, times=1, after=0.5)

    harbour.say(f"{harbour.mention} Well?")

    harbour.answered("Paris.")


def test_the_button_stops_an_answer_and_keeps_what_was_said(
    harbour: Harbour, meet
) -> None:
    assistant = meet(Halting(" ".join(f"word{n}" for n in range(400)), seconds=0.05))
    harbour.say(f"{harbour.mention} Count")
    (growing,) = harbour.answered("word1")
    button = growing.components[0]["components"][0]["custom_id"]

    harbour.wire.press(growing, custom_id=button, user_id=harbour.ben.id)
    time.sleep(0.5)
    assert "stopped" not in harbour.answers()[0].content
    harbour.wire.press(growing, custom_id=button, user_id=harbour.ana.id)

    (stopped,) = harbour.answered("stopped")
    assert "word399" not in stopped.content
    assert stopped.components == []
    (kept,) = assistant.database.query(
        "SELECT content, finish_reason FROM message WHERE role = 'assistant'"
    )
    assert kept["finish_reason"] == "cancelled"
    assert kept["content"].startswith("word0 word1")


def test_a_lost_connection_is_resumed_and_nothing_is_missed(
    harbour: Harbour, meet
) -> None:
    """DC-07."""
    meet(ScriptedEngine("Paris."))

    harbour.wire.drop()
    harbour.say(f"{harbour.mention} Are you there?")

    harbour.answered("Paris.")
    assert (harbour.wire.identified, harbour.wire.resumed) == (1, 1)


def test_a_session_nobody_knows_any_more_is_begun_anew_and_caught_up(
    harbour: Harbour, meet
) -> None:
    """DC-07."""
    assistant = meet(ScriptedEngine("Paris."))
    wire = harbour.wire
    watch(harbour, assistant)
    harbour.say("One.")
    until(lambda: observed(assistant) == ["One."])
    wire.forgets_sessions = True

    wire.do(lambda: wire.backend.subscribers.remove(wire._tell_all))
    harbour.say("Two.")
    wire.do(lambda: wire.backend.subscribers.append(wire._tell_all))
    wire.drop()

    until(lambda: observed(assistant) == ["One.", "Two."])
    assert (wire.identified, wire.resumed) == (2, 0)
    harbour.say("Three.")
    until(lambda: observed(assistant) == ["One.", "Two.", "Three."])


def watch(harbour: Harbour, assistant: Assistant) -> None:
    """The harbour is watched since its first day."""
    identity = ChannelId(str(harbour.channel.id))
    until(lambda: assistant.people.find_channel(identity))
    servers = Servers(assistant.database)
    now = assistant.clock()
    server = ServerConfiguration(
        server_id=ServerId(str(harbour.guild.id)),
        features={Feature.OBSERVE: True},
        created_at=now,
        updated_at=now,
    )
    with assistant.database.transaction():
        servers.put(server)
        servers.watch(
            WatchedChannel(
                channel_id=identity, server_id=None, by_id=UserId("1"), since=now
            )
        )


def observed(assistant: Assistant) -> list[str]:
    rows = assistant.database.query("SELECT content FROM observed_message ORDER BY id")
    return [row["content"] for row in rows]


@pytest.mark.slow
def test_a_connection_that_is_dead_without_saying_so_is_left(
    harbour: Harbour, meet
) -> None:
    """DC-07. Discord's library waits a minute for an answer to its heartbeat."""
    meet(ScriptedEngine("Paris."))

    harbour.wire.is_deaf = True
    until(lambda: harbour.wire.resumed + harbour.wire.identified > 1, within=120)
    harbour.wire.is_deaf = False

    harbour.say(f"{harbour.mention} Well?")
    harbour.answered("Paris.")


def test_a_refusal_of_everything_is_waited_out(harbour: Harbour, meet) -> None:
    """DC-06."""
    meet(ScriptedEngine("Paris."))
    path = f"/channels/{harbour.channel.id}/messages"
    harbour.wire.refuse("POST", path, times=1, after=0.5, is_for_all=True)

    harbour.say(f"{harbour.mention} Well?")

    harbour.answered("Paris.")
    posts = [each for each in harbour.wire.sent if each.path == path]
    assert len(posts) == 2


def test_how_it_is_can_be_asked_from_elsewhere(harbour: Harbour, meet) -> None:
    assistant = meet(ScriptedEngine("Paris."))

    condition = Conditions(assistant.database, clock=assistant.clock).find("discord")

    assert condition is not None
    assert condition.status is ServiceStatus.HEALTHY


def test_who_waits_is_told_how_many_come_first(harbour: Harbour, meet) -> None:
    engine = Turnstile("Paris.")
    meet(engine, edit_seconds=0.5)
    for person in (harbour.ana, harbour.ben, harbour.cem):
        harbour.say(f"{harbour.mention} Well?", by=person)
    harbour.answered("1 before you")

    engine.let(1)
    until(lambda: "you are next" in harbour.answers()[2].content)
    engine.let(2)

    until(lambda: [each.content for each in harbour.answers()] == ["Paris."] * 3)


@pytest.mark.parametrize("is_bulk", [False, True])
def test_a_question_deleted_while_its_answer_grows_takes_it_along(
    harbour: Harbour, meet, is_bulk: bool
) -> None:
    engine = Turnstile("Your boat is Nelly.")
    assistant = meet(engine)
    question = harbour.say(f"{harbour.mention} My boat is Nelly?")
    harbour.answered("thinking")

    backend, here = harbour.wire.backend, harbour.channel.id
    if is_bulk:
        harbour.wire.do(backend.bulk_delete_messages, here, [question.id])
    else:
        harbour.wire.do(backend.delete_message, here, question.id)
    engine.let(1)

    until(lambda: not harbour.answers())
    until(lambda: not assistant.database.query("SELECT id FROM message"))


@pytest.mark.parametrize("how", ["the gateway", "the API"])
def test_a_token_revoked_while_running_ends_it_with_the_reason(
    harbour: Harbour, meet, how: str
) -> None:
    """DC-11."""
    failed: list[str] = []
    assistant = meet(ScriptedEngine("Paris."), failed)
    if how == "the gateway":
        harbour.wire.hang_up(4004)
    else:
        harbour.wire.revoke()
        harbour.say(f"{harbour.mention} Well?")

    until(lambda: failed == ["Discord refuses the token"])

    condition = Conditions(assistant.database, clock=assistant.clock).find("discord")
    assert condition is not None
    assert condition.status is ServiceStatus.UNAVAILABLE
    assert condition.detail == "Discord refuses the token"


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_the_last_words_are_said_even_after_a_long_refusal(
    harbour: Harbour, meet
) -> None:
    meet(ScriptedEngine("Paris."))
    path = f"/channels/{harbour.channel.id}/messages"
    harbour.wire.refuse("POST", path, times=1, after=31.0)

    harbour.say(f"{harbour.mention} Well?")

    harbour.answered("Paris.")
