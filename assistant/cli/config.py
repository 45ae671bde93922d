"""`hearth config`: what is set, where it was set, and how to set it."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Annotated

import typer

from assistant.cli import render
from assistant.cli.lazy import new_app
from assistant.cli.opening import opened
from assistant.cli.options import AsJson
from assistant.cli.places import paths_of, settings_of
from assistant.cli.run import Run
from assistant.config.configuration import Configuration
from assistant.config.described import DescribedSetting, as_toml, described_settings
from assistant.config.loader import Given, given_settings, known
from assistant.config.settings import Settings
from assistant.errors import AssistantError

app = new_app(
    help="""See and change settings.

    \b
    Examples:
      hearth config show
      hearth config set chat.temperature 0.5
    """,
)
Name = Annotated[str, typer.Argument(metavar="NAME", help="Such as chat.temperature.")]


@app.command()
def show(context: typer.Context, as_json: AsJson = False) -> None:
    """Show every setting, its value and where that comes from.

    \b
    Example:
      hearth config show --json
    """
    settings, given = settings_of(context), _given(context)
    for one in described_settings():
        value = _value(settings, one.name)
        origin = given[one.name].origin if one.name in given else "default"
        if as_json:
            render.as_json(_shape(one, value=value, origin=origin))
        else:
            render.line(f"{one.name} = {as_toml(value)}")
            render.line(f"    {one.help} ({origin})")


@app.command()
def get(context: typer.Context, name: Name) -> None:
    """Print the value of one setting.

    \b
    Example:
      hearth config get chat.temperature
    """
    value = _value(settings_of(context), known(name))
    render.line(value if isinstance(value, str) else as_toml(value))


@app.command("set")
def set_(
    context: typer.Context,
    name: Name,
    value: Annotated[str, typer.Argument(metavar="VALUE", help="Lists with commas.")],
) -> None:
    """Change one setting, for good; comments in the file stay.

    \b
    Example:
      hearth config set chat.temperature 0.5
    """
    with configuration(context) as settings:
        written = settings.write(name, value)
    render.notice(f"{name} = {as_toml(written)}")


@app.command()
def unset(context: typer.Context, name: Name) -> None:
    """Take one setting out of the file; its default counts again.

    \b
    Example:
      hearth config unset chat.temperature
    """
    with configuration(context) as settings:
        was_set = settings.clear(name)
    if was_set:
        render.notice(f"{name} has its default again")
    else:
        render.notice(f"{name} is not set in the file")


@app.command()
def path(context: typer.Context) -> None:
    """Print where the settings file is, or would be.

    \b
    Example:
      $EDITOR "$(hearth config path)"
    """
    render.line(str(paths_of(context).settings_file))


@contextmanager
def configuration(context: typer.Context) -> Iterator[Configuration]:
    """What changes settings, and puts that on record where there is one by now.

    It can be had without: the setting may be just what keeps the file from opening.
    """
    this: Run = context.obj
    paths = paths_of(context)
    plain = Configuration(paths=paths, environment=this.environment, running=Settings())
    with ExitStack() as stack:
        if not paths.database.exists():
            yield plain
            return
        try:
            hearth = stack.enter_context(opened(context))
        except AssistantError as error:
            render.notice(f"This change goes on no record: {error}")
            yield plain
        else:
            yield hearth.configuration


def _given(context: typer.Context) -> Mapping[str, Given]:
    this: Run = context.obj
    return given_settings(paths_of(context), this.environment, this.flags)


def _value(settings: Settings, name: str) -> object:
    section, key = name.split(".")
    return getattr(getattr(settings, section), key)


def _shape(
    setting: DescribedSetting, *, value: object, origin: str
) -> Mapping[str, object]:
    return {
        "name": setting.name,
        "value": value,
        "default": setting.default,
        "origin": origin,
        "variable": setting.variable,
        "help": setting.help,
    }
