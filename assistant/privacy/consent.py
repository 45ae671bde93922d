"""Consent: asked at ingest, no until someone said yes, and taken back with its fruits.

Whoever observes asks `may` before anything is kept. One thing needs no yes: to be
read where a server's own people had it switched on and said so; there everybody may
say no. Revoking purges what had been covered, in the same transaction.
"""

from dataclasses import dataclass, replace

from assistant.entities.audience import Audience
from assistant.entities.consent import DM_READ, OBSERVE, Consent
from assistant.entities.erasure import ErasureReceipt, SeenOf
from assistant.entities.ids import (
    LOCAL_USER,
    Clock,
    ConsentId,
    Mint,
    ServerId,
    UserId,
)
from assistant.errors import NotFoundError, UsageError
from assistant.privacy.erase import Eraser, Trail
from assistant.storage.consents import Consents
from assistant.storage.database import Database

_GIVEN_UNTIL_REVOKED = frozenset({OBSERVE})


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentBook:
    """What people agreed to. Any thread may ask it."""

    database: Database
    consents: Consents
    eraser: Eraser
    trail: Trail
    clock: Clock
    mint: Mint

    def may(
        self, user_id: UserId, consent_type: str, server_id: ServerId | None = None
    ) -> bool:
        """Whether the person agreed to it there; the last word counts."""
        said = self.consents.last_word(user_id, consent_type, server_id)
        if said is None:
            return consent_type in _GIVEN_UNTIL_REVOKED
        return said.is_open

    def all(self, user_id: UserId | None = None) -> list[Consent]:
        """Everything that was agreed to, taken back or not, the oldest first."""
        return self.consents.all(user_id)

    def grant(
        self,
        user_id: UserId,
        consent_type: str,
        server_id: ServerId | None = None,
        *,
        audience: Audience,
    ) -> Consent:
        """Say yes; saying it again changes nothing."""
        _require_self(user_id, audience)
        with self.database.transaction():
            known = self.consents.last_word(user_id, consent_type, server_id)
            if known is not None and known.is_open and known.server_id == server_id:
                return known
            for earlier in self._exactly(user_id, consent_type, server_id):
                self.consents.revoke(earlier.id, at=self.clock())
            consent = self._new(user_id, consent_type, server_id)
            self.consents.add(consent)
            self._note("grant", consent, audience)
        return consent

    def revoke(
        self,
        user_id: UserId,
        consent_type: str,
        server_id: ServerId | None = None,
        *,
        audience: Audience,
    ) -> ErasureReceipt | None:
        """Take a yes back, and forget what it had covered; None when that is nothing.

        Without a server it is taken back everywhere. Raises NotFoundError when it is
        not held to be given.
        """
        _require_self(user_id, audience)
        with self.database.transaction():
            given = self.consents.open_ones(user_id, consent_type, server_id)
            if not given and not self.may(user_id, consent_type, server_id):
                raise NotFoundError(f"{user_id} has not agreed to {consent_type} there")
            for each in given:
                self.consents.revoke(each.id, at=self.clock())
            if all(each.server_id != server_id for each in given):
                given = [self._refused(user_id, consent_type, server_id)]
            self._note("revoke", given[0], audience)
            record = None
            covered = self._covered(user_id, consent_type)
            for place in covered:
                self.consents.take_back_reactions(user_id, place.server_id)
            if (plan := self.eraser.plan_uncovered(covered)) is not None:
                record = self.eraser.erase_within(plan, audience)
        return None if record is None else self.eraser.settled(record)

    def _refused(
        self, user_id: UserId, consent_type: str, server_id: ServerId | None
    ) -> Consent:
        """A no where there was no yes of its own."""
        new = self._new(user_id, consent_type, server_id)
        refused = replace(new, revoked_at=new.granted_at)
        self.consents.add(refused)
        return refused

    def _new(
        self, user_id: UserId, consent_type: str, server_id: ServerId | None
    ) -> Consent:
        return Consent(
            id=ConsentId(self.mint()),
            user_id=user_id,
            consent_type=consent_type,
            server_id=server_id,
            granted_at=self.clock(),
        )

    def _exactly(
        self, user_id: UserId, consent_type: str, server_id: ServerId | None
    ) -> list[Consent]:
        held = self.consents.open_ones(user_id, consent_type, server_id)
        return [each for each in held if each.server_id == server_id]

    def _covered(self, user_id: UserId, consent_type: str) -> list[SeenOf]:
        """Where nothing allows any more what was allowed."""
        if consent_type == DM_READ:
            is_allowed = self.may(user_id, DM_READ)
            return [] if is_allowed else [SeenOf(user_id=user_id, direct=True)]
        if consent_type != OBSERVE:
            return []
        return [
            SeenOf(user_id=user_id, server_id=place)
            for place in self.eraser.seen_on(user_id)
            if not self.may(user_id, OBSERVE, place)
        ]

    def _note(self, action: str, consent: Consent, audience: Audience) -> None:
        self.trail.record(
            f"consent {action}",
            actor=audience.user_id,
            resource=("consent", consent.id),
            after={"type": consent.consent_type, "server": consent.server_id},
        )


def _require_self(user_id: UserId, audience: Audience) -> None:
    """Nobody agrees to anything for somebody else, but whoever keeps the file.

    The terminal's person notes what they were told elsewhere.
    """
    is_operator = audience.user_id == LOCAL_USER and audience.place.is_private
    if user_id != audience.user_id and not is_operator:
        raise UsageError("Everyone agrees for themselves")
