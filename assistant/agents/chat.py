"""The road of a turn, the only one there is; every channel drives it.

Data goes down it once: admit, write, recall, compose, generate, check,
finish. It is a
generator, and closing it stops the engine and keeps what was said.
"""

from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, nullcontext

from assistant.agents.answer import Answering, Models
from assistant.agents.finish import keep_trace
from assistant.agents.recall import Recall
from assistant.agents.remembering import TurnMemory
from assistant.agents.turn import Desk
from assistant.agents.write import write
from assistant.audit.trace import Trace
from assistant.config.settings import ChatSettings
from assistant.entities.turn import TurnEvent, TurnRequest
from assistant.privacy.audience import admit


class Chat:
    """Turns requests into events. Holds no state between turns."""

    def __init__(
        self,
        *,
        desk: Desk,
        models: Models,
        settings: ChatSettings,
        recall: Recall | None = None,
        memory: TurnMemory | None = None,
        quiet: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        """`quiet` keeps other work of this process away for as long as a turn lasts."""
        self._desk = desk
        self._recall = recall
        self._memory = memory
        self._models = models
        self._settings = settings
        self._quiet = quiet

    def send(self, request: TurnRequest) -> Generator[TurnEvent, None, None]:
        """One turn, as it happens.

        Raises an AssistantError only while nothing is saved yet; afterwards every
        failure is a `TurnFailed`, the last event. Closing it stops the turn and
        keeps the part of the answer that came.
        """
        trace = Trace(mint=self._desk.mint, clock=self._desk.clock)
        try:
            with self._quiet(), trace.span("turn"):
                yield from self._road(request, trace=trace)
        finally:
            keep_trace(trace, desk=self._desk)

    def _road(
        self, request: TurnRequest, *, trace: Trace
    ) -> Generator[TurnEvent, None, None]:
        with trace.span("admit"):
            person = self._desk.people.get_user(request.audience.user_id)
            admit(person, place=request.audience.place)
        with trace.span("write") as span:
            turn = write(request, desk=self._desk)
            span.count(message=turn.reply.id)
        answering = Answering(
            turn=turn,
            trace=trace,
            desk=self._desk,
            models=self._models,
            settings=self._settings,
            recall=self._recall,
            memory=self._memory,
        )
        yield from answering.events()
