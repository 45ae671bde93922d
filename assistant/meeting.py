"""Several channels at once, none of which takes another down.

Each runs on a thread of its own. One that fails is noted as unavailable, with the
reason, while the others go on. What a channel does is not known here.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Event, Thread
from typing import TYPE_CHECKING

from assistant.channels import Channel, Stoppable
from assistant.entities.ids import Clock
from assistant.entities.model import ServiceStatus
from assistant.errors import AssistantError
from assistant.storage.database import Database
from assistant.storage.machine import MachineFacts

if TYPE_CHECKING:
    from assistant.app import Assistant

_GRACE_SECONDS = 10.0
_KEY = "plugin|{name}"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """How a channel was when it was last heard of."""

    status: ServiceStatus
    detail: str
    at: datetime


class Conditions:
    """How channels are, kept in the file for whoever asks from elsewhere."""

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._database = database
        self._facts = MachineFacts(database)
        self._clock = clock

    def note(self, name: str, status: ServiceStatus, detail: str = "") -> None:
        now = self._clock()
        facts = {"status": status, "detail": detail, "at": now.isoformat()}
        with self._database.transaction(durable=False):
            self._facts.remember(_KEY.format(name=name), facts, now)

    def find(self, name: str) -> Condition | None:
        facts = self._facts.find(_KEY.format(name=name))
        if facts is None:
            return None
        return Condition(
            status=ServiceStatus(str(facts["status"])),
            detail=str(facts["detail"]),
            at=datetime.fromisoformat(str(facts["at"])),
        )


class Meeting:
    """Runs channels until all have ended, or it is told to end."""

    def __init__(
        self,
        assistant: "Assistant",
        *,
        conditions: Conditions,
        tell: Callable[[str, AssistantError], None],
    ) -> None:
        """`tell` hears at once of each channel that failed; from any thread."""
        self._assistant = assistant
        self._conditions = conditions
        self._tell = tell
        self._changed = Event()
        self._failures: dict[str, AssistantError] = {}

    def run(self, channels: Sequence[tuple[str, Callable[[], Channel]]]) -> None:
        """Each is made and run on its own thread; `KeyboardInterrupt` ends all.

        Raises AssistantError when every one of them failed.
        """
        running: list[Channel] = []
        threads = []
        for name, make in channels:
            try:
                channel = make()
            except AssistantError as error:
                self._failed(name, error)
                continue
            running.append(channel)
            thread = Thread(target=self._meet, args=(name, channel), name=name)
            thread.daemon = True
            threads.append(thread)
            thread.start()
        try:
            while any(thread.is_alive() for thread in threads):
                self._changed.wait()
                self._changed.clear()
        finally:
            _end(running, threads)
        if self._failures and len(self._failures) == len(channels):
            raise next(iter(self._failures.values()))

    def _meet(self, name: str, channel: Channel) -> None:
        self._conditions.note(name, ServiceStatus.HEALTHY)
        try:
            channel.run(self._assistant)
        except AssistantError as error:
            self._failed(name, error)
        except BaseException as error:  # the thread's outermost frame
            self._failed(name, AssistantError(f"{name} broke: {type(error).__name__}"))
            _log.exception("the channel %s broke", name)
        finally:
            self._changed.set()

    def _failed(self, name: str, error: AssistantError) -> None:
        _log.warning("the channel %s is unavailable: %s", name, error)
        self._failures[name] = error
        self._conditions.note(name, ServiceStatus.UNAVAILABLE, str(error))
        self._tell(name, error)


def _end(channels: Sequence[Channel], threads: Sequence[Thread]) -> None:
    """Ask all to leave, and wait a little for what they have under way."""
    for channel in channels:
        if isinstance(channel, Stoppable):
            channel.stop()
    for thread in threads:
        thread.join(_GRACE_SECONDS)
