"""Model files opened as the program opens them."""

import os
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from assistant.entities.conversation import MessageRole
from assistant.entities.ids import LOCAL_USER
from assistant.entities.model import ModelService, ServiceStatus
from assistant.errors import WeightsMissingError, WeightsRefusedError
from assistant.llm.engine import ChatMessage, Finished, GenerationRequest, Sampling
from assistant.llm.preflight import Verdict
from assistant.models import files
from assistant.models.checking import ask_for_a_word
from assistant.models.files import BUNDLED_NAME, FileMemory
from assistant.models.opening import Engines
from assistant.models.shelf import ModelShelf
from assistant.models.verdicts import Verdicts
from assistant.storage.machine import MachineFacts
from assistant.weights import sha256_of
from tests.fakes.tiny_gguf import Tiny, write_tiny_gguf
from tests.models.conftest import Home

WORKS = Verdict(ok=True, threads=1, notice="It forgets")


@dataclass
class Trials:
    """Gives one verdict and remembers what was tried."""

    verdict: Verdict = WORKS
    tried: list[Path] = field(default_factory=list)

    def __call__(self, path: Path) -> Verdict:
        self.tried.append(path)
        return self.verdict


@pytest.fixture
def trials() -> Trials:
    return Trials()


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    return write_tiny_gguf(tmp_path / "tiny.gguf")


def opener(home: Home, trials: Trials, **settings) -> Engines:
    real = home.shelf(real=True, **settings)._real
    verdicts = Verdicts(
        facts=MachineFacts(home.database),
        database=home.database,
        clock=home.clock,
        trial=trials,
    )
    return Engines(
        memory=real.memory,
        verdicts=verdicts,
        settings=real.settings,
        environment=real.environment,
    )


def added(home: Home, path: Path) -> ModelService:
    return home.shelf().add_file(path, name="tiny", actor=LOCAL_USER)


def test_a_file_is_tried_out_once_on_this_machine(
    home: Home, trials: Trials, tiny: Path
) -> None:
    service = added(home, tiny)

    for _ in range(3):
        opener(home, trials)(service).close()

    assert trials.tried == [tiny]


def test_another_file_is_tried_out_too(
    home: Home, trials: Trials, tiny: Path, tmp_path: Path
) -> None:
    other = write_tiny_gguf(tmp_path / "other.gguf", seed=1)
    opener(home, trials)(added(home, tiny)).close()
    opener(home, trials)(
        home.shelf().add_file(other, name="other", actor=LOCAL_USER)
    ).close()

    assert trials.tried == [tiny, other]


def test_a_file_that_does_not_run_here_is_refused_and_tried_again_later(
    home: Home, tiny: Path
) -> None:
    trials = Trials(Verdict(ok=False, reason="llama.cpp crashed (SIGSEGV)"))
    service = added(home, tiny)

    for _ in range(2):
        with pytest.raises(WeightsRefusedError, match="SIGSEGV"):
            opener(home, trials)(service)

    assert len(trials.tried) == 2


def test_what_the_user_should_know_of_a_model_is_found(
    home: Home, trials: Trials, tiny: Path
) -> None:
    service = added(home, tiny)
    engines = opener(home, trials)
    before = engines.find_notice(service)
    engines(service).close()

    assert (before, engines.find_notice(service)) == ("", "It forgets")


def test_a_file_that_was_swapped_is_refused_until_it_is_added_again(
    home: Home, trials: Trials, tiny: Path
) -> None:
    service = added(home, tiny)
    write_tiny_gguf(tiny, seed=1)

    with pytest.raises(WeightsRefusedError, match="has changed") as caught:
        opener(home, trials)(service)
    assert f"hearth models add {tiny}" in caught.value.hint
    assert trials.tried == []

    again = home.shelf().add_file(tiny, actor=LOCAL_USER)
    opener(home, trials)(again).close()


