"""Running whole commands: wall time and processor time of each."""

import os
import resource
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from subprocess import run
from time import perf_counter


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One finished command; times in milliseconds."""

    wall: float
    processor: float
    output: str
    errors: str


def timed(
    command: Sequence[str],
    *,
    stdin: str = "",
    environment: Mapping[str, str] | None = None,
) -> Run:
    """Run to the end; raises CalledProcessError when it fails."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = perf_counter()
    done = run(
        command,
        input=stdin,
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | dict(environment or {}),
    )
    wall = perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)
    return Run(
        wall=wall * 1000,
        processor=spent * 1000,
        output=done.stdout,
        errors=done.stderr,
    )
