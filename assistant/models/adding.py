"""A file or a server becomes a model service, if it can be one at all.

Looks at what is given and decides; keeping it is the shelf's business.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

from assistant.entities.ids import ModelId
from assistant.entities.model import ModelKind, ModelService
from assistant.errors import UsageError
from assistant.llm.wire.server import checked_url, checked_variable
from assistant.models.files import FileMemory
from assistant.models.naming import IsTaken, name_for
from assistant.weights import choices as offered
from assistant.weights import pull, read_gguf, refuse_if_too_large

Progress: TypeAlias = Callable[[int, int], None]
"""Hears how many bytes are there, and of how many."""

SMALLEST_CONTEXT = 512
ASSUMED_CONTEXT = 8192
"""Of a server's model, until the server says otherwise."""


def from_file(
    path: Path,
    *,
    name: str | None,
    model_id: ModelId,
    memory: FileMemory,
    is_taken: IsTaken,
) -> ModelService:
    """A model in a GGUF file. Raises a ModelError when the file is of no use."""
    import psutil

    _check_can_be_written_down(path)
    metadata = read_gguf(path)
    refuse_if_too_large(metadata, SMALLEST_CONTEXT, psutil.virtual_memory().total)
    sha256 = memory.sha256(path)
    return ModelService(
        id=model_id,
        name=name_for(name, metadata.name, metadata.quantisation, is_taken=is_taken),
        kind=ModelKind.LOCAL_LLM,
        location=str(path),
        context_tokens=metadata.context_tokens,
        sha256=sha256,
    )


def fetch(
    repo: str,
    filename: str | None,
    *,
    into: Path,
    environment: Mapping[str, str],
    progress: Progress,
) -> Path:
    """Bring a file from the hub, or from the mirror the environment names."""
    endpoint = environment.get("HF_ENDPOINT") or None
    return pull(repo, filename, into=into, endpoint=endpoint, progress=progress)


def choices(repo: str, *, environment: Mapping[str, str]) -> dict[str, int]:
    """The files that could be brought from there, with their sizes."""
    return offered(repo, endpoint=environment.get("HF_ENDPOINT") or None)


def from_server(
    base_url: str,
    model: str,
    *,
    name: str | None,
    key_variable: str | None,
    model_id: ModelId,
    is_taken: IsTaken,
) -> ModelService:
    """A model on a server, which need not be running now."""
    if not model.strip() or not model.isprintable():
        raise UsageError("A server's model needs its name there")
    config: dict[str, object] = {"remote_model": model.strip(), "context": "assumed"}
    if key_variable is not None:
        config["key_variable"] = checked_variable(key_variable)
    return ModelService(
        id=model_id,
        name=name_for(name, model, is_taken=is_taken),
        kind=ModelKind.EXTERNAL_API,
        location=checked_url(base_url),
        context_tokens=ASSUMED_CONTEXT,
        config=config,
    )


def _check_can_be_written_down(path: Path) -> None:
    try:
        str(path).encode()
    except UnicodeEncodeError:
        raise UsageError(
            "The file's name is not valid text", hint="Rename the file"
        ) from None
