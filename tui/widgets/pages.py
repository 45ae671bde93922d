"""What the side panel shows, as pages of words.

Pure: entities come in, styled text goes out. All foreign text is cleaned here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from textual.content import Content

from assistant.entities.account import Account, Cited
from assistant.entities.conversation import Attachment, Message
from assistant.entities.ids import SpanId
from assistant.entities.trace import Span
from assistant.entities.turn import TextFile
from assistant.safetext import clean, one_line
from tui import present

_QUOTED = "bold underline $primary"
_HEADING = "bold"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A title, a line or two below it, and the words."""

    title: str
    about: str = ""
    body: Content = field(default_factory=Content)
    to_copy: str = ""
    """What copying it copies."""

    to_open: str = ""
    """A path or an address that the desktop can open."""


def passage(cited: Cited, *, place: str) -> Page:
    """A passage with the quoted words marked, and where it stands."""
    before = clean(cited.text[: cited.starts_at])
    after = clean(cited.text[cited.ends_at :])
    where = present.GAP.join(filter(None, (one_line(cited.location), place)))
    return Page(
        title=one_line(cited.title),
        about="\n".join(filter(None, (where, one_line(cited.source)))),
        body=Content.assemble(before, (clean(cited.quote), _QUOTED), after),
        to_copy=clean(cited.quote),
        to_open=cited.source,
    )


def file(enclosed: Attachment | TextFile) -> Page:
    """A file that came along, or will, as it is sent."""
    text = clean(enclosed.text or "")
    about = present.size(text) if text else "Only its name was kept"
    return Page(
        title=one_line(enclosed.name), about=about, body=Content(text), to_copy=text
    )


def account(told: Account) -> Page:
    """Why an answer is as it is."""
    parts = [part for part in _chapters(told) if part.plain]
    body = Content("\n\n").join(parts)
    return Page(title="Why this answer", body=body, to_copy=body.plain)


def _chapters(told: Account) -> Iterator[Content]:
    yield _chapter("Rests on", _grounds(told))
    yield _chapter("Remembered", [f"· {one_line(each)}" for each in told.memories])
    yield _chapter("Written by", _writer(told.message))
    yield _chapter("Tokens", _tokens(told.message))
    yield _chapter("Time", _times(told))


def _chapter(heading: str, lines: Sequence[str]) -> Content:
    if not lines:
        return Content()
    return Content.assemble((heading, _HEADING), "\n", "\n".join(lines))


def _grounds(told: Account) -> list[str]:
    if not told.citations:
        if told.message.sources:
            return ["documents that are not in the library any more"]
        return ["what the model knows, or thinks it knows"]
    return [present.source(each, answer="") for each in told.citations]


def _writer(message: Message) -> list[str]:
    ending = present.ending(message)
    trouble = [one_line(message.error)] if message.error else []
    if message.model is None:
        who = "no model: the documents' own words" if message.sources else "nobody"
        return [who, *filter(None, (ending,)), *trouble]
    return [one_line(message.model), *filter(None, (ending,)), *trouble]


def _tokens(message: Message) -> list[str]:
    read, made = message.prompt_tokens, message.tokens
    lines = []
    if read:
        again = message.reused_tokens
        lines.append(f"{read} read" + (f", {again} of them known" if again else ""))
    if made:
        lines.append(f"{made} written")
    return lines


def _times(told: Account) -> list[str]:
    lines = []
    if told.message.first_token_ms is not None:
        lines.append(f"first word {present.seconds(told.message.first_token_ms)}")
    if speed := present.speed(told.message):
        lines.append(speed)
    return [*lines, *_steps(told.spans, parent=None, indent="")]


def _steps(
    spans: Sequence[Span], *, parent: SpanId | None, indent: str
) -> Iterator[str]:
    """Depth first; a step whose own is missing stands at the top."""
    known = {span.id for span in spans}
    for span in spans:
        if (span.parent_id if span.parent_id in known else None) != parent:
            continue
        failure = f" ({span.error})" if span.error else ""
        name = f"{indent}{span.name}{failure}"
        yield f"{name:<20}{_took(span.duration_ms):>9}"
        yield from _steps(spans, parent=span.id, indent=indent + "  ")


def _took(milliseconds: float) -> str:
    if milliseconds < 1000:
        return f"{milliseconds:.0f} ms"
    return present.seconds(milliseconds)
