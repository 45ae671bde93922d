"""`hearth search`: one search over documents and past messages."""

from enum import StrEnum, auto
from typing import Annotated

import typer

from assistant.app import Assistant
from assistant.cli import render
from assistant.cli.lazy import new_app
from assistant.cli.opening import opened
from assistant.cli.options import AsJson, Collection
from assistant.cli.shapes import found_shape
from assistant.entities.knowledge import place_in
from assistant.entities.search import Hit, HitKind, Why, Within
from assistant.errors import NotFoundError
from assistant.knowledge.excerpt import excerpt
from assistant.knowledge.search import Question

app = new_app()
_LONGEST_SHOWN = 240


class Kind(StrEnum):
    """What is searched."""

    PASSAGE = auto()
    MESSAGE = auto()
    MEMORY = auto()
    INSIGHT = auto()
    ALL = auto()


_KINDS = {
    Kind.PASSAGE: (HitKind.PASSAGE,),
    Kind.MESSAGE: (HitKind.MESSAGE,),
    Kind.MEMORY: (HitKind.MEMORY,),
    Kind.INSIGHT: (HitKind.INSIGHT,),
    Kind.ALL: tuple(HitKind),
}


@app.command()
def search(
    context: typer.Context,
    query: Annotated[
        str, typer.Argument(metavar="QUERY", help="Words, or a whole question.")
    ],
    k: Annotated[
        int,
        typer.Option("-k", min=1, max=1000, metavar="NUMBER", help="At most so many."),
    ] = 8,
    kind: Annotated[
        Kind,
        typer.Option(help="Documents, what was said, what is remembered, or all."),
    ] = Kind.ALL,
    collection: Collection = None,
    why: Annotated[
        bool, typer.Option("--why", help="Say why each stands where it does.")
    ] = False,
    rerank: Annotated[
        bool,
        typer.Option("--rerank", help="Look at the best ones again, more closely."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Search documents and past messages.

    By words and by meaning, the best first.

    \b
    Examples:
      hearth search "when is the harbour dredged"
      hearth search invoice --kind passage --collection work -k 3 --why
    """
    question = Question(
        text=query,
        kinds=_KINDS[kind],
        within=Within(collections=() if collection is None else (collection,)),
        k=k,
        rerank=rerank,
    )
    with opened(context) as hearth:
        found = hearth.search.find(question, hearth.audience)
        for notice in found.notices:
            render.notice(notice)
        if not found.hits:
            raise _nothing(hearth, question)
    for place, hit in enumerate(found.hits, start=1):
        if as_json:
            render.as_json(found_shape(hit))
        else:
            _show(place, hit, query=query, why=why)


def _nothing(hearth: Assistant, question: Question) -> NotFoundError:
    if not hearth.library.documents(hearth.audience, limit=1):
        return NotFoundError(
            f"Nothing was found for: {question.text}",
            hint="No document is in the library yet: hearth ingest ~/Documents",
        )
    if not question.within.is_everything:
        names = ", ".join(question.within.collections)
        return NotFoundError(
            f"Nothing was found in {names} for: {question.text}",
            hint="See what there is: hearth documents list",
        )
    return NotFoundError(f"Nothing was found for: {question.text}")


def _show(place: int, hit: Hit, *, query: str, why: bool) -> None:
    title = place_in(hit.title, hit.location)
    render.line(f"{place}. {title}")
    render.line(f"   {excerpt(hit, query, longest=_LONGEST_SHOWN).text}")
    if hit.path:
        render.line(f"   {hit.path}")
    if why:
        render.line(f"   {_reasons(hit.score, hit.why)}")


def _reasons(score: float, why: Why) -> str:
    parts = [
        f"score {score:.3f}",
        _ranked("words", why.keyword_rank, why.keyword_score),
        _ranked("meaning", why.vector_rank, why.vector_score),
    ]
    if why.rerank_score is not None:
        parts.append(f"looked at again: {why.rerank_score:.2f}")
    return " · ".join(parts)


def _ranked(search: str, rank: int | None, score: float | None) -> str:
    if rank is None:
        return f"{search}: not found"
    return f"{search}: {rank}." + (f" ({score:.2f})" if score is not None else "")
