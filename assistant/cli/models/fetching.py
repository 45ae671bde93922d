"""Commands that bring models here, and send them away."""

from pathlib import Path
from typing import Annotated

import typer

from assistant.cli import render
from assistant.cli.opening import opened
from assistant.cli.options import Yes
from assistant.entities.model import ModelService
from assistant.errors import UsageError

AsName = Annotated[
    str | None, typer.Option("--name", metavar="NAME", help="What to call it.")
]


def add(
    context: typer.Context,
    place: Annotated[
        str,
        typer.Argument(
            metavar="FILE|URL",
            help="A GGUF file, or the address of an OpenAI-compatible server.",
        ),
    ],
    name: AsName = None,
    model: Annotated[
        str | None,
        typer.Option(metavar="MODEL", help="The model's name at that server."),
    ] = None,
    key_variable: Annotated[
        str | None,
        typer.Option(
            metavar="VARIABLE", help="Environment variable that holds its API key."
        ),
    ] = None,
) -> None:
    """Make a model known: a file on this machine, or a server.

    \b
    Examples:
      hearth models add ~/models/qwen.gguf
      hearth models add http://localhost:11434/v1 --model llama3.2 --name llama
    """
    is_remote = place.startswith(("http://", "https://"))
    if is_remote and model is None:
        raise UsageError("A server needs --model too: the model's name there")
    if not is_remote and (model or key_variable):
        raise UsageError("--model and --key-variable are for servers, not for files")
    with opened(context) as hearth:
        actor = hearth.audience.user_id
        if is_remote:
            added = hearth.models.add_remote(
                place,
                model or "",
                name=name or model,
                key_variable=key_variable,
                actor=actor,
            )
        else:
            path = Path(place).expanduser()
            added = hearth.models.add_file(path, name=name, actor=actor)
    _tell_how_to_use(added)


def pull(
    context: typer.Context,
    repository: Annotated[
        str, typer.Argument(metavar="REPO", help="On Hugging Face, as OWNER/NAME.")
    ],
    file: Annotated[
        str | None,
        typer.Argument(metavar="[FILE]", help="One of its files; a good one if none."),
    ] = None,
    name: AsName = None,
) -> None:
    """Fetch a model from Hugging Face; an interrupted fetch goes on where it was.

    \b
    Example:
      hearth models pull bartowski/Qwen2.5-0.5B-Instruct-GGUF
    """
    progress = render.Progress("Fetching")
    with opened(context) as hearth:
        pulled = hearth.models.pull(
            repository,
            file,
            name=name,
            actor=hearth.audience.user_id,
            progress=progress.show,
        )
    progress.end()
    _tell_how_to_use(pulled)


def remove(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The model, as listed.")],
    yes: Yes = False,
) -> None:
    """Forget a model; a file that was added stays where it is.

    \b
    Example:
      hearth models remove qwen --yes
    """
    render.ask_or_refuse(f"Forget the model {name}?", yes=yes)
    with opened(context) as hearth:
        hearth.models.remove(name, actor=hearth.audience.user_id)
    render.notice(f"{name} is forgotten")


def _tell_how_to_use(service: ModelService) -> None:
    render.notice(
        f"Added {service.name}; use it with: hearth models use {service.name}"
    )
