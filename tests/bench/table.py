"""Rows of ratios, and how they are printed and kept."""

import csv
import os
import platform
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from statistics import median
from subprocess import run

KEPT = Path(__file__).parent / "measured.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One comparison: medians of both sides, and their ratio."""

    what: str
    against: str
    ours: float
    baseline: float
    unit: str
    goal: str

    @property
    def ratio(self) -> float:
        return self.ours / self.baseline


def compare(ours: Iterable[float], baseline: Iterable[float], **said: str) -> Row:
    """The row of two series of measurements, by their medians."""
    return Row(ours=median(ours), baseline=median(baseline), **said)


def show(rows: Iterable[Row]) -> None:
    """Print the table, and nothing else."""
    print(f"{'what':44} {'ours':>10} {'baseline':>10} {'ratio':>7}  goal")
    for row in rows:
        print(
            f"{row.what:44} {row.ours:>7.1f} {row.unit:<2} {row.baseline:>7.1f} "
            f"{row.unit:<2} {row.ratio:>6.2f}x  {row.goal}  (against {row.against})"
        )


def keep(rows: Iterable[Row]) -> None:
    """Append the table to the committed record, with commit and machine."""
    commit = run(
        ["git", "rev-parse", "--short", "HEAD"],
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    machine = f"{platform.machine()} {os.cpu_count()} cores"
    names = ["commit", "machine", *(f.name for f in fields(Row)), "ratio"]
    is_new = not KEPT.exists()
    with KEPT.open("a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, names, lineterminator="\n")
        if is_new:
            writer.writeheader()
        for row in rows:
            writer.writerow(
                {"commit": commit, "machine": machine}
                | asdict(row)
                | {"ratio": round(row.ratio, 3)}
            )
