"""Which models are known, and which one answers when none is named.

Every change a person makes is in the audit log, in the same transaction, with
what was there before and after. How a model is doing is no such change.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from assistant.audit.log import AuditTrail
from assistant.entities.ids import ModelId, UserId
from assistant.entities.model import ModelKind, ModelService, ServiceStatus
from assistant.errors import UsageError
from assistant.models.files import BUNDLED, BUNDLED_NAME, is_bundled
from assistant.storage.database import Database
from assistant.storage.services import ModelServices

_BUNDLED_CONTEXT = 8192


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """The models' names, in the file."""

    services: ModelServices
    trail: AuditTrail
    database: Database

    def welcome_bundled(self, model_id: ModelId) -> None:
        """See to it that the model that came along is known, and one is in use."""
        if self.services.in_use() is not None:
            return
        with self.database.transaction():
            if self.services.find(BUNDLED_NAME) is None:
                self.services.add(_bundled(model_id))
            if self.services.in_use() is None:
                self.services.use(BUNDLED_NAME)

    def in_use(self) -> ModelService:
        return self.services.in_use() or self.services.get(BUNDLED_NAME)

    def is_taken(self, name: str, *, but: ModelService | None = None) -> bool:
        """Whether a model has this name, other than one."""
        found = self.services.find(name)
        return found is not None and (but is None or found.id != but.id)

    def find_at(self, location: str) -> ModelService | None:
        """The model kept at this place."""
        return next((s for s in self.services.all() if s.location == location), None)

    def add(self, service: ModelService, *, actor: UserId) -> None:
        with self.database.transaction():
            self.services.add(service)
            self._record("model.add", service, actor=actor, after=_described(service))

    def renew(
        self, service: ModelService, *, instead_of: ModelService, actor: UserId
    ) -> None:
        """What is said of a model anew, with the file that is in its place now."""
        renewed = replace(
            instead_of,
            name=service.name,
            context_tokens=service.context_tokens,
            sha256=service.sha256,
            status=ServiceStatus.HEALTHY,
            consecutive_failures=0,
            last_error=None,
        )
        if _described(renewed) == _described(instead_of):
            return
        with self.database.transaction():
            self.services.update(renewed)
            self._record(
                "model.renew",
                renewed,
                actor=actor,
                before=_described(instead_of),
                after=_described(renewed),
            )

    def use(self, name: str, *, actor: UserId) -> ModelService:
        """From now on this one answers."""
        with self.database.transaction():
            before, after = self.in_use(), self.services.get(name)
            if before.id != after.id:
                self.services.use(after.name)
                self._record(
                    "model.use",
                    after,
                    actor=actor,
                    before={"in_use": before.name},
                    after={"in_use": after.name},
                )
        return after

    def remove(self, name: str, *, actor: UserId) -> ModelService:
        """Forget one; when it was in use, the bundled one answers again."""
        with self.database.transaction():
            gone = self.services.get(name)
            if is_bundled(gone):
                raise UsageError(
                    f"{gone.name} came along with Hearth and cannot be removed",
                    hint="To let another model answer: hearth models use NAME",
                )
            if self.in_use().id == gone.id:
                self.use(BUNDLED_NAME, actor=actor)
            self.services.remove(gone.name)
            self._record("model.remove", gone, actor=actor, before=_described(gone))
        return gone

    def _record(
        self,
        action: str,
        service: ModelService,
        *,
        actor: UserId,
        before: Mapping[str, object] | None = None,
        after: Mapping[str, object] | None = None,
    ) -> None:
        self.trail.record(
            action,
            actor=actor,
            resource=("model", service.id),
            before=before,
            after=after,
        )


def _bundled(model_id: ModelId) -> ModelService:
    return ModelService(
        id=model_id,
        name=BUNDLED_NAME,
        kind=ModelKind.LOCAL_LLM,
        location=f"{BUNDLED}{BUNDLED_NAME}",
        context_tokens=_BUNDLED_CONTEXT,
    )


def _described(service: ModelService) -> dict[str, object]:
    """What a person may have chosen about it; how it is doing is left out."""
    return {
        "name": service.name,
        "kind": service.kind.value,
        "location": service.location,
        "context_tokens": service.context_tokens,
        "sha256": service.sha256,
        "config": dict(service.config),
    }
