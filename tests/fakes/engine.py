"""An engine that answers with prepared texts, and remembers what it was asked.

It honours the `Engine` contract: pieces are never empty, `Finished` comes last
and once, and closing the generator stops it.
"""

import re
from collections.abc import Generator, Sequence
from threading import Condition, Event

from assistant.entities.conversation import FinishReason
from assistant.errors import EngineError, ModelError
from assistant.llm.engine import (
    ChatMessage,
    Finished,
    Generated,
    GenerationRequest,
    Piece,
    Queued,
)

_PIECE = re.compile(r"\s*\S+\s*$|\s*\S+|\s+$")


class ScriptedEngine:
    """Answers in order, piece by piece; the last answer serves for ever."""

    def __init__(
        self,
        *answers: str,
        name: str = "scripted",
        context_tokens: int = 8192,
        schema_answer: str | None = None,
        reason: FinishReason = FinishReason.STOP,
        fail_at: int | None = None,
        error: ModelError | None = None,
        hold: Event | None = None,
        hold_at: int = 0,
        ahead: int | None = None,
        reused_tokens: int = 0,
    ) -> None:
        """What each option does, beyond the answers.

        `fail_at`: raise `error` instead of giving that piece (0 is the first).
        `hold`: wait for this event before giving piece `hold_at`; `reached` is set
        while waiting. `schema_answer`: the answer to a request with a schema.
        `ahead`: announce a queue of this length first. `stopped_early` counts answers
        whose generator was closed before its end.
        """
        self.name = name
        self.context_tokens = context_tokens
        self.requests: list[GenerationRequest] = []
        self.stopped_early = 0
        self.closed = False
        self.reached = Event()
        self._answers = list(answers) or ["Yes."]
        self._schema_answer = schema_answer
        self._reason = reason
        self._fail_at = fail_at
        self._error = error or EngineError("The engine failed, as scripted")
        self._hold = hold
        self._hold_at = hold_at
        self._ahead = ahead
        self._reused_tokens = reused_tokens
        self._lock = Condition()

    def count(self, messages: Sequence[ChatMessage]) -> int:
        return 1 + sum(4 + len(message.content.split()) for message in messages)

    def generate(self, request: GenerationRequest) -> Generator[Generated, None, None]:
        if self.closed:
            raise EngineError(f"{self.name} is closed")
        answer = self._take(request)
        given = 0
        try:
            if self._ahead is not None:
                yield Queued(ahead=self._ahead)
            pieces = _PIECE.findall(answer)
            limit = request.sampling.max_tokens
            for number, text in enumerate(pieces[:limit]):
                self._before(number)
                yield Piece(text=text)
                given += 1
            self._before(given)
            yield Finished(
                reason=FinishReason.LENGTH if len(pieces) > limit else self._reason,
                prompt_tokens=self.count(request.messages),
                completion_tokens=given,
                reused_tokens=self._reused_tokens,
                first_token_ms=1.0 if given else None,
                total_ms=float(given),
            )
        except GeneratorExit:
            self.stopped_early += 1
            raise

    def close(self) -> None:
        self.closed = True

    def _take(self, request: GenerationRequest) -> str:
        with self._lock:
            self.requests.append(request)
            if request.schema is not None and self._schema_answer is not None:
                return self._schema_answer
            return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]

    def _before(self, number: int) -> None:
        if self._hold is not None and number == self._hold_at:
            self.reached.set()
            while not self._hold.wait(timeout=0.05) and not self.closed:
                pass
        if number == self._fail_at:
            raise self._error
