"""The composition root: the one place that chooses adapters and wires them.

`Assistant` is what a channel holds: services, already wired, with no logic of
their own. The real clock and the real source of ids live here and nowhere else.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from time import time_ns
from typing import TYPE_CHECKING

from assistant.agents.chat import Chat
from assistant.agents.recall import Recall
from assistant.agents.remembering import TurnMemory
from assistant.agents.turn import Desk
from assistant.audit.log import AuditTrail
from assistant.config.configuration import Change, Configuration
from assistant.config.loader import load_settings
from assistant.config.paths import Paths, find_paths
from assistant.config.settings import Cipher, Settings
from assistant.conversations.accounts import Accounts
from assistant.conversations.beginning import Beginning
from assistant.conversations.gauge import Gauge
from assistant.conversations.history import History
from assistant.conversations.recovery import mark_interrupted, this_process
from assistant.conversations.steps import Steps
from assistant.conversations.transfer import Transfer
from assistant.conversations.unsent import Unsent
from assistant.embeddings.masked import MaskedEmbedder
from assistant.entities.audience import Audience
from assistant.entities.ids import LOCAL_USER, Clock, Mint
from assistant.entities.people import User
from assistant.knowledge.abstention import is_answered
from assistant.knowledge.desk import LibraryDesk
from assistant.knowledge.idle import IdleWork, in_turn
from assistant.knowledge.library import Library
from assistant.knowledge.remembering import Remembering
from assistant.knowledge.search import Search
from assistant.memory.book import MemoryBook
from assistant.memory.consolidate import Consolidation
from assistant.memory.learning import Learning
from assistant.memory.noticing import Noticing
from assistant.minting import Minting
from assistant.models.opening import EngineOpener
from assistant.models.shelf import ModelShelf
from assistant.personas.library import PersonaLibrary
from assistant.privacy.audience import admit
from assistant.privacy.consent import ConsentBook
from assistant.privacy.erase import Eraser
from assistant.privacy.keys import FoundKey, find_or_create_key
from assistant.privacy.portability import Belongings
from assistant.storage.audit import AuditLog
from assistant.storage.citations import Citations
from assistant.storage.consolidations import Consolidations
from assistant.storage.conversations import Conversations
from assistant.storage.database import Database, open_database
from assistant.storage.drafts import Drafts
from assistant.storage.housekeeping import Housekeeping
from assistant.storage.machine import MachineFacts
from assistant.storage.messages import Messages
from assistant.storage.people import People
from assistant.storage.personas import Personas
from assistant.storage.services import ModelServices
from assistant.storage.snapshot import snapshot_before_upgrade
from assistant.storage.spans import Spans
from assistant.storage.waiting import Waiters
from assistant.wiring.finding import find_embedder, intake, library_desk, search_over
from assistant.wiring.forgetting import consent_book, eraser_over
from assistant.wiring.ground import Ground
from assistant.wiring.remembering import (
    learning_at,
    memory_desk,
    notes_by,
    windows_over,
)
from assistant.wiring.thinking import concluding_from, overhearing_in, reflecting_on

if TYPE_CHECKING:
    from assistant.knowledge.ingest import Ingest
    from assistant.memory.window import Windows
    from assistant.reflection.opening import Reflecting


@dataclass(frozen=True, slots=True, kw_only=True)
class Assistant:
    """What a channel holds: services, already wired. Has no logic of its own."""

    chat: Chat
    history: History
    steps: Steps
    """The way back from steps aside; kept as long as the program runs."""

    unsent: Unsent
    accounts: Accounts
    gauge: Gauge
    windows: "Callable[[], Windows]"
    """Conversations as the next answer will see them."""

    transfer: Transfer
    models: ModelShelf
    personas: PersonaLibrary
    library: Library
    search: Search
    shelves: LibraryDesk
    """What taking documents in reaches for."""

    intake: "Callable[[], AbstractContextManager[Ingest]]"
    """Opens what takes documents in; its parser ends with it."""

    patient_intake: "Callable[[], AbstractContextManager[Ingest]]"
    """The same, where nobody waits: between a few texts it lets others pass."""

    reflecting: "Callable[[], Reflecting]"
    """What channels tell of all they see, and what thinks it over; opened once."""

    remembering: Remembering
    """Makes the vectors that are missing."""

    idle: IdleWork
    """The same while nobody waits; a channel that stays open starts it."""

    memories: MemoryBook
    """What is remembered of this person."""

    learning: Learning
    """What turns leave to be learnt; done in idle moments, or by `drain`."""

    noticing: Noticing
    """What came of a message for memory, once it is in the file."""

    consolidation: Consolidation
    """Merges, keeps for longer and lets fade; done in idle moments, once a day."""

    eraser: Eraser
    """Forgets for good."""

    consents: ConsentBook
    belongings: Belongings
    """What is kept of a person, to be handed to them."""

    citations: Citations
    traces: Spans
    audit: AuditLog
    people: People
    database: Database
    settings: Settings
    configuration: Configuration
    """The same settings where they are written, and how to change them."""

    beginning: Beginning
    paths: Paths
    clock: Clock
    mint: Mint
    audience: Audience
    """The person at this terminal."""

    key_origin: str
    """Where the database's key was found; empty when there is none."""


