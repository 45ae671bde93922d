"""`hearth plugins`: channels that are installed, and which of them are in use."""

from typing import Annotated

import typer

from assistant import channels
from assistant.channels import Plugin
from assistant.cli import render
from assistant.cli.config import configuration
from assistant.cli.lazy import new_app
from assistant.cli.opening import opened
from assistant.cli.options import AsJson
from assistant.cli.places import settings_of
from assistant.errors import AssistantError
from assistant.meeting import Condition, Conditions

app = new_app()
Name = Annotated[str, typer.Argument(metavar="NAME", help="See: hearth plugins list")]


@app.callback()
def plugins() -> None:
    """List channels that are installed, and choose which ones to use.

    \b
    Examples:
      hearth plugins list
      hearth plugins enable discord
    """


@app.command("list")
def list_plugins(context: typer.Context, as_json: AsJson = False) -> None:
    """List channels, each to be started with `hearth run NAME`.

    \b
    Example:
      hearth plugins list
    """
    enabled = settings_of(context).plugins.enabled
    for plugin in map(channels.describe, channels.installed()):
        if as_json:
            render.as_json(_shape(plugin, is_enabled=plugin.name in enabled))
        else:
            render.line(_line(plugin, is_enabled=plugin.name in enabled))


@app.command()
def info(context: typer.Context, name: Name, as_json: AsJson = False) -> None:
    """Show what a channel is, what it needs and how it was last.

    \b
    Example:
      hearth plugins info discord
    """
    plugin = channels.describe(name)
    is_enabled = name in settings_of(context).plugins.enabled
    with opened(context) as hearth:
        condition = Conditions(hearth.database, clock=hearth.clock).find(name)
    shape = _shape(plugin, is_enabled=is_enabled) | _condition(condition)
    if as_json:
        render.as_json(shape)
        return
    for key, value in shape.items():
        render.line(f"{key}: {_told(value)}")


@app.command()
def enable(context: typer.Context, name: Name) -> None:
    """Start a channel with `hearth run --all` from now on.

    \b
    Example:
      hearth plugins enable discord
    """
    plugin = channels.describe(name)
    if not plugin.is_ready:
        raise AssistantError(
            f"{name} needs {', '.join(plugin.missing)}, which is not installed",
            hint=f"Run: {plugin.install}",
        )
    _write(context, [*_enabled(context, but=name), name])
    render.notice(f"{name} is enabled; start it with: hearth run {name}")


@app.command()
def disable(context: typer.Context, name: Name) -> None:
    """Start a channel only when it is named.

    \b
    Example:
      hearth plugins disable discord
    """
    _write(context, _enabled(context, but=name))
    render.notice(f"{name} is disabled")


def _enabled(context: typer.Context, *, but: str) -> list[str]:
    return [each for each in settings_of(context).plugins.enabled if each != but]


def _write(context: typer.Context, enabled: list[str]) -> None:
    with configuration(context) as settings:
        settings.write("plugins.enabled", ",".join(enabled))


def _line(plugin: Plugin, *, is_enabled: bool) -> str:
    words = [plugin.name]
    if is_enabled:
        words.append("enabled")
    if not plugin.is_ready:
        words.append(f"needs: {plugin.install}")
    return "  ".join(words)


def _shape(plugin: Plugin, *, is_enabled: bool) -> dict[str, object]:
    return {
        "name": plugin.name,
        "enabled": is_enabled,
        "ready": plugin.is_ready,
        "package": plugin.package,
        "version": plugin.version,
        "summary": plugin.summary,
        "missing": list(plugin.missing),
        "install": None if plugin.is_ready else plugin.install,
    }


def _condition(condition: Condition | None) -> dict[str, object]:
    if condition is None:
        return {"status": None, "detail": None, "since": None}
    return {
        "status": condition.status,
        "detail": condition.detail or None,
        "since": condition.at.isoformat(),
    }


def _told(value: object) -> str:
    match value:
        case None | []:
            return "-"
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(map(str, value))
        case _:
            return str(value)
