"""`hearth ask`: one question, one answer."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from assistant.app import Assistant
from assistant.cli import render
from assistant.cli.answering import Showing, stats_line, tell_what_was_learnt
from assistant.cli.keeping import kept_if_unsaved
from assistant.cli.lazy import new_app
from assistant.cli.opening import opened
from assistant.cli.options import AnsweredBy
from assistant.cli.places import paths_of, settings_of
from assistant.cli.reading import Question, read_question, read_schema
from assistant.cli.shapes import answer_shape
from assistant.entities.ids import ConversationId
from assistant.entities.search import Named
from assistant.entities.turn import Ask, Intent, Resume, TurnRequest
from assistant.errors import NotFoundError, UsageError
from assistant.knowledge.names import collection_named, document_named

app = new_app()


@app.command()
def ask(
    context: typer.Context,
    text: Annotated[
        str | None,
        typer.Argument(
            help="The question; standard input goes after it.", metavar="TEXT"
        ),
    ] = None,
    goes_on: Annotated[
        bool,
        typer.Option(
            "-c",
            "--continue",
            help="Go on with the latest conversation; without a question, with an "
            "answer that broke off.",
        ),
    ] = False,
    conversation: Annotated[
        str | None,
        typer.Option(
            metavar="ID", help="Go on with this one; the beginning of its id will do."
        ),
    ] = None,
    model: Annotated[
        str | None, typer.Option(metavar="NAME", help="Answer with this model.")
    ] = None,
    persona: AnsweredBy = None,
    file: Annotated[
        list[Path] | None,
        typer.Option(
            "-f", "--file", metavar="FILE", help="Read this text along; repeatable."
        ),
    ] = None,
    schema: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Answer with JSON that meets this JSON schema."
        ),
    ] = None,
    collection: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME", help="Ask only documents of this collection; repeatable."
        ),
    ] = None,
    document: Annotated[
        list[str] | None,
        typer.Option(metavar="ID|TITLE", help="Ask only this document; repeatable."),
    ] = None,
    incognito: Annotated[
        bool,
        typer.Option(
            "--incognito",
            help="Off the record: nothing said is remembered, and nothing "
            "remembered is used.",
        ),
    ] = False,
    no_knowledge: Annotated[
        bool,
        typer.Option("--no-knowledge", help="Answer without asking your documents."),
    ] = False,
    no_memory: Annotated[
        bool,
        typer.Option(
            "--no-memory", help="Answer without what is remembered of what you said."
        ),
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object, when all is said.")
    ] = False,
    stats: Annotated[
        bool, typer.Option("--stats", help="Say what the answer cost, on stderr.")
    ] = False,
) -> None:
    """Ask one question.

    The answer streams to stdout. Every word of it is kept.

    \b
    Examples:
      hearth ask "What is the capital of France?"
      hearth ask -c "And of Spain?"
      hearth ask --document kettle.md "How often must I descale it?"
      git diff | hearth ask "Write a commit message"
      hearth ask -f notes.txt --schema person.json "Who is it about?"
    """
    limit = settings_of(context).input.max_megabytes
    meets = read_schema(schema, max_megabytes=limit) if schema else None
    question = read_question(text, file or [], max_megabytes=limit)
    with kept_if_unsaved(question.whole, paths_of(context)), opened(context) as hearth:
        request = TurnRequest(
            audience=hearth.audience,
            intent=_set_on(
                _intent(hearth, question, goes_on=goes_on, conversation=conversation),
                within=_within(hearth, collection or [], document or []),
                incognito=incognito,
            ),
            model=model,
            persona=persona,
            schema=meets,
            use_knowledge=not no_knowledge,
            use_memory=not no_memory,
        )
        showing = Showing(is_silent=as_json)
        reply = showing.show(hearth.chat.send(request))
        learnt = hearth.learning.drain()
    if as_json:
        render.as_json(answer_shape(reply, showing.citations, showing.memories))
    else:
        tell_what_was_learnt(learnt)
    if stats:
        render.notice(stats_line(reply))


def _intent(
    hearth: Assistant, question: Question, *, goes_on: bool, conversation: str | None
) -> Intent:
    chosen = _conversation(hearth, goes_on=goes_on, conversation=conversation)
    if question.whole.strip() or chosen is None:
        return Ask(text=question.text, conversation_id=chosen, files=question.files)
    transcript = hearth.history.transcript(chosen, hearth.audience)
    if transcript and transcript[-1].is_unfinished:
        return Resume(message_id=transcript[-1].id)
    raise UsageError(
        "The last answer is complete, so there is nothing to go on with",
        hint='Ask something: hearth ask -c "And then?"',
    )


def _set_on(intent: Intent, *, within: tuple[Named, ...], incognito: bool) -> Intent:
    """The same, asked only of these documents, or off the record from now on."""
    if isinstance(intent, Ask):
        return replace(intent, within=within, is_incognito=incognito)
    if within or incognito:
        raise UsageError(
            "An answer that broke off goes on as it was asked",
            hint="Leave out --collection, --document and --incognito",
        )
    return intent


def _within(
    hearth: Assistant, collections: Sequence[str], documents: Sequence[str]
) -> tuple[Named, ...]:
    library, audience = hearth.library, hearth.audience
    return (
        *(collection_named(library, name, audience) for name in collections),
        *(document_named(library, name, audience) for name in documents),
    )


def _conversation(
    hearth: Assistant, *, goes_on: bool, conversation: str | None
) -> ConversationId | None:
    if conversation is not None:
        return hearth.history.open(conversation, hearth.audience).id
    if not goes_on:
        return None
    latest = hearth.history.latest(hearth.audience)
    if latest is None:
        raise NotFoundError(
            "There is no conversation to go on with yet",
            hint='Begin one: hearth ask "What is the capital of France?"',
        )
    return latest.id
