"""The composition root: the one place that chooses adapters and wires them.

`Assistant` is what a channel holds: services, already wired, with no logic of
their own. The real clock and the real source of ids live here and nowhere else.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from time import time_ns
from typing import TYPE_CHECKING

from assistant.agents.chat import Chat
from assistant.agents.making import MAY_WRITE
from assistant.agents.prompt import TakeNotes
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
from assistant.conversations.recovery import is_alive, mark_interrupted, this_process
from assistant.conversations.steps import Steps
from assistant.conversations.transfer import Transfer
from assistant.conversations.unsent import Unsent
from assistant.embeddings.embedder import Embedder
from assistant.embeddings.masked import MaskedEmbedder
from assistant.embeddings.opening import threads_for
from assistant.entities.audience import Audience
from assistant.entities.conversation import Conversation, Message
from assistant.entities.ids import LOCAL_USER, Clock, Mint
from assistant.entities.people import User
from assistant.errors import ModelError, NotFoundError, UsageError, WeightsMissingError
from assistant.knowledge.abstention import is_answered
from assistant.knowledge.crossencoder import BundledCrossEncoder
from assistant.knowledge.desk import LibraryDesk
from assistant.knowledge.idle import IdleWork, in_turn
from assistant.knowledge.library import Library
from assistant.knowledge.remembering import Remembering
from assistant.knowledge.reranking import Reranking
from assistant.knowledge.search import Search
from assistant.memory.book import MemoryBook
from assistant.memory.capture import Capture
from assistant.memory.consolidate import Consolidation
from assistant.memory.desk import MemoryDesk
from assistant.memory.learning import CAPTURE, Learning, to_learn
from assistant.memory.noticing import Noticing
from assistant.memory.recall import MemoryShelf
from assistant.memory.refining import Refining
from assistant.minting import Minting
from assistant.models.opening import EngineOpener
from assistant.models.shelf import ModelShelf
from assistant.personas.library import PersonaLibrary
from assistant.privacy.audience import admit
from assistant.privacy.consent import ConsentBook
from assistant.privacy.erase import Eraser
from assistant.privacy.keys import FoundKey, find_or_create_key
from assistant.privacy.portability import Belongings
from assistant.reflection.recall import InsightShelf
from assistant.storage.audit import AuditLog
from assistant.storage.citations import Citations
from assistant.storage.consents import Consents
from assistant.storage.consolidations import Consolidations
from assistant.storage.conversations import Conversations
from assistant.storage.database import Database, open_database
from assistant.storage.dependencies import Dependencies
from assistant.storage.documents import Documents
from assistant.storage.drafts import Drafts
from assistant.storage.housekeeping import Housekeeping
from assistant.storage.jobs import Jobs
from assistant.storage.machine import MachineFacts
from assistant.storage.memories import Memories
from assistant.storage.messages import Messages
from assistant.storage.passages import Passages
from assistant.storage.people import People
from assistant.storage.personas import Personas
from assistant.storage.reach import SaidAgain
from assistant.storage.services import ModelServices
from assistant.storage.snapshot import snapshot_before_upgrade
from assistant.storage.spans import Spans
from assistant.storage.vectorindex import VectorIndex
from assistant.storage.vectors import VectorKind, Vectors, VectorSpace
from assistant.storage.waiting import Waiters

if TYPE_CHECKING:
    from assistant.agents.concluding import Concluding
    from assistant.agents.overheard import Overhearing
    from assistant.knowledge.ingest import Ingest
    from assistant.llm.engine import Engine
    from assistant.memory.window import Windows
    from assistant.reflection.observing import May
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


_FACTS = 50
"""Of one conversation, shown with its context."""

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
    windows = _windows(database, messages=messages, memories=Memories(database))
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
        notes=_notes(windows),
    )
    embedder, without = _embedder(models, people=people, settings=settings)
    spoken = MaskedEmbedder(embedder, people.names) if embedder else None
    masked = spoken.masked if spoken else str
    shelves = _library_desk(database, embedder=embedder)
    remembering = Remembering(
        desk=shelves,
        masked=masked,
        opened_at=shelves.vectors.seq(),
    )
    memory = _memory_desk(
        desk, shelves=shelves, spoken=spoken, settings=settings, trail=trail
    )
    learning = Learning(
        desk=memory, capture=Capture(desk=memory), refining=_refining(models)
    )
    eraser = _eraser(database, trail=trail, paths=paths, afterwards=models.forget)
    consents = _consents(database, eraser=eraser, trail=trail)
    reflecting = cache(
        partial(
            _reflecting,
            database,
            settings=settings,
            paths=paths,
            may=consents.may,
            eraser=eraser,
            models=models,
        )
    )
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
    search = replace(
        _search(
            shelves,
            messages=messages,
            masked=masked,
            settings=settings,
            without=without,
        ),
        quiet=idle.paused,
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
                overhearing=_overhearing(
                    database, search=search, may=consents.may, settings=settings
                ),
                concluding=_concluding(database, search=search, settings=settings),
            ),
            quiet=idle.paused,
        ),
        library=Library(desk=shelves, eraser=eraser, trail=trail),
        search=search,
        shelves=shelves,
        intake=partial(_ingesting, shelves, paths=paths),
        patient_intake=partial(
            _ingesting, shelves, paths=paths, look_up=idle.let_others_pass
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


@contextmanager
def _ingesting(
    shelves: LibraryDesk, *, paths: Paths, look_up: Callable[[], None] | None = None
) -> Iterator["Ingest"]:
    from assistant.knowledge.ingest import Ingest
    from assistant.media.extract import Reader

    if look_up is not None and shelves.embedder is not None:
        from assistant.embeddings.patient import PatientEmbedder

        shelves = replace(shelves, embedder=PatientEmbedder(shelves.embedder, look_up))
    with Reader() as reader:
        yield Ingest(desk=shelves, reader=reader, private=_own(paths))


def _own(paths: Paths) -> frozenset[Path]:
    """The folders that hold keys, settings and databases."""
    own = (paths.data, paths.config, paths.cache, paths.logs, paths.key_file.parent)
    return frozenset(folder.resolve() for folder in own)


def _eraser(
    database: Database,
    *,
    trail: AuditTrail,
    paths: Paths,
    afterwards: Callable[[], None],
) -> Eraser:
    return Eraser(
        database=database,
        trail=trail,
        clock=utc_now,
        mint=mint_ulid,
        copies=paths.backups,
        learn_again=partial(_learn_again, Jobs(database)),
        afterwards=afterwards,
    )


def _learn_again(jobs: Jobs, said: SaidAgain) -> None:
    job = to_learn(
        CAPTURE, said.message_id, said.audience, mint=mint_ulid, clock=utc_now
    )
    jobs.enqueue(job)


def _note_setting(database: Database, trail: AuditTrail, change: Change) -> None:
    with database.transaction():
        trail.record(
            "setting change",
            actor=LOCAL_USER,
            resource=("setting", change.name),
            before={"value": change.before},
            after={"value": change.after},
        )


def _consents(database: Database, *, eraser: Eraser, trail: AuditTrail) -> ConsentBook:
    return ConsentBook(
        database=database,
        consents=Consents(database),
        eraser=eraser,
        trail=trail,
        clock=utc_now,
        mint=mint_ulid,
    )


def _reflecting(
    database: Database,
    *,
    settings: Settings,
    paths: Paths,
    may: "May",
    eraser: Eraser,
    models: ModelShelf,
) -> "Reflecting":
    from assistant.reflection.opening import Surroundings, open_reflection

    return open_reflection(
        Surroundings(
            database=database,
            settings=settings.reflection,
            own_layers=paths.layers,
            may=may,
            eraser=eraser,
            writer=partial(_writer, models),
            clock=utc_now,
            mint=mint_ulid,
            holder=this_process(),
            is_alive=is_alive,
        )
    )


def _overhearing(
    database: Database, *, search: Search, may: "May", settings: Settings
) -> "Callable[[], Overhearing]":
    """Made when somebody asks from where others can be overheard."""

    @cache
    def made() -> "Overhearing":
        from assistant.agents.overheard import Overhearing

        return Overhearing(
            database=database,
            search=search,
            may=may,
            tokens=settings.memory.recall_tokens,
        )

    return made


def _concluding(
    database: Database, *, search: Search, settings: Settings
) -> "Callable[[], Concluding]":
    """Made when a model answers that may be told what was concluded."""

    @cache
    def made() -> "Concluding":
        from assistant.agents.concluding import Concluding

        return Concluding(
            database=database, search=search, tokens=settings.memory.recall_tokens
        )

    return made


def _writer(models: ModelShelf) -> "Engine | None":
    """The model in use, if it can be trusted to write from several sources."""
    try:
        service = models.wanted(None)
        return models.engine(service) if models.tier(service) >= MAY_WRITE else None
    except (ModelError, NotFoundError):
        return None


def _library_desk(database: Database, *, embedder: Embedder | None) -> LibraryDesk:
    return LibraryDesk(
        database=database,
        documents=Documents(database),
        passages=Passages(database),
        vectors=Vectors(database),
        jobs=Jobs(database),
        embedder=embedder,
        clock=utc_now,
        mint=mint_ulid,
        writer=this_process(),
        is_alive=is_alive,
    )


def _refining(models: ModelShelf) -> Refining:
    """With the model in use, once it was found able to take facts from a text."""

    def is_able() -> bool:
        return (models.find_tier(models.in_use()) or 0) >= MAY_WRITE

    return Refining(is_able=is_able, engine=lambda: models.engine(models.in_use()))


def _memory_desk(
    desk: Desk,
    *,
    shelves: LibraryDesk,
    spoken: Embedder | None,
    settings: Settings,
    trail: AuditTrail,
) -> MemoryDesk:
    return MemoryDesk(
        database=desk.database,
        memories=Memories(desk.database),
        dependencies=Dependencies(desk.database),
        messages=desk.messages,
        conversations=desk.conversations,
        people=desk.people,
        vectors=shelves.vectors,
        jobs=shelves.jobs,
        embedder=spoken,
        mode=settings.memory.mode,
        trail=trail,
        clock=utc_now,
        mint=mint_ulid,
        writer=desk.writer,
        is_alive=is_alive,
    )


def _embedder(
    models: ModelShelf, *, people: People, settings: Settings
) -> tuple[Embedder | None, str]:
    """The chosen one, not yet loaded; or none, and why."""
    threads = settings.models.threads or threads_for(os.cpu_count() or 1)
    try:
        embedder = models.embedder(settings.knowledge.embedder, threads=threads)
    except (ModelError, NotFoundError, UsageError) as error:
        return None, str(error)
    if settings.privacy.mask_documents:
        embedder = MaskedEmbedder(embedder, people.names, mark="+masked")
    return embedder, ""


def _search(
    shelves: LibraryDesk,
    *,
    messages: Messages,
    masked: Callable[[str], str],
    settings: Settings,
    without: str,
) -> Search:
    @cache
    def index(kind: VectorKind) -> VectorIndex:
        embedder = shelves.embedder
        if embedder is None:
            raise WeightsMissingError("an embedder", shelves.database.path.parent)
        space = VectorSpace(kind, embedder.name)
        return VectorIndex(shelves.database, space, width=embedder.width)

    def is_indexed(kind: VectorKind) -> bool:
        embedder = shelves.embedder
        if embedder is None:
            return False
        return shelves.vectors.has_any(VectorSpace(kind, embedder.name))

    memory_shelf = MemoryShelf(
        memories=Memories(shelves.database),
        index=partial(index, VectorKind.MEMORY),
        is_indexed=partial(is_indexed, VectorKind.MEMORY),
        clock=utc_now,
    )
    insight_shelf = InsightShelf(
        database=shelves.database,
        index=partial(index, VectorKind.INSIGHT),
        is_indexed=partial(is_indexed, VectorKind.INSIGHT),
        clock=utc_now,
    )
    return Search(
        documents=shelves.documents,
        passages=shelves.passages,
        messages=messages,
        embedder=shelves.embedder,
        without=without,
        masked=masked,
        index=index,
        reranker=_reranker(settings),
        shelves=(memory_shelf, insight_shelf),
    )


def _windows(
    database: Database, *, messages: Messages, memories: Memories
) -> "Callable[[], Windows]":
    """Made when a conversation first outgrows a context; most never do."""

    @cache
    def made() -> "Windows":
        from assistant.entities.memory import MemoryFilter
        from assistant.memory.window import Windows
        from assistant.storage.summaries import Summaries

        def facts(of: Conversation, audience: Audience) -> list[str]:
            wanted = MemoryFilter(conversation_id=of.id)
            found = memories.browse(wanted, audience, limit=_FACTS)
            return [memory.text for memory in found]

        return Windows(
            database=database,
            messages=messages,
            summaries=Summaries(database),
            clock=utc_now,
            mint=mint_ulid,
            facts=facts,
        )

    return made


def _notes(windows: "Callable[[], Windows]") -> Callable[[Audience], TakeNotes]:
    def of(audience: Audience) -> TakeNotes:
        def take(dropped: Sequence[Message], room: int) -> str:
            fold = windows().fold(dropped, audience, room=room)
            return fold.text if fold else ""

        return take

    return of


def _reranker(settings: Settings) -> Reranking | None:
    """The bundled one, not yet loaded; None when it did not come along."""
    threads = settings.models.threads or threads_for(os.cpu_count() or 1)
    try:
        encoder = BundledCrossEncoder(threads=threads)
    except WeightsMissingError:
        return None
    budget = settings.knowledge.rerank_ms / 1000
    return Reranking(encoder=encoder, budget_seconds=budget)


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
