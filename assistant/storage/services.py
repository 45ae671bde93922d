"""Model services at rest. Callers own the transaction.

At most one is in use; the schema sees to that.
"""

from assistant.entities.model import ModelService
from assistant.errors import NotFoundError
from assistant.storage.database import Database
from assistant.storage.work_rows import service_from_row, service_to_row

_ADD = """
    INSERT INTO model_service (id, name, kind, location, context_tokens, status,
                               average_response_ms, consecutive_failures,
                               consecutive_successes, last_check, last_error, sha256,
                               config)
    VALUES (:id, :name, :kind, :location, :context_tokens, :status,
            :average_response_ms, :consecutive_failures,
            :consecutive_successes, :last_check, :last_error, :sha256,
            :config)
"""
_UPDATE = """
    UPDATE model_service
       SET name = :name,
           kind = :kind,
           location = :location,
           context_tokens = :context_tokens,
           status = :status,
           average_response_ms = :average_response_ms,
           consecutive_failures = :consecutive_failures,
           consecutive_successes = :consecutive_successes,
           last_check = :last_check,
           last_error = :last_error,
           sha256 = :sha256,
           config = :config
     WHERE id = :id
"""
_REMOVE = """
    DELETE FROM model_service
     WHERE name = :name
"""
_BY_NAME = """
    SELECT id, name, kind, location, context_tokens, status, average_response_ms,
           consecutive_failures, consecutive_successes, last_check, last_error,
           sha256, config
      FROM model_service
     WHERE name = :name
"""
_ALL = """
    SELECT id, name, kind, location, context_tokens, status, average_response_ms,
           consecutive_failures, consecutive_successes, last_check, last_error,
           sha256, config
      FROM model_service
     ORDER BY name
"""
_IN_USE = """
    SELECT id, name, kind, location, context_tokens, status, average_response_ms,
           consecutive_failures, consecutive_successes, last_check, last_error,
           sha256, config
      FROM model_service
     WHERE is_in_use = 1
"""
_USE_NONE = """
    UPDATE model_service
       SET is_in_use = 0
     WHERE is_in_use = 1
"""
_USE = """
    UPDATE model_service
       SET is_in_use = 1
     WHERE name = :name
"""


class ModelServices:
    """The models the user has named, by name, whatever its capitals."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, service: ModelService) -> None:
        self._database.execute(_ADD, service_to_row(service))

    def update(self, service: ModelService) -> None:
        if not self._database.execute(_UPDATE, service_to_row(service)):
            raise NotFoundError(f"No model {service.name!r}")

    def remove(self, name: str) -> None:
        if not self._database.execute(_REMOVE, {"name": name}):
            raise NotFoundError(f"No model {name!r}")

    def find(self, name: str) -> ModelService | None:
        rows = self._database.query(_BY_NAME, {"name": name})
        return service_from_row(rows[0]) if rows else None

    def get(self, name: str) -> ModelService:
        service = self.find(name)
        if service is None:
            raise NotFoundError(f"No model {name!r}", hint="See: hearth models list")
        return service

    def all(self) -> list[ModelService]:
        """By name."""
        return [service_from_row(row) for row in self._database.query(_ALL)]

    def in_use(self) -> ModelService | None:
        """The one that answers when none is named."""
        rows = self._database.query(_IN_USE)
        return service_from_row(rows[0]) if rows else None

    def use(self, name: str) -> None:
        """From now on this one answers."""
        with self._database.transaction():
            self._database.execute(_USE_NONE)
            if not self._database.execute(_USE, {"name": name}):
                raise NotFoundError(
                    f"No model {name!r}", hint="See: hearth models list"
                )