def test_a_swap_that_keeps_size_and_time_is_noticed_all_the_same(
    home: Home, trials: Trials, tiny: Path
) -> None:
    service = added(home, tiny)
    opener(home, trials)(service).close()
    times = tiny.stat()
    swapped = bytearray(tiny.read_bytes())
    swapped[-1] ^= 1
    tiny.write_bytes(swapped)
    os.utime(tiny, ns=(times.st_atime_ns, times.st_mtime_ns))

    with pytest.raises(WeightsRefusedError, match="has changed"):
        opener(home, trials)(service)


def test_a_file_that_was_only_touched_is_still_the_same(
    home: Home, trials: Trials, tiny: Path
) -> None:
    service = added(home, tiny)
    os.utime(tiny, ns=(1, 1))

    opener(home, trials)(service).close()


def test_a_file_that_is_gone_is_missing(home: Home, trials: Trials, tiny: Path) -> None:
    service = added(home, tiny)
    tiny.unlink()

    with pytest.raises(WeightsMissingError, match="tiny"):
        opener(home, trials)(service)


def test_an_unchanged_file_is_not_read_again(
    home: Home, tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = FileMemory(
        MachineFacts(home.database), database=home.database, clock=home.clock
    )
    first = memory.sha256(tiny)

    def refuse(path: Path) -> str:
        raise AssertionError(f"{path} was read again")

    monkeypatch.setattr(files, "sha256_of", refuse)

    assert memory.sha256(tiny) == first == sha256_of(tiny)


def test_a_context_is_asked_for_within_what_the_model_can(
    home: Home, trials: Trials, tiny: Path
) -> None:
    service = added(home, tiny)
    contexts = [
        opener(home, trials, context_tokens=wanted)(service).context_tokens
        for wanted in (0, 512, 1_000_000)
    ]

    assert contexts == [2048, 512, 2048]


def test_a_model_too_large_for_memory_is_refused_with_numbers_before_loading(
    home: Home, trials: Trials, tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = added(home, tiny)
    monkeypatch.setattr("assistant.models.opening._available_bytes", lambda _: 10**6)

    with pytest.raises(WeightsRefusedError, match=r"needs .* GB .* is available"):
        opener(home, trials)(service)
    assert trials.tried == []


# With the real trial


def check(shelf: ModelShelf, path: Path) -> tuple[ServiceStatus, object]:
    shelf.add_file(path, name="tiny", actor=LOCAL_USER)
    report = shelf.check("tiny")
    return report.status, report.details.get("error")


def test_a_real_trial_lets_a_real_file_answer(home: Home, tiny: Path) -> None:
    shelf = home.shelf(real=True)
    service = shelf.add_file(tiny, actor=LOCAL_USER)

    generated = list(shelf.engine(service).generate(_few_words()))

    assert isinstance(generated[-1], Finished)


@pytest.mark.parametrize(
    "kind", [Tiny.NAN, Tiny.UNKNOWN_ARCHITECTURE, Tiny.DUPLICATE_TOKEN]
)
def test_a_file_that_looks_well_and_is_not_is_unavailable_and_says_why(
    home: Home, tmp_path: Path, kind: Tiny
) -> None:
    path = write_tiny_gguf(tmp_path / "bad.gguf", kind)

    status, error = check(home.shelf(real=True), path)

    assert status is ServiceStatus.UNAVAILABLE
    assert error


@pytest.mark.weights
def test_the_bundled_model_answers_on_this_machine(home: Home) -> None:
    shelf = home.shelf(real=True)

    report = shelf.check(BUNDLED_NAME)

    assert report.status is ServiceStatus.HEALTHY
    assert report.response_time_ms is not None
    assert ask_for_a_word(shelf.engine(shelf.in_use())).completion_tokens > 0


def _few_words() -> GenerationRequest:
    return GenerationRequest(
        messages=(ChatMessage(role=MessageRole.USER, content="Hello"),),
        sampling=Sampling(max_tokens=8, temperature=0.0),
    )
