"""Taking in files, folders and web pages, as jobs that survive whoever runs them.

What is to be read is queued in the file first, so a run that is killed is gone on
with by the next one, from the first file that was not done. Doing one twice does no
harm: its bytes are known.
"""

import logging
from collections import defaultdict
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from assistant.entities.ids import JobId, UserId
from assistant.entities.ingest import (
    ChunksKept,
    FileIngested,
    IngestEvent,
    IngestPlanned,
    IngestStatus,
)
from assistant.entities.job import Job
from assistant.entities.knowledge import Document
from assistant.errors import (
    AssistantError,
    DocumentRefusedError,
    NotFoundError,
    Refusal,
    StorageError,
)
from assistant.knowledge.desk import LibraryDesk
from assistant.knowledge.places import Origin, Places
from assistant.knowledge.shelving import Shelving
from assistant.media.extract import Reader
from assistant.media.fetch import Fetching, fetch
from assistant.media.folder import Found, Skipped, walk
from assistant.media.opening import is_folder, is_there
from assistant.media.sources import is_page, path_of, source_of
from assistant.storage.documents import Shelf, Source
from assistant.storage.vectorindex import VectorIndex

INGEST = "ingest"
"""The kind of job that reads one file or page."""

_QUEUED_AT_ONCE = 500
"""Files; so many are written down in one go."""

_WORTH_PACKING = 1024
"""Vectors that a start may read one by one."""

