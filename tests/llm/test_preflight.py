import json
import os
import signal
import sys
from pathlib import Path

import pytest

from assistant.llm.preflight import preflight
from assistant.weights import bundled_weights
from tests.fakes.tiny_gguf import Tiny, write_tiny_gguf


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    path = tmp_path / "some.gguf"
    path.write_bytes(b"whatever")
    return path


def child(script: str) -> list[str]:
    return [sys.executable, "-c", script]


def dying(sign: signal.Signals) -> list[str]:
    return child(
        f"import os; {saying('while it was loaded')}; os.kill(os.getpid(), {sign:d})"
    )


def saying(stage: str) -> str:
    return f"print({json.dumps(json.dumps({'stage': stage}))}, flush=True)"


def test_a_good_file_is_found_good_and_gets_its_threads(tmp_path: Path) -> None:
    verdict = preflight(write_tiny_gguf(tmp_path / "good.gguf"))

    assert verdict.ok
    assert verdict.tokens_per_second > 0
    assert 1 <= verdict.threads <= max(1, (os.cpu_count() or 1) - 1)
    assert verdict.notice == ""


def test_threads_that_were_asked_for_are_taken(tmp_path: Path) -> None:
    assert preflight(write_tiny_gguf(tmp_path / "good.gguf"), threads=3).threads == 3


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (Tiny.TRUNCATED, "cut short"),
        (Tiny.UNKNOWN_ARCHITECTURE, "unknown model architecture: 'unknown'"),
        (Tiny.NAN, "computes no numbers"),
        (Tiny.DUPLICATE_TOKEN, "crashed (SIGABRT) while it was loaded"),
        (Tiny.ENDLESS_TEMPLATE, "for ever while its chat template was tried"),
    ],
)
def test_a_bad_file_is_refused_with_the_reason(
    tmp_path: Path, kind: Tiny, said: str
) -> None:
    path = write_tiny_gguf(tmp_path / "bad.gguf", kind)

    verdict = preflight(path)

    assert not verdict.ok
    assert said in verdict.reason
    assert "\n" not in verdict.reason
    assert str(path) not in verdict.reason


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (Tiny.NO_TEMPLATE, "has no chat template"),
        (Tiny.BAD_TEMPLATE, "chat template cannot be used"),
    ],
)
def test_a_file_without_a_usable_template_works_and_says_so(
    tmp_path: Path, kind: Tiny, said: str
) -> None:
    verdict = preflight(write_tiny_gguf(tmp_path / "odd.gguf", kind))

    assert verdict.ok
    assert said in verdict.notice


@pytest.mark.parametrize("sign", [signal.SIGSEGV, signal.SIGABRT, signal.SIGILL])
def test_a_crash_of_the_child_is_named_with_what_it_was_doing(
    weights: Path, sign: signal.Signals
) -> None:
    verdict = preflight(weights, command=dying(sign))

    assert not verdict.ok
    assert verdict.reason == f"llama.cpp crashed ({sign.name}) while it was loaded"


def test_after_a_crash_the_plainer_code_is_tried(weights: Path) -> None:
    script = """
import json, os, signal, sys
wish = json.loads(sys.argv[1])
if wish["use_extra_bufts"]:
    os.kill(os.getpid(), signal.SIGSEGV)
print(json.dumps({"verdict": {
    "ok": True, "use_extra_bufts": True, "threads": 2, "tokens_per_second": 5.0,
    "reason": "", "notice": ""}}))
"""

    verdict = preflight(weights, command=child(script))

    assert verdict.ok
    assert not verdict.use_extra_bufts
    assert verdict.threads == 2


def test_a_child_that_hangs_is_given_up(weights: Path) -> None:
    sleepy = child(f"import time; {saying('while it slept')}; time.sleep(60)")

    verdict = preflight(weights, seconds=1, command=sleepy)

    assert verdict.reason == "it did not end within 1 seconds while it slept"


@pytest.mark.parametrize("script", ["pass", "print('[]')", "raise SystemExit(3)"])
def test_a_child_without_a_verdict_is_no_good(weights: Path, script: str) -> None:
    verdict = preflight(weights, command=child(script))

    assert not verdict.ok
    assert "the trial failed" in verdict.reason


@pytest.mark.weights
def test_the_bundled_model_passes_on_this_machine() -> None:
    verdict = preflight(bundled_weights(), threads=1)

    assert verdict.ok, verdict.reason
