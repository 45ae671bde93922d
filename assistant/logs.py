"""The log file: one JSON object a line, with every secret taken out.

Modules log with `logging.getLogger(__name__)`, facts in `extra`. structlog writes
the lines, and is imported when there is a first one, for it is slow to import.
Nothing here can make the program fail: what cannot be logged is not logged.
"""

import fcntl
import logging
import os
import re
import sys
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager, suppress
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any, TextIO

HIDDEN = "[hidden]"

_MEGABYTE = 1 << 20
_NAMES = (
    r"api_?key|token|key|secret|password|passwd|passphrase|authorization|credentials?"
)
_SECRET_NAME = re.compile(rf"(?:^|[^a-z])(?:{_NAMES})$", re.IGNORECASE)
_SECRETS = (
    re.compile(r"\b[0-9a-fA-F]{64}\b|\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{8}){7}\b"),
    re.compile(r"\b(?i:bearer|basic|bot)\s+[\w.~+/=-]{8,}"),
    re.compile(r"\b(?:sk|pk|hf|gh[a-z]|gsk|xai|xox[a-z])[-_][\w-]{8,}"),
    re.compile(r"\bAKIA[0-9A-Z]{16}\b"),
    re.compile(r"\beyJ[\w-]{5,}\.[\w-]+\.[\w-]*"),
    re.compile(r"\b[\w-]{23,30}\.[\w-]{6,7}\.[\w-]{27,}"),
    re.compile(r"(?<=://)[^\s/@:]*:[^\s/@]+(?=@)"),
)
_INTERNAL = ("_record", "_from_structlog", "exc_info", "stack_info")
_NAMED_SECRET = re.compile(
    rf"(?P<name>(?<![A-Za-z])(?:{_NAMES})"
    r"(?:[\"']?\s*[:=]\s*|[\"']\s*,\s*(?=b?[\"'])))"  # a pair, or a pair in quotes
    r"(?:b?\"[^\"]*\"|b?'[^']*'|[^\s\"',;&}\])]+)",
    re.IGNORECASE,
)


def configure_logging(
    path: Path, level: str, *, megabytes: int = 5, older: int = 3
) -> None:
    """Send every logger's lines to this file, and to nowhere else."""
    root = logging.getLogger()
    root.handlers = [_LogFile(path, limit=megabytes * _MEGABYTE, older=older)]
    root.setLevel(level.upper())
    logging.captureWarnings(capture=True)


def hide(text: str) -> str:
    """The text without keys, tokens and passwords."""
    for secret in _SECRETS:
        text = secret.sub(HIDDEN, text)
    return _NAMED_SECRET.sub(rf"\g<name>{HIDDEN}", text)


@contextmanager
def stderr_to(path: Path) -> Iterator[TextIO]:
    """Send what native libraries write to standard error to this file.

    Yields a stream to where standard error went before. Holds for the whole
    process, and is undone at the end.
    """
    sys.stderr.flush()
    before = os.dup(2)
    try:
        target = _open_to_append(path)
    except OSError:
        target = os.open(os.devnull, os.O_WRONLY)
    os.dup2(target, 2)
    os.close(target)
    stream = os.fdopen(
        before, "w", encoding="utf-8", errors="replace", buffering=1, closefd=False
    )
    try:
        yield stream
    finally:
        # Whoever read there may have gone away meanwhile.
        with suppress(OSError, ValueError):
            stream.close()
        with suppress(OSError, ValueError):
            sys.stderr.flush()
        os.dup2(before, 2)
        os.close(before)


class _LogFile(logging.Handler):
    """Opens the file for each line, so that several processes may rotate it."""

    def __init__(self, path: Path, *, limit: int, older: int) -> None:
        super().__init__()
        self._path = path
        self._limit = limit
        self._older = older

    @cached_property
    def _lines(self) -> logging.Formatter:
        return _structured_lines()

    def emit(self, record: logging.LogRecord) -> None:
        with suppress(Exception):  # what cannot be logged stops nothing
            self._write(f"{self._lines.format(record)}\n".encode())

    def _write(self, line: bytes) -> None:
        while True:
            file = _open_to_append(self._path)
            try:
                fcntl.flock(file, fcntl.LOCK_EX)
                if self._is_rotated(file):
                    continue
                size = os.fstat(file).st_size
                if size and size + len(line) > self._limit:
                    self._rotate()
                    continue
                os.write(file, line)
                return
            finally:
                os.close(file)

    def _is_rotated(self, file: int) -> bool:
        """Whether another process moved it away while we waited for the lock."""
        try:
            return not os.path.samestat(os.fstat(file), self._path.stat())
        except FileNotFoundError:
            return True

    def _rotate(self) -> None:
        """Shift every file by one; the oldest goes."""
        names = [self._path, *(self._numbered(n + 1) for n in range(self._older))]
        for newer, older in reversed(list(pairwise(names))):
            if newer.exists():
                newer.replace(older)

    def _numbered(self, number: int) -> Path:
        return self._path.with_name(f"{self._path.name}.{number}")


def _open_to_append(path: Path) -> int:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _structured_lines() -> logging.Formatter:
    import structlog

    shared: list[structlog.typing.Processor] = [
        _hide_secrets,
        structlog.stdlib.ExtraAdder(),
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _hide_secrets,
    ]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(),
        ],
    )


def _hide_secrets(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    return {name: _without_secrets(name, value) for name, value in event.items()}


def _without_secrets(name: str, value: object) -> object:
    if isinstance(value, bool | int | float) or value is None or name in _INTERNAL:
        return value
    if _SECRET_NAME.search(name):
        return HIDDEN
    if isinstance(value, Mapping):
        return {str(key): _without_secrets(str(key), one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_without_secrets(name, one) for one in value]
    return hide(str(value))
