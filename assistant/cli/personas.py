"""`hearth personas`: who seems to be answering, and how they speak."""

import os
import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from assistant.cli import render
from assistant.cli.lazy import new_app
from assistant.cli.opening import opened
from assistant.cli.options import AsJson, Yes
from assistant.cli.shapes import persona_shape
from assistant.editors import edited, editor
from assistant.entities.persona import Persona
from assistant.errors import UsageError
from assistant.media.enclosing import MEGABYTE, enclosed
from assistant.personas.library import is_built_in
from assistant.personas.writing import persona_to_toml

app = new_app(
    help="""Choose who seems to be answering, and how they speak.

    \b
    Examples:
      hearth personas list
      hearth personas use teacher
      hearth personas export teacher > mine.toml
      hearth personas add mine.toml
    """,
)
Name = Annotated[str, typer.Argument(metavar="NAME", help="The persona, as listed.")]
NewText = Annotated[
    Path | None,
    typer.Argument(metavar="[FILE]", help="Its new TOML; your editor when none."),
]


@app.command("list")
def list_personas(context: typer.Context, as_json: AsJson = False) -> None:
    """List personas; a star marks the one in use.

    \b
    Example:
      hearth personas list --json
    """
    with opened(context) as hearth:
        every, in_use = hearth.personas.all(), hearth.personas.in_use().id
    if as_json:
        for one in every:
            render.as_json(persona_shape(one, is_in_use=one.id == in_use))
        return
    render.table(
        ("", "NAME", "WHOSE", "WHAT FOR"),
        [_row(one, is_in_use=one.id == in_use) for one in every],
    )


@app.command()
def show(context: typer.Context, name: Name, as_json: AsJson = False) -> None:
    """Show all that makes a persona.

    \b
    Example:
      hearth personas show teacher
    """
    with opened(context) as hearth:
        persona, in_use = hearth.personas.get(name), hearth.personas.in_use().id
    if as_json:
        render.as_json(persona_shape(persona, is_in_use=persona.id == in_use))
    else:
        render.block(persona_to_toml(persona))


@app.command()
def add(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A persona as TOML.")],
) -> None:
    """Make a persona known.

    \b
    Example:
      hearth personas add pirate.toml
    """
    text = enclosed(file, limit=MEGABYTE).text
    with opened(context) as hearth:
        added = hearth.personas.add(
            text, origin=str(file), actor=hearth.audience.user_id
        )
    how = f"hearth personas use {shlex.quote(added.name)}"
    render.notice(f"Added {added.name}; use it with: {how}")


@app.command()
def edit(context: typer.Context, name: Name, file: NewText = None) -> None:
    """Change one of your own personas, in your editor or from a file.

    \b
    Examples:
      hearth personas edit pirate
      hearth personas edit pirate pirate.toml
    """
    with opened(context) as hearth:
        before = persona_to_toml(hearth.personas.own(name))
        text = enclosed(file, limit=MEGABYTE).text if file else _edited(before)
        if text == before:
            render.notice("Nothing was changed")
            return
        changed = hearth.personas.change(
            name,
            text,
            origin=str(file or "what you wrote"),
            actor=hearth.audience.user_id,
        )
    render.notice(f"{changed.name} is changed")


@app.command()
def use(context: typer.Context, name: Name) -> None:
    """Let this persona answer wherever no other was chosen.

    \b
    Example:
      hearth personas use teacher
    """
    with opened(context) as hearth:
        chosen = hearth.personas.use(name, actor=hearth.audience.user_id)
    render.notice(f"{chosen.name} answers from now on")


@app.command()
def remove(context: typer.Context, name: Name, yes: Yes = False) -> None:
    """Forget one of your own personas; what was said with it stays.

    \b
    Example:
      hearth personas remove pirate --yes
    """
    render.ask_or_refuse(f"Forget the persona {name}?", yes=yes)
    with opened(context) as hearth:
        gone = hearth.personas.remove(name, actor=hearth.audience.user_id)
    render.notice(f"{gone.name} is forgotten")


@app.command()
def export(context: typer.Context, name: Name) -> None:
    """Print a persona as TOML, to be kept, changed or given away.

    \b
    Example:
      hearth personas export teacher > mine.toml
    """
    with opened(context) as hearth:
        persona = hearth.personas.get(name)
    render.block(persona_to_toml(persona))


def _row(persona: Persona, *, is_in_use: bool) -> tuple[str, ...]:
    whose = "built in" if is_built_in(persona) else "yours"
    return ("*" if is_in_use else "", persona.name, whose, persona.description)


def _edited(text: str) -> str:
    """The text as the person's editor leaves it."""
    if not render.is_terminal(sys.stdin):
        raise UsageError(
            "There is no editor to open without a terminal",
            hint="Give a file: hearth personas edit NAME FILE",
        )
    return edited(text, editor(os.environ), suffix=".toml")
