"""Showing how documents are taken in: how far it has come, and what became of them.

However many files there are, a summary is a few lines: reasons are grouped.
"""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import PurePath

import typer

from assistant.cli import render
from assistant.cli.shapes import ingested_shape
from assistant.cli.words import duration, plural, short
from assistant.entities.ingest import (
    ChunksKept,
    FileIngested,
    IngestEvent,
    IngestPlanned,
    IngestStatus,
)
from assistant.errors import AssistantError, NotFoundError

_ON_THE_SHELF = (IngestStatus.ADDED, IngestStatus.UPDATED, IngestStatus.UNCHANGED)
_TOLD = {
    IngestStatus.FAILED: "Failed",
    IngestStatus.SKIPPED: "Skipped",
    IngestStatus.ADDED: "To know",
    IngestStatus.UPDATED: "To know",
}
_MOST_REASONS = 10
_MOST_EXAMPLES = 3
_LONGEST_REASON = 120
_LONGEST_NAME = 50


class Intake:
    """One run, as it is shown. `--json` prints an object for each file."""

    def __init__(
        self, *, as_json: bool, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._as_json = as_json
        self._progress = _Progress(seconds)
        self._counts: Counter[IngestStatus] = Counter()
        self._passages = 0
        self._reasons: dict[tuple[str, str], list[str]] = defaultdict(list)

    def follow(self, events: Iterator[IngestEvent]) -> None:
        """To the end, or to where somebody stops it."""
        try:
            for event in events:
                if isinstance(event, FileIngested):
                    self._note(event)
                self._progress.follow(event)
        except KeyboardInterrupt:
            self._progress.end()
            render.notice(
                "Stopped. What is read so far is kept; go on with: hearth ingest"
            )
            raise
        finally:
            self._progress.end()

    def summarise(self) -> None:
        """What became of everything, on stderr; nothing when nothing happened."""
        if self._as_json or not self._counts:
            return
        render.notice(self._in_one_line())
        for (what, reason), names in _most_frequent(self._reasons):
            render.notice(f"  {what}, {short(reason, _LONGEST_REASON)}: {_some(names)}")
        if (more := len(self._reasons) - _MOST_REASONS) > 0:
            render.notice(f"  and {plural(more, 'other reason')}; --json gives all")

    def conclude(self) -> None:
        """The summary; then the exit status, when it is not 0."""
        self.summarise()
        if self._counts[IngestStatus.FAILED]:
            raise typer.Exit(AssistantError.exit_code)
        if not any(self._counts[status] for status in _ON_THE_SHELF):
            raise NotFoundError(
                "No document was found there",
                hint="Hidden files need --hidden, ignored ones --no-ignore",
            )

    def _note(self, file: FileIngested) -> None:
        if self._as_json:
            self._progress.end()
            render.as_json(ingested_shape(file))
        self._counts[file.status] += 1
        if file.status in (IngestStatus.ADDED, IngestStatus.UPDATED):
            self._passages += file.chunks
        if file.reason and (what := _TOLD.get(file.status)):
            self._reasons[what, file.reason].append(_name(file.path))

    def _in_one_line(self) -> str:
        counts = self._counts
        added = f"Added {plural(counts[IngestStatus.ADDED], 'document')}"
        parts = [added] if counts[IngestStatus.ADDED] else []
        parts += [
            f"{counts[status]} {status}"
            for status in list(IngestStatus)[1:]
            if counts[status]
        ]
        made = f" · {plural(self._passages, 'passage')}" if self._passages else ""
        said = ", ".join(parts)
        return f"{said[0].upper()}{said[1:]}{made} · {self._progress.took}"


class _Progress:
    """Files, passages, how fast, and how long it will take, on one line."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds
        self._status = render.Status()
        self._began = self._shown = seconds()
        self._planned = IngestPlanned(files=0, size_bytes=0)
        self._seen = 0
        self._size = 0
        self._chunks = 0
        self._growing = 0
        """Of the file being read, so far."""

    @property
    def took(self) -> str:
        return duration(self._seconds() - self._began)

    def follow(self, event: IngestEvent) -> None:
        match event:
            case IngestPlanned():
                self._plan(event)
            case ChunksKept():
                self._growing = event.chunks
                self._show(event.path)
            case FileIngested():
                self._seen += 1
                self._growing = 0
                if event.status in (IngestStatus.ADDED, IngestStatus.UPDATED):
                    self._chunks += event.chunks
                if self._done > 0:
                    self._size += event.size_bytes
                    self._show(event.path)

    def end(self) -> None:
        self._status.wipe()

    @property
    def _done(self) -> int:
        return self._seen - self._planned.passed_over

    def _plan(self, planned: IngestPlanned) -> None:
        self._planned = planned
        self._began = self._seconds()
        if planned.left_over:
            files = plural(planned.left_over, "file")
            render.notice(f"Going on with {files} of an earlier run, too")
        if planned.files:
            self._status.show(f"0/{planned.files} files")

    def _show(self, path: str) -> None:
        now = self._seconds()
        if now - self._shown < 0.1:
            return
        self._shown = now
        chunks, spent = self._chunks + self._growing, now - self._began
        files = max(self._done, 0)
        parts = [
            f"{files}/{max(self._planned.files, files)} files",
            plural(chunks, "passage"),
        ]
        if chunks and spent > 1:
            parts.append(f"{chunks / spent:.0f}/s")
        if left := self._left(spent):
            parts.append(f"{left} left")
        self._status.show(" · ".join([*parts, _name(path)]))

    def _left(self, spent: float) -> str:
        """By bytes, where they are known; empty while nobody can tell."""
        planned = self._planned
        share = self._done / max(planned.files, 1)
        if planned.size_bytes and not planned.left_over:
            share = self._size / planned.size_bytes
        if share < 0.02 or share > 1 or spent < 2:
            return ""
        return duration(spent / share - spent)


def _most_frequent(
    reasons: dict[tuple[str, str], list[str]],
) -> list[tuple[tuple[str, str], list[str]]]:
    """What failed comes first, whatever there is more of."""
    ranked = sorted(reasons.items(), key=lambda each: -len(each[1]))
    ranked.sort(key=lambda each: list(_TOLD.values()).index(each[0][0]))
    return ranked[:_MOST_REASONS]


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(short(name, _LONGEST_NAME) for name in names[:_MOST_EXAMPLES])
    more = len(names) - _MOST_EXAMPLES
    return f"{shown} and {more} more" if more > 0 else shown


def _name(source: str) -> str:
    """The file's own name; an address as it is."""
    return source if "://" in source else PurePath(source).name
