"""Showing how documents are taken in: how far it has come, and what became of them.

However many files there are, a summary is a few lines: reasons are grouped.
"""

import time
from collections.abc import Callable, Iterator, Sequence

import typer

from assistant.cli import render
from assistant.cli.shapes import ingested_shape
from assistant.cli.words import plural, short
from assistant.entities.ingest import (
    FileIngested,
    IngestEvent,
    IngestPlanned,
    IngestStatus,
)
from assistant.errors import AssistantError, NotFoundError
from assistant.knowledge.tally import Tally

_MOST_REASONS = 10
_MOST_EXAMPLES = 3
_LONGEST_REASON = 120
_LONGEST_NAME = 50
_PAUSE = 0.1
"""Seconds between two looks at how far it is."""


class Intake:
    """One run, as it is shown. `--json` prints an object for each file."""

    def __init__(
        self, *, as_json: bool, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._as_json = as_json
        self._seconds = seconds
        self._status = render.Status()
        self._shown = seconds()
        self._tally = Tally(seconds)

    def follow(self, events: Iterator[IngestEvent]) -> None:
        """To the end, or to where somebody stops it."""
        try:
            for event in events:
                self._tally.take(event)
                self._show(event)
        except KeyboardInterrupt:
            self._status.wipe()
            render.notice(
                "Stopped. What is read so far is kept; go on with: hearth ingest"
            )
            raise
        finally:
            self._status.wipe()

    def summarise(self) -> None:
        """What became of everything, on stderr; nothing when nothing happened."""
        if self._as_json or not self._tally.has_seen_any:
            return
        render.notice(self._tally.summary())
        told = self._tally.told()
        for each in told[:_MOST_REASONS]:
            reason = short(each.reason, _LONGEST_REASON)
            render.notice(f"  {each.what}, {reason}: {_some(each.names)}")
        if (more := len(told) - _MOST_REASONS) > 0:
            render.notice(f"  and {plural(more, 'other reason')}; --json gives all")

    def conclude(self) -> None:
        """The summary; then the exit status, when it is not 0."""
        self.summarise()
        if self._tally.count(IngestStatus.FAILED):
            raise typer.Exit(AssistantError.exit_code)
        if not self._tally.has_shelved_any:
            raise NotFoundError(
                "No document was found there",
                hint="Hidden files need --hidden, ignored ones --no-ignore",
            )

    def _show(self, event: IngestEvent) -> None:
        if isinstance(event, IngestPlanned):
            self._show_plan(event)
        elif self._as_json and isinstance(event, FileIngested):
            self._status.wipe()
            render.as_json(ingested_shape(event))
        if self._seconds() - self._shown >= _PAUSE:
            self._shown = self._seconds()
            self._status.show(f"{self._tally.progress()} · {self._tally.name}")

    def _show_plan(self, planned: IngestPlanned) -> None:
        if planned.left_over:
            files = plural(planned.left_over, "file")
            render.notice(f"Going on with {files} of an earlier run, too")
        if planned.files:
            self._status.show(f"0/{planned.files} files")


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(short(name, _LONGEST_NAME) for name in names[:_MOST_EXAMPLES])
    more = len(names) - _MOST_EXAMPLES
    return f"{shown} and {more} more" if more > 0 else shown
