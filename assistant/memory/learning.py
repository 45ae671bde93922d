"""Learning from what was said: jobs that turns leave behind, done when nobody waits.

A turn's commit queues them, so that none is lost; each is done in one transaction
with its own end, so that none is done twice. When to work is for others to say.
"""

import logging
from collections.abc import Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import islice
from threading import Lock

from assistant.entities.audience import Audience, Place
from assistant.entities.ids import (
    ChannelId,
    Clock,
    JobId,
    MessageId,
    Mint,
    ServerId,
    UserId,
)
from assistant.entities.job import Job, JobState
from assistant.errors import NotAdmittedError
from assistant.memory.capture import Capture
from assistant.memory.desk import MemoryDesk
from assistant.memory.keeping import Kept
from assistant.memory.refining import Refining
from assistant.memory.rules.finding import Proposal
from assistant.privacy.audience import admit

CAPTURE, ACCESS, REFINE = "memory.capture", "memory.access", "memory.refine"
_QUICK = (CAPTURE, ACCESS)
_MOST_ATTEMPTS = 3
_RETRY_AFTER = timedelta(minutes=10)

_log = logging.getLogger(__name__)


def to_learn(
    kind: str, message_id: MessageId, audience: Audience, *, mint: Mint, clock: Clock
) -> Job:
    """The job that a turn leaves behind for one of its messages."""
    place, now = audience.place, clock()
    return Job(
        id=JobId(mint()),
        kind=kind,
        key=message_id,
        created_at=now,
        run_after=now,
        payload={
            "user_id": audience.user_id,
            "server_id": place.server_id,
            "channel_id": place.channel_id,
            "is_private": place.is_private,
        },
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Learning:
    """What is left to learn of one file. Any thread may use it."""

    desk: MemoryDesk
    capture: Capture
    refining: Refining | None = None
    """A model's reading, after the rules'; only in idle moments."""

    _at_it: Lock = field(default_factory=Lock)
    """Held while one message is learnt from, a millisecond or two."""

    def work(self) -> Generator[int, None, None]:
        """All there is to do, part by part; how much each part did."""
        from assistant.memory.tidying import Tidying

        self.desk.jobs.release_dead(self.desk.is_alive)
        for kept in self.captured():
            yield len(kept)
        yield from self._refined()
        yield from Tidying(desk=self.desk).work()

    def drain(self, *, at_most: int | None = None) -> list[Kept]:
        """Do what turns left behind, and only that: a millisecond or two for each.

        Whoever keeps somebody waiting says how many; the oldest come first. What
        another thread has just taken up is in the file too when this returns.
        """
        self.desk.jobs.release_dead(self.desk.is_alive)
        with self._at_it:
            pass
        return [kept for part in islice(self.captured(), at_most) for kept in part]

    def captured(self) -> Generator[Sequence[Kept], None, None]:
        """What each message taught that waits to be learnt from.

        Looking takes no lock: whoever writes elsewhere keeps no turn waiting.
        """
        if not self.desk.jobs.waiting(_QUICK):
            return
        while (kept := self._next()) is not None:
            yield kept

    def _next(self) -> Sequence[Kept] | None:
        """What the next message taught; None when none waits."""
        with self._at_it:
            job = self.desk.jobs.claim(
                _QUICK, by=self.desk.writer, now=self.desk.clock()
            )
            return None if job is None else self._done(job)

    def _refined(self) -> Generator[int, None, None]:
        """What a model finds more; whoever types stops it, and it begins anew."""
        while job := self.desk.jobs.claim(
            (REFINE,), by=self.desk.writer, now=self.desk.clock()
        ):
            try:
                yield from self._refine(job)
            except GeneratorExit:
                with self.desk.database.transaction():
                    self.desk.jobs.fail(job.id, "stopped", self.desk.clock())
                raise
            except Exception as error:  # one bad message never stops the others
                _log.warning("a model's reading of a message failed", exc_info=error)
                self._put_off(job, error)

    def _refine(self, job: Job) -> Generator[int, None, None]:
        found: list[Proposal] = []
        message = audience = None
        with suppress(NotAdmittedError):
            audience = self._audience(job)
            message = self.desk.messages.find(MessageId(job.key), audience)
        if self.refining is not None and message is not None and audience is not None:
            known = self.capture.worth_keeping(message, audience)
            found = yield from self.refining.proposals(message, known)
        with self.desk.database.transaction():
            if message is not None and audience is not None:
                self.capture.add(message, found, audience)
            self.desk.jobs.remove(job.id)

    def _done(self, job: Job) -> list[Kept]:
        try:
            with self.desk.database.transaction():
                kept = self._do(job)
                self.desk.jobs.remove(job.id)
        except Exception as error:  # one bad message never stops the others
            _log.warning("learning from a message failed", exc_info=error)
            self._put_off(job, error)
            return []
        return kept

    def _do(self, job: Job) -> list[Kept]:
        try:
            audience = self._audience(job)
        except NotAdmittedError:
            return []  # they are no longer here; nothing is learnt of them
        message_id = MessageId(job.key)
        if job.kind == CAPTURE:
            self._refine_later(job)
            return self.capture.take(message_id, audience)
        used = self.desk.memories.used_by(message_id, audience)
        self.desk.memories.note_access(used, at=job.created_at)
        return []

    def _refine_later(self, job: Job) -> None:
        if self.refining is not None and self.refining.is_able():
            later = replace(job, id=JobId(self.desk.mint()), kind=REFINE)
            self.desk.jobs.enqueue(
                replace(later, state=JobState.QUEUED, attempts=0, held_by=None)
            )

    def _audience(self, job: Job) -> Audience:
        told = {name: str(value) for name, value in job.payload.items() if value}
        person = self.desk.people.get_user(UserId(told["user_id"]))
        server, channel = told.get("server_id"), told.get("channel_id")
        place = Place(
            server_id=ServerId(server) if server else None,
            channel_id=ChannelId(channel) if channel else None,
            is_private=bool(job.payload["is_private"]),
        )
        return admit(person, place=place)

    def _put_off(self, job: Job, error: Exception) -> None:
        is_last = job.attempts >= _MOST_ATTEMPTS
        retry_at = None if is_last else self.desk.clock() + _RETRY_AFTER
        with self.desk.database.transaction():
            self.desk.jobs.fail(job.id, str(error), retry_at)
