"""`hearth --help` against `llm --help`, by processor time."""

from tests.bench.commands import timed
from tests.bench.table import Row, compare

_ROUNDS = 9


def rows() -> list[Row]:
    ours, baseline = [], []
    for _ in range(_ROUNDS):
        ours.append(timed(["hearth", "--help"]).processor)
        baseline.append(timed(["llm", "--help"]).processor)
    return [
        compare(
            ours,
            baseline,
            what="hearth --help, processor time",
            against="llm --help",
            unit="ms",
            goal="at most 0.20x",
        )
    ]
