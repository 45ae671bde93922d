"""`hearth privacy consent`: who said yes to what, and where."""

from typing import Annotated

import typer

from assistant.cli import render
from assistant.cli.lazy import new_app
from assistant.cli.opening import opened
from assistant.cli.options import AsJson, Yes
from assistant.cli.words import day
from assistant.entities.consent import Consent
from assistant.entities.ids import ServerId, UserId

app = new_app(
    help="""See and change who agreed to what.

    \b
    Examples:
      hearth privacy consent list
      hearth privacy consent grant 4711 dm_read
      hearth privacy consent revoke 4711 dm_read
    """,
)
Person = Annotated[str, typer.Argument(metavar="PERSON", help="By their id.")]
What = Annotated[
    str, typer.Argument(metavar="WHAT", help="dm_read, observe, or a plugin's own.")
]
Server = Annotated[
    str | None,
    typer.Option(metavar="ID", help="Only on this server; everywhere if not given."),
]


@app.command("list")
def list_consents(
    context: typer.Context,
    person: Annotated[
        str | None, typer.Option(metavar="ID", help="Only of this person.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List what was agreed to, and what was taken back.

    \b
    Example:
      hearth privacy consent list --person 4711
    """
    with opened(context) as hearth:
        found = hearth.consents.all(UserId(person) if person else None)
    if as_json:
        for each in found:
            render.as_json(_shape(each))
    elif found:
        render.table(("PERSON", "WHAT", "SERVER", "SINCE", "UNTIL"), map(_row, found))
    else:
        render.notice("Nobody has agreed to anything, so nothing needs it")


@app.command()
def grant(
    context: typer.Context, person: Person, what: What, server: Server = None
) -> None:
    """Note that a person agreed.

    \b
    Example:
      hearth privacy consent grant 4711 dm_read
    """
    with opened(context) as hearth:
        whose = hearth.people.get_user(UserId(person)).id
        hearth.consents.grant(
            whose, what, ServerId(server) if server else None, audience=hearth.audience
        )
    render.notice(f"{person} has agreed to {what}{_where(server)}")


@app.command()
def revoke(
    context: typer.Context,
    person: Person,
    what: What,
    server: Server = None,
    yes: Yes = False,
) -> None:
    """Note that a person agrees no more, and forget what that had covered.

    \b
    Example:
      hearth privacy consent revoke 4711 dm_read --yes
    """
    with opened(context) as hearth:
        whose = hearth.people.get_user(UserId(person)).id
        render.ask_or_refuse("What it covered goes for good. Go on?", yes=yes)
        receipt = hearth.consents.revoke(
            whose, what, ServerId(server) if server else None, audience=hearth.audience
        )
    render.notice(f"{person} agrees to {what} no more{_where(server)}")
    if receipt is not None:
        gone = ", ".join(f"{n} {name}" for name, n in receipt.record.counts.items())
        render.notice(f"Forgotten: {gone}. Receipt: {receipt.record.id}")


def _where(server: str | None) -> str:
    return f" on {server}" if server else ""


def _row(consent: Consent) -> tuple[str, ...]:
    until = day(consent.revoked_at) if consent.revoked_at else ""
    return (
        consent.user_id,
        consent.consent_type,
        consent.server_id or "everywhere",
        day(consent.granted_at),
        until,
    )


def _shape(consent: Consent) -> dict[str, object]:
    revoked = consent.revoked_at
    return {
        "id": consent.id,
        "person": consent.user_id,
        "type": consent.consent_type,
        "server": consent.server_id,
        "granted_at": consent.granted_at.isoformat().replace("+00:00", "Z"),
        "revoked_at": revoked.isoformat().replace("+00:00", "Z") if revoked else None,
    }
