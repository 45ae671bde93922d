"""Showing a turn as it happens: the answer to stdout, everything else to stderr."""

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import assert_never

from assistant.cli import render
from assistant.cli.words import plural, short
from assistant.entities.citation import Citation, Evidence
from assistant.entities.conversation import FinishReason, Message
from assistant.entities.ids import MemoryId
from assistant.entities.knowledge import place_in
from assistant.entities.memory import Noticed
from assistant.entities.turn import (
    HistoryTrimmed,
    LibraryAsked,
    ModelChosen,
    QuestionSaved,
    TokenArrived,
    TurnEvent,
    TurnFailed,
    TurnFinished,
    Waiting,
)
from assistant.errors import AssistantError
from assistant.memory.keeping import Kept, Outcome

_NEWS = (Outcome.NEW, Outcome.CHANGED)
_LONGEST_QUOTE = 200
_ENDINGS = {
    FinishReason.LENGTH: "The answer reached its longest length; go on with: {}",
    FinishReason.REPETITION: "The model went round in circles and was stopped",
}


class TurnFailedError(AssistantError):
    """The turn ended without an answer; what was said is kept."""

    def __init__(self, failed: TurnFailed) -> None:
        super().__init__(failed.error, hint=failed.hint)
        self.exit_code = failed.exit_code


@dataclass(slots=True)
class Showing:
    """One turn on the screen, or gathered in silence for `--json`."""

    is_silent: bool = False
    how_to_go_on: str = "hearth ask -c"
    answer: render.Answer = field(default_factory=render.Answer)
    model: str = ""
    saved: QuestionSaved | None = None
    citations: tuple[Citation, ...] = ()
    memories: tuple[MemoryId, ...] = ()
    _was_told_to_wait: bool = False

    def show(self, events: Generator[TurnEvent, None, None]) -> Message:
        """The reply at rest. Raises TurnFailedError when there is none."""
        try:
            with closing(events):
                for event in events:
                    if isinstance(event, TurnFinished):
                        return self._finish(event)
                    self._follow(event)
        except KeyboardInterrupt:
            self._say_what_is_kept()
            raise
        raise AssistantError("The turn ended without a word")

    def _follow(self, event: TurnEvent) -> None:
        match event:
            case QuestionSaved():
                self.saved = event
            case ModelChosen():
                self._name_the_model(event)
            case LibraryAsked(evidence=evidence):
                _tell_what_the_library_says(evidence)
            case HistoryTrimmed():
                _tell_what_was_left_out(event)
            case Waiting(ahead=ahead):
                self._tell_who_is_first(ahead)
            case TokenArrived(text=text):
                self._show_piece(text)
            case TurnFailed():
                self._end_answer()
                raise TurnFailedError(event)
            case TurnFinished():
                pass
            case _:
                assert_never(event)

    def _finish(self, event: TurnFinished) -> Message:
        self._end_answer()
        self.citations, self.memories = event.citations, event.memories
        if not self.is_silent:
            _list_sources(event.citations)
        if ending := _ENDINGS.get(event.reason):
            render.notice(ending.format(self.how_to_go_on))
        return event.reply

    def _show_piece(self, text: str) -> None:
        if not self.is_silent:
            self.answer.piece(text)

    def _end_answer(self) -> None:
        if not self.is_silent:
            self.answer.end()

    def _name_the_model(self, event: ModelChosen) -> None:
        self.model = event.model
        if event.instead_of:
            why = f": {event.reason}" if event.reason else ""
            render.notice(
                f"{event.model} answers, because {event.instead_of} cannot{why}"
            )

    def _tell_who_is_first(self, ahead: int) -> None:
        if ahead and not self._was_told_to_wait:
            self._was_told_to_wait = True
            render.notice(f"Waiting for {plural(ahead, 'other answer')}")

    def _say_what_is_kept(self) -> None:
        self._end_answer()
        if self.saved is not None:
            render.notice(
                f"Stopped. The answer so far is kept; go on with: {self.how_to_go_on}"
            )


def _tell_what_the_library_says(evidence: Evidence) -> None:
    """Where an answer comes from is never left to be guessed."""
    for notice in evidence.notices:
        render.notice(notice)
    if evidence.is_enough:
        render.notice("From your documents:")
        return
    nearest = ", ".join(dict.fromkeys(hit.title for hit in evidence.hits[:2]))
    render.notice(
        "From general knowledge; your documents do not say. "
        + (f"Nearest: {nearest}" if nearest else "")
    )


def _list_sources(citations: tuple[Citation, ...]) -> None:
    """What each number of the answer stands for."""
    for each in citations:
        render.notice(source_line(each))


def source_line(citation: Citation) -> str:
    """Where a number of an answer points, and the words that stand there."""
    place = place_in(citation.title, citation.location)
    instead = " (in place of what the model wrote)" if citation.is_replacement else ""
    quote = short(citation.quote, _LONGEST_QUOTE)
    return f'[{citation.number}] {place}  "{quote}"{instead}'


def tell_what_was_learnt(learnt: Sequence[Kept]) -> None:
    """Only what is in the file by now, and only what was not known before."""
    new = [kept.memory for kept in learnt if kept.outcome in _NEWS]
    told = Noticed(kept=tuple(new)).kept_texts
    for kept in learnt:
        match kept.outcome:
            case Outcome.NEW | Outcome.CHANGED if kept.memory.text in told:
                render.notice(f'Remembered: "{kept.memory.text}"')
            case Outcome.WAITING:
                render.notice(
                    f'To be remembered, if you say so: "{kept.memory.text}" '
                    f"(hearth memories approve {kept.memory.id})"
                )
            case _:
                pass


def stats_line(reply: Message) -> str:
    """What the answer cost, in one line."""
    parts = [reply.model or "no model"]
    if reply.prompt_tokens is not None:
        reused = f" ({reply.reused_tokens} reused)" if reply.reused_tokens else ""
        parts.append(f"{reply.prompt_tokens} prompt tokens{reused}")
    if reply.tokens is not None:
        parts.append(f"{plural(reply.tokens, 'token')} in the answer")
    if reply.first_token_ms is not None:
        parts.append(f"first after {reply.first_token_ms / 1000:.2f} s")
    if reply.response_time_ms is not None:
        parts.append(f"{reply.response_time_ms / 1000:.2f} s in all")
    if speed := tokens_per_second(reply):
        parts.append(f"{speed:.1f} tokens/s")
    return " · ".join(parts)


def tokens_per_second(reply: Message) -> float | None:
    """How fast it was written once it had begun."""
    if not reply.tokens or reply.response_time_ms is None:
        return None
    spent = reply.response_time_ms - (reply.first_token_ms or 0)
    return reply.tokens * 1000 / spent if spent > 0 else None


def _tell_what_was_left_out(event: HistoryTrimmed) -> None:
    if event.dropped:
        render.notice(
            f"{plural(event.dropped, 'older message')} did not fit and stayed out"
        )
    if event.characters_cut:
        render.notice(
            f"The question is too long for the model; {event.characters_cut} "
            "characters of its middle stayed out"
        )