_log = logging.getLogger(__name__)
_FAILURES = frozenset({Refusal.UNREACHABLE, Refusal.CHANGED, Refusal.UNREADABLE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be taken in, and how."""

    sources: Sequence[str]
    """Paths of files and folders, and web addresses."""

    owner_id: UserId
    collection: str = ""
    hidden: bool = False
    """Hidden files too."""

    ignored: bool = False
    """Files too that a .gitignore names."""

    only: frozenset[Path] | None = None
    """Of all that, only these files and what is below these folders."""

    @property
    def shelf(self) -> Shelf:
        return Shelf(owner_id=self.owner_id, collection=self.collection)

    def includes(self, path: Path) -> bool:
        only = self.only
        return only is None or path in only or not only.isdisjoint(path.parents)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingest:
    """Takes documents in. One run at a time for each thread."""

    desk: LibraryDesk
    reader: Reader
    fetching: Fetching | None = None
    private: frozenset[Path] = frozenset()
    """Folders of Hearth's own: its key is no document."""

    def run(self, wanted: Wanted) -> Generator[IngestEvent, None, None]:
        """Everything wanted, and what an earlier run left undone.

        Raises NotFoundError, before anything is read, for a path that is not there
        and never was read.
        """
        self._require(wanted)
        self._clear_up()
        planned, passed_over = self._plan(wanted)
        yield planned
        yield from passed_over
        while (job := self._claim()) is not None:
            yield from self._work_off(job)
        yield from self._vanished(wanted)
        self._pack()

    def take_in(
        self, sources: Sequence[str], *, owner_id: UserId, collection: str = ""
    ) -> Generator[IngestEvent, None, None]:
        """These files, folders and pages, and what an earlier run left undone."""
        return self.run(
            Wanted(sources=sources, owner_id=owner_id, collection=collection)
        )

    def again(
        self, documents: Iterable[Document], *, owner_id: UserId
    ) -> Generator[IngestEvent, None, None]:
        """Read anew what changed of these since it was read; one plan a collection.

        Where a document was found is looked at as it is, hidden and ignored or not.
        """
        places: dict[str, list[str]] = defaultdict(list)
        for document in documents:
            places[document.collection] += [
                known.source for known in self.desk.documents.sources_of(document.id)
            ]
        for collection, sources in places.items():
            yield from self.run(
                Wanted(
                    sources=sources,
                    owner_id=owner_id,
                    collection=collection,
                    hidden=True,
                    ignored=True,
                )
            )

    @property
    def waiting(self) -> int:
        """Files that an earlier run did not come to."""
        return self.desk.jobs.waiting([INGEST])

    def _require(self, wanted: Wanted) -> None:
        for source in wanted.sources:
            if is_page(source) or is_there(path := _absolute(source)):
                continue
            if not any(self._known_below(path, wanted.shelf)):
                raise NotFoundError(
                    f"There is no {source}", hint="Check how the path is written"
                )

    def _pack(self) -> None:
        """A search that starts later need not read every vector by itself."""
        embedder, space = self.desk.embedder, self.desk.space
        if embedder is None or space is None:
            return
        if self.desk.vectors.unpacked(space) >= _WORTH_PACKING:
            VectorIndex(self.desk.database, space, width=embedder.width).pack()

    def _clear_up(self) -> None:
        """What dead processes left: their jobs are queued, their halves removed."""
        with self.desk.database.transaction(durable=False):
            self.desk.jobs.release_dead(self.desk.is_alive)
            for half in self.desk.documents.abandoned(self.desk.is_alive):
                self.desk.documents.remove(half)

    def _plan(self, wanted: Wanted) -> tuple[IngestPlanned, list[FileIngested]]:
        """Queue what has to be read; the rest is known at once.

        Nobody else who writes has to wait while folders are gone through.
        """
        known: list[FileIngested] = []
        size = 0
        left_over = self.waiting
        looked_at = self._looked_at(wanted)
        while some := list(islice(looked_at, _QUEUED_AT_ONCE)):
            with self.desk.database.transaction(durable=False):
                for entry in some:
                    if isinstance(entry, FileIngested):
                        known.append(self._noted(entry))
                    else:
                        size += self._queue(entry, wanted.shelf)
        planned = IngestPlanned(
            files=self.waiting,
            size_bytes=size,
            passed_over=len(known),
            left_over=left_over,
        )
        return planned, known

    def _looked_at(self, wanted: Wanted) -> Iterator[FileIngested | Found | str]:
        """What there is; of what need not be read, what is to be said."""
        for entry in _entries(wanted):
            if isinstance(entry, FileIngested):
                yield entry
            elif isinstance(entry, Found) and self._is_private(entry.path):
                yield _skipped(source_of(entry.path), "Hearth's own")
            else:
                source = entry if isinstance(entry, str) else source_of(entry.path)
                yield self._unchanged(source, wanted.shelf) or entry

    def _noted(self, known: FileIngested) -> FileIngested:
        """A document that had vanished is current where it is seen again."""
        if known.document_id is not None:
            self.desk.documents.mark_current(known.document_id, at=self.desk.clock())
        return known

    def _is_private(self, path: Path) -> bool:
        return not self.private.isdisjoint((path, *path.parents))

    def _unchanged(self, source: str, shelf: Shelf) -> FileIngested | None:
        """Known by size and time of change, without reading it again."""
        known = self.desk.documents.find_source(source, shelf)
        if known is None or known.modified_ns is None:
            return None
        try:
            now = path_of(source).stat()
        except OSError:
            return None
        if (now.st_size, now.st_mtime_ns) != (known.size_bytes, known.modified_ns):
            return None
        return FileIngested(
            path=source,
            status=IngestStatus.UNCHANGED,
            document_id=known.document_id,
            size_bytes=known.size_bytes,
        )

    def _queue(self, entry: Found | str, shelf: Shelf) -> int:
        """As a job; how many bytes there are to read."""
        source, root, size = _described(entry)
        now = self.desk.clock()
        self.desk.jobs.enqueue(
            Job(
                id=JobId(self.desk.mint()),
                kind=INGEST,
                key=f"{shelf.owner_id}\n{shelf.collection}\n{source}",
                created_at=now,
                run_after=now,
                payload={
                    "source": source,
                    "root": source_of(root) if root else None,
                    "owner": shelf.owner_id,
                    "collection": shelf.collection,
                },
            )
        )
        return size

    def _claim(self) -> Job | None:
        return self.desk.jobs.claim(
            [INGEST], by=self.desk.writer, now=self.desk.clock()
        )

    def _work_off(self, job: Job) -> Iterator[ChunksKept | FileIngested]:
        """One file or page. Whatever is wrong with it, the next one has its turn."""
        try:
            done = yield from self._read_or_refuse(job)
            with self.desk.database.transaction(durable=False):
                self.desk.jobs.complete(job.id)
        except BaseException:  # raised again; the job is for whoever comes next
            self._queue_again(job)
            raise
        yield done

    def _queue_again(self, job: Job) -> None:
        """Should the file not take it now, it is queued when this process is gone."""
        with (
            suppress(StorageError, NotFoundError),
            self.desk.database.transaction(durable=False),
        ):
            self.desk.jobs.fail(job.id, "stopped", retry_at=self.desk.clock())

    def _read_or_refuse(self, job: Job) -> Generator[ChunksKept, None, FileIngested]:
        """What became of it; only what is no fault of the file's is raised."""
        source, root = str(job.payload["source"]), job.payload["root"]
        shelf = Shelf(
            owner_id=UserId(str(job.payload["owner"])),
            collection=str(job.payload["collection"]),
        )
        origin = Origin(source=source, shelf=shelf)
        below = path_of(str(root)) if root else None
        try:
            return (yield from self._read_steadily(origin, root=below))
        except DocumentRefusedError as error:
            return _refused(source, error)
        except AssistantError:
            raise
        except Exception as error:  # one file's bug is not the next one's
            _log.exception("a file could not be taken in")
            return _failed(source, error)

    def _read_steadily(
        self, origin: Origin, *, root: Path | None
    ) -> Generator[ChunksKept, None, FileIngested]:
        """Once more when somebody wrote to it while it was read."""
        try:
            return (yield from self._read(origin, root=root))
        except DocumentRefusedError as error:
            if error.kind is not Refusal.CHANGED:
                raise
        return (yield from self._read(origin, root=root))

    def _read(
        self, origin: Origin, *, root: Path | None
    ) -> Generator[ChunksKept, None, FileIngested]:
        shelving = Shelving(desk=self.desk)
        if is_page(origin.source):
            page = fetch(origin.source, self.fetching)
            with self.reader.open_bytes(
                page.name, page.data, charset=page.charset
            ) as reading:
                return (yield from shelving.put(reading, origin))
        with self.reader.open(path_of(origin.source), root=root) as reading:
            dated = replace(origin, modified_ns=reading.modified_ns)
            return (yield from shelving.put(reading, dated))

    def _vanished(self, wanted: Wanted) -> Iterator[FileIngested]:
        """Files of these folders that were there once and are not any more."""
        for folder in wanted.sources:
            if is_page(folder):
                continue
            for known in self._known_below(_absolute(folder), wanted.shelf):
                path = path_of(known.source)
                if wanted.includes(path) and not is_there(path):
                    yield from self._lose(known, wanted.shelf)

    def _known_below(self, folder: Path, shelf: Shelf) -> Iterator[Source]:
        """Names that are no text are written down as addresses."""
        for under in dict.fromkeys((source_of(folder), folder.as_uri())):
            yield from self.desk.documents.sources_under(under, shelf)

    def _lose(self, known: Source, shelf: Shelf) -> Iterator[FileIngested]:
        """Said once; it may be there again one day."""
        with self.desk.database.transaction(durable=False):
            is_news = Places(desk=self.desk).lose(known, shelf)
        if is_news:
            yield FileIngested(
                path=known.source,
                status=IngestStatus.SKIPPED,
                document_id=known.document_id,
                reason="it is not there any more; what was read of it stays",
            )


def _absolute(source: str) -> Path:
    """Where it leads, as far as that can be told."""
    path = Path(source)
    try:
        path = path.expanduser()
        return path.resolve()
    except (OSError, RuntimeError, ValueError):  # a loop of links, nobody's home
        return path.absolute()


def _entries(wanted: Wanted) -> Iterator[Found | FileIngested | str]:
    """All there is to read, and what is known not to be."""
    for source in wanted.sources:
        if is_page(source):
            yield source
            continue
        path = _absolute(source)
        if not is_folder(path):
            if is_there(path):
                yield Found(path, path.parent)
            continue
        try:
            yield from _below(path, wanted)
        except DocumentRefusedError as error:
            yield _refused(source_of(path), error)


def _below(folder: Path, wanted: Wanted) -> Iterator[Found | FileIngested]:
    for entry in walk(folder, hidden=wanted.hidden, ignored=wanted.ignored):
        if not wanted.includes(entry.path):
            continue
        if isinstance(entry, Skipped):
            yield _skipped(source_of(entry.path), entry.reason)
        else:
            yield entry


def _described(entry: Found | str) -> tuple[str, Path | None, int]:
    """Its source, what it must not lead out of, and how large it is."""
    if isinstance(entry, str):
        return entry, None, 0
    try:
        size = entry.path.stat().st_size
    except OSError:
        size = 0
    return source_of(entry.path), entry.root, size


def _skipped(path: str, reason: str) -> FileIngested:
    return FileIngested(path=path, status=IngestStatus.SKIPPED, reason=reason)


def _refused(path: str, error: DocumentRefusedError) -> FileIngested:
    """Not being a document is no failure; not getting at it is one."""
    status = IngestStatus.FAILED if error.kind in _FAILURES else IngestStatus.SKIPPED
    return FileIngested(path=path, status=status, reason=str(error))


def _failed(path: str, error: Exception) -> FileIngested:
    return FileIngested(
        path=path,
        status=IngestStatus.FAILED,
        reason=f"a bug in Hearth, see its log: {type(error).__name__}",
    )
