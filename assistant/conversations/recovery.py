"""After a crash: replies that nobody is writing any more are marked so.

A reply names the process that writes it. When that process is gone, what it had
written stays, marked interrupted, and can be gone on with.
"""

import os
from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

import psutil

from assistant.entities.conversation import FinishReason, MessageState
from assistant.storage.database import Database
from assistant.storage.messages import Messages

IsAlive: TypeAlias = Callable[[str], bool]

_INTERRUPTED = "Interrupted: Hearth stopped while it was answering"


def this_process() -> str:
    """A name for this process that no later process will have."""
    return _name(psutil.Process())


def is_alive(writer: str) -> bool:
    """Whether the process of that name still runs on this machine.

    Processes of other machines cannot be seen from here and count as alive.
    """
    host, _, rest = writer.partition("/")
    if host != os.uname().nodename:
        return True
    try:
        return _name(psutil.Process(int(rest.partition("@")[0]))) == writer
    except psutil.Error:
        return False


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


def _name(process: psutil.Process) -> str:
    return f"{os.uname().nodename}/{process.pid}@{process.create_time():.2f}"
