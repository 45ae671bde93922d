"""What one event of an answer says: text, an ending, a count, or a complaint.

Pure. Servers differ in the details; whatever is not understood is not believed.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from assistant.entities.conversation import FinishReason
from assistant.llm.wire.failures import WireError
from assistant.safetext import REPLACEMENT, one_line

DONE = "[DONE]"
_LONGEST_DETAIL = 300
_REASONS = {
    "length": FinishReason.LENGTH,
    "max_tokens": FinishReason.LENGTH,
}
_HIGH, _LOW = range(0xD800, 0xDC00), range(0xDC00, 0xE000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """The server's own count."""

    prompt_tokens: int
    completion_tokens: int
    reused_tokens: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one event brought; most bring text only."""

    text: str = ""
    reason: FinishReason | None = None
    usage: Usage | None = None
    is_token: bool = False
    """Whether the model made something, be it only half a character."""


def read_part(data: str) -> Part:
    """One event, or a whole answer from a server that does not stream."""
    said = read_object(data)
    if "error" in said:
        raise WireError(f"failed: {detail(data)}")
    choices = said.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else {}
    if not isinstance(choice, Mapping):
        raise WireError("sent something that is not an answer")
    message = choice.get("delta") or choice.get("message")
    text = _text(message)
    return Part(
        text=text,
        is_token=bool(text) or _is_half(message),
        reason=_reason(choice.get("finish_reason")),
        usage=_usage(said.get("usage")),
    )


def read_object(data: str) -> Mapping[str, object]:
    """A JSON object."""
    try:
        said = json.loads(data)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise WireError("sent something that is not JSON where an answer belongs")
    return said


def detail(body: str) -> str:
    """What an error's body says, on one line, shortened."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        said = body
    line = one_line(_complaint(said))
    if len(line) > _LONGEST_DETAIL:
        return line[:_LONGEST_DETAIL] + "…"
    return line


def _complaint(said: object) -> str:
    """The sentence somewhere inside an error, wherever this server puts it."""
    for key in ("error", "message", "detail"):
        if isinstance(said, Mapping) and said.get(key):
            said = said[key]
    return said if isinstance(said, str) else json.dumps(said)


def _text(message: object) -> str:
    content = message.get("content") if isinstance(message, Mapping) else None
    if isinstance(content, list):
        return "".join(_text({"content": part.get("text")}) for part in content)
    return content if isinstance(content, str) else ""


def _is_half(message: object) -> bool:
    """An empty piece that only opens the answer says so by a role."""
    return (
        isinstance(message, Mapping)
        and message.get("content") == ""
        and "role" not in message
    )


def _reason(said: object) -> FinishReason | None:
    if said == "content_filter":
        raise WireError("withheld the rest of the answer (content filter)")
    if not isinstance(said, str):
        return None
    return _REASONS.get(said, FinishReason.STOP)


def _usage(said: object) -> Usage | None:
    if not isinstance(said, Mapping):
        return None
    prompt = _count(said.get("prompt_tokens"))
    completion = _count(said.get("completion_tokens"))
    if prompt is None or completion is None:
        return None
    details = said.get("prompt_tokens_details")
    reused = details.get("cached_tokens") if isinstance(details, Mapping) else None
    return Usage(
        prompt_tokens=prompt,
        completion_tokens=completion,
        reused_tokens=min(_count(reused) or 0, prompt),
    )


def _count(said: object) -> int | None:
    is_count = isinstance(said, int) and not isinstance(said, bool) and said >= 0
    return said if is_count and isinstance(said, int) else None


class Characters:
    """Makes characters whole again that a server cut between two events."""

    def __init__(self) -> None:
        self._half = ""

    def feed(self, text: str) -> str:
        """Text without half characters; one at the end waits for its other half."""
        text = self._half + text
        self._half = ""
        if text and ord(text[-1]) in _HIGH:
            text, self._half = text[:-1], text[-1]
        return joined(text)

    def close(self) -> str:
        """What is left when nothing follows."""
        left, self._half = self._half, ""
        return joined(left)


def joined(text: str) -> str:
    """Halves joined to characters, and lone ones replaced."""
    if text.isascii() or not any(ord(c) in _HIGH or ord(c) in _LOW for c in text):
        return text
    paired = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return paired.replace("\ufffd", REPLACEMENT)
