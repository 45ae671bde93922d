"""Groups of commands that are imported only when one of them is called.

Each command is known by a line of help and by the module that holds its `app`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, ClassVar, TypeAlias, cast

import typer
from typer.core import TyperGroup
from typer.main import get_command as command_of

from assistant.cli.given import spare_conversions

# Typer keeps these classes of its own to itself.
_Command: TypeAlias = Any
_Context: TypeAlias = Any
_HelpFormatter: TypeAlias = Any
_Option: TypeAlias = Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One command: where it is, and what `--help` of its group says of it."""

    module: str
    help: str


class LazyGroup(TyperGroup):
    """A group whose table of entries stands in for its commands."""

    entries: ClassVar[Mapping[str, Entry]] = {}

    plugins: ClassVar[str] = ""
    """Entry points that bring further commands, found when they are called."""

    def __init__(self, **options: _Option) -> None:
        super().__init__(**options)
        self.commands = _Imported(self.entries, plugins=self.plugins)
        spare_conversions(self)

    def format_commands(self, _ctx: _Context, formatter: _HelpFormatter) -> None:
        """The table, which needs none of the commands."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, one.help) for name, one in self.entries.items()])


class _Imported(dict[str, _Command]):
    """Commands by name; each is imported when it is first looked up."""

    def __init__(self, entries: Mapping[str, Entry], *, plugins: str) -> None:
        super().__init__(dict.fromkeys(entries))
        self._entries = entries
        self._plugins = plugins

    def get(self, name: str, default: _Command = None) -> _Command:
        if name in self._entries and self[name] is None:
            self._know(name, import_module(self._entries[name].module).app)
        elif name not in self and self._plugins:
            self._look_for(name)
        return super().get(name, default)

    def _look_for(self, name: str) -> None:
        from importlib.metadata import entry_points

        for point in entry_points(group=self._plugins, name=name):
            self._know(name, point.load())

    def _know(self, name: str, app: typer.Typer) -> None:
        self[name] = command_of(app)
        self[name].name = name
        spare_conversions(self[name])


def new_app(**options: _Option) -> typer.Typer:
    """A plain-text command or group; its help is the same on every terminal."""
    return typer.Typer(
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        add_completion=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        **options,
    )


def invoke(
    command: _Command, arguments: Sequence[str], *, name: str, this: object
) -> object:
    """Run one command line; whatever ends it is raised, nothing is printed."""
    with command.make_context(name, list(arguments), obj=this) as context:
        return command.invoke(context)


def call(context: typer.Context, name: str, *arguments: str) -> None:
    """Go on with another command of the same group."""
    command = cast(LazyGroup, context.command).commands.get(name)
    path = f"{context.command_path} {name}"
    invoke(command, arguments, name=path, this=context.obj)
