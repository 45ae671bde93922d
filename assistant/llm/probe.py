"""The preflight's child: loads a model file and makes it work a little.

`python -m assistant.llm.probe '{"path": ...}'` says on stdout, a line of JSON at a
time, how far it has come, and last its verdict. It may crash; that is its use.
"""

import json
import resource
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from string import printable
from time import perf_counter

from assistant.errors import AssistantError
from assistant.llm.engine import Sampling
from assistant.llm.native import NativeModel
from assistant.llm.preflight import Verdict
from assistant.llm.template import ChatTemplate
from assistant.llm.threads import candidates, choose, usable_cores
from assistant.weights import read_gguf

_TEMPLATE_SECONDS = 2.0
_TEMPLATE_BYTES = 256 * 1024 * 1024
_CONTEXT_TOKENS = 512
_LEAST_READ = 96  # a real batch: small ones take other code
_TEXT = f"The quick brown fox jumps over the lazy dog. {printable} é € 🙂 "
_GREEDY = Sampling(max_tokens=1, temperature=0.0)
_TOKENS_A_ROUND = 6
_SECONDS_A_ROUND = 1.0
_ROUNDS = 2


def main(wish: str) -> None:
    """Try the file out, and say what came of it."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    asked = json.loads(wish)
    try:
        verdict = _tried(
            Path(asked["path"]),
            threads=asked["threads"],
            use_extra_bufts=asked["use_extra_bufts"],
        )
    except (AssistantError, MemoryError) as error:
        why = str(error).replace(f"{asked['path']} ", "it ")
        verdict = Verdict(ok=False, reason=why or "it needs too much memory")
    _say(verdict=verdict.facts)


def _tried(path: Path, *, threads: int, use_extra_bufts: bool) -> Verdict:
    metadata = read_gguf(path)
    _say(stage="while its chat template was tried")
    with _little_time_and_memory():
        notice = ChatTemplate(metadata).notice
    _say(stage="while it was loaded")
    model = NativeModel(
        path, context_tokens=_CONTEXT_TOKENS, threads=1, use_extra_bufts=use_extra_bufts
    )
    _say(stage="while it read its first words")
    text = model.tokenize(_TEXT) or [0]
    model.read((text * _LEAST_READ)[:_LEAST_READ])
    if not model.is_sane():
        return Verdict(ok=False, reason="it computes no numbers; it may be damaged")
    _say(stage="while it wrote its first words")
    tried = [threads] if threads else candidates(usable_cores())
    speeds = _speeds(model, tried)
    best = choose(speeds)
    return Verdict(ok=True, threads=best, tokens_per_second=speeds[best], notice=notice)


def _speeds(model: NativeModel, tried: Sequence[int]) -> dict[int, float]:
    """Tokens a second by number of threads, until more threads help no more."""
    speeds: dict[int, float] = {}
    for threads in tried:
        model.use_threads(threads)
        speeds[threads] = max(_speed(model) for _ in range(_ROUNDS))
        if len(speeds) > 2 and speeds[threads] < max(speeds.values()) * 0.8:
            break
    return speeds


def _speed(model: NativeModel) -> float:
    sampler = model.sampler(_GREEDY)
    model.extend(sampler.pick())
    written, started = 0, perf_counter()
    while written < _TOKENS_A_ROUND and perf_counter() - started < _SECONDS_A_ROUND:
        model.extend(sampler.pick())
        written += 1
    sampler.close()
    return written / (perf_counter() - started)


@contextmanager
def _little_time_and_memory() -> Iterator[None]:
    """For code out of a file that anyone may have made."""
    held = resource.getrlimit(resource.RLIMIT_AS)
    room = _address_space() + _TEMPLATE_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (room, held[1]))
    # Time of the processor, not of the clock: the machine may be busy elsewhere.
    signal.setitimer(signal.ITIMER_PROF, _TEMPLATE_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        resource.setrlimit(resource.RLIMIT_AS, held)


def _address_space() -> int:
    statistics = Path("/proc/self/statm")
    if not statistics.exists():
        return 0
    pages = int(statistics.read_text().split()[0])
    return pages * resource.getpagesize()


def _say(**facts: object) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
