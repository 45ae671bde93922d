"""Forgetting for good: one transaction takes a thing and all that was made of it.

It shows first what would go, and hands out a receipt afterwards. What it keeps is
ids and counts, never words. Whoever copies the file elsewhere is beyond its reach;
a copy that is restored is made to forget the same again.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from assistant.entities.audience import Audience
from assistant.entities.erasure import (
    Between,
    Erasable,
    ErasurePlan,
    ErasureReceipt,
    ErasureRecord,
    Ids,
    Item,
    Mentioning,
    Named,
    OfPerson,
    SeenOf,
    Target,
)
from assistant.entities.ids import (
    LOCAL_USER,
    NOBODY,
    Clock,
    ErasureId,
    MessageId,
    Mint,
    ServerId,
    UserId,
)
from assistant.errors import NotFoundError, UsageError
from assistant.privacy.erase_reach import Reached, reached
from assistant.privacy.erase_salience import GivingBack
from assistant.privacy.erase_threads import Mending
from assistant.privacy.sealed import recognised, sealed
from assistant.storage.database import Database
from assistant.storage.erasures import Erasures
from assistant.storage.meant import Meant
from assistant.storage.reach import Reach, SaidAgain
from assistant.storage.removal import Removal
from assistant.storage.salience import Salience
from assistant.storage.threads import Threads

REWRITTEN = "(This answer quoted something that was forgotten.)"
"""Stands where an answer was that could not keep its words."""

_EDIT = "edit"
_SHORTEST = 3  # letters of a text that is looked for everywhere
_SPACES = re.compile(r"\s+")


class Trail(Protocol):
    """The record of who changed what."""

    def record(
        self,
        action: str,
        *,
        actor: UserId,
        resource: tuple[str, str],
        after: Mapping[str, object] | None = None,
    ) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Eraser:
    """Forgets what a person names. Any thread may use it."""

    database: Database
    trail: Trail
    clock: Clock
    mint: Mint
    copies: Path | None = None
    """The folder of copies of the file."""

    learn_again: Callable[[SaidAgain], None] = field(default=lambda _: None)
    """Has a message that stays read once more; part of the transaction."""

    afterwards: Callable[[], None] = field(default=lambda: None)
    """Lets go of what a model in this process still has in mind."""

    def look_up(self, beginning: str, audience: Audience) -> Item:
        """What has this id, or the only thing whose id begins so.

        Raises NotFoundError, or UsageError when several begin so.
        """
        found: list[Item] = []
        if beginning:  # every id begins with nothing
            found = self._meant.starting_with(
                beginning, audience, operator=_is_operator(audience)
            )
        exact = [item for item in found if item.id == beginning]
        if not (found := exact or found):
            raise NotFoundError(f"Nothing of yours has the id {beginning}")
        if len(found) > 1:
            raise UsageError(
                f"The ids of several things begin with {beginning!r}",
                hint="Give more of the id",
            )
        return found[0]

    def matches(self, target: Between | Mentioning, audience: Audience) -> list[Item]:
        """What a time or a text means, to be looked at before it goes."""
        _require_private(audience)
        operator = _is_operator(audience)
        if isinstance(target, Between):
            found = self._meant.between(
                target.since, target.until, audience, operator=operator
            )
            return [item for item in found if _is_wanted(item, target.kinds)]
        wanted = _plain(target.text)
        if len(wanted) < _SHORTEST:
            raise UsageError(f"A text to forget has at least {_SHORTEST} letters")
        return [
            item
            for item, text in self._meant.texts(audience, operator=operator)
            if _is_wanted(item, target.kinds) and wanted in _plain(text)
        ]

    def plan(self, target: Target, audience: Audience) -> ErasurePlan:
        """What would go. Raises NotFoundError when there is nothing."""
        _require_private(audience)
        with_copies = target.with_copies if isinstance(target, Named) else True
        roots = self._roots(target, audience)
        plan = ErasurePlan(kind=_name(target), roots=roots, with_copies=with_copies)
        if not any(roots.values()):
            raise NotFoundError("There is nothing to forget")
        return self._filled(plan, self._reached(plan))

    def plan_uncovered(self, places: Sequence[SeenOf]) -> ErasurePlan | None:
        """What was seen where nothing allows it any more; None when that is nothing.

        For a consent that is taken back; who may do so was asked there.
        """
        seen = frozenset(
            each for place in places for each in self._meant.seen_of(place)
        )
        return self._plan_seen("consent", seen) if seen else None

    def plan_taken_back(self, message_id: MessageId) -> ErasurePlan:
        """What goes with a message that is gone where it was said; who removed it
        there was allowed to.
        """
        return self._plan_seen("observed", frozenset({message_id}))

    def _plan_seen(self, kind: str, seen: frozenset[str]) -> ErasurePlan:
        plan = ErasurePlan(kind=kind, roots={Erasable.OBSERVED: seen})
        return self._filled(plan, self._reached(plan))

    def seen_on(self, user_id: UserId) -> set[ServerId]:
        """The servers on which something a person said or did was observed."""
        return self._meant.seen_on(user_id)

    def erase(self, plan: ErasurePlan, audience: Audience) -> ErasureReceipt:
        """Carry it out, whole or not at all, with everything that follows by now."""
        _require_private(audience)
        with self.database.transaction():
            record = self.erase_within(plan, audience)
            self.trail.record(
                "forget",
                actor=record.by,
                resource=("erasure", record.id),
                after={"kind": plan.kind, **record.counts},
            )
        return self.settled(record)

    def erase_within(self, plan: ErasurePlan, audience: Audience) -> ErasureRecord:
        """The same as a part of a transaction of the caller's, who was asked whether
        it may be, puts it on record, and has it settled afterwards.
        """
        return self._recorded(plan, audience)

    def _recorded(
        self,
        plan: ErasurePlan,
        audience: Audience,
        *,
        staying: frozenset[str] = frozenset(),
    ) -> ErasureRecord:
        identity = ErasureId(self.mint())
        people = plan.roots.get(Erasable.PERSON, frozenset())
        record = ErasureRecord(
            id=identity,
            at=self.clock(),
            by=NOBODY if audience.user_id in people else audience.user_id,
            kind=plan.kind,
            roots=_without_names(plan.roots, salt=identity),
            with_copies=plan.with_copies,
            counts={},
        )
        with self.database.transaction():
            done = self._carried_out(plan, staying=staying)
            record = replace(record, counts=done.counts)
            self._erasures.add(record)
        return record

    def erase_wording(self, message_id: MessageId, audience: Audience) -> ErasureRecord:
        """What was made of what an observed message said before goes; it stays itself.

        A restored copy has the words of before, so that there the message goes too.
        """
        return self._recorded(
            ErasurePlan(kind=_EDIT, roots={Erasable.OBSERVED: frozenset({message_id})}),
            audience,
            staying=frozenset({message_id}),
        )

    def settled(self, record: ErasureRecord) -> ErasureReceipt:
        """After the transaction: nothing of it is left in the journal or in memory."""
        self.afterwards()
        return ErasureReceipt(
            record=record,
            is_journal_empty=self._removal.settle(),
            earlier_copies=self._copies(),
        )

    def records(self) -> list[ErasureRecord]:
        """What was ever forgotten, as ids and counts."""
        return self._erasures.all()

    def replay(self, records: Iterable[ErasureRecord]) -> int:
        """Forget again what a restored copy still knows; how many rows went.

        A copy that has the record of an edit has the new words by now.
        """
        gone = 0
        with self.database.transaction():
            known = {record.id for record in self._erasures.all()}
            for record in records:
                if record.kind == _EDIT and record.id in known:
                    continue
                plan = ErasurePlan(
                    kind=record.kind,
                    roots=self._opened(record),
                    with_copies=record.with_copies,
                )
                gone += sum(self._carried_out(plan).counts.values())
                self._erasures.add(record)
        self._removal.settle()
        return gone

    def _opened(self, record: ErasureRecord) -> Ids:
        """With the people it means, as far as they are known here."""
        marks = record.roots.get(Erasable.PERSON)
        if not marks:
            return record.roots
        people = recognised(marks, among=self._removal.people(), salt=record.id)
        return {**record.roots, Erasable.PERSON: frozenset(people)}

    @property
    def _reach(self) -> Reach:
        return Reach(self.database)

    @property
    def _meant(self) -> Meant:
        return Meant(self.database)

    @property
    def _removal(self) -> Removal:
        return Removal(self.database)

    @property
    def _giving_back(self) -> GivingBack:
        return GivingBack(
            salience=Salience(self.database), clock=self.clock, mint=self.mint
        )

    @property
    def _erasures(self) -> Erasures:
        return Erasures(self.database)

    def _roots(self, target: Target, audience: Audience) -> Ids:
        match target:
            case Named():
                return self._own(target.ids, audience)
            case OfPerson():
                _require_self(target.user_id, audience)
                return {Erasable.PERSON: frozenset({target.user_id})}
            case SeenOf():
                _require_self(target.user_id, audience)
                return {Erasable.OBSERVED: frozenset(self._meant.seen_of(target))}
            case Between() | Mentioning():
                return by_kind(self.matches(target, audience))

    def _own(self, ids: Ids, audience: Audience) -> Ids:
        """The same ids. Raises NotFoundError for one that is not the audience's."""
        wanted = {(kind, each) for kind, of in ids.items() for each in of}
        own = self._meant.own(
            {each for _, each in wanted}, audience, operator=_is_operator(audience)
        )
        for kind, missing in sorted(wanted - own):
            raise NotFoundError(f"No {kind} {missing}")
        return ids

    def _reached(self, plan: ErasurePlan) -> Reached:
        return reached(plan.roots, with_copies=plan.with_copies, reach=self._reach)

    def _filled(self, plan: ErasurePlan, found: Reached) -> ErasurePlan:
        erased = found.ids()
        counts = {kind.plural: len(ids) for kind, ids in erased.items()}
        counts |= self._removal.counts(erased)
        counts["rewritten"] = len(found.rewritten)
        return replace(
            plan,
            erased=erased,
            rewritten=frozenset(found.rewritten),
            revived=frozenset(found.revived),
            counts=_without_zeros(counts),
        )

    def _carried_out(
        self, plan: ErasurePlan, *, staying: frozenset[str] = frozenset()
    ) -> ErasurePlan:
        """`staying` are observed messages of which only what was made of them goes."""
        found = self._reached(plan)
        found.of(Erasable.OBSERVED).difference_update(staying)
        done = self._filled(plan, found)
        removal, messages = self._removal, done.erased.get(Erasable.MESSAGE, ())
        self._giving_back.for_messages(
            [*messages, *done.erased.get(Erasable.OBSERVED, ())]
        )
        mending = Mending(
            threads=Threads(self.database),
            removal=removal,
            gone=frozenset(messages),
            rewritten=done.rewritten,
            titles=done.erased.get(Erasable.TITLE, frozenset()),
        )
        loose = mending.loose_jobs(done.erased)
        mending.mend(leaving=done.erased.get(Erasable.CONVERSATION, frozenset()))
        removal.rewrite(done.rewritten, REWRITTEN)
        removal.remove_traces([*messages, *done.rewritten])
        removal.remove_tasks(loose)
        documents = done.erased.get(Erasable.DOCUMENT, ())
        removal.forget_edges("passage", self._reach.passages_of(documents))
        lost = done.erased.get(Erasable.MEMORY, frozenset())
        lost -= plan.roots.get(Erasable.MEMORY, frozenset())
        again = self._reach.said_again(lost, gone={*messages, *done.rewritten})
        counts = {**done.counts, **removal.remove(done.erased), "jobs": len(loose)}
        removal.revive(done.revived)
        if people := done.erased.get(Erasable.PERSON):
            counts["people"] = sum(map(removal.remove_person, people))
        for each in again:
            self.learn_again(each)
        if names := done.erased.get(Erasable.NAME):
            counts["names"] = sum(map(removal.anonymise, names))
        return replace(done, counts=_without_zeros(counts))

    def _copies(self) -> int:
        if self.copies is None or not self.copies.is_dir():
            return 0
        return sum(1 for file in self.copies.iterdir() if file.suffix == ".db")


