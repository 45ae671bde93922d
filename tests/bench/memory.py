"""Resident memory of the interface beyond the model's weights and cache."""

import sys

from tests.bench.commands import timed
from tests.bench.table import Row

_GOAL = 110.0


def rows() -> list[Row]:
    interface = _resident("interface")
    model = _resident("model") - _resident("nothing")
    return [
        Row(
            what="interface, resident beyond weights and KV",
            against="the goal, 110 MB",
            ours=interface - model,
            baseline=_GOAL,
            unit="MB",
            goal="at most 1.00x",
        )
    ]


def _resident(what: str) -> float:
    """Megabytes of a fresh process that holds this and nothing else."""
    done = timed([sys.executable, "-m", "tests.bench.resident", what])
    return float(done.output.split()[-1])
