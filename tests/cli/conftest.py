import io
import json
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from assistant.cli.main import main
from assistant.cli.run import Run
from assistant.config.paths import Paths, find_paths
from assistant.entities.model import ModelService
from assistant.llm.engine import Engine
from tests.fakes.engine import ScriptedEngine


@dataclass(frozen=True)
class Result:
    """What one command printed, and how it ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass
class Hearth:
    """The program in this process, over a home of its own and a scripted engine."""

    home: Path
    engine: ScriptedEngine = field(default_factory=ScriptedEngine)
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        given = {"HEARTH_HOME": str(self.home), "HEARTH_STORAGE_KEY": "file"}
        return {**given, **self.variables}

    @property
    def paths(self) -> Paths:
        return find_paths(self.environment)

    def __call__(self, *arguments: str, stdin: str | bytes | None = None) -> Result:
        def engines(_service: ModelService) -> Engine:
            self.engine.closed = False  # each command closes what it opened
            return self.engine

        out, err = io.StringIO(), io.StringIO()
        raw = stdin.encode() if isinstance(stdin, str) else stdin or b""
        before, sys.stdin = sys.stdin, io.TextIOWrapper(io.BytesIO(raw), "utf-8")
        this = Run(environment=self.environment, engines=engines)
        try:
            with redirect_stdout(out), redirect_stderr(err):
                status = main(arguments, this)
        finally:
            sys.stdin = before
        return Result(status, out.getvalue(), err.getvalue())


@pytest.fixture
def hearth(tmp_path: Path) -> Hearth:
    return Hearth(home=tmp_path / "home")


@dataclass
class Program:
    """The program as a process of its own, where only that tells the truth."""

    environment: dict[str, str]

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "tests.cli.scripted_hearth", *arguments]

    def __call__(
        self, *arguments: str, **options: Any
    ) -> subprocess.CompletedProcess[str]:
        settings = {
            "capture_output": True,
            "text": True,
            "env": self.environment,
            "stdin": subprocess.DEVNULL,
            "timeout": 60,
        }
        if "stdout" in options or "stderr" in options:
            del settings["capture_output"]
            settings |= {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        if "input" in options:
            del settings["stdin"]
        return subprocess.run(self.command(*arguments), **{**settings, **options})


@pytest.fixture
def program(hearth: Hearth) -> Program:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return Program(environment={**kept, **hearth.environment, "PYTHONUTF8": "1"})
