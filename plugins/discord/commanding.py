"""`hearth discord`: set the bot up, and see where it is."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.cli import render
from assistant.cli.lazy import new_app
from assistant.cli.opening import opened
from assistant.cli.options import AsJson
from assistant.cli.run import Run
from assistant.entities.audience import Place
from assistant.entities.ids import ServerId
from assistant.entities.people import Server
from assistant.errors import AssistantError, NotFoundError, UsageError
from assistant.storage.servers import Servers
from plugins.discord.token import VARIABLES, drop_token, find_token, keep_token

if TYPE_CHECKING:
    from assistant.app import Assistant

_MOST = 10_000

Named = Annotated[
    str, typer.Argument(metavar="DOCUMENT", help="Its id: hearth documents list")
]
OnServer = Annotated[str, typer.Argument(metavar="SERVER", help="Its name, or its id")]

app = new_app(
    help="""Set up the Discord bot, and see where it is.

    \b
    Examples:
      hearth discord token
      hearth discord invite
      hearth discord doctor
      hearth run discord
    """,
)


@app.command()
def token(
    forget: Annotated[
        bool, typer.Option("--forget", help="Take it out of the keyring.")
    ] = False,
) -> None:
    """Keep the bot's token in the keyring of this machine.

    \b
    Example:
      hearth discord token
    """
    if forget:
        drop_token()
        render.notice("The token is no longer in the keyring")
        return
    if not render.is_interactive():
        raise UsageError(
            "A token is typed in, where nobody else sees it",
            hint=f"Without a terminal, set {VARIABLES[0]} in the environment",
        )
    keep_token(typer.prompt("Token", hide_input=True))
    render.notice("The token is in the keyring; now: hearth discord doctor")


@app.command()
def invite(context: typer.Context) -> None:
    """Print the link that invites the bot to a server.

    It asks for as few rights as the bot needs.

    \b
    Example:
      hearth discord invite
    """
    from plugins.discord.checking import about_me, invitation

    with opened(context) as hearth:
        me = asyncio.run(about_me(hearth, _token(context)))
    render.line(invitation(me.id))


@app.command()
def doctor(context: typer.Context, as_json: AsJson = False) -> None:
    """Check the token, and what the bot may hear and do.

    \b
    Example:
      hearth discord doctor
    """
    from plugins.discord.checking import check

    with opened(context) as hearth:
        checks = asyncio.run(check(hearth, _token(context)))
    for each in checks:
        if as_json:
            render.as_json(each.shape())
        else:
            render.line(each.line())
    if any(each.status == "fail" for each in checks):
        raise AssistantError("The bot is not ready", hint="The lines above say why")


@app.command()
def servers(context: typer.Context, as_json: AsJson = False) -> None:
    """List servers the bot is on, and how they want it.

    \b
    Example:
      hearth discord servers --json
    """
    with opened(context) as hearth:
        store = Servers(hearth.database)
        known = [(each, store.find(each.id)) for each in store.all()]
        watched = store.all_watched()
        shared = {each.id: _shared(hearth, each.id) for each, _ in known}
    if not known:
        raise NotFoundError(
            "The bot is on no server", hint="Run: hearth discord invite"
        )
    for server, configuration in known:
        listening = [w.channel_id for w in watched if w.server_id == server.id]
        shape: dict[str, Any] = {
            "id": server.id,
            "name": server.name,
            "status": server.status,
            "joined_at": server.joined_at.isoformat(),
            "language": configuration.language if configuration else "en",
            "watched_channels": listening,
            "documents": shared[server.id],
        }
        if as_json:
            render.as_json(shape)
        else:
            render.line(
                f"{server.id}  {server.name}  {server.status}"
                f"  {_counted(len(listening), 'watched channel')}"
                f"  {_counted(len(shared[server.id]), 'document')}"
            )


@app.command()
def share(context: typer.Context, document: Named, server: OnServer) -> None:
    """Let everybody on a server be answered from a document.

    It is on one server at a time; you have it as before.

    \b
    Example:
      hearth discord share 01JD9 Boats
    """
    with opened(context) as hearth:
        where = _server(server, Servers(hearth.database).all())
        shared = hearth.library.share(document, where.id, hearth.audience)
    render.notice(f"Everybody on {where.name} is answered from {shared.title}")


@app.command()
def unshare(context: typer.Context, document: Named) -> None:
    """Keep a document to yourself again.

    \b
    Example:
      hearth discord unshare 01JD9
    """
    with opened(context) as hearth:
        kept = hearth.library.share(document, None, hearth.audience)
    render.notice(f"{kept.title} is yours alone again")


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _shared(hearth: "Assistant", server_id: ServerId) -> list[str]:
    """The ids of documents that everybody there is answered from."""
    there = Place(server_id=server_id, is_private=False)
    audience = replace(hearth.audience, place=there)
    return [each.id for each in hearth.library.documents(audience, limit=_MOST)]


def _server(wanted: str, known: Sequence[Server]) -> Server:
    """By its id, or by a name that only one has."""
    found = [each for each in known if wanted in (each.id, each.name)]
    if len(found) > 1:
        raise UsageError(
            f"{len(found)} servers are called {wanted!r}", hint="Give the id instead"
        )
    if not found:
        raise NotFoundError(f"No server {wanted!r}", hint="See: hearth discord servers")
    return found[0]


def _token(context: typer.Context) -> str:
    this: Run = context.obj
    found = find_token(this.environment)
    if found is None:
        raise AssistantError(
            "There is no Discord token",
            hint=f"Run: hearth discord token; or set {VARIABLES[0]}",
        )
    return found
