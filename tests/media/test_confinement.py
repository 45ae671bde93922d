"""What the child that parses cannot do, tried by one that has given it up."""

import subprocess
import sys
from pathlib import Path

import pytest

ATTEMPTS = {
    "write a file": "open('was-here', 'w')",
    "write past the hook": (
        "import ctypes; c = ctypes.CDLL(None);"
        "fd = c.open(b'was-here', 66, 384);"
        "assert c.write(fd, b'x', 1) == 1"
    ),
    "open a connection": "import socket; socket.create_connection(('127.0.0.1', 9))",
    "look up a name": "import socket; socket.getaddrinfo('localhost', 80)",
    "start a program": "import subprocess; subprocess.run(['true'])",
    "start a shell": "import os; os.system('true')",
    "fork": "import os; os.fork()",
    "take a gigabyte": "bytes(1 << 30)",
    "take it past python": (
        "import ctypes; c = ctypes.CDLL(None); c.malloc.restype = ctypes.c_void_p;"
        "assert c.malloc(ctypes.c_size_t(1 << 30))"
    ),
    "compute for ever": (
        "from assistant.media.confinement import allow_processor; allow_processor(0)\n"
        "while True: pass"
    ),
}


@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=ATTEMPTS.keys())
def test_a_confined_parser_cannot(attempt: str, tmp_path: Path) -> None:
    confined = (
        "import ctypes, socket, subprocess\n"
        "from assistant.media.confinement import confine\n"
        "confine(memory_bytes=200 << 20)\n"
        "print('confined', flush=True)\n"
        f"{attempt}\n"
        "print('done it', flush=True)\n"
    )

    run = subprocess.run(
        (sys.executable, "-c", confined),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.stdout == "confined\n"
    assert run.returncode != 0
