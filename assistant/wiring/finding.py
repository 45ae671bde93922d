"""Wiring of what is found: the embedder, the desk of the library, search, taking in.

Models are chosen here and loaded later, by whoever first needs one.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.config.paths import Paths
from assistant.config.settings import Settings
from assistant.conversations.recovery import is_alive, this_process
from assistant.embeddings.embedder import Embedder
from assistant.embeddings.masked import MaskedEmbedder
from assistant.embeddings.opening import threads_for
from assistant.errors import ModelError, NotFoundError, UsageError, WeightsMissingError
from assistant.knowledge.crossencoder import BundledCrossEncoder
from assistant.knowledge.desk import LibraryDesk
from assistant.knowledge.reranking import Reranking
from assistant.knowledge.search import Search
from assistant.memory.recall import MemoryShelf
from assistant.models.shelf import ModelShelf
from assistant.reflection.recall import InsightShelf
from assistant.storage.documents import Documents
from assistant.storage.jobs import Jobs
from assistant.storage.memories import Memories
from assistant.storage.messages import Messages
from assistant.storage.passages import Passages
from assistant.storage.people import People
from assistant.storage.vectorindex import VectorIndex
from assistant.storage.vectors import VectorKind, Vectors, VectorSpace
from assistant.wiring.ground import Ground

if TYPE_CHECKING:
    from assistant.knowledge.ingest import Ingest


def find_embedder(
    ground: Ground, *, models: ModelShelf, people: People
) -> tuple[Embedder | None, str]:
    """The chosen one, not yet loaded; or none, and why."""
    settings = ground.settings
    try:
        embedder = models.embedder(
            settings.knowledge.embedder, threads=_threads(settings)
        )
    except (ModelError, NotFoundError, UsageError) as error:
        return None, str(error)
    if settings.privacy.mask_documents:
        embedder = MaskedEmbedder(embedder, people.names, mark="+masked")
    return embedder, ""


def library_desk(ground: Ground, *, embedder: Embedder | None) -> LibraryDesk:
    return LibraryDesk(
        database=ground.database,
        documents=Documents(ground.database),
        passages=Passages(ground.database),
        vectors=Vectors(ground.database),
        jobs=Jobs(ground.database),
        embedder=embedder,
        clock=ground.clock,
        mint=ground.mint,
        writer=this_process(),
        is_alive=is_alive,
    )


def search_over(
    shelves: LibraryDesk,
    ground: Ground,
    *,
    masked: Callable[[str], str],
    without: str,
    quiet: Callable[[], AbstractContextManager[None]],
) -> Search:
    """In documents, in what was said, in what is remembered and was concluded.

    `quiet`: nobody works in the background meanwhile. `without`: why there is no
    embedder.
    """
    index = _indices(shelves)

    def is_indexed(kind: VectorKind) -> bool:
        embedder = shelves.embedder
        if embedder is None:
            return False
        return shelves.vectors.has_any(VectorSpace(kind, embedder.name))

    memory_shelf = MemoryShelf(
        memories=Memories(ground.database),
        index=partial(index, VectorKind.MEMORY),
        is_indexed=partial(is_indexed, VectorKind.MEMORY),
        clock=ground.clock,
    )
    insight_shelf = InsightShelf(
        database=ground.database,
        index=partial(index, VectorKind.INSIGHT),
        is_indexed=partial(is_indexed, VectorKind.INSIGHT),
        clock=ground.clock,
    )
    return Search(
        documents=shelves.documents,
        passages=shelves.passages,
        messages=Messages(ground.database),
        embedder=shelves.embedder,
        without=without,
        masked=masked,
        index=index,
        reranker=_reranker(ground.settings),
        shelves=(memory_shelf, insight_shelf),
        quiet=quiet,
    )


@contextmanager
def intake(
    shelves: LibraryDesk, *, paths: Paths, look_up: Callable[[], None] | None = None
) -> Iterator["Ingest"]:
    """What takes documents in; with `look_up`, which is called between few texts."""
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


def _indices(shelves: LibraryDesk) -> Callable[[VectorKind], VectorIndex]:
    """One for each kind, read when it is first searched."""

    @cache
    def index(kind: VectorKind) -> VectorIndex:
        embedder = shelves.embedder
        if embedder is None:
            raise WeightsMissingError("an embedder", shelves.database.path.parent)
        space = VectorSpace(kind, embedder.name)
        return VectorIndex(shelves.database, space, width=embedder.width)

    return index


def _reranker(settings: Settings) -> Reranking | None:
    """The bundled one, not yet loaded; None when it did not come along."""
    try:
        encoder = BundledCrossEncoder(threads=_threads(settings))
    except WeightsMissingError:
        return None
    budget = settings.knowledge.rerank_ms / 1000
    return Reranking(encoder=encoder, budget_seconds=budget)


def _threads(settings: Settings) -> int:
    return settings.models.threads or threads_for(os.cpu_count() or 1)
