"""Documents as lines of a list, and their passages as pieces to read."""

from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import PurePath

from textual.content import Content

from assistant.entities.knowledge import Document, DocumentState, Passage
from assistant.figures import plural, size
from assistant.safetext import clean, one_line
from tui import present
from tui.widgets.rows import Row, columns

_KINDS = {
    "text/plain": "text",
    "text/markdown": "Markdown",
    "text/x-source": "code",
    "text/csv": "table",
    "text/html": "web page",
    "application/json": "JSON",
    "application/jsonl": "JSON",
    "message/rfc822": "mail",
    "application/pdf": "PDF",
    "application/epub+zip": "book",
    "application/vnd.ms-excel": "sheet",
}
_ENDINGS = {
    "wordprocessingml.document": "Word",
    "presentationml.presentation": "slides",
    "spreadsheetml.sheet": "sheet",
    "opendocument.spreadsheet": "sheet",
}


def kind_of(document: Document) -> str:
    """What a person calls it."""
    media_type = document.media_type
    if known := _KINDS.get(media_type):
        return known
    for ending, name in _ENDINGS.items():
        if media_type.endswith(ending):
            return name
    return PurePath(document.source).suffix.lstrip(".") or media_type


def title_of(document: Document) -> str:
    """Its title, else the name of its file."""
    return one_line(document.title) or one_line(PurePath(document.source).name)


def state_of(document: Document, *, waiting: Collection[str]) -> Content:
    """What is unusual about it; empty for most."""
    if document.state is DocumentState.VANISHED:
        return Content.styled("its file is gone", "$warning")
    if document.id in waiting:
        return Content.styled("not yet indexed", "$muted")
    return Content()


def document_rows(
    documents: Sequence[Document], *, waiting: Collection[str], now: datetime
) -> list[Row]:
    """One line each, the figures below one another."""
    figures = columns(
        [
            (
                plural(each.passage_count, "passage"),
                kind_of(each),
                size(each.size_bytes),
                present.when(each.updated_at, now),
            )
            for each in documents
        ]
    )
    return [
        Row(
            id=each.id,
            left=Content(title_of(each)),
            right=(
                state_of(each, waiting=waiting),
                *(Content.styled(cell, "$muted") for cell in cells),
            ),
        )
        for each, cells in zip(documents, figures, strict=True)
    ]


def about(document: Document, *, now: datetime) -> str:
    """All there is to know of it, on one line."""
    parts = (
        one_line(document.collection),
        kind_of(document),
        size(document.size_bytes),
        plural(document.passage_count, "passage"),
        f"read {present.when(document.updated_at, now)}",
        "its file is gone" if document.state is DocumentState.VANISHED else "",
    )
    return present.GAP.join(part for part in parts if part)


def passage(one: Passage) -> Content:
    """Where it stands and how long it is, then its words."""
    place = one_line(one.chunk.location.label)
    head = [f"{one.index + 1}", place, plural(one.chunk.tokens, "token")]
    return Content.assemble(
        (present.GAP.join(part for part in head if part), "$muted"),
        "\n",
        clean(one.text).strip("\n"),
        "\n",
    )
