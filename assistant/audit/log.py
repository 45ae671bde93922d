"""The record of who changed what: written in the same transaction as the change.

Content is never copied here; entries say which fields changed, not what a
person wrote.
"""

from collections.abc import Mapping
from typing import Protocol

from assistant.entities.audit import AuditEntry
from assistant.entities.ids import AuditId, Clock, Mint, UserId


class Ledger(Protocol):
    """Where entries are kept; they can be added and never altered."""

    def append(self, entry: AuditEntry) -> None: ...


class AuditTrail:
    """Writes entries with a fresh id and the present time."""

    def __init__(self, ledger: Ledger, *, mint: Mint, clock: Clock) -> None:
        self._ledger = ledger
        self._mint = mint
        self._clock = clock

    def record(
        self,
        action: str,
        *,
        actor: UserId,
        resource: tuple[str, str],
        before: Mapping[str, object] | None = None,
        after: Mapping[str, object] | None = None,
    ) -> None:
        """Note one change. `resource` is its kind and id. Caller owns the
        transaction.
        """
        kind, identity = resource
        self._ledger.append(
            AuditEntry(
                id=AuditId(self._mint()),
                at=self._clock(),
                actor_id=actor,
                action=action,
                resource=kind,
                resource_id=identity,
                before=before,
                after=after,
            )
        )
