"""What the child that parses gives up before it looks at the first file.

Memory, processor time, writing files, and the network. The limits of the system
bind native code too; the audit hook binds what runs in Python.
"""

import contextlib
import ctypes
import os
import resource
import signal
import sys
from pathlib import Path

_NEW_USER_AND_NETWORK = 0x10000000 | 0x40000000
_FORBIDDEN = frozenset(
    {
        "socket.__new__",
        "socket.bind",
        "socket.connect",
        "socket.getaddrinfo",
        "socket.sendto",
        "subprocess.Popen",
        "os.exec",
        "os.fork",
        "os.forkpty",
        "os.posix_spawn",
        "os.system",
    }
)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def confine(*, memory_bytes: int) -> None:
    """Give everything up; `memory_bytes` may be taken beyond what is in use."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _leave_network()
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_NOFILE, 64)
    in_use = address_space()
    if in_use:
        _limit(resource.RLIMIT_AS, in_use + memory_bytes)
    sys.addaudithook(_refuse)


def allow_processor(seconds: float) -> None:
    """From now on, before the system ends the process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime + seconds) + 1
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (until, hard))


def address_space() -> int:
    """Bytes of address space in use; 0 where the system does not say."""
    return _pages(0)


def resident_memory() -> int:
    """Bytes of memory in use; 0 where the system does not say."""
    return _pages(1)


def _pages(field: int) -> int:
    try:
        words = Path("/proc/self/statm").read_text().split()
    except OSError:
        return 0
    return int(words[field]) * resource.getpagesize()


def _limit(what: int, value: int) -> None:
    # A system that does not know a limit refuses it; the others still hold.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(what, (value, value))


def _leave_network() -> None:
    """Into a network of our own with nothing in it, where the kernel lets us."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None, use_errno=True).unshare(_NEW_USER_AND_NETWORK)


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if event in _FORBIDDEN:
        raise PermissionError(f"{event} is not for a parser")
    if event == "open":
        flags = arguments[2]
        if isinstance(flags, int) and flags & _WRITING:
            raise PermissionError("a parser writes no files")
