"""Learning from what was said: jobs that turns leave behind, done when nobody waits.

A turn's commit queues them, so that none is lost; each is done in one transaction
with its own end, so that none is done twice. When to work is for others to say.
"""

import logging
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from datetime import timedelta

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
from assistant.entities.job import Job
from assistant.errors import NotAdmittedError
from assistant.memory.capture import Capture
from assistant.memory.desk import MemoryDesk
from assistant.memory.keeping import Kept
from assistant.memory.tidying import Tidying
from assistant.privacy.audience import admit

CAPTURE, ACCESS = "memory.capture", "memory.access"
_KINDS = (CAPTURE, ACCESS)
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

    def work(self) -> Generator[int, None, None]:
        """All there is to do, part by part; how much each part did."""
        self.desk.jobs.release_dead(self.desk.is_alive)
        for kept in self.captured():
            yield len(kept)
        yield from Tidying(desk=self.desk).work()

    def drain(self) -> list[Kept]:
        """Do what turns left behind, and only that: milliseconds."""
        return [kept for part in self.captured() for kept in part]

    def captured(self) -> Generator[Sequence[Kept], None, None]:
        """What each message taught that waits to be learnt from."""
        while job := self.desk.jobs.claim(
            _KINDS, by=self.desk.writer, now=self.desk.clock()
        ):
            yield self._done(job)

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
            return self.capture.take(message_id, audience)
        used = self.desk.memories.used_by(message_id, audience)
        self.desk.memories.note_access(used, at=job.created_at)
        return []

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
