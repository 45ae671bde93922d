"""Kill -9 at a random moment, and what was acknowledged by then.

    def work(acknowledge, path, name):        # at the top of a module
        ... commit something, for ever ...
        acknowledge("what was committed")

    for round in range(40):
        told = kill_at_random((work, path, "a"), (work, path, "b"), chance=chance)
        ... open the file; all of `told[0]` and `told[1]` must be there ...

Each piece of work runs in a process of its own, forked from a clean one that has
imported what is named in `_PRELOADED`. All are killed at once, at a random moment
after each has acknowledged something. `acknowledge` returns once its word is in the
pipe, which outlives the process.
"""

import random
import time
from collections.abc import Callable, Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, TypeAlias

Acknowledge: TypeAlias = Callable[[str], None]
Work: TypeAlias = tuple[Any, ...]
"""A function and its further arguments; the function comes from a module's top."""

_PRELOADED = ["pytest", "hypothesis", "assistant.app", "tests.storage.building"]
_FORKED = get_context("forkserver")
_FORKED.set_forkserver_preload(_PRELOADED)
_FIRST_WORD_SECONDS = 50.0
_FAILED = "\0failed "


def kill_at_random(
    *works: Work, chance: random.Random, longest: float = 0.15
) -> list[list[str]]:
    """Run all at once, kill them within so many seconds; what each acknowledged."""
    running = [_start(work) for work in works]
    told = [[_first_word(pipe)] for _, pipe in running]
    time.sleep(chance.uniform(0, longest))
    for process, _ in running:
        process.kill()
    for process, _ in running:
        process.join()
    for words, (_, pipe) in zip(told, running, strict=True):
        words.extend(_drain(pipe))
    return told


def _start(work: Work) -> tuple[Any, Connection]:
    here, there = _FORKED.Pipe(duplex=False)
    process = _FORKED.Process(target=_run, args=(there, *work), daemon=True)
    process.start()
    there.close()
    return process, here


def _run(pipe: Connection, function: Callable[..., None], *arguments: Any) -> None:
    try:
        function(pipe.send, *arguments)
    except BaseException as error:
        pipe.send(f"{_FAILED}{type(error).__name__}: {error}")
        raise


def _first_word(pipe: Connection) -> str:
    if not pipe.poll(_FIRST_WORD_SECONDS):
        raise AssertionError("nothing was acknowledged; does the work do anything?")
    return _checked(pipe.recv())


def _drain(pipe: Connection) -> Sequence[str]:
    words = []
    try:
        while True:
            words.append(_checked(pipe.recv()))
    except EOFError:
        return words
    finally:
        pipe.close()


def _checked(word: str) -> str:
    if word.startswith(_FAILED):
        raise AssertionError(f"the work {word.removeprefix(_FAILED)}")
    return word
