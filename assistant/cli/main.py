"""The command `hearth`: its commands by name, and the outermost frame.

Every exit status is decided here, and only here.
"""

import errno
import logging
import os
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from io import TextIOWrapper
from typing import TYPE_CHECKING, Annotated, ClassVar

import typer
from typer.main import get_command as command_of

from assistant import __version__
from assistant.cli import render, signals
from assistant.cli.lazy import Entry, LazyGroup, call, invoke, new_app
from assistant.cli.run import Run
from assistant.config.paths import find_paths
from assistant.errors import AssistantError, UsageError
from assistant.logs import configure_logging

if TYPE_CHECKING:
    from assistant.models.opening import EngineOpener

_log = logging.getLogger(__name__)
_UNDELIVERABLE = (errno.ENOSPC, errno.EIO, errno.EBADF, errno.EFBIG, errno.EDQUOT)


class _Hearth(LazyGroup):
    plugins: ClassVar = "assistant.commands"
    entries: ClassVar = {
        "ask": Entry(module="assistant.cli.ask", help="Ask one question."),
        "chat": Entry(
            module="assistant.cli.chat",
            help="Talk line by line, on any terminal.",
        ),
        "ingest": Entry(
            module="assistant.cli.ingest",
            help="Take files, folders and web pages into the library.",
        ),
        "search": Entry(
            module="assistant.cli.search",
            help="Search documents and past messages.",
        ),
        "documents": Entry(
            module="assistant.cli.documents",
            help="List, read, refresh and remove documents.",
        ),
        "conversations": Entry(
            module="assistant.cli.conversations",
            help="List, read, search and move conversations.",
        ),
        "forget": Entry(
            module="assistant.cli.forget",
            help="Forget for good, with everything that was made of it.",
        ),
        "privacy": Entry(
            module="assistant.cli.privacy",
            help="See what is kept, who agreed to it, and take it along.",
        ),
        "reflect": Entry(
            module="assistant.cli.reflect",
            help="Think over what was said, and see what came of it.",
        ),
        "memories": Entry(
            module="assistant.cli.memories",
            help="See, correct and forget what is remembered of what you said.",
        ),
        "models": Entry(module="assistant.cli.models", help="Choose and fetch models."),
        "personas": Entry(
            module="assistant.cli.personas",
            help="Choose who seems to be answering, and how they speak.",
        ),
        "config": Entry(module="assistant.cli.config", help="See and change settings."),
        "stats": Entry(module="assistant.cli.stats", help="Count what is kept."),
        "trace": Entry(
            module="assistant.cli.trace", help="See where the time of a turn went."
        ),
        "doctor": Entry(
            module="assistant.cli.doctor",
            help="Check everything Hearth needs, for real.",
        ),
        "key": Entry(module="assistant.cli.key", help="See the key of the database."),
        "plugins": Entry(
            module="assistant.cli.plugins",
            help="List channels that are installed, and choose which ones to use.",
        ),
        "run": Entry(
            module="assistant.cli.channel", help="Start a channel, or several at once."
        ),
    }


app = new_app(cls=_Hearth, invoke_without_command=True)


@app.callback()
def hearth(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", help="Say which Hearth this is.")
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show where a bug happened.")
    ] = False,
    setting: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help="Use another setting, this time only.",
        ),
    ] = None,
) -> None:
    """An assistant that runs on your own machine and keeps its word.

    Without a command it opens the terminal interface.

    \b
    Examples:
      hearth
      hearth ask "What is the capital of France?"
      hearth --set chat.temperature=1 ask "Tell me a story"
    """
    run: Run = context.obj
    run.debug = run.debug or debug
    run.flags.update(map(_named, setting or ()))
    if version:
        render.line(f"hearth {__version__}")
    elif context.invoked_subcommand is None:
        _open_interface(context)


def _open_interface(context: typer.Context) -> None:
    if render.is_interactive():
        call(context, "run", "tui")
    else:
        render.aside(context.get_help())
        raise typer.Exit(UsageError.exit_code)


def _named(setting: str) -> tuple[str, str]:
    name, equals, value = setting.partition("=")
    if not equals:
        raise UsageError(
            f"--set {setting}: that names no value",
            hint="Write it as: hearth --set chat.temperature=1 …",
        )
    return name.strip(), value


def start(engines: "EngineOpener | None" = None) -> int:
    """Run the command line of this process; its exit status."""
    _hold_standard_streams()
    return main(sys.argv[1:], Run(environment=os.environ, engines=engines))


def main(arguments: Sequence[str], this: Run) -> int:
    """Run one command line; the exit status comes from the error."""
    this.debug = this.debug or bool(this.environment.get("HEARTH_DEBUG"))
    try:
        invoke(command_of(app), arguments, name="hearth", this=this)
        render.flush()
    except UnicodeEncodeError as error:
        return status_of(_mistyped(arguments) or error, this)
    except (Exception, KeyboardInterrupt) as error:  # the outermost frame
        return status_of(error, this)
    return 0


def status_of(error: Exception | KeyboardInterrupt, this: Run) -> int:
    """Say what ended it; the exit status comes from the error."""
    match error:
        case typer.Exit():
            return error.exit_code
        case signals.Stopped():
            return error.exit_code
        case KeyboardInterrupt():
            return 130
        case _:
            return _explain(error, this)


def _mistyped(arguments: Sequence[str]) -> UsageError | None:
    """Arguments that are not UTF-8 hold surrogates; file names may, words may not."""
    for argument in arguments:
        try:
            argument.encode()
        except UnicodeEncodeError:
            return UsageError(f"{argument} is not text in UTF-8")
    return None


def _explain(error: Exception, this: Run) -> int:
    match error:
        case render.ReaderGoneError() | BrokenPipeError():
            render.forget_output()
            return 0
        case AssistantError():
            render.failure(error)
            return error.exit_code
        case typer.TyperException():
            render.aside(_usage(error))
            return UsageError.exit_code
        case OSError(errno=number) if number in _UNDELIVERABLE:
            render.forget_output()
            render.notice(f"Error: the answer could not be written: {error.strerror}")
            return 1
        case _:
            return _confess(error, this)


def _usage(error: typer.TyperException) -> str:
    message = error.format_message()
    if message.startswith("Usage:"):
        return message
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "hearth"
    return f"Error: {message}\nSee: {path} --help"


def _confess(error: Exception, this: Run) -> int:
    """A bug: one line for the person, everything else for the log."""
    log_file = find_paths(this.environment).log_file
    with suppress(OSError):
        configure_logging(log_file, "info")
    _log.error("a bug ended the command", exc_info=error)
    render.notice(f"Error: a bug in Hearth ({type(error).__name__}: {error})")
    if this.debug:
        render.aside("".join(traceback.format_exception(error)))
    else:
        render.notice(f"Details are in {log_file}; --debug shows them here")
    return AssistantError.exit_code


def _hold_standard_streams() -> None:
    """No file opened later may take the number of a closed standard stream.

    A letter that a terminal's encoding lacks is shown as `?`.
    """
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
