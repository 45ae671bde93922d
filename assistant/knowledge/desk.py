"""What taking in, looking after and forgetting documents reach for."""

from collections.abc import Callable
from dataclasses import dataclass

from assistant.embeddings.embedder import Embedder
from assistant.entities.ids import Clock, Mint
from assistant.storage.database import Database
from assistant.storage.documents import Documents
from assistant.storage.jobs import Jobs
from assistant.storage.passages import Passages
from assistant.storage.vectors import VectorKind, Vectors, VectorSpace


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryDesk:
    """The library's tables, the embedder in use, the time, and fresh ids."""

    database: Database
    documents: Documents
    passages: Passages
    vectors: Vectors
    jobs: Jobs
    embedder: Embedder | None
    """None when there is none on this machine: words are indexed all the same."""

    clock: Clock
    mint: Mint
    writer: str
    """This process, as a document names who is writing it."""

    is_alive: Callable[[str], bool]
    """Whether a writer of that name still runs."""

    @property
    def space(self) -> VectorSpace | None:
        """Where passages' vectors are kept, if any are made."""
        if self.embedder is None:
            return None
        return VectorSpace(VectorKind.PASSAGE, self.embedder.name)
