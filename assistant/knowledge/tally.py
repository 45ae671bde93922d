"""What a run of taking documents in has come to: how far it is, and what was left out.

It only counts what it is told, with a clock that is given to it. How that is shown,
and whether anybody looks, is a channel's business.
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath

from assistant.entities.ingest import (
    ChunksKept,
    FileIngested,
    IngestEvent,
    IngestPlanned,
    IngestStatus,
)
from assistant.figures import duration, plural

_NEW = (IngestStatus.ADDED, IngestStatus.UPDATED)
_ON_THE_SHELF = (*_NEW, IngestStatus.UNCHANGED)
_TOLD = {
    IngestStatus.FAILED: "Failed",
    IngestStatus.SKIPPED: "Skipped",
    IngestStatus.ADDED: "To know",
    IngestStatus.UPDATED: "To know",
}
_RANK = tuple(dict.fromkeys(_TOLD.values()))

_TELLING_SHARE = 0.02
_TELLING_SECONDS = 2.0
"""Before this much is done nobody can say how long the rest will take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One thing to know of some files: `Skipped`, why, and which they are."""

    what: str
    reason: str
    names: tuple[str, ...]


class Tally:
    """One run, as it goes on. It may plan several times, once a collection."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds
        self._began = seconds()
        self._planned = self._size_planned = self._left_over = 0
        self._passing = 0
        self._read = self._size_read = 0
        self._passages = self._growing = 0
        self._counts: Counter[IngestStatus] = Counter()
        self._reasons: dict[tuple[str, str], list[str]] = defaultdict(list)
        self.path = ""
        """What was heard of last."""

    def take(self, event: IngestEvent) -> None:
        """Let one more thing have happened."""
        match event:
            case IngestPlanned():
                self._plan(event)
            case ChunksKept():
                self.path = event.path
                self._growing = event.chunks
            case FileIngested():
                self.path = event.path
                self._note(event)

    def count(self, status: IngestStatus) -> int:
        """How many files it happened to."""
        return self._counts[status]

    @property
    def has_seen_any(self) -> bool:
        return bool(self._counts)

    @property
    def has_shelved_any(self) -> bool:
        """Whether there is a document to show for it, new or known."""
        return any(self._counts[status] for status in _ON_THE_SHELF)

    @property
    def planned(self) -> int:
        """Files to be read."""
        return max(self._planned, self.done)

    @property
    def left_over(self) -> int:
        """Of these, those that an earlier run did not come to."""
        return self._left_over

    @property
    def done(self) -> int:
        """Files read, for better or worse."""
        return self._read

    @property
    def passages(self) -> int:
        """Made so far, those of the file being read included."""
        return self._passages + self._growing

    @property
    def name(self) -> str:
        """What was heard of last, by its own name."""
        return name_of(self.path)

    @property
    def share(self) -> float:
        """From 0 to 1; by bytes where they are known, as large files take longer."""
        if self._size_planned and not self._left_over:
            return min(self._size_read / self._size_planned, 1.0)
        return self.done / self.planned if self.planned else 0.0

    @property
    def took(self) -> str:
        return duration(self._spent)

    @property
    def speed(self) -> str:
        """Passages a second; empty while it cannot be told."""
        spent = self._spent
        return f"{self.passages / spent:.0f}/s" if self.passages and spent > 1 else ""

    @property
    def left(self) -> str:
        """How long it will still take; empty while nobody can tell."""
        spent, share = self._spent, self.share
        if spent < _TELLING_SECONDS or not _TELLING_SHARE <= share < 1:
            return ""
        return f"{duration(spent / share - spent)} left"

    def progress(self) -> str:
        """`12/40 files · 381 passages · 42/s · 9 s left`."""
        parts = (
            f"{self.done}/{self.planned} files",
            plural(self.passages, "passage"),
            self.speed,
            self.left,
        )
        return " · ".join(part for part in parts if part)

    def summary(self) -> str:
        """What became of everything, in one line; empty when nothing happened."""
        if not self._counts:
            return ""
        added = self._counts[IngestStatus.ADDED]
        parts = [f"Added {plural(added, 'document')}"] if added else []
        parts += [
            f"{self._counts[status]} {status}"
            for status in list(IngestStatus)[1:]
            if self._counts[status]
        ]
        said = ", ".join(parts)
        made = f" · {plural(self._passages, 'passage')}" if self._passages else ""
        return f"{said[0].upper()}{said[1:]}{made} · {self.took}"

    def told(self) -> list[Told]:
        """Why files were left out, the failures first, then what is most frequent."""
        found = [
            Told(what=what, reason=reason, names=tuple(names))
            for (what, reason), names in self._reasons.items()
        ]
        found.sort(key=lambda each: (_RANK.index(each.what), -len(each.names)))
        return found

    @property
    def _spent(self) -> float:
        return self._seconds() - self._began

    def _plan(self, planned: IngestPlanned) -> None:
        self._planned += planned.files
        self._size_planned += planned.size_bytes
        self._passing += planned.passed_over
        self._left_over += planned.left_over

    def _note(self, file: FileIngested) -> None:
        if self._passing:  # what is known at once comes first
            self._passing -= 1
        else:
            self._read += 1
            self._size_read += file.size_bytes
        self._growing = 0
        self._counts[file.status] += 1
        if file.status in _NEW:
            self._passages += file.chunks
        if file.reason and (what := _TOLD.get(file.status)):
            self._reasons[what, file.reason].append(name_of(file.path))


def name_of(source: str) -> str:
    """The file's own name; an address as it is."""
    return source if "://" in source else PurePath(source).name
