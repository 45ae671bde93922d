"""A model service becomes an engine: in this process, or over the network.

The engines' own modules are imported when the first of their kind is opened;
nothing else of a start pays for them.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from assistant.config.settings import ModelSettings
from assistant.entities.model import ModelKind, ModelService
from assistant.errors import RemoteModelError
from assistant.llm.engine import Engine
from assistant.models.files import FileMemory, unchanged_weights, weights_path
from assistant.models.verdicts import Verdicts
from assistant.tokens import fallback_counter
from assistant.weights import (
    GgufMetadata,
    memory_needed,
    read_gguf,
    refuse_if_too_large,
)

if TYPE_CHECKING:
    from assistant.llm.remote import RemoteEngine
    from assistant.llm.wire.server import Listed

EngineOpener: TypeAlias = Callable[[ModelService], Engine]
"""Opens a model that is asked for. Raises a ModelError when it cannot be."""

LARGEST_CONTEXT_UNASKED = 8192


@dataclass(frozen=True, slots=True, kw_only=True)
class Engines:
    """The opener that is used when no other is given."""

    memory: FileMemory
    verdicts: Verdicts
    settings: ModelSettings
    environment: Mapping[str, str]

    def __call__(self, service: ModelService) -> Engine:
        if service.kind is ModelKind.EXTERNAL_API:
            return self._open_remote(service)
        return self._open_local(service)

    def find_notice(self, service: ModelService) -> str:
        """What the user should know of a model that works; empty for most."""
        if service.kind is not ModelKind.LOCAL_LLM:
            return ""
        sha256 = self.memory.find_sha256(weights_path(service))
        fit = self.verdicts.find(sha256) if sha256 else None
        return fit.notice if fit else ""

    def listed(self, service: ModelService) -> "list[Listed]":
        """What the server of a service offers. Raises a ModelError."""
        engine = self._open_remote(service)
        try:
            return engine.models()
        finally:
            engine.close()

    def _open_remote(self, service: ModelService) -> "RemoteEngine":
        from assistant.llm.remote import RemoteEngine
        from assistant.llm.wire.server import Server

        return RemoteEngine(
            service.name,
            Server(
                base_url=service.location,
                model=str(service.config.get("remote_model", service.name)),
                api_key=self._key(service),
                key_variable=_key_variable(service),
                timeout_seconds=self.settings.remote_timeout_seconds,
            ),
            context_tokens=service.context_tokens,
            counter=fallback_counter(),
        )

    def _key(self, service: ModelService) -> str | None:
        variable = _key_variable(service)
        if variable is None:
            return None
        if key := self.environment.get(variable):
            return key
        raise RemoteModelError(
            f"{service.name} needs an API key, and {variable} is not set",
            hint=f"Put the key into the environment variable {variable}",
        )

    def _open_local(self, service: ModelService) -> Engine:
        from assistant.llm.llama import LlamaEngine

        path, sha256 = unchanged_weights(service, self.memory)
        metadata = read_gguf(path)
        context_tokens = self._context_tokens(metadata)
        needed = memory_needed(metadata, context_tokens)
        refuse_if_too_large(metadata, context_tokens, _available_bytes(needed))
        fit = self.verdicts.get(path, sha256)
        return LlamaEngine(
            service.name,
            path,
            metadata=metadata,
            context_tokens=context_tokens,
            threads=self.settings.threads or fit.threads,
            use_extra_bufts=fit.use_extra_bufts,
        )

    def _context_tokens(self, metadata: GgufMetadata) -> int:
        wanted = self.settings.context_tokens or LARGEST_CONTEXT_UNASKED
        return min(wanted, metadata.context_tokens)


def _key_variable(service: ModelService) -> str | None:
    said = service.config.get("key_variable")
    return str(said) if said else None


def _available_bytes(needed: int) -> int:
    """Memory that can be had; looked at closely only when it may not suffice."""
    free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    if free >= needed:
        return free
    import psutil

    return int(psutil.virtual_memory().available)
