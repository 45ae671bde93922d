"""After a crash: replies that nobody is writing any more are marked so.

A reply names the process that writes it. When that process is gone, what it had
written stays, marked interrupted, and can be gone on with.
"""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from assistant.entities.conversation import FinishReason, MessageState
from assistant.storage.database import Database
from assistant.storage.messages import Messages

IsAlive: TypeAlias = Callable[[str], bool]

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_STARTED_AT = 19  # in clock ticks; among what Linux says after a process's name
_INTERRUPTED = "Interrupted: Hearth stopped while it was answering"


def this_process() -> str:
    """A name for this process that no later process will have."""
    return _name(os.getpid())


def is_alive(writer: str) -> bool:
    """Whether the process of that name still runs on this machine.

    Processes of other machines cannot be seen from here and count as alive.
    """
    host, _, rest = writer.partition("/")
    if host != os.uname().nodename:
        return True
    number = rest.partition("@")[0]
    return number.isdecimal() and _name(int(number)) == writer


def mark_interrupted(
    messages: Messages, *, database: Database, alive: IsAlive = is_alive
) -> int:
    """Mark every reply whose writer is gone; how many there were."""
    if not messages.abandoned(alive):
        return 0
    with database.transaction():
        left = messages.abandoned(alive)
        for reply in left:
            messages.replace(
                replace(
                    reply,
                    state=MessageState.FAILED,
                    error=_INTERRUPTED,
                    finish_reason=FinishReason.INTERRUPTED,
                    written_by=None,
                )
            )
            if reply.parent_id is not None:
                messages.settle(reply.parent_id, error=_INTERRUPTED)
    return len(left)


def _name(number: int) -> str:
    return f"{os.uname().nodename}/{number}@{_started(number)}"


def _started(number: int) -> str:
    """When a process began, as its system counts; empty when there is none.

    Numbers of processes are given out again, and then only this differs.
    """
    if not _BOOT.exists():
        return _started_elsewhere(number)
    try:
        about = Path(f"/proc/{number}/stat").read_text(errors="replace")
    except OSError:
        return ""
    # The name of the program may hold spaces and brackets.
    ticks = about.rpartition(")")[2].split()[_STARTED_AT]
    return f"{_BOOT.read_text()[:8]}-{ticks}"


def _started_elsewhere(number: int) -> str:
    """On systems that do not tell by a file."""
    import psutil

    try:
        return f"{psutil.Process(number).create_time():.2f}"
    except psutil.Error:
        return ""
