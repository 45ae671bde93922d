"""`hearth ingest --watch`: what changes is read again, as long as it is watched.

While nothing changes, the time goes to whatever waits for an idle moment. Whoever asks
something meanwhile, in whatever process, comes first.
"""

from dataclasses import replace
from pathlib import Path
from typing import NoReturn

from assistant.cli import render
from assistant.cli.ingesting import Intake
from assistant.errors import UsageError
from assistant.knowledge.idle import IdleWork
from assistant.knowledge.ingest import Ingest, Wanted
from assistant.media.sources import is_page
from assistant.media.watching import changes


def watch_for_changes(
    wanted: Wanted, library: Ingest, *, idle: IdleWork, as_json: bool
) -> NoReturn:
    """First everything, then only what changes; Ctrl-C ends it."""
    paths = [each for each in wanted.sources if not is_page(each)]
    if not paths:
        raise UsageError(
            "Only files and folders can be watched",
            hint="Name one: hearth ingest ~/notes --watch",
        )
    idle.start()
    for changed in changes([Path(each).expanduser().resolve() for each in paths]):
        intake = Intake(as_json=as_json)
        again = replace(wanted, sources=paths, only=changed) if changed else wanted
        intake.follow(idle.in_calm(library.run(again)))
        intake.summarise()
        if not changed:
            render.notice("Watching for changes; Ctrl-C ends it")
    raise UsageError("There is nothing left to watch")
