"""Messages as the prompt a model was trained on, by its own chat template.

A template comes out of a file that anyone may have made. It runs in a sandbox
that can neither reach out nor multiply without end; a loop without end is caught
in the preflight's child. It may not swallow what the system was told.
"""

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from typing import TypeAlias

from jinja2 import TemplateError

from assistant.entities.conversation import MessageRole
from assistant.llm.engine import ChatMessage
from assistant.llm.markers import Markers, Part, readable
from assistant.llm.sandbox import Rendering, compile_template
from assistant.weights import GgufMetadata

_PLAIN = (
    "{% for message in messages %}{{ '<|im_start|>' + message.role + '\n' "
    "+ message.content + '<|im_end|>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
_FIRST_LINE = re.compile(r"\s*\S[^\n]*")
_BEGIN_WITH_BOS = {"llama-bpe", "llama3", "llama-v3"}

_ANSWER, _ANOTHER = "walnut", "harbour"
_SAMPLE = (
    ChatMessage(role=MessageRole.SYSTEM, content="orchard"),
    ChatMessage(role=MessageRole.USER, content="zebra"),
    ChatMessage(role=MessageRole.ASSISTANT, content=_ANSWER),
    ChatMessage(role=MessageRole.USER, content=_ANOTHER),
)

_Arrange: TypeAlias = Callable[[Sequence[ChatMessage]], Sequence[ChatMessage]]


def _as_they_are(messages: Sequence[ChatMessage]) -> Sequence[ChatMessage]:
    return messages


def _folded(messages: Sequence[ChatMessage]) -> Sequence[ChatMessage]:
    """For templates that know only user and assistant, in strict turns."""
    return [
        ChatMessage(
            role=MessageRole.ASSISTANT if is_answer else MessageRole.USER,
            content="\n\n".join(message.content for message in run),
        )
        for is_answer, run in groupby(
            messages, key=lambda message: message.role is MessageRole.ASSISTANT
        )
    ]


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to make a prompt."""

    render: Rendering
    arrange: _Arrange


class ChatTemplate:
    """How one model is spoken to."""

    def __init__(self, metadata: GgufMetadata) -> None:
        self._markers = Markers(metadata)
        self._words = {
            "bos_token": _token_text(metadata, metadata.bos_token_id),
            "eos_token": _token_text(metadata, metadata.eos_token_id),
        }
        self._bos = metadata.bos_token_id if _begins_with_bos(metadata) else None
        self.notice = ""
        """What the user should know of it; mostly nothing."""

        self._ways = self._usable_ways(metadata.chat_template)

    def prompt(self, messages: Sequence[ChatMessage]) -> list[Part]:
        """The prompt for the next answer, or for more of the last one."""
        parts = self._markers.parts(self._rendered(messages))
        if self._bos is not None and parts[:1] != [self._bos]:
            parts.insert(0, self._bos)
        return parts

    @cached_property
    def stop_tokens(self) -> frozenset[int]:
        """Markers that end an answer, besides those the engine knows of."""
        token = self._markers.find(self._ending)
        return frozenset() if token is None else frozenset({token})

    @cached_property
    def stop_texts(self) -> tuple[str, ...]:
        """Plain text that ends an answer, where the template has no marker for it."""
        return (self._ending,) if self._ending and not self.stop_tokens else ()

    @cached_property
    def _ending(self) -> str:
        """What the template writes first after an answer."""
        rendered = self._rendered(_SAMPLE)
        after = rendered.partition(_ANSWER)[2].partition(_ANOTHER)[0]
        marker = self._markers.find_first(after)
        found = _FIRST_LINE.match(after)
        return marker or (found[0].rstrip() if found else "")

    def _usable_ways(self, source: str | None) -> list[_Way]:
        plain = _Way(compile_template(_PLAIN), _as_they_are)
        if source is None:
            self.notice = "It has no chat template, so a plain one is used"
            return [plain]
        try:
            own = compile_template(source)
            # Only the last complaint counts: what it says of the folded messages.
            with suppress(TemplateError):
                self._render(_Way(own, _as_they_are), _SAMPLE)
                return [_Way(own, _as_they_are), _Way(own, _folded), plain]
            self._render(_Way(own, _folded), _SAMPLE)
        except TemplateError as error:
            self.notice = (
                f"Its chat template cannot be used ({error}), so a plain one is"
            )
            return [plain]
        return [_Way(own, _folded), plain]

    def _rendered(self, messages: Sequence[ChatMessage]) -> str:
        clean = [replace(each, content=readable(each.content)) for each in messages]
        begun = ""
        if clean and clean[-1].role is MessageRole.ASSISTANT:
            begun = self._markers.defuse(clean.pop().content)
        for way in self._ways[:-1]:
            with suppress(TemplateError):
                return self._render(way, clean) + begun
        return self._render(self._ways[-1], clean) + begun

    def _render(self, way: _Way, messages: Sequence[ChatMessage]) -> str:
        rendered = way.render(
            {
                **self._words,
                "messages": [
                    {
                        "role": message.role.value,
                        "content": self._markers.defuse(message.content),
                    }
                    for message in way.arrange(messages)
                ],
                "add_generation_prompt": True,
                "tools": None,
                "documents": None,
            }
        )
        self._check_kept(rendered, messages)
        return rendered

    def _check_kept(self, rendered: str, messages: Sequence[ChatMessage]) -> None:
        """What the system was told, and the question, must be in the prompt."""
        plain = self._markers.plain(rendered)
        for message in messages:
            is_needed = message.role is MessageRole.SYSTEM or message is messages[-1]
            if is_needed and message.content.strip() not in plain:
                raise TemplateError(f"it leaves out a {message.role} message")


def _token_text(metadata: GgufMetadata, number: int | None) -> str:
    return "" if number is None else metadata.tokens[number]


def _begins_with_bos(metadata: GgufMetadata) -> bool:
    if metadata.add_bos is not None:
        return metadata.add_bos
    is_sentence_piece = metadata.tokenizer_model == "llama"
    return is_sentence_piece or metadata.pre_tokenizer in _BEGIN_WITH_BOS
