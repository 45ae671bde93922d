"""`hearth key`: the key without which nobody can read the database."""

from typing import Annotated

import typer

from assistant.cli import render
from assistant.cli.lazy import new_app
from assistant.cli.places import paths_of, settings_of
from assistant.cli.run import Run
from assistant.config.settings import Cipher
from assistant.errors import NotFoundError
from assistant.privacy.keys import FoundKey, find_or_create_key, recovery_text

app = new_app(
    help="""See the key of the database.

    \b
    Examples:
      hearth key show
      hearth key path
    """,
)


@app.command()
def show(
    context: typer.Context,
    yes: Annotated[
        bool, typer.Option("-y", "--yes", help="Show it without asking.")
    ] = False,
) -> None:
    """Print the recovery key, to be written down and kept apart.

    Give it as HEARTH_KEY where the key file or the keyring was lost.

    \b
    Example:
      hearth key show
    """
    found = _found(context)
    render.notice("Whoever has this key and the database can read everything in it.")
    if render.is_interactive():
        render.ask_or_refuse("Show it here?", yes=yes)
    render.line(recovery_text(found.key))


@app.command()
def path(context: typer.Context) -> None:
    """Print where the key is kept.

    \b
    Example:
      hearth key path
    """
    render.line(_found(context).origin)


def _found(context: typer.Context) -> FoundKey:
    this: Run = context.obj
    paths, settings = paths_of(context), settings_of(context)
    if settings.storage.encryption is Cipher.NONE:
        raise NotFoundError("The database is not encrypted, so there is no key")
    if not paths.database.exists() and not this.environment.get("HEARTH_KEY"):
        raise NotFoundError(
            "There is no database yet, and so no key",
            hint='Begin with: hearth ask "Hello"',
        )
    return find_or_create_key(
        paths, settings.storage.key, this.environment, database_exists=True
    )
