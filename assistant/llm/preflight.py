"""Tries a model file out before this process trusts it with everybody's words.

llama.cpp aborts on some damaged files, and crashes on machines that promise more
than they give. It may do so in a child process. This is the parent; what the
child does is in `assistant.llm.probe`.
"""

import json
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

# -P: a folder that happens to be current must not lend modules.
_PROBE = (sys.executable, "-P", "-m", "assistant.llm.probe")
_LEAST_SECONDS = 60.0
_BYTES_A_SECOND = 20_000_000  # a slow disk; every byte is read at the first load

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the trial found. It holds for one file, library and processor."""

    ok: bool
    use_extra_bufts: bool = False
    """Whether llama.cpp may repack the weights for this processor's own units."""

    threads: int = 1
    tokens_per_second: float = 0.0
    reason: str = ""
    """Why not, in one line; empty for a model that works."""

    notice: str = ""
    """What the user should know of a model that works."""

    @property
    def facts(self) -> Mapping[str, object]:
        """The verdict as plain values."""
        return asdict(self)


def verdict_of(facts: Mapping[str, object]) -> Verdict | None:
    """The verdict from its plain values; None when they are none."""
    names = {field.name for field in fields(Verdict)}
    # The child wrote them from the same class; of another class they are none.
    return Verdict(**facts) if facts.keys() == names else None  # type: ignore[arg-type]


def preflight(
    path: Path,
    *,
    threads: int = 0,
    seconds: float | None = None,
    command: Sequence[str] = _PROBE,
) -> Verdict:
    """Load, read and write a little in a child process; crashes are verdicts.

    `threads` 0 measures how many are best. Only a good verdict is worth
    remembering: what failed may succeed with more memory or less to do.
    """
    limit = _LEAST_SECONDS + path.stat().st_size / _BYTES_A_SECOND
    trial = _Trial(
        path=path,
        threads=threads,
        seconds=limit if seconds is None else seconds,
        command=command,
    )
    verdict, was_killed = trial.run(use_extra_bufts=True)
    if was_killed:
        _log.warning("%s: %s; trying plainer code", path, verdict.reason)
        verdict, _ = trial.run(use_extra_bufts=False)
    return verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trial:
    """One file, to be tried in one way or another."""

    path: Path
    threads: int
    seconds: float
    command: Sequence[str]

    def run(self, *, use_extra_bufts: bool) -> tuple[Verdict, bool]:
        """The verdict, and whether a signal put an end to the child."""
        wish = {
            "path": str(self.path),
            "threads": self.threads,
            "use_extra_bufts": use_extra_bufts,
        }
        try:
            child = subprocess.run(
                [*self.command, json.dumps(wish)],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=self.seconds,
                env={**os.environ, "GGML_NO_BACKTRACE": "1"},
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            what = f"it did not end within {self.seconds:.0f} seconds"
            return _bad(what, _said(error.stdout)), False
        _log.debug("%s: %s", self.path, child.stderr.decode(errors="replace")[-2000:])
        said = _said(child.stdout)
        if child.returncode == -signal.SIGPROF:  # the probe's own limit
            return _bad("it went on for ever", said), False
        if child.returncode < 0:
            name = signal.Signals(-child.returncode).name
            return _bad(f"llama.cpp crashed ({name})", said), True
        found = verdict_of(_as_facts(said.get("verdict")))
        if found is None:
            return _bad(f"the trial failed ({child.returncode})", said), False
        return replace(found, use_extra_bufts=use_extra_bufts), False


def _bad(what: str, said: Mapping[str, object]) -> Verdict:
    stage = said.get("stage", "while it was started")
    return Verdict(ok=False, reason=f"{what} {stage}")


def _said(output: bytes | None) -> Mapping[str, object]:
    """All that the child said, a line at a time; the last word counts."""
    said: dict[str, object] = {}
    for line in (output or b"").splitlines():
        with suppress(ValueError):
            said.update(_as_facts(json.loads(line)))
    return said


def _as_facts(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}
