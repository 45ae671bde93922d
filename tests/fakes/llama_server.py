"""llama-cpp-python's own server, a real one, on loopback."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

_SECONDS_TO_START = 50.0
_PAUSE = 0.05
_PROGRAM = "tests.fakes.careful_server"


@contextmanager
def llama_server(
    weights: Path, *, log: Path, context_tokens: int = 2048
) -> Iterator[str]:
    """The server's address, once it answers."""
    port = _free_port()
    options = {
        "model": str(weights),
        "host": "127.0.0.1",
        "port": port,
        "n_ctx": context_tokens,
        "n_threads": 1,
        "n_threads_batch": 1,
        "interrupt_requests": False,
    }
    words = [f"--{name}={value}" for name, value in options.items()]
    with log.open("wb") as said:
        server = subprocess.Popen(
            [sys.executable, "-m", _PROGRAM, *words], stdout=said, stderr=said
        )
    try:
        _wait_for(server, port=port, log=log)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        server.kill()
        server.wait()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def _wait_for(server: subprocess.Popen[bytes], *, port: int, log: Path) -> None:
    give_up_at = monotonic() + _SECONDS_TO_START
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if server.poll() is not None or monotonic() > give_up_at:
                raise RuntimeError(log.read_text(errors="replace")[-2000:]) from None
            sleep(_PAUSE)
        else:
            return
