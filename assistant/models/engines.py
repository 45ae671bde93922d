"""The engines that are open in this process, one for each model.

Opening is slow and takes memory, so it happens once, however many threads ask.
"""

from threading import Lock
from typing import Protocol, runtime_checkable

from assistant.entities.ids import ModelId
from assistant.entities.model import ModelService
from assistant.errors import EngineError
from assistant.llm.engine import Engine
from assistant.models.opening import EngineOpener


@runtime_checkable
class Retentive(Protocol):
    """An engine that keeps in memory what it has read, to read it faster again."""

    def forget(self) -> None: ...


class OpenEngines:
    """Opens engines when they are asked for, and closes them all at the end."""

    def __init__(self, opener: EngineOpener) -> None:
        self._opener = opener
        self._open: dict[ModelId, Engine] = {}
        self._is_closed = False
        self._lock = Lock()

    def get(self, service: ModelService) -> Engine:
        """The model's engine. Raises a ModelError when it cannot be opened."""
        with self._lock:
            if self._is_closed:
                raise EngineError(f"{service.name} was closed with its shelf")
            engine = self._open.get(service.id)
            if engine is None:
                engine = self._open[service.id] = self._opener(service)
            return engine

    def drop(self, service: ModelService) -> None:
        """Close a model that is gone, or has become another."""
        with self._lock:
            engine = self._open.pop(service.id, None)
        if engine is not None:
            engine.close()

    def forget(self) -> None:
        """Those that hold what they read let go of it."""
        with self._lock:
            engines = list(self._open.values())
        for engine in engines:
            if isinstance(engine, Retentive):
                engine.forget()

    def close(self) -> None:
        """Close them all; a second call does nothing."""
        with self._lock:
            self._is_closed = True
            engines, self._open = list(self._open.values()), {}
        for engine in engines:
            engine.close()