def by_kind(items: Sequence[Item]) -> Ids:
    """Items as ids, for naming them."""
    return {
        kind: frozenset(item.id for item in items if item.kind is kind)
        for kind in dict.fromkeys(item.kind for item in items)
    }


def _without_names(roots: Ids, *, salt: str) -> Ids:
    """A topic's key is a word that was used, so it is not kept; people are sealed."""
    kept: dict[Erasable, frozenset[str]] = {
        kind: ids for kind, ids in roots.items() if kind is not Erasable.TOPIC
    }
    if people := kept.get(Erasable.PERSON, frozenset()) - {LOCAL_USER}:
        seals = {sealed(each, salt=salt) for each in people}
        kept[Erasable.PERSON] = frozenset(seals)
    return kept


def _without_zeros(counts: Mapping[str, int]) -> dict[str, int]:
    return {name: count for name, count in counts.items() if count}


def _name(target: Target) -> str:
    match target:
        case Named(ids=ids):
            kinds = [kind for kind, of in ids.items() if of]
            return str(kinds[0]) if len(kinds) == 1 else "several"
        case OfPerson():
            return "person"
        case Between():
            return "time"
        case Mentioning():
            return "text"
        case SeenOf():
            return "consent"


def _plain(text: str) -> str:
    """As people compare texts: no capitals, no difference between spaces."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return _SPACES.sub(" ", folded).strip()


def _is_wanted(item: Item, kinds: frozenset[Erasable]) -> bool:
    return not kinds or item.kind in kinds


def _is_operator(audience: Audience) -> bool:
    """The person at the terminal keeps the file, for everyone who is in it."""
    return audience.user_id == LOCAL_USER and audience.place.is_private


def _require_private(audience: Audience) -> None:
    if not audience.place.is_private:
        raise UsageError("Forgetting is done in private, not before others")


def _require_self(user_id: UserId, audience: Audience) -> None:
    if user_id != audience.user_id and not _is_operator(audience):
        raise UsageError("Only you, or whoever keeps the file, can have you forgotten")
