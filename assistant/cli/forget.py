"""`hearth forget`: show what would go, ask, and hand out the receipt."""

from collections.abc import Mapping
from typing import Annotated

import typer

from assistant.app import Assistant
from assistant.cli import render
from assistant.cli.forget_times import moment_of
from assistant.cli.lazy import new_app
from assistant.cli.opening import opened
from assistant.cli.options import AsJson, Yes
from assistant.cli.shapes import Shape
from assistant.cli.words import day, plural, short
from assistant.entities.erasure import (
    Between,
    Erasable,
    ErasurePlan,
    ErasureReceipt,
    Item,
    Mentioning,
    Named,
    OfPerson,
    Target,
)
from assistant.entities.ids import UserId
from assistant.errors import UsageError
from assistant.privacy.erase import by_kind
from assistant.storage.snapshot import KEPT_FOR

app = new_app()
_SHOWN = 20
_WIDTH = 60

_IN_WORDS = {
    "observed": "observed message",
    "rewritten": "answer that quotes it, without its words",
    "uses": "note of a memory's use",
    "reversals": "record to undo a merge by",
    "people": "person",
    "memories": "memory",
    "summaries": "summary",
}
_MANY = {
    "rewritten": "answers that quote it, without their words",
    "uses": "notes of memories' use",
    "reversals": "records to undo merges by",
    "people": "people",
    "memories": "memories",
    "summaries": "summaries",
}


@app.command()
def forget(
    context: typer.Context,
    ids: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[ID]...", help="Anything with an id; the beginning will do."
        ),
    ] = None,
    conversation: Annotated[
        str | None, typer.Option(metavar="ID", help="A conversation, all of it.")
    ] = None,
    document: Annotated[
        str | None,
        typer.Option(metavar="ID", help="A document, and what answers quote of it."),
    ] = None,
    person: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Everything by a person, and about them."),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="What came after: 2026-05-01, 14:30, 2h."),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="What came before; now if not given."),
    ] = None,
    about: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Whatever holds this text.")
    ] = None,
    kind: Annotated[
        list[Erasable] | None,
        typer.Option(help="With a time or a text: only of this kind."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would go, and stop.")
    ] = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Forget for good, with everything that was made of it.

    It first shows what would go. Nothing brings it back.

    \b
    Examples:
      hearth forget 01JK
      hearth forget --about "door code" --dry-run
      hearth forget --since 2h --yes
    """
    with opened(context) as hearth:
        chosen = {
            "ID": ids,
            "--conversation": conversation,
            "--document": document,
            "--person": person,
            "--about": about,
            "--since": since or until,
        }
        _require_one(chosen)
        kinds = frozenset(kind or ())
        if ids or conversation or document:
            names = [*(ids or ()), *filter(None, (conversation, document))]
            items = _named(hearth, names, conversation, document)
            target: Target = Named(ids=by_kind(items))
        elif person:
            items, target = [], OfPerson(user_id=_person(hearth, person))
        else:
            looked = _looked_for(hearth, since, until, about, kinds)
            items, target = hearth.eraser.matches(looked, hearth.audience), looked
        plan = hearth.eraser.plan(target, hearth.audience)
        if dry_run:
            _show_plan(plan, items, as_json=as_json)
            return
        if not as_json:
            _show_plan(plan, items, as_json=False)
        render.ask_or_refuse("Forget this for good?", yes=yes)
        if isinstance(target, Between | Mentioning):  # exactly what was shown
            plan = hearth.eraser.plan(Named(ids=plan.roots), hearth.audience)
        receipt = hearth.eraser.erase(plan, hearth.audience)
    _show_receipt(receipt, as_json=as_json)


def _require_one(chosen: Mapping[str, object]) -> None:
    named = [name for name, value in chosen.items() if value]
    if len(named) == 1 or set(named) == {"ID"}:
        return
    ways = ", ".join(chosen)
    raise UsageError(
        f"Say in one way what to forget: {ways}",
        hint='For instance: hearth forget --about "door code"',
    )


def _named(
    hearth: Assistant, names: list[str], conversation: str | None, document: str | None
) -> list[Item]:
    if conversation is not None:
        found = hearth.history.open(conversation, hearth.audience)
        return [Item(kind=Erasable.CONVERSATION, id=found.id, label=found.title)]
    if document is not None:
        book = hearth.library.open(document, hearth.audience)
        return [Item(kind=Erasable.DOCUMENT, id=book.id, label=book.title)]
    return [hearth.eraser.look_up(name, hearth.audience) for name in names]


def _person(hearth: Assistant, person: str) -> UserId:
    return hearth.people.get_user(UserId(person)).id


def _looked_for(
    hearth: Assistant,
    since: str | None,
    until: str | None,
    about: str | None,
    kinds: frozenset[Erasable],
) -> Between | Mentioning:
    if about is not None:
        return Mentioning(text=about, kinds=kinds)
    now = hearth.clock()
    return Between(
        since=moment_of(since or "1970-01-01", now=now),
        until=moment_of(until, now=now) if until else now,
        kinds=kinds,
    )


def _show_plan(plan: ErasurePlan, items: list[Item], *, as_json: bool) -> None:
    if as_json:
        render.as_json(_plan_shape(plan, items))
        return
    for item in items[:_SHOWN]:
        when = f"{day(item.at)}  " if item.at else ""
        render.line(f"{item.kind:12}  {when}{short(item.label, _WIDTH)}")
    if len(items) > _SHOWN:
        render.line(f"… and {len(items) - _SHOWN} more")
    render.line("Would go for good:")
    for name, count in plan.counts.items():
        render.line(f"  {_counted(name, count)}")


def _show_receipt(receipt: ErasureReceipt, *, as_json: bool) -> None:
    record = receipt.record
    if as_json:
        render.as_json(
            {
                "receipt": record.id,
                "at": record.at.isoformat().replace("+00:00", "Z"),
                "counts": dict(record.counts),
                "journal_empty": receipt.is_journal_empty,
                "earlier_copies": receipt.earlier_copies,
            }
        )
        return
    gone = ", ".join(_counted(name, n) for name, n in record.counts.items())
    render.notice(f"Forgotten: {gone}")
    render.notice(f"Receipt: {record.id}")
    if not receipt.is_journal_empty:
        render.notice(
            "Another Hearth is reading: the journal still holds it, encrypted, until "
            "that one is done"
        )
    if copies := receipt.earlier_copies:
        render.notice(
            f"It is still in {plural(copies, 'copy', 'copies')} of the database from "
            "before, in the folder backups; each goes "
            f"{KEPT_FOR.days} days after it was made"
        )


def _plan_shape(plan: ErasurePlan, items: list[Item]) -> Shape:
    return {
        "kind": plan.kind,
        "counts": dict(plan.counts),
        "items": [
            {
                "kind": item.kind,
                "id": item.id,
                "text": short(item.label, 240),
                "at": item.at.isoformat().replace("+00:00", "Z") if item.at else None,
            }
            for item in items
        ],
    }


def _counted(name: str, count: int) -> str:
    one = _IN_WORDS.get(name, name.removesuffix("s"))
    if count == 1:
        return f"1 {one}"
    return f"{count:,} {_MANY.get(name, f'{one}s')}"
