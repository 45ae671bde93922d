"""Entities as the words a person reads.

Pure: it is given the time and asks nothing. All foreign text that leaves here is
clean; what is a template of ours is written here and nowhere else.
"""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby

from assistant.entities.citation import Citation
from assistant.entities.conversation import (
    Conversation,
    ConversationState,
    FinishReason,
    Message,
    MessageRole,
    MessageState,
)
from assistant.entities.draft import Fill
from assistant.entities.knowledge import place_in
from assistant.entities.model import ModelKind, ModelService, ServiceStatus
from assistant.figures import plural
from assistant.safetext import one_line

UNTITLED = "New conversation"
GAP = " · "

_SPEAKERS = {
    MessageRole.USER: "You",
    MessageRole.ASSISTANT: "Hearth",
    MessageRole.SYSTEM: "Note",
    MessageRole.TOOL: "Tool",
}

_ENDINGS = {
    FinishReason.LENGTH: "cut off at the length limit",
    FinishReason.CANCELLED: "stopped",
    FinishReason.INTERRUPTED: "interrupted",
    FinishReason.REPETITION: "stopped: it went round in circles",
    FinishReason.EMPTY: "said nothing",
    FinishReason.ERROR: "failed",
}

_MARKS = {
    ServiceStatus.HEALTHY: "●",
    ServiceStatus.DEGRADED: "◐",
    ServiceStatus.UNAVAILABLE: "○",
}


def title_of(conversation: Conversation) -> str:
    """The title on one line."""
    return one_line(conversation.title).strip() or UNTITLED


def group_of(conversation: Conversation, now: datetime) -> str:
    """Pinned, or the nearest span of days it falls in, as `now`'s zone counts them.

    A week begins on Monday.
    """
    if conversation.pinned_at is not None:
        return "Pinned"
    at = conversation.updated_at.astimezone(now.tzinfo)
    days = (now.date() - at.date()).days
    spans = (
        ("Today", days <= 0),
        ("Yesterday", days == 1),
        ("This week", days <= now.weekday()),
        ("This month", (at.year, at.month) == (now.year, now.month)),
    )
    return next((span for span, falls_in in spans if falls_in), "Older")


def grouped(
    conversations: Iterable[Conversation], now: datetime
) -> list[tuple[str, list[Conversation]]]:
    """Under their headings: what is pinned in its order, the others newest first."""
    every = list(conversations)
    pinned = sorted(
        (each for each in every if each.pinned_at is not None),
        key=lambda each: (each.pinned_at or each.updated_at, each.id),
    )
    newest_first = sorted(
        (each for each in every if each.pinned_at is None),
        key=lambda each: (each.updated_at, each.id),
        reverse=True,
    )
    return [
        (heading, list(those))
        for heading, those in groupby(
            [*pinned, *newest_first], lambda each: group_of(each, now)
        )
    ]


def when(at: datetime, now: datetime) -> str:
    """14:02 today, `3 May 14:02` this year, `3 May 2024` before."""
    there = at.astimezone(now.tzinfo)
    if there.date() == now.date():
        return f"{there:%H:%M}"
    if there.year == now.year:
        return f"{there.day} {there:%b %H:%M}"
    return f"{there.day} {there:%b %Y}"


def ending(message: Message) -> str:
    """How a reply ended, when that is not how replies should end."""
    if message.role is not MessageRole.ASSISTANT:
        return ""
    failed = message.state is MessageState.FAILED
    otherwise = FinishReason.ERROR if failed else FinishReason.STOP
    return _ENDINGS.get(message.finish_reason or otherwise, "")


def byline(message: Message, now: datetime) -> str:
    """Who, what went wrong, with which model, from where, and when."""
    parts = (
        _SPEAKERS[message.role],
        ending(message),
        one_line(message.model or ""),
        rests_on(message),
        when(message.created_at, now),
    )
    return GAP.join(part for part in parts if part)


def rests_on(message: Message) -> str:
    """Where the words of a finished answer come from."""
    is_answer = message.role is MessageRole.ASSISTANT and message.content.strip()
    if not is_answer or message.state is MessageState.PROCESSING:
        return ""
    if message.sources:
        return "from your documents"
    # The program itself answers from what was told, and then no model has a part in it.
    return "general knowledge" if message.model else "from memory"


