"""Commands that only look at documents."""

import typer

from assistant.cli import render
from assistant.cli.opening import opened
from assistant.cli.options import AsJson, Collection, DocumentId, Limit
from assistant.cli.shapes import document_shape, whole_document_shape
from assistant.cli.words import day, plural, short, size
from assistant.entities.knowledge import Document, DocumentState, Passage


def list_documents(
    context: typer.Context,
    collection: Collection = None,
    limit: Limit = 100,
    as_json: AsJson = False,
) -> None:
    """List documents, the last changed first.

    \b
    Example:
      hearth documents list --collection manuals
    """
    with opened(context) as hearth:
        found = hearth.library.documents(
            hearth.audience, collection=collection, limit=limit + 1
        )
    shown = found[:limit]
    if as_json:
        for document in shown:
            render.as_json(document_shape(document))
    elif shown:
        render.table(("ID", "CHANGED", "PASSAGES", "TITLE", "FROM"), map(_row, shown))
    else:
        render.notice("No document here yet; add some: hearth ingest ~/Documents")
    if len(found) > limit:
        render.notice(f"There are more than {limit}; see them with -n")


def show(
    context: typer.Context, document_id: DocumentId, as_json: AsJson = False
) -> None:
    """Show what was read of a document, passage by passage.

    \b
    Example:
      hearth documents show 01JK --json
    """
    with opened(context) as hearth:
        document = hearth.library.open(document_id, hearth.audience)
        sources = hearth.library.sources(document)
        passages = hearth.library.passages(document, hearth.audience)
    if as_json:
        render.as_json(whole_document_shape(document, sources, passages))
        return
    render.line(document.title)
    render.line(_facts(document))
    for source in sources:
        render.line(source)
    for notice in document.notices:
        render.line(f"({notice.detail})")
    for passage in passages:
        _show_passage(passage)


def _row(document: Document) -> tuple[str, ...]:
    gone = " (gone)" if document.state is DocumentState.VANISHED else ""
    return (
        document.id,
        day(document.updated_at),
        str(document.passage_count),
        short(document.title, 40),
        document.source + gone,
    )


def _facts(document: Document) -> str:
    parts = [
        document.id,
        document.collection,
        document.media_type,
        size(document.size_bytes),
        plural(document.passage_count, "passage"),
        day(document.updated_at),
        "its source is gone" if document.state is DocumentState.VANISHED else "",
    ]
    return " · ".join(part for part in parts if part)


def _show_passage(passage: Passage) -> None:
    render.line()
    place = passage.chunk.location.label
    render.line(f"[{passage.index + 1}] {place}".rstrip())
    render.block(passage.text)
