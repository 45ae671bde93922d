"""One process that holds one thing, and prints its resident megabytes."""

import asyncio
import io
import json
import os
import sys
import tempfile
from contextlib import redirect_stderr, redirect_stdout

import psutil

from assistant.app import open_assistant
from assistant.weights import bundled_weights


def hold_nothing() -> None:
    """What both sides import."""
    import llama_cpp.llama_cpp

    assert llama_cpp.llama_cpp


def hold_model() -> None:
    """The weights, and a cache that has read one prompt."""
    request = {
        "path": str(bundled_weights()),
        "context": 8192,
        "threads": 1,
        "use_extra_bufts": False,
        "max_tokens": 8,
        "conversations": [[{"role": "user", "content": "Hello"}]],
    }
    from tests.bench import bare

    sys.stdin = io.StringIO(json.dumps(request))
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        _held.append(bare.main())


_held: list[object] = []


def hold_interface() -> None:
    """The real interface without a terminal, after one real answer."""
    from tui.app import HearthApp

    async def converse() -> None:
        with open_assistant() as assistant:
            assistant.beginning.note_greeted()
            app = HearthApp(assistant)
            async with app.run_test(size=(120, 36)) as pilot:
                await pilot.press(*"Hello", "enter")
                while not assistant.traces.last_trace():
                    await pilot.pause(0.2)
                _held.append(resident_megabytes())

    asyncio.run(converse())


def resident_megabytes() -> float:
    return float(psutil.Process().memory_info().rss / 2**20)


if __name__ == "__main__":
    holding = {
        "nothing": hold_nothing,
        "model": hold_model,
        "interface": hold_interface,
    }
    with tempfile.TemporaryDirectory() as folder:
        os.environ["HEARTH_HOME"] = folder
        holding[sys.argv[1]]()
        measured = [each for each in _held if isinstance(each, float)]
        print(measured[0] if measured else resident_megabytes())
