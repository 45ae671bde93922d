"""`hearth privacy`: who agreed to what, and what is kept of whom."""

from enum import StrEnum, auto
from typing import Annotated

import typer

from assistant.cli import render
from assistant.cli.forget import forget
from assistant.cli.lazy import new_app
from assistant.cli.opening import opened
from assistant.cli.options import AsJson, Yes
from assistant.cli.privacy_consent import app as consent
from assistant.cli.words import day, plural
from assistant.entities.ids import UserId

app = new_app(
    help="""See what is kept, who agreed to it, and take it along.

    \b
    Examples:
      hearth privacy status
      hearth privacy consent list
      hearth privacy forget --about "door code"
      hearth privacy export > mine.jsonl
    """,
)
app.add_typer(consent, name="consent")
app.command()(forget)

Person = Annotated[
    str, typer.Argument(metavar="[PERSON]", help="By their id; you, if not given.")
]


class Said(StrEnum):
    """What becomes of a person's words when their name goes."""

    KEEP = auto()
    REMOVE = auto()


@app.command()
def status(context: typer.Context, as_json: AsJson = False) -> None:
    """Say what is kept of whom, and what was forgotten.

    \b
    Example:
      hearth privacy status
    """
    with opened(context) as hearth:
        people = hearth.belongings.counts(hearth.audience)
        forgotten = hearth.eraser.records()
        held = [each for each in hearth.consents.all() if each.is_open]
        encryption = hearth.database.cipher
        masked = hearth.settings.privacy.mask_documents
    if as_json:
        render.as_json(
            {
                "encryption": encryption,
                "mask_documents": masked,
                "people": people,
                "consents": len(held),
                "forgotten": len(forgotten),
            }
        )
        return
    render.line(f"Encryption: {encryption}")
    for person in people:
        kept = [
            plural(int(str(count)), str(kind).removesuffix("s"))
            for kind, count in person.items()
            if isinstance(count, int) and count
        ]
        render.line(f"{person['id']}: {', '.join(kept) or 'nothing'}")
    render.line(f"Consents that hold: {len(held)}")
    render.line(f"Forgotten so far: {plural(len(forgotten), 'time')}")
    if forgotten:
        render.line(f"Last: {day(forgotten[-1].at)}, receipt {forgotten[-1].id}")


@app.command()
def export(context: typer.Context, person: Person = "") -> None:
    """Print everything that is kept of a person, as JSON Lines.

    \b
    Example:
      hearth privacy export > mine.jsonl
    """
    with opened(context) as hearth:
        whose = UserId(person or hearth.audience.user_id)
        for row in hearth.belongings.export(whose, hearth.audience):
            render.as_json(row)


@app.command()
def anonymise(
    context: typer.Context,
    person: Annotated[str, typer.Argument(metavar="PERSON", help="By their id.")],
    messages: Annotated[
        Said, typer.Option(help="Whether what they said stays.")
    ] = Said.KEEP,
    yes: Yes = False,
) -> None:
    """Take a person's name, and their id elsewhere, out of the file.

    Words that name them stay what they are: see `hearth forget --about`.

    \b
    Example:
      hearth privacy anonymise 4711 --messages remove
    """
    with opened(context) as hearth:
        whose = hearth.people.get_user(UserId(person))
        goes = "" if messages is Said.KEEP else ", and all they said"
        render.notice(f"{whose.id}: {whose.display_name}{goes}")
        render.ask_or_refuse("Take out the name for good?", yes=yes)
        hearth.belongings.anonymise(
            whose.id, hearth.audience, keep_messages=messages is Said.KEEP
        )
    render.notice("Done: no name leads to them any more")
