"""The body of a request, in the words that this server understands.

Pure. Servers accept different parts of the same protocol; when one refuses a
part by name, the next body does without it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from assistant.entities.conversation import MessageRole
from assistant.llm.engine import ChatMessage, GenerationRequest
from assistant.llm.wire.answer import joined

_GO_ON = "Go on exactly where your last message broke off. Repeat nothing of it."


class SchemaForm(IntEnum):
    """How a JSON schema is sent, tried in this order."""

    STRICT = 0
    """As OpenAI has it, to be met to the letter."""

    LOOSE = 1
    """The same, for schemas beyond what strictness allows."""

    PLAIN = 2
    """As a JSON object with a schema beside it: llama-cpp-python's way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """What a server accepts, as far as it is known."""

    reports_usage: bool = True
    limit: str = "max_tokens"
    leaves_out: frozenset[str] = frozenset()
    schema_form: SchemaForm = SchemaForm.STRICT

    def body(self, request: GenerationRequest, *, model: str) -> dict[str, object]:
        """What is sent for one answer."""
        sampling = request.sampling
        body: dict[str, object] = {
            "model": model,
            "messages": _messages(request.messages),
            "stream": True,
            self.limit: sampling.max_tokens,
            "temperature": sampling.temperature,
            "top_p": sampling.top_p,
        }
        if self.reports_usage:
            body["stream_options"] = {"include_usage": True}
        if sampling.seed is not None:
            body["seed"] = sampling.seed
        if request.schema is not None:
            body |= _schema(request.schema, self.schema_form)
        return {key: said for key, said in body.items() if key not in self.leaves_out}

    def without(self, refusal: str, *, has_schema: bool) -> "Dialect | None":
        """The dialect to try next; None when the refusal is of something else."""
        if _names(refusal, "stream_options") and self.reports_usage:
            return replace(self, reports_usage=False)
        if "max_completion_tokens" in refusal and self.limit == "max_tokens":
            return replace(self, limit="max_completion_tokens")
        for name in ("temperature", "top_p", "seed"):
            if _names(refusal, name) and name not in self.leaves_out:
                return replace(self, leaves_out=self.leaves_out | {name})
        if has_schema and names_schema(refusal) and self.schema_form < max(SchemaForm):
            return replace(self, schema_form=SchemaForm(self.schema_form + 1))
        return None


def _names(refusal: str, field: str) -> bool:
    return re.search(rf"\b{field}\b", refusal) is not None


def names_schema(refusal: str) -> bool:
    """Whether it was the schema that the server did not like."""
    return any(_names(refusal, word) for word in ("response_format", "json_schema"))


def _messages(messages: Sequence[ChatMessage]) -> list[dict[str, str]]:
    """As they are; an answer to be gone on with is followed by asking for that.

    Few servers take up the last message by themselves, and none says so.
    """
    sent = [{"role": m.role.value, "content": joined(m.content)} for m in messages]
    if messages and messages[-1].role is MessageRole.ASSISTANT:
        sent.append({"role": MessageRole.USER.value, "content": _GO_ON})
    return sent


def _schema(schema: Mapping[str, object], form: SchemaForm) -> dict[str, object]:
    if form is SchemaForm.PLAIN:
        return {"response_format": {"type": "json_object", "schema": schema}}
    return {
        "response_format": {
            "type": "json_schema",
            "json_schema": {
                "name": "answer",
                "schema": schema,
                "strict": form is SchemaForm.STRICT,
            },
        }
    }
