"""`hearth doctor`: everything Hearth needs, tried for real."""

from collections.abc import Iterator
from typing import Annotated

import typer

from assistant.cli import render
from assistant.cli.checks import Check, Status, checked
from assistant.cli.checks.database import database_checks
from assistant.cli.checks.knowledge import knowledge_checks
from assistant.cli.checks.machine import machine_checks
from assistant.cli.checks.model import model_checks
from assistant.cli.lazy import new_app
from assistant.cli.opening import opened
from assistant.cli.options import AsJson
from assistant.cli.places import paths_of, settings_of
from assistant.cli.run import Run
from assistant.errors import AssistantError

app = new_app()


@app.command()
def doctor(
    context: typer.Context,
    quick: Annotated[
        bool,
        typer.Option(
            "--quick", help="Leave out what takes long: every page, an answer."
        ),
    ] = False,
    repair: Annotated[
        bool, typer.Option("--repair", help="Put the library's indexes in order.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Check everything Hearth needs, for real.

    Says what to do about it, and exits with 1 when something does not work.

    \b
    Examples:
      hearth doctor
      hearth doctor --quick --json
      hearth doctor --repair
    """
    checks: list[Check] = []
    for check in _checks(context, is_quick=quick, repair=repair):
        checks.append(check)
        if not as_json:
            _show(check)
    if as_json:
        render.as_json({"checks": [_shape(check) for check in checks]})
    if any(check.status is Status.FAIL for check in checks):
        raise typer.Exit(AssistantError.exit_code)


def _checks(context: typer.Context, *, is_quick: bool, repair: bool) -> Iterator[Check]:
    """What cannot be reached because of an earlier failure is left out."""
    this: Run = context.obj
    paths = paths_of(context)
    yield from machine_checks(paths, this.environment)
    settings = checked("settings", lambda: _settings(context))
    yield settings
    if settings.status is Status.FAIL:
        return
    try:
        with opened(context) as hearth:
            yield Check(name="database", status=Status.OK, detail=str(paths.database))
            yield from database_checks(hearth, is_quick=is_quick)
            yield from knowledge_checks(hearth, repair=repair)
            yield from model_checks(hearth, is_quick=is_quick)
    except AssistantError as error:
        yield Check(
            name="database", status=Status.FAIL, detail=str(error), fix=error.hint
        )


def _settings(context: typer.Context) -> str:
    settings_of(context)
    file = paths_of(context).settings_file
    return f"read from {file}" if file.exists() else "all as they come"


def _show(check: Check) -> None:
    render.line(f"{check.status:<5} {check.name}: {check.detail}")
    if check.fix:
        render.line(f"      {check.fix}")


def _shape(check: Check) -> dict[str, object]:
    return {
        "name": check.name,
        "status": check.status,
        "detail": check.detail,
        "fix": check.fix,
    }
