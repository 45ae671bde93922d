"""What nobody looks at any more goes: ended jobs, old traces, copies of the file.

It removes nothing that somebody said or keeps. When there is a moment for it, it does
not know; it works in small parts, so that whoever comes need not wait.
"""

from collections.abc import Callable, Generator
from datetime import datetime, timedelta
from pathlib import Path

from assistant.entities.ids import Clock
from assistant.storage.claims import Claims
from assistant.storage.database import Database
from assistant.storage.jobs import Jobs
from assistant.storage.snapshot import prune_snapshots
from assistant.storage.spans import Spans

EVERY = timedelta(days=1)
JOBS_KEPT = timedelta(days=7)
CLAIMS_KEPT = timedelta(days=30)
TRACES_KEPT = timedelta(days=90)

_AT_ONCE = 200


class Housekeeping:
    """Once a day as long as the program runs; twice does no harm."""

    def __init__(self, database: Database, *, copies: Path, clock: Clock) -> None:
        """`copies`: the folder of those that were made before an upgrade."""
        self._database = database
        self._copies = copies
        self._clock = clock
        self._done_at: datetime | None = None

    def work(self) -> Generator[int, None, None]:
        """What is due, a few rows a part; how many each part removed."""
        now = self._clock()
        if self._done_at is not None and now - self._done_at < EVERY:
            return
        yield from self._rows(Jobs(self._database).prune, now - JOBS_KEPT)
        yield from self._rows(Claims(self._database).prune, now - CLAIMS_KEPT)
        yield from self._rows(Spans(self._database).prune, now - TRACES_KEPT)
        yield len(prune_snapshots(self._copies, self._clock))
        self._done_at = now

    def _rows(
        self, prune: Callable[..., int], before: datetime
    ) -> Generator[int, None, None]:
        while gone := self._pruned(prune, before):
            yield gone

    def _pruned(self, prune: Callable[..., int], before: datetime) -> int:
        with self._database.transaction(durable=False):
            return prune(before, limit=_AT_ONCE)
