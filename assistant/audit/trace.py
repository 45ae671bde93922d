"""Spans: every stage of a turn says how long it took and what it counted.

A trace is collected in memory; whoever opened it hands the spans to storage.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from time import perf_counter

from assistant.entities.ids import Clock, Mint, SpanId, TraceId
from assistant.entities.trace import Count, Span


@dataclass(slots=True)
class OpenSpan:
    """A span that is still running; counts may be added until it ends."""

    id: SpanId
    name: str
    started_at: datetime
    started: float
    parent_id: SpanId | None
    counts: dict[str, Count] = field(default_factory=dict)
    error: str | None = None

    def count(self, **counts: Count) -> None:
        """Add counts by name; a later value replaces an earlier one."""
        self.counts.update(counts)


class Trace:
    """The spans of one turn, as a tree. Used by one thread."""

    def __init__(self, *, mint: Mint, clock: Clock) -> None:
        self.id = TraceId(mint())
        self._mint = mint
        self._clock = clock
        self._open: list[OpenSpan] = []
        self._ended: list[Span] = []

    @contextmanager
    def span(self, name: str) -> Iterator[OpenSpan]:
        """Time one step; what escapes it is noted by its type, never its text.

        Being stopped is no error: whoever listens had enough.
        """
        running = self._begin(name)
        try:
            yield running
        except GeneratorExit:
            raise
        except BaseException as error:  # raised again; only its type is noted
            running.error = type(error).__name__
            raise
        finally:
            self._end(running)

    def spans(self) -> list[Span]:
        """What has ended so far, with open spans as they stand now."""
        return [*self._ended, *(self._frozen(span) for span in self._open)]

    def _begin(self, name: str) -> OpenSpan:
        parent = self._open[-1].id if self._open else None
        running = OpenSpan(
            id=SpanId(self._mint()),
            name=name,
            started_at=self._clock(),
            started=perf_counter(),
            parent_id=parent,
        )
        self._open.append(running)
        return running

    def _end(self, running: OpenSpan) -> None:
        self._open.remove(running)
        self._ended.append(self._frozen(running))

    def _frozen(self, running: OpenSpan) -> Span:
        return Span(
            id=running.id,
            trace_id=self.id,
            name=running.name,
            started_at=running.started_at,
            duration_ms=(perf_counter() - running.started) * 1000,
            parent_id=running.parent_id,
            counts=dict(running.counts),
            error=running.error,
        )
