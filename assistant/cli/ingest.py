"""`hearth ingest`: files, folders and web pages into the library."""

from typing import Annotated

import typer

from assistant.app import ingesting
from assistant.cli.ingesting import Intake
from assistant.cli.lazy import new_app
from assistant.cli.opening import opened
from assistant.cli.options import AsJson
from assistant.cli.remembering import catch_up
from assistant.cli.watching import watch_for_changes
from assistant.errors import UsageError
from assistant.knowledge.ingest import Ingest, Wanted

app = new_app()


@app.command()
def ingest(
    context: typer.Context,
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PATH|URL...",
            help="Files, folders and web pages; without any, what was left undone.",
        ),
    ] = None,
    collection: Annotated[
        str, typer.Option(metavar="NAME", help="Keep them under this name.")
    ] = "",
    watch: Annotated[
        bool,
        typer.Option("--watch", help="Go on with whatever changes, until Ctrl-C."),
    ] = False,
    hidden: Annotated[
        bool, typer.Option("--hidden", help="Hidden files and folders too.")
    ] = False,
    no_ignore: Annotated[
        bool, typer.Option("--no-ignore", help="What a .gitignore names, too.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Take files, folders and web pages into the library.

    What is there already is not read again; what changed is. It can be stopped at
    any moment: the next run goes on from there.

    \b
    Examples:
      hearth ingest ~/Documents notes.md
      hearth ingest https://example.org/manual --collection manuals
      hearth ingest ~/notes --watch
    """
    with opened(context) as hearth, ingesting(hearth, patiently=watch) as library:
        wanted = Wanted(
            sources=sources or (),
            owner_id=hearth.audience.user_id,
            collection=collection,
            hidden=hidden,
            ignored=no_ignore,
        )
        _require_something(wanted, library)
        if watch:
            watch_for_changes(wanted, library, idle=hearth.idle, as_json=as_json)
        intake = Intake(as_json=as_json)
        intake.follow(library.run(wanted))
        catch_up(hearth.remembering.work())
    intake.conclude()


def _require_something(wanted: Wanted, library: Ingest) -> None:
    if not wanted.sources and not library.waiting:
        raise UsageError(
            "There is nothing to take in, and nothing was left undone",
            hint="Name files, folders or pages: hearth ingest ~/Documents",
        )