def utc_now() -> datetime:
    """The real time."""
    return datetime.now(UTC)


_ULIDS = Minting(milliseconds=lambda: time_ns() // 1_000_000, chance=os.urandom)


def mint_ulid() -> str:
    """A fresh ULID; later ones of this process sort after earlier ones."""
    return _ULIDS()


@contextmanager
def open_assistant(
    settings: Settings | None = None,
    *,
    paths: Paths | None = None,
    environment: Mapping[str, str] | None = None,
    engines: EngineOpener | None = None,
) -> Iterator[Assistant]:
    """Everything, wired over the one file; closed again at the end.

    What is not given is found in the environment. `engines` opens a model that is
    asked for; by default in this process or over the network, as the model says.
    Raises a ConfigError or a StorageError when Hearth cannot start.
    """
    environment = os.environ if environment is None else environment
    paths = paths or find_paths(environment)
    settings = settings or load_settings(paths, environment, {})
    found = _key(settings, paths=paths, environment=environment)
    database = _open_file(settings, paths=paths, found=found)
    try:
        assistant = _wire(
            database,
            settings=settings,
            paths=paths,
            environment=environment,
            key_origin=found.origin if found else "",
            engines=engines,
        )
        try:
            yield assistant
        finally:
            assistant.idle.close()
            assistant.models.close()
    finally:
        database.close()


def _key(
    settings: Settings, *, paths: Paths, environment: Mapping[str, str]
) -> FoundKey | None:
    if settings.storage.encryption is Cipher.NONE:
        return None
    return find_or_create_key(
        paths,
        settings.storage.key,
        environment,
        database_exists=paths.database.exists(),
    )


def _open_file(settings: Settings, *, paths: Paths, found: FoundKey | None) -> Database:
    return open_database(
        paths.database,
        key=found.key if found else None,
        cipher=settings.storage.encryption,
        cache_megabytes=settings.storage.cache_megabytes,
        busy_seconds=settings.storage.busy_seconds,
        clock=utc_now,
        before_upgrade=snapshot_before_upgrade(paths.backups, clock=utc_now),
    )


def _wire(
    database: Database,
    *,
    settings: Settings,
    paths: Paths,
    environment: Mapping[str, str],
    key_origin: str,
    engines: EngineOpener | None,
) -> Assistant:
    people, messages = People(database), Messages(database)
    conversations, spans = Conversations(database), Spans(database)
    ledger = AuditLog(database)
    trail = AuditTrail(ledger, mint=mint_ulid, clock=utc_now)
    ground = Ground(
        database=database,
        settings=settings,
        paths=paths,
        trail=trail,
        clock=utc_now,
        mint=mint_ulid,
    )
    models = ModelShelf(
        services=ModelServices(database),
        facts=MachineFacts(database),
        trail=trail,
        database=database,
        settings=settings.models,
        paths=paths,
        environment=environment,
        clock=utc_now,
        mint=mint_ulid,
        engines=engines,
    )
    personas = PersonaLibrary(
        database=database,
        personas=Personas(database),
        conversations=conversations,
        trail=trail,
        clock=utc_now,
        mint=mint_ulid,
    )
    windows = windows_over(ground)
    desk = Desk(
        database=database,
        people=people,
        conversations=conversations,
        messages=messages,
        citations=Citations(database),
        spans=spans,
        personas=personas,
        clock=utc_now,
        mint=mint_ulid,
        writer=this_process(),
        notes=notes_by(windows),
    )
    embedder, without = find_embedder(ground, models=models, people=people)
    spoken = MaskedEmbedder(embedder, people.names) if embedder else None
    masked = spoken.masked if spoken else str
    shelves = library_desk(ground, embedder=embedder)
    remembering = Remembering(
        desk=shelves,
        masked=masked,
        opened_at=shelves.vectors.seq(),
    )
    memory = memory_desk(ground, desk, shelves=shelves, spoken=spoken)
    learning = learning_at(memory, models)
    eraser = eraser_over(ground, afterwards=models.forget)
    consents = consent_book(ground, eraser=eraser)
    reflecting = reflecting_on(ground, may=consents.may, eraser=eraser, models=models)
    consolidation = Consolidation(desk=memory, consolidations=Consolidations(database))
    idle = IdleWork(
        in_turn(
            learning.work,
            consolidation.work,
            remembering.work,
            lambda: reflecting().reflection.work(),
            remembering.embed_insights,
            Housekeeping(database, copies=paths.backups, clock=utc_now).work,
        ),
        others=Waiters(database.path),
    )
    search = search_over(
        shelves, ground, masked=masked, without=without, quiet=idle.paused
    )
    memories = MemoryBook(desk=memory, eraser=eraser)
    history = History(
        database=database,
        conversations=conversations,
        messages=messages,
        memories=memory.memories,
        citations=desk.citations,
        eraser=eraser,
        trail=trail,
        clock=utc_now,
        mint=mint_ulid,
    )
    person = _person_at_the_terminal(people, database=database)
    _tidy(desk, settings=settings)
    return Assistant(
        chat=Chat(
            desk=desk,
            models=models,
            settings=settings.chat,
            recall=Recall(
                search=search, embedder=shelves.embedder, is_answer=is_answered
            ),
            memory=TurnMemory(
                book=memories,
                capture=learning.capture,
                learning=learning,
                search=search,
                recall_tokens=settings.memory.recall_tokens,
                overhearing=overhearing_in(search, ground, may=consents.may),
                concluding=concluding_from(search, ground),
            ),
            quiet=idle.paused,
        ),
        library=Library(desk=shelves, eraser=eraser, trail=trail),
        search=search,
        shelves=shelves,
        intake=partial(intake, shelves, paths=paths),
        patient_intake=partial(
            intake, shelves, paths=paths, look_up=idle.let_others_pass
        ),
        remembering=remembering,
        idle=idle,
        memories=memories,
        learning=learning,
        noticing=Noticing(learning=learning),
        consolidation=consolidation,
        eraser=eraser,
        consents=consents,
        reflecting=reflecting,
        belongings=Belongings(
            database=database, people=people, eraser=eraser, trail=trail
        ),
        citations=desk.citations,
        history=history,
        steps=Steps(history),
        unsent=Unsent(database=database, drafts=Drafts(database), clock=utc_now),
        accounts=Accounts(
            messages=messages,
            citations=desk.citations,
            documents=shelves.documents,
            passages=shelves.passages,
            spans=spans,
            remembered=memories,
        ),
        gauge=Gauge(models=models, settings=settings.chat),
        windows=windows,
        transfer=Transfer(
            database=database,
            conversations=conversations,
            messages=messages,
            citations=desk.citations,
            history=history,
            trail=trail,
        ),
        models=models,
        personas=personas,
        traces=spans,
        audit=ledger,
        people=people,
        database=database,
        settings=settings,
        configuration=Configuration(
            paths=paths,
            environment=environment,
            running=settings,
            note=partial(_note_setting, database, trail),
        ),
        beginning=Beginning(
            facts=MachineFacts(database),
            conversations=conversations,
            database=database,
            clock=utc_now,
        ),
        paths=paths,
        clock=utc_now,
        mint=mint_ulid,
        audience=admit(person),
        key_origin=key_origin,
    )


def ingesting(
    assistant: Assistant, *, patiently: bool = False
) -> "AbstractContextManager[Ingest]":
    """Something to take documents in with; its parser ends with it."""
    return assistant.patient_intake() if patiently else assistant.intake()


def _note_setting(database: Database, trail: AuditTrail, change: Change) -> None:
    with database.transaction():
        trail.record(
            "setting change",
            actor=LOCAL_USER,
            resource=("setting", change.name),
            before={"value": change.before},
            after={"value": change.after},
        )


def _person_at_the_terminal(people: People, *, database: Database) -> User:
    known = people.find_user(LOCAL_USER)
    if known is not None:
        return known
    now = utc_now()
    person = User(
        id=LOCAL_USER, name="local", display_name="You", first_seen=now, last_seen=now
    )
    with database.transaction():
        if people.find_user(LOCAL_USER) is None:
            people.add_user(person)
    return person


def _tidy(desk: Desk, *, settings: Settings) -> None:
    """What a crash left open, and conversations that fell quiet."""
    mark_interrupted(desk.messages, database=desk.database)
    quiet_since = utc_now() - timedelta(minutes=settings.chat.pause_after_minutes)
    desk.conversations.pause_idle(quiet_since)
