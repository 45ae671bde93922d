"""`hearth memories consolidate`, `runs` and `undo`: tidying up, and taking it back."""

from typing import Annotated

import typer

from assistant.cli import render
from assistant.cli.opening import opened
from assistant.cli.options import AsJson, Limit
from assistant.entities.consolidation import ConsolidationResult, ConsolidationStatus
from assistant.errors import NotFoundError

RunId = Annotated[
    str, typer.Argument(metavar="ID", help="The run; the beginning will do.")
]


def consolidate(
    context: typer.Context,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be done.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Merge what says the same, keep what proved itself, let the rest fade.

    It happens by itself once a day while Hearth is open. A run that would let go of
    more than a quarter does nothing; each can be taken back for 30 days.

    \b
    Example:
      hearth memories consolidate --dry-run
    """
    with opened(context) as hearth:
        if dry_run:
            result = hearth.consolidation.preview()
        else:
            result = hearth.consolidation.run()
        known = hearth.consolidation.insights(result)
    if as_json:
        render.as_json(_shape(result, known))
        return
    render.line(_told(result))
    for line in known:
        render.line(f"  {line}")


def runs(context: typer.Context, limit: Limit = 20, as_json: AsJson = False) -> None:
    """List what was done to memories, the newest first.

    \b
    Example:
      hearth memories runs
    """
    with opened(context) as hearth:
        results = hearth.consolidation.recent(limit=limit)
        known = [hearth.consolidation.insights(each) for each in results]
    if not results:
        raise NotFoundError("Nothing was consolidated yet")
    for result, lines in zip(results, known, strict=True):
        if as_json:
            render.as_json(_shape(result, lines))
        else:
            render.line(f"{result.id}  {result.at:%Y-%m-%d %H:%M}  {_told(result)}")


def undo(context: typer.Context, run: RunId, as_json: AsJson = False) -> None:
    """Take a run back; what you changed since stays as it is.

    \b
    Example:
      hearth memories undo 01JK
    """
    with opened(context) as hearth:
        restored = hearth.consolidation.reverse(run)
    if as_json:
        render.as_json({"restored": restored})
    else:
        memories = "1 memory is" if restored == 1 else f"{restored} memories are"
        render.notice(f"{memories} as before")


def _told(result: ConsolidationResult) -> str:
    if result.status is ConsolidationStatus.REFUSED:
        return f"refused: {result.detail}"
    return (
        f"{result.consolidated_count} merged or kept longer, "
        f"{result.discarded_count} faded, {result.retained_count} current"
        f"{', taken back' if result.status is ConsolidationStatus.REVERSED else ''}"
    )


def _shape(result: ConsolidationResult, known: list[str]) -> dict[str, object]:
    return {
        "id": result.id,
        "at": result.at.isoformat(),
        "status": result.status,
        "consolidated_count": result.consolidated_count,
        "retained_count": result.retained_count,
        "discarded_count": result.discarded_count,
        "new_insights": known,
        "detail": result.detail,
    }
