"""A core to put behind the interface: the real file and road, a scripted model."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from assistant.agents.chat import Chat
from assistant.agents.turn import Desk
from assistant.audit.log import AuditTrail
from assistant.config.settings import Cipher, InterfaceSettings, Settings
from assistant.conversations.history import History
from assistant.entities.audience import Audience
from assistant.entities.ids import LOCAL_USER, Clock, ModelId, UserId
from assistant.entities.model import ModelKind, ModelService
from assistant.entities.people import User
from assistant.entities.turn import Ask, TurnEvent, TurnRequest
from assistant.errors import ModelError, NotFoundError
from assistant.llm.engine import Engine
from assistant.privacy.audience import admit
from assistant.storage.audit import AuditLog
from assistant.storage.conversations import Conversations
from assistant.storage.database import Database, open_database
from assistant.storage.messages import Messages
from assistant.storage.people import People
from assistant.storage.spans import Spans
from tests.fakes.engine import ScriptedEngine

MORNING = datetime(2026, 5, 14, 14, 2, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A model that may answer, as the road takes it."""

    service: ModelService
    engine: Engine
    instead_of: str | None = None
    reason: str | None = None


def service(name: str, *, is_local: bool = True) -> ModelService:
    return ModelService(
        id=ModelId(name),
        name=name,
        kind=ModelKind.LOCAL_LLM if is_local else ModelKind.EXTERNAL_API,
        location=f"/models/{name}.gguf" if is_local else "https://models.example",
        context_tokens=8192,
    )


@dataclass
class Shelf:
    """Scripted models by name; the first is in use."""

    engines: dict[str, Engine]
    services: dict[str, ModelService] = field(default_factory=dict)
    chosen: str = ""

    def __post_init__(self) -> None:
        for name in self.engines:
            self.services.setdefault(name, service(name))
        self.chosen = self.chosen or next(iter(self.engines))

    def list(self) -> list[ModelService]:
        return list(self.services.values())

    def in_use(self) -> ModelService:
        return self.services[self.chosen]

    def use(self, name: str, *, actor: UserId) -> ModelService:
        if name not in self.services:
            raise NotFoundError(f"No model {name!r}")
        self.chosen = name
        return self.services[name]

    def release(self) -> None:
        """Let no engine hold its breath any longer."""
        for engine in self.engines.values():
            engine.close()

    def working(self, name: str | None) -> Iterator[Candidate]:
        wanted = name or self.chosen
        if wanted not in self.engines:
            raise ModelError(f"{wanted} has no file", hint="See: hearth models list")
        yield Candidate(service=self.services[wanted], engine=self.engines[wanted])

    def report(
        self,
        name: str,
        *,
        ok: bool,
        response_ms: float | None = None,
        error: str | None = None,
    ) -> None:
        self.services[name] = replace(self.services[name], last_error=error)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptedCore:
    """What the interface needs, over a real file."""

    chat: Chat
    history: History
    models: Shelf
    settings: Settings
    audience: Audience
    clock: Clock
    database: Database

    def say(self, text: str, **where: object) -> list[TurnEvent]:
        """One whole turn, without an interface."""
        request = TurnRequest(audience=self.audience, intent=Ask(text=text, **where))
        return list(self.chat.send(request))


@contextmanager
def scripted_core(
    path: Path,
    *answers: str,
    engine: Engine | None = None,
    theme: str = "ember",
    clock: Clock = lambda: MORNING,
) -> Iterator[ScriptedCore]:
    """A real file in a folder, real services over it, and a model that recites."""
    engine = engine or ScriptedEngine(*answers, name="smollm2-135m")
    database = open_database(
        path / "hearth.db",
        key=None,
        cipher=Cipher.NONE,
        cache_megabytes=1,
        busy_seconds=2,
        clock=clock,
    )
    try:
        yield _wired(database, engine=engine, theme=theme, clock=clock)
    finally:
        database.close()


def _wired(
    database: Database, *, engine: Engine, theme: str, clock: Clock
) -> ScriptedCore:
    numbers = count(1)

    def mint() -> str:
        return f"{next(numbers):026d}"

    people, messages = People(database), Messages(database)
    conversations = Conversations(database)
    shelf = Shelf(engines={engine.name: engine})
    settings = Settings(interface=InterfaceSettings(theme=theme))
    desk = Desk(
        database=database,
        people=people,
        conversations=conversations,
        messages=messages,
        spans=Spans(database),
        clock=clock,
        mint=mint,
        writer="tests",
    )
    now = clock()
    person = User(
        id=LOCAL_USER, name="local", display_name="You", first_seen=now, last_seen=now
    )
    with database.transaction():
        people.add_user(person)
    trail = AuditTrail(AuditLog(database), mint=mint, clock=clock)
    return ScriptedCore(
        chat=Chat(desk=desk, models=shelf, settings=settings.chat),
        history=History(
            database=database,
            conversations=conversations,
            messages=messages,
            trail=trail,
            clock=clock,
            mint=mint,
        ),
        models=shelf,
        settings=settings,
        audience=admit(person),
        clock=clock,
        database=database,
    )
