"""`hearth run`: start channels, such as the terminal interface."""

import signal
from functools import partial
from typing import Annotated

import typer

from assistant import channels
from assistant.cli import render
from assistant.cli.doors import door_of
from assistant.cli.lazy import new_app
from assistant.cli.opening import opened
from assistant.cli.places import settings_of
from assistant.errors import AssistantError, UsageError

app = new_app()


@app.command()
def run(
    context: typer.Context,
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME...", help="See: hearth plugins list"),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Every channel that is enabled.")
    ] = False,
) -> None:
    """Start a channel, or several at once.

    A channel is a place to meet, such as the terminal interface.

    \b
    Examples:
      hearth run tui
      hearth run --all
    """
    wanted = _wanted(names or [], context) if everything else list(names or [])
    if not wanted:
        raise UsageError(
            "No channel is enabled" if everything else "Which channel?",
            hint="See: hearth plugins list; then: hearth plugins enable NAME",
        )
    if len(wanted) == 1 and not everything:
        _run_one(context, wanted[0])
    else:
        _run_all(context, wanted)


def _wanted(names: list[str], context: typer.Context) -> list[str]:
    return list(dict.fromkeys([*names, *settings_of(context).plugins.enabled]))


def _run_one(context: typer.Context, name: str) -> None:
    channel = channels.load(name)
    if isinstance(channel, channels.Early):
        channel.run_before(door_of(context.obj))
        return
    with opened(context) as hearth:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        channel.run(hearth)


def _run_all(context: typer.Context, names: list[str]) -> None:
    from assistant.meeting import Conditions, Meeting

    for name in names:
        channels.describe(name)  # a name nobody knows is a mistake, not a failure
    with opened(context) as hearth:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        meeting = Meeting(
            hearth,
            conditions=Conditions(hearth.database, clock=hearth.clock),
            tell=_tell,
        )
        meeting.run([(name, partial(channels.load, name)) for name in names])


def _tell(name: str, error: AssistantError) -> None:
    hint = f" {error.hint}" if error.hint else ""
    render.notice(f"{name} is unavailable: {error}.{hint}")