def source(citation: Citation, *, answer: str) -> str:
    """Where a reference leads; its words too, unless the answer is made of them."""
    quote = one_line(citation.quote)
    place = place_in(one_line(citation.title), one_line(citation.location))
    words = "" if quote in one_line(answer) else f'  "{quote}"'
    instead = f"{GAP}instead of the model's words" if citation.is_replacement else ""
    return f"[{citation.number}] {place}{words} ✓{instead}"


def seconds(milliseconds: float) -> str:
    """0.3 s, 12 s, 2 min 5 s."""
    whole = milliseconds / 1000
    if whole < 9.95:
        return f"{whole:.1f} s"
    minutes, rest = divmod(round(whole), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def speed(message: Message) -> str:
    """Tokens a second while they came; empty when it cannot be told."""
    total, first, tokens = (
        message.response_time_ms,
        message.first_token_ms,
        message.tokens,
    )
    if total is None or first is None or not tokens or tokens < 2 or total <= first:
        return ""
    return f"{(tokens - 1) / (total - first) * 1000:.0f} tok/s"


def measures(message: Message, *, memories: int = 0) -> str:
    """What a finished reply rests on, its first word and its speed."""
    parts = []
    if message.sources:
        parts.append(plural(len(message.sources), "passage"))
    if memories:
        parts.append(plural(memories, "memory", "memories"))
    if message.first_token_ms is not None:
        parts.append(f"first word {seconds(message.first_token_ms)}")
    parts.append(speed(message))
    return GAP.join(part for part in parts if part)


def size(text: str) -> str:
    """How much text that is: `214 lines, 12 KB`."""
    count = len(text.encode())
    lines = text.count("\n") + 1
    if count < 1000:
        amount = plural(count, "byte")
    elif count < 999_500:
        amount = f"{count / 1000:.0f} KB"
    else:
        amount = f"{count / 1_000_000:.1f} MB"
    return f"{plural(lines, 'line')}, {amount}"


def version(position: int, count: int) -> str:
    """The place among siblings; empty for an only child."""
    return f"‹ {position}/{count} ›" if count > 1 else ""


def context(fill: Fill | None) -> str:
    """How much of the model's context is taken; said when that is too much."""
    if fill is None:
        return ""
    over = f"{GAP}too much" if fill.is_full else ""
    return f"{fill.used}/{fill.of} tokens{over}"


def mark(status: ServiceStatus) -> str:
    """A dot that tells the health apart by its shape, not only by colour."""
    return _MARKS[status]


def whereabouts(model: ModelService | None) -> str:
    """Whether words stay here, or who gets them."""
    if model is None:
        return ""  # not known yet, so nothing is promised
    if model.kind is ModelKind.LOCAL_LLM:
        return "local · private"
    return f"→ {one_line(model.name)} (remote)"


def model_line(model: ModelService) -> str:
    """A model in a list: what and where it is, and how it is doing."""
    parts = [
        "on this machine" if model.kind is ModelKind.LOCAL_LLM else "remote",
        f"{model.context_tokens} tokens of context",
    ]
    if model.average_response_ms is not None:
        parts.append(f"answers in {seconds(model.average_response_ms)}")
    if model.status is not ServiceStatus.HEALTHY:
        parts.append(model.status.value)
    if model.last_error:
        parts.append(one_line(model.last_error))
    return GAP.join(parts)


def state_mark(
    conversation: Conversation, *, forks: int = 0, among_archived: bool = False
) -> str:
    """What the list shows behind a title: off the record, archived, forked how often.

    A fork mark without a number says that it is one itself.
    """
    is_fork = conversation.forked_from is not None
    is_archived = conversation.state is ConversationState.ARCHIVED
    marks = (
        "◌" if conversation.is_incognito else "",
        "archived" if is_archived and not among_archived else "",
        f"⑂{forks}" if forks else "⑂" if is_fork else "",
    )
    return " ".join(mark for mark in marks if mark)


def shortened(text: str, *, to: int) -> str:
    """One clean line, no longer than that many characters."""
    line = one_line(text[: 4 * to]).strip()
    return line if len(line) <= to else line[: to - 1].rstrip() + "…"
