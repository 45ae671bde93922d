"""The last stage: the reply is committed with how it ended and what it cost.

Success, failure and being stopped all come through here, so that a reply is
never left looking as if somebody were still writing it.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from math import ceil

from assistant.agents.generate import Draft
from assistant.agents.turn import Desk, Turn
from assistant.audit.trace import Trace
from assistant.entities.citation import Citation
from assistant.entities.conversation import FinishReason, Message, MessageState
from assistant.errors import StorageError

_STOPPED_EARLY = "Stopped before the first word"
_NO_ANSWER = "The model gave no answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a reply ended, and which model wrote it, if one did."""

    reason: FinishReason
    model: str | None = None
    error: str | None = None


def finish(
    turn: Turn,
    *,
    ending: Ending,
    draft: Draft,
    desk: Desk,
    citations: Sequence[Citation] = (),
    learn: Callable[[Message], None] = lambda _: None,
) -> Message:
    """Commit the reply as it ended; the message as it is now at rest.

    `learn` leaves, in the same commit, what is to be learnt from the turn.

    A conversation that was deleted meanwhile takes its reply with it.
    """
    reply = _ended(turn, draft=draft, reason=ending.reason, error=ending.error)
    sources = tuple(dict.fromkeys(each.passage_id for each in citations))
    reply = replace(reply, model=ending.model or reply.model, sources=sources)
    audience = turn.request.audience
    with desk.database.transaction():
        conversation = desk.conversations.find(turn.conversation.id, audience)
        if conversation is None:
            return reply
        desk.messages.replace(reply)
        desk.citations.replace_of(reply.id, citations)
        learn(reply)
        desk.messages.replace(_answered(turn.question, reply))
        spent = (reply.prompt_tokens or 0) + (reply.tokens or 0)
        desk.conversations.update(
            replace(
                conversation,
                updated_at=max(desk.clock(), conversation.updated_at),
                message_count=desk.messages.next_sequence(conversation.id) - 1,
                total_tokens=conversation.total_tokens + spent,
            )
        )
    return reply


def keep_trace(trace: Trace, *, desk: Desk) -> None:
    """The spans go to the file; they are worth no fsync, and no failed turn."""
    with suppress(StorageError), desk.database.transaction(durable=False):
        desk.spans.add_all(trace.spans())


def _ended(
    turn: Turn, *, draft: Draft, reason: FinishReason, error: str | None
) -> Message:
    if error is None and not draft.text.strip():
        error = _STOPPED_EARLY if reason is FinishReason.CANCELLED else _NO_ANSWER
    measured = draft.measures
    ended = replace(
        turn.reply,
        content=draft.text,
        state=MessageState.FAILED if error else MessageState.COMPLETED,
        error=error,
        finish_reason=reason,
        written_by=None,
    )
    if measured is None:
        return ended
    earlier = turn.reply.tokens or 0
    return replace(
        ended,
        tokens=earlier + measured.completion_tokens,
        prompt_tokens=measured.prompt_tokens,
        reused_tokens=measured.reused_tokens,
        first_token_ms=measured.first_token_ms,
        response_time_ms=float(ceil(measured.total_ms)),
    )


def _answered(question: Message, reply: Message) -> Message:
    """The question shares its answer's fate, for whoever lists what is open."""
    if reply.state is MessageState.FAILED:
        return replace(question, state=MessageState.FAILED, error=reply.error)
    return replace(question, state=MessageState.COMPLETED, error=None)
