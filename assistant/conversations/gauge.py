"""How much of a model's context a conversation takes, with what is being written.

It counts as the model does, without loading it; what was answered already tells
its own size.
"""

from dataclasses import dataclass, field
from typing import Protocol

from assistant.config.settings import ChatSettings
from assistant.entities.conversation import Message
from assistant.entities.draft import Draft, Fill
from assistant.entities.ids import ModelId
from assistant.entities.model import ModelService
from assistant.tokens.counting import TokenCounter, fallback_counter, gguf_counter
from assistant.weights import GgufMetadata

_AROUND = 8
"""Tokens that a chat template puts around one message, about."""


class Vocabularies(Protocol):
    """Knows which model answers, and what its file says."""

    def in_use(self) -> ModelService: ...
    def metadata(self, service: ModelService) -> GgufMetadata | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauge:
    """Measures against the model in use."""

    models: Vocabularies
    settings: ChatSettings
    _counters: dict[ModelId, TokenCounter] = field(default_factory=dict)

    def count(self, text: str) -> int:
        """Tokens of a text, as the model in use counts them."""
        return self._counter(self.models.in_use()).count(text)

    def fill(self, draft: Draft, *, after: Message | None) -> Fill:
        """With this draft sent behind a reply, or at the beginning."""
        model = self.models.in_use()
        counter = self._counter(model)
        used = self._before(after, counter)
        for text in (draft.text, *(file.text for file in draft.files)):
            if text.strip():
                used += counter.count(text) + _AROUND
        return Fill(used=used, of=model.context_tokens)

    def _before(self, reply: Message | None, counter: TokenCounter) -> int:
        if reply is None or not reply.prompt_tokens:
            return counter.count(self.settings.system_prompt) + _AROUND
        return reply.prompt_tokens + (reply.tokens or 0)

    def _counter(self, model: ModelService) -> TokenCounter:
        known = self._counters.get(model.id)
        if known is None:
            metadata = self.models.metadata(model)
            known = gguf_counter(metadata) if metadata else fallback_counter()
            self._counters[model.id] = known
        return known
