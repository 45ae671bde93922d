"""The stage where words are made: text streams out and is saved as it grows.

It knows one model at a time. Which one, and what to do when it fails, is the
road's business.
"""

from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from math import inf
from time import monotonic

from assistant.agents.prompt import Prompt
from assistant.agents.turn import Desk, Measures, Turn
from assistant.entities.audience import Audience
from assistant.entities.conversation import FinishReason
from assistant.entities.turn import TokenArrived, TurnEvent, Waiting
from assistant.errors import EngineError, NotFoundError, StorageError
from assistant.llm.engine import (
    Engine,
    Finished,
    GenerationRequest,
    Piece,
    Priority,
    Queued,
    Sampling,
)

_SECONDS_BETWEEN_SAVES = 0.5


@dataclass(slots=True)
class Draft:
    """The reply as far as it has come; survives whatever stops the writing."""

    text: str
    reason: FinishReason | None = None
    measures: Measures | None = None
    has_new_words: bool = False
    saved_at: float = -inf
    """By the monotonic clock; the first words are kept as soon as they come.

    Infinity for words that are kept only when they are checked.
    """

    def add(self, piece: str) -> None:
        self.text += piece
        self.has_new_words = True


def generate(
    turn: Turn,
    *,
    prompt: Prompt,
    engine: Engine,
    temperature: float,
    desk: Desk,
    draft: Draft,
) -> Generator[TurnEvent, None, None]:
    """Stream one answer into the draft. Closing it stops the engine.

    Raises a ModelError when the engine cannot answer or breaks off.
    """
    request = GenerationRequest(
        messages=prompt.messages,
        sampling=Sampling(max_tokens=prompt.max_tokens, temperature=temperature),
        schema=turn.request.schema,
        owner=turn.request.audience.user_id,
        priority=_priority(turn.request.audience),
    )
    with closing(engine.generate(request)) as pieces:
        for generated in pieces:
            match generated:
                case Queued(ahead=ahead):
                    yield Waiting(ahead=ahead)
                case Piece(text=text):
                    draft.add(text)
                    _save_now_and_then(turn, draft=draft, desk=desk)
                    yield TokenArrived(text=text)
                case Finished():
                    draft.reason = generated.reason
                    draft.measures = _measures(generated)
    if draft.reason is None:
        raise EngineError(f"{engine.name} stopped without saying why")


def _priority(audience: Audience) -> Priority:
    """Whoever sits at this machine goes before whoever is elsewhere."""
    if audience.place.channel_id is None:
        return Priority.TYPING
    return Priority.CHANNEL


def _measures(finished: Finished) -> Measures:
    return Measures(
        prompt_tokens=finished.prompt_tokens,
        completion_tokens=finished.completion_tokens,
        reused_tokens=finished.reused_tokens,
        first_token_ms=finished.first_token_ms,
        total_ms=finished.total_ms,
    )


def _save_now_and_then(turn: Turn, *, draft: Draft, desk: Desk) -> None:
    """Keep what is written so far; a moment when that fails is no reason to stop.

    The end of the turn saves once more, and that failure is told.
    """
    now = monotonic()
    if now - draft.saved_at < _SECONDS_BETWEEN_SAVES:
        return
    draft.saved_at = now
    try:
        with desk.database.transaction(durable=False):
            desk.messages.grow(turn.reply.id, draft.text)
    except (StorageError, NotFoundError):
        return
