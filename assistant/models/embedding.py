"""Which embedder finds by meaning: the bundled one, or a model of the shelf's.

Nothing is loaded, hashed or tried out before the first text; a model's file is
read only as far as its sizes.
"""

from dataclasses import dataclass

from assistant.embeddings.embedder import Embedder
from assistant.embeddings.lazy import LazyEmbedder
from assistant.embeddings.opening import (
    GgufChoice,
    bundled_embedder,
    gguf_embedder,
    gguf_measures,
)
from assistant.entities.model import ModelKind, ModelService
from assistant.errors import NotFoundError, UsageError
from assistant.models.files import FileMemory, unchanged_weights, weights_path
from assistant.models.verdicts import Verdicts
from assistant.storage.services import ModelServices
from assistant.weights import read_gguf

BUNDLED_EMBEDDER = "bundled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedders:
    """Opens the embedder that is asked for."""

    services: ModelServices
    memory: FileMemory
    verdicts: Verdicts

    def open(self, name: str, *, threads: int) -> Embedder:
        """Ready, not yet loaded. Raises a ModelError, NotFoundError or UsageError."""
        if name == BUNDLED_EMBEDDER:
            return bundled_embedder(threads=threads)
        service = self.services.find(name)
        if service is None:
            raise NotFoundError(
                f"No model is called {name!r}", hint="See: hearth models list"
            )
        if service.kind is not ModelKind.LOCAL_LLM:
            raise UsageError(
                f"{name} is on a server; only a model on this machine can embed",
                hint="Add a GGUF file: hearth models add FILE",
            )
        return self._open_file(service, threads=threads)

    def _open_file(self, service: ModelService, *, threads: int) -> Embedder:
        """Its name holds the file's hash: another file's vectors are others."""
        metadata = read_gguf(weights_path(service))
        sha256 = service.sha256 or self.memory.sha256(metadata.path)
        name = f"{service.name}@{sha256[:12]}"

        def open_it() -> Embedder:
            path, found = unchanged_weights(service, self.memory)
            fit = self.verdicts.get(path, found)
            choice = GgufChoice(
                name=name, metadata=metadata, use_extra_bufts=fit.use_extra_bufts
            )
            return gguf_embedder(choice, threads=threads)

        return LazyEmbedder(gguf_measures(name, metadata), open_it)
