"""Taking in files, folders and web pages, as jobs that survive whoever runs them.

What is to be read is queued in the file first. Each job ends in the transaction
that puts its document on the shelf, so a run that is killed is gone on with by the
next one, from the first file that was not done.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
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
from assistant.errors import DocumentRefusedError, NotFoundError, Refusal
from assistant.knowledge.desk import LibraryDesk
from assistant.knowledge.shelving import Origin, Shelving
from assistant.media.extract import Reader
from assistant.media.fetch import Fetching, fetch
from assistant.media.folder import Found, Skipped, walk
from assistant.media.sources import is_page, path_of, source_of
from assistant.storage.documents import Shelf, Source

INGEST = "ingest"
"""The kind of job that reads one file or page."""

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

    @property
    def shelf(self) -> Shelf:
        return Shelf(owner_id=self.owner_id, collection=self.collection)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingest:
    """Takes documents in. One run at a time for each thread."""

    desk: LibraryDesk
    reader: Reader
    fetching: Fetching | None = None

    def run(self, wanted: Wanted) -> Iterator[IngestEvent]:
        """Everything wanted, and what an earlier run left undone.

        Raises NotFoundError, before anything is read, for a path that is not there.
        """
        self._require(wanted)
        self._clear_up()
        planned, passed_over = self._plan(wanted)
        yield planned
        yield from passed_over
        while (job := self._claim()) is not None:
            yield from self._work_off(job)
        yield from self._vanished(wanted)

    def _require(self, wanted: Wanted) -> None:
        for source in wanted.sources:
            if not is_page(source) and not Path(source).expanduser().exists():
                raise NotFoundError(f"There is no {source}")

    def _clear_up(self) -> None:
        """What dead processes left: their jobs are queued, their halves removed."""
        with self.desk.database.transaction(durable=False):
            self.desk.jobs.release_dead(self.desk.is_alive)
            for half in self.desk.documents.abandoned(self.desk.is_alive):
                self.desk.documents.remove(half)

    def _plan(self, wanted: Wanted) -> tuple[IngestPlanned, list[FileIngested]]:
        """Queue what has to be read; the rest is known at once."""
        known: list[FileIngested] = []
        files = size = 0
        with self.desk.database.transaction(durable=False):
            for entry in _entries(wanted):
                if isinstance(entry, Skipped):
                    known.append(_skipped(source_of(entry.path), entry.reason))
                    continue
                source, root, found_size = _described(entry)
                if (same := self._unchanged(source, wanted.shelf)) is not None:
                    known.append(same)
                    continue
                self._queue(source, root=root, shelf=wanted.shelf)
                files, size = files + 1, size + found_size
        return IngestPlanned(files=files, size_bytes=size), known

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

    def _queue(self, source: str, *, root: Path | None, shelf: Shelf) -> None:
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

    def _claim(self) -> Job | None:
        return self.desk.jobs.claim(
            [INGEST], by=self.desk.writer, now=self.desk.clock()
        )

    def _work_off(self, job: Job) -> Iterator[ChunksKept | FileIngested]:
        """One file or page. Whatever is wrong with it, the next one has its turn."""
        source = str(job.payload["source"])
        shelf = Shelf(
            owner_id=UserId(str(job.payload["owner"])),
            collection=str(job.payload["collection"]),
        )
        origin = Origin(
            source=source,
            shelf=shelf,
            known=self.desk.documents.find_source(source, shelf),
        )
        root = job.payload["root"]
        below = path_of(str(root)) if root else None
        try:
            yield from self._read_steadily(origin, root=below)
        except DocumentRefusedError as error:
            yield _refused(source, error)
        except GeneratorExit:
            self._queue_again(job)
            raise
        with self.desk.database.transaction(durable=False):
            self.desk.jobs.complete(job.id)

    def _queue_again(self, job: Job) -> None:
        with self.desk.database.transaction(durable=False):
            self.desk.jobs.fail(job.id, "stopped", retry_at=self.desk.clock())

    def _read_steadily(
        self, origin: Origin, *, root: Path | None
    ) -> Iterator[ChunksKept | FileIngested]:
        """Once more when somebody wrote to it while it was read."""
        try:
            yield from self._read(origin, root=root)
        except DocumentRefusedError as error:
            if error.kind is not Refusal.CHANGED:
                raise
            yield from self._read(origin, root=root)

    def _read(
        self, origin: Origin, *, root: Path | None
    ) -> Iterator[ChunksKept | FileIngested]:
        shelving = Shelving(desk=self.desk)
        if is_page(origin.source):
            page = fetch(origin.source, self.fetching)
            with self.reader.open_bytes(
                page.name, page.data, charset=page.charset
            ) as reading:
                yield from shelving.put(reading, origin)
            return
        path = path_of(origin.source)
        with self.reader.open(path, root=root) as reading:
            changed = replace(origin, modified_ns=reading.modified_ns)
            yield from shelving.put(reading, changed)

    def _vanished(self, wanted: Wanted) -> Iterator[FileIngested]:
        """Files of these folders that were there once and are not any more."""
        for folder in wanted.sources:
            if is_page(folder):
                continue
            root = source_of(Path(folder).expanduser().resolve())
            for known in self.desk.documents.sources_under(root, wanted.shelf):
                if not path_of(known.source).exists():
                    yield self._mark_vanished(known)

    def _mark_vanished(self, known: Source) -> FileIngested:
        with self.desk.database.transaction(durable=False):
            self.desk.documents.mark_vanished(known.document_id, at=self.desk.clock())
        return FileIngested(
            path=known.source,
            status=IngestStatus.SKIPPED,
            document_id=known.document_id,
            reason="it is not there any more; what was read of it stays",
        )


def _entries(wanted: Wanted) -> Iterator[Found | Skipped | str]:
    for source in wanted.sources:
        if is_page(source):
            yield source
            continue
        path = Path(source).expanduser().resolve()
        if path.is_dir():
            yield from walk(path, hidden=wanted.hidden, ignored=wanted.ignored)
        else:
            yield Found(path, path.parent)


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
