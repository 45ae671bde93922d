"""Commands that change what is in the library."""

from collections.abc import Iterable
from typing import Annotated

import typer

from assistant.app import Assistant, ingesting
from assistant.cli import render
from assistant.cli.ingesting import Intake
from assistant.cli.opening import opened
from assistant.cli.options import AsJson, Collection, Yes
from assistant.cli.words import plural
from assistant.entities.knowledge import Document
from assistant.errors import NotFoundError

_ALL = 1_000_000_000


def refresh(
    context: typer.Context,
    document_ids: Annotated[
        list[str] | None,
        typer.Argument(metavar="ID...", help="Documents; all of them if none."),
    ] = None,
    collection: Collection = None,
    as_json: AsJson = False,
) -> None:
    """Read again what changed since it was read.

    What is gone is said; what was read of it stays.

    \b
    Examples:
      hearth documents refresh
      hearth documents refresh 01JK
    """
    intake = Intake(as_json=as_json)
    with opened(context) as hearth, ingesting(hearth) as library:
        found = _chosen(hearth, document_ids, collection)
        if not found:
            raise NotFoundError(
                "There is no document to refresh",
                hint="See what there is: hearth documents list",
            )
        intake.follow(library.again(found, owner_id=hearth.audience.user_id))
    intake.conclude()


def remove(
    context: typer.Context,
    document_ids: Annotated[
        list[str],
        typer.Argument(metavar="ID...", help="Documents; the beginnings will do."),
    ],
    yes: Yes = False,
) -> None:
    """Take documents out of the library; the files themselves stay.

    \b
    Example:
      hearth documents remove 01JK --yes
    """
    with opened(context) as hearth:
        found = _opened(hearth, document_ids)
        for document in found:
            render.notice(
                f"{document.id}  {plural(document.passage_count, 'passage')}  "
                f"{document.title}"
            )
        render.ask_or_refuse(f"Remove {plural(len(found), 'document')}?", yes=yes)
        for document in found:
            hearth.library.remove(document.id, hearth.audience)
    render.notice(f"Removed {plural(len(found), 'document')}")


def _chosen(
    hearth: Assistant, document_ids: list[str] | None, collection: str | None
) -> list[Document]:
    if document_ids:
        return _opened(hearth, document_ids)
    return hearth.library.documents(hearth.audience, collection=collection, limit=_ALL)


def _opened(hearth: Assistant, document_ids: Iterable[str]) -> list[Document]:
    """Each once, however often it is named."""
    found = [hearth.library.open(each, hearth.audience) for each in document_ids]
    return list({document.id: document for document in found}.values())
