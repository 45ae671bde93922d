"""What belongs to a person, handed to them; and a name taken out of what stays.

Only the person, or whoever keeps the file, may ask. Forgetting everything instead is
done elsewhere.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from assistant.entities.audience import Audience
from assistant.entities.erasure import Erasable, ErasurePlan, OfPerson
from assistant.entities.ids import LOCAL_USER, UserId
from assistant.errors import NotFoundError, UsageError
from assistant.privacy.erase import Eraser, Trail
from assistant.storage.database import Database
from assistant.storage.dossier import Dossier
from assistant.storage.people import People
from assistant.storage.rows import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Belongings:
    """A person's own, wherever it is kept."""

    database: Database
    people: People
    eraser: Eraser
    trail: Trail

    def counts(self, audience: Audience) -> list[Row]:
        """How much is kept of this person; of everyone, for whoever keeps the file."""
        whose = None if _keeps(audience) else audience.user_id
        return Dossier(self.database).counts(whose)

    def export(self, user_id: UserId, audience: Audience) -> Iterator[Row]:
        """Everything of theirs, one thing at a time."""
        self._require(user_id, audience)
        self.trail.record(
            "person export", actor=audience.user_id, resource=("user", user_id)
        )
        return Dossier(self.database).of(user_id)

    def anonymise(
        self, user_id: UserId, audience: Audience, *, keep_messages: bool
    ) -> None:
        """No name leads to them any more; what they said is kept or goes as well."""
        self._require(user_id, audience)
        if not keep_messages:
            plan = self.eraser.plan(OfPerson(user_id=user_id), audience)
            self.eraser.erase(plan, audience)
            return
        roots = {Erasable.NAME: frozenset({user_id})}
        plan = ErasurePlan(kind=Erasable.NAME, roots=roots)
        with self.database.transaction():
            record = self.eraser.erase_within(plan, audience)
            self.trail.record(
                "person anonymise", actor=audience.user_id, resource=("user", user_id)
            )
        self.eraser.settled(record)

    def _require(self, user_id: UserId, audience: Audience) -> None:
        if not audience.place.is_private:
            raise UsageError("What is somebody's own is handed out in private")
        if user_id != audience.user_id and not _keeps(audience):
            raise UsageError("Everyone asks for what is their own")
        if self.people.find_user(user_id) is None:
            raise NotFoundError(f"No person {user_id} is known")


def _keeps(audience: Audience) -> bool:
    """Whether it is whoever keeps the file, for everyone who is in it."""
    return audience.user_id == LOCAL_USER and audience.place.is_private
