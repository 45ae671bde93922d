"""What reflecting reaches for: the store, the ledger, the layers, a model, the time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo

from assistant.config.settings import ReflectionSettings
from assistant.entities.ids import Clock, Mint
from assistant.llm.engine import Engine
from assistant.reflection.crediting import Crediting
from assistant.reflection.gathering import Gathering
from assistant.reflection.salience import Ledger
from assistant.reflection.shelf import LayerShelf
from assistant.reflection.subjects import Subjects
from assistant.storage.database import Database
from assistant.storage.dependencies import Dependencies
from assistant.storage.insights import Insights
from assistant.storage.jobs import Jobs
from assistant.storage.layer_runs import LayerRuns
from assistant.storage.ownwords import OwnWords
from assistant.storage.salience import Salience
from assistant.storage.topics import Topics


@dataclass(frozen=True, slots=True, kw_only=True)
class ReflectionDesk:
    """Everything but the messages, which only gathering reads."""

    database: Database
    topics: Topics
    salience: Salience
    insights: Insights
    runs: LayerRuns
    jobs: Jobs
    dependencies: Dependencies
    own_words: OwnWords
    ledger: Ledger
    gathering: Gathering
    crediting: Crediting
    subjects: Subjects
    shelf: LayerShelf
    settings: ReflectionSettings
    writer: Callable[[], Engine | None]
    """A model that can write, if there is one."""

    clock: Clock
    mint: Mint
    holder: str
    """This process, as a job names who does it."""

    is_alive: Callable[[str], bool]
    zone: tzinfo | None = None
    """Where the clock on the wall hangs; without one, where this machine is."""
