"""What remembering, looking after memories and finding them reach for."""

from collections.abc import Callable
from dataclasses import dataclass

from assistant.audit.log import AuditTrail
from assistant.config.settings import MemoryMode
from assistant.embeddings.embedder import Embedder
from assistant.entities.ids import Clock, Mint
from assistant.storage.conversations import Conversations
from assistant.storage.database import Database
from assistant.storage.dependencies import Dependencies
from assistant.storage.jobs import Jobs
from assistant.storage.memories import Memories
from assistant.storage.messages import Messages
from assistant.storage.people import People
from assistant.storage.vectors import Vectors


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryDesk:
    """The tables of memory, the embedder in use, the time, and fresh ids."""

    database: Database
    memories: Memories
    dependencies: Dependencies
    messages: Messages
    conversations: Conversations
    people: People
    vectors: Vectors
    jobs: Jobs
    embedder: Embedder | None
    """None when there is none on this machine: words find memories all the same."""

    mode: MemoryMode
    trail: AuditTrail
    clock: Clock
    mint: Mint
    writer: str
    """This process, as a job names who holds it."""

    is_alive: Callable[[str], bool]
    """Whether a process of that name still runs."""
