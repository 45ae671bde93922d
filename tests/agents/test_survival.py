"""Whole turns, killed or cut off from power at any moment."""

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from time import sleep

import pytest

from assistant.agents.chat import Chat
from assistant.agents.turn import Desk
from assistant.app import Assistant, open_assistant
from assistant.audit.log import AuditTrail
from assistant.config.paths import Paths, find_paths
from assistant.config.settings import ChatSettings, Settings
from assistant.conversations.recovery import this_process
from assistant.entities.conversation import FinishReason, MessageState
from assistant.entities.ids import ConversationId
from assistant.entities.model import ModelKind, ModelService
from assistant.entities.turn import Ask, QuestionSaved, TurnFinished, TurnRequest
from assistant.models.fallback import Candidate
from assistant.personas.library import PersonaLibrary
from assistant.storage.audit import AuditLog
from assistant.storage.citations import Citations
from assistant.storage.conversations import Conversations
from assistant.storage.database import Database
from assistant.storage.fulltext import FullText
from assistant.storage.messages import Messages
from assistant.storage.people import People
from assistant.storage.personas import Personas
from assistant.storage.spans import Spans
from tests.conftest import KEY
from tests.fakes.engine import ScriptedEngine
from tests.storage.building import ME, a_user, clock, open_file
from tests.storage.kill import Acknowledge, kill_at_random
from tests.storage.power_loss import Cut, PowerLoss

ROUNDS = 200
WORDS = " ".join(f"word{number}" for number in range(40))


class SlowEngine(ScriptedEngine):
    """A few milliseconds for each word, so that kills come between words."""

    def generate(self, request):
        for generated in super().generate(request):
            sleep(0.002)
            yield generated


def converse(acknowledge: Acknowledge, home: str) -> None:
    """Turns without end; what the user was shown as saved is acknowledged."""
    with open_home(find_paths({"HEARTH_HOME": home})) as assistant:
        conversation: ConversationId | None = None
        for turn in count(1):
            ask = Ask(text=f"Question {turn}", conversation_id=conversation)
            request = TurnRequest(audience=assistant.audience, intent=ask)
            for event in assistant.chat.send(request):
                if isinstance(event, QuestionSaved):
                    conversation = event.question.conversation_id
                    acknowledge(f"{event.question.id} {event.question.content}")
                if isinstance(event, TurnFinished):
                    acknowledge(f"{event.reply.id} {event.reply.content}")


def open_home(paths: Paths):
    return open_assistant(
        Settings(),
        paths=paths,
        environment={"HEARTH_KEY": KEY},
        engines=lambda _: SlowEngine(WORDS),
    )


def everything_said(assistant: Assistant) -> dict[str, str]:
    messages = Messages(assistant.database)
    return {
        message.id: message.content
        for conversation in assistant.history.recent(assistant.audience, limit=10_000)
        for message in messages.all_of(conversation.id, assistant.audience)
    }


def check_whole(database: Database) -> None:
    assert database.query("PRAGMA integrity_check")[0]["integrity_check"] == "ok"
    assert database.query("PRAGMA foreign_key_check") == []
    assert FullText(database).is_in_step()


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_two_processes_killed_two_hundred_times_lose_nothing_acknowledged(
    paths: Paths, home: Path
) -> None:
    chance = random.Random(2)
    acknowledged: dict[str, str] = {}
    partial = 0

    for number in range(ROUNDS):
        told = kill_at_random(
            (converse, str(home)), (converse, str(home)), chance=chance
        )
        for said in [*told[0], *told[1]]:
            message_id, _, content = said.partition(" ")
            acknowledged[message_id] = content
        if number % 20 == 19:
            partial += check_after_kills(paths, acknowledged)

    assert len(acknowledged) > ROUNDS
    assert partial > ROUNDS // 10


def check_after_kills(paths: Paths, acknowledged: dict[str, str]) -> int:
    """What must hold whenever it is opened again; how many answers broke off."""
    with open_home(paths) as assistant:
        check_whole(assistant.database)
        said = everything_said(assistant)
        lost = {i: c for i, c in acknowledged.items() if said.get(i) != c}
        assert lost == {}
        unfinished = assistant.history.unfinished(assistant.audience)
        for reply in unfinished:
            assert reply.finish_reason is FinishReason.INTERRUPTED
            assert reply.state is MessageState.FAILED
            assert WORDS.startswith(reply.content)
        return sum(bool(reply.content) for reply in unfinished)


class OneModel:
    """A model that is always there."""

    def __init__(self, engine: ScriptedEngine) -> None:
        self._engine = engine

    def wanted(self, name: str | None) -> ModelService:
        return ModelService(
            id="scripted",
            name=name or "scripted",
            kind=ModelKind.LOCAL_LLM,
            location="bundled:scripted",
            context_tokens=self._engine.context_tokens,
        )

    def working(self, name: str | None) -> Iterator[Candidate]:
        yield Candidate(service=self.wanted(name), engine=self._engine)

    def tier(self, service: ModelService) -> int:
        return 0

    def report(self, name: str, **how: object) -> None:
        return


@contextmanager
def chat_over(path: Path, vfs: str | None = None) -> Iterator[Chat]:
    database = open_file(path, vfs=vfs)
    people, ids = People(database), count(1)

    def mint() -> str:
        return f"{next(ids):026d}"

    if people.find_user(ME.user_id) is None:
        people.add_user(a_user())
    desk = Desk(
        database=database,
        people=people,
        conversations=Conversations(database),
        messages=Messages(database),
        citations=Citations(database),
        spans=Spans(database),
        personas=PersonaLibrary(
            database=database,
            personas=Personas(database),
            conversations=Conversations(database),
            trail=AuditTrail(AuditLog(database), mint=mint, clock=clock),
            clock=clock,
            mint=mint,
        ),
        clock=clock,
        mint=mint,
        writer=this_process(),
    )
    engine = ScriptedEngine("The first answer.", "The second answer.")
    yield Chat(desk=desk, models=OneModel(engine), settings=ChatSettings())
    database.close()


def two_turns(power: PowerLoss, path: Path) -> None:
    with chat_over(path, vfs=power.vfs) as chat:
        conversation: ConversationId | None = None
        for text in ("The first question", "The second question"):
            intent = Ask(text=text, conversation_id=conversation)
            for event in chat.send(TurnRequest(audience=ME, intent=intent)):
                if isinstance(event, QuestionSaved):
                    conversation = event.question.conversation_id
                    power.acknowledge(event.question.content)
                if isinstance(event, TurnFinished):
                    power.acknowledge(event.reply.content)


def lost(cut: Cut, folder: Path) -> Sequence[str]:
    database = open_file(cut.write_to(folder))
    check_whole(database)
    said = {
        message.content
        for conversation in Conversations(database).recent(ME, limit=10)
        for message in Messages(database).all_of(conversation.id, ME)
    }
    database.close()
    return [words for words in cut.acknowledged if words not in said]


@pytest.mark.slow
@pytest.mark.timeout(200)
def test_a_power_cut_at_any_moment_of_a_turn_loses_nothing_acknowledged(
    tmp_path: Path,
) -> None:
    path = tmp_path / "data" / "hearth.db"
    with chat_over(path):
        pass
    power = PowerLoss(path)
    two_turns(power, path)
    power.close()

    cuts = list(power.cuts(seed=3, styles=2))
    losses = [cut for cut in cuts if lost(cut, tmp_path / "after")]

    assert len(cuts) > 200
    assert cuts[-1].acknowledged[-1] == "The second answer."
    assert losses == []
