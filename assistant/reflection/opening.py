"""Puts observing and reflecting together over one file."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path

from assistant.config.settings import ReflectionSettings
from assistant.entities.ids import Clock, Mint
from assistant.llm.engine import Engine
from assistant.privacy.erase import Eraser
from assistant.reflection.crediting import Crediting
from assistant.reflection.desk import ReflectionDesk
from assistant.reflection.gathering import Gathering
from assistant.reflection.observing import May, Observing
from assistant.reflection.reflection import Reflection
from assistant.reflection.salience import Ledger
from assistant.reflection.shelf import LayerShelf
from assistant.reflection.subjects import Subjects
from assistant.storage.database import Database
from assistant.storage.dependencies import Dependencies
from assistant.storage.insights import Insights
from assistant.storage.jobs import Jobs
from assistant.storage.layer_runs import LayerRuns
from assistant.storage.memories import Memories
from assistant.storage.observed import Observed
from assistant.storage.ownwords import OwnWords
from assistant.storage.people import People
from assistant.storage.salience import Salience
from assistant.storage.topics import Topics


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What observing and reflecting get from outside."""

    database: Database
    settings: ReflectionSettings
    own_layers: Path
    """The folder of the person's own layers; it need not be there."""

    may: May
    eraser: Eraser
    writer: Callable[[], Engine | None]
    clock: Clock
    mint: Mint
    holder: str
    is_alive: Callable[[str], bool]
    zone: tzinfo | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reflecting:
    """What a channel calls, and what idle moments and commands do."""

    observing: Observing
    reflection: Reflection
    desk: ReflectionDesk


def open_reflection(given: Surroundings) -> Reflecting:
    """Everything, over the one file."""
    database = given.database
    people, observed = People(database), Observed(database)
    topics, salience, insights = (
        Topics(database),
        Salience(database),
        Insights(database),
    )
    own_words, dependencies = OwnWords(database), Dependencies(database)
    ledger = Ledger(
        salience=salience, settings=given.settings, clock=given.clock, mint=given.mint
    )
    crediting = Crediting(topics=topics, ledger=ledger, clock=given.clock)
    gathering = Gathering(
        observed=observed,
        own_words=own_words,
        memories=Memories(database),
        people=people,
        zone=given.zone,
    )
    desk = ReflectionDesk(
        database=database,
        topics=topics,
        salience=salience,
        insights=insights,
        runs=LayerRuns(database),
        jobs=Jobs(database),
        dependencies=dependencies,
        own_words=own_words,
        ledger=ledger,
        gathering=gathering,
        crediting=crediting,
        subjects=Subjects(
            database=database,
            topics=topics,
            salience=salience,
            gathering=gathering,
            crediting=crediting,
            settings=given.settings,
            clock=given.clock,
        ),
        shelf=LayerShelf(own=given.own_layers),
        settings=given.settings,
        writer=given.writer,
        clock=given.clock,
        mint=given.mint,
        holder=given.holder,
        is_alive=given.is_alive,
        zone=given.zone,
    )
    observing = Observing(
        database=database,
        observed=observed,
        people=people,
        crediting=crediting,
        eraser=given.eraser,
        may=given.may,
        clock=given.clock,
    )
    return Reflecting(observing=observing, reflection=Reflection(desk), desk=desk)
