"""`hearth run`: start a channel, such as the terminal interface."""

import signal
from typing import Annotated

import typer

from assistant import channels
from assistant.cli.lazy import new_app
from assistant.cli.opening import opened

app = new_app()


@app.command()
def run(
    context: typer.Context,
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="See: hearth plugins list")
    ],
) -> None:
    """Start a channel.

    A channel is a place to meet, such as the terminal interface.

    \b
    Example:
      hearth run tui
    """
    channel = channels.load(name)
    with opened(context) as hearth:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        channel.run(hearth)
