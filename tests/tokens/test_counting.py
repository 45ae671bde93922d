"""Counting tokens: laws, odd texts, and what happens without a vocabulary."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.tokens import TokenCounter, fallback_counter, gguf_counter
from assistant.tokens.cuts import CUTS
from assistant.tokens.estimate import Estimate
from assistant.tokens.pairs import PairCounter, Vocabulary
from assistant.tokens.ranks import LETTERS
from assistant.weights import GgufMetadata, bundled_weights, read_gguf
from tests.fakes.tiny_gguf import write_tiny_gguf
from tests.tokens.corpus import CODE, ENGLISH, TEXTS

_SEAM = 3  # tokens that a cut through a word may save

_OFFLINE = """
import sys

def refuse(event, details):
    if event.startswith("socket."):
        raise SystemExit(f"network touched: {event}")

sys.addaudithook(refuse)
from assistant.tokens import fallback_counter, gguf_counter
from assistant.weights import bundled_weights, read_gguf

print(type(fallback_counter()).__name__, fallback_counter().count("Hello there"))
print(gguf_counter(read_gguf(bundled_weights())).count("Hello there"))
"""


def _bundled_counter() -> TokenCounter:
    return gguf_counter(read_gguf(bundled_weights()))


def _without_merges(pre_tokenizer: str) -> PairCounter:
    """Every byte is a token of its own."""
    return PairCounter(
        Vocabulary(
            tokens=tuple(LETTERS),
            token_types=(),
            merges=(),
            pre_tokenizer=pre_tokenizer,
        )
    )


_COUNTERS = {"bundled": _bundled_counter(), "estimate": Estimate()}
_EVERY_BYTE_COUNTS = {
    name: _without_merges(name) for name in {cut: n for n, cut in CUTS.items()}.values()
}


@pytest.mark.parametrize("counter", _COUNTERS.values(), ids=_COUNTERS)
@given(text=st.text())
def test_a_count_is_never_more_than_the_bytes(counter: TokenCounter, text: str) -> None:
    assert 0 <= counter.count(text) <= len(text.encode("utf-8", "replace"))


@pytest.mark.parametrize("counter", _COUNTERS.values(), ids=_COUNTERS)
@given(first=st.text(), second=st.text())
def test_joining_two_texts_hardly_costs_more_than_both(
    counter: TokenCounter, first: str, second: str
) -> None:
    both = counter.count(first) + counter.count(second)

    assert counter.count(first + second) <= both + _SEAM


@pytest.mark.parametrize("counter", _COUNTERS.values(), ids=_COUNTERS)
def test_a_text_that_is_not_empty_costs_something(counter: TokenCounter) -> None:
    assert [counter.count(text) > 0 for text in ("", " ", "a", "\n")] == [
        False,
        True,
        True,
        True,
    ]


@pytest.mark.parametrize("name", _EVERY_BYTE_COUNTS)
@given(text=st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_no_cut_loses_a_byte(name: str, text: str) -> None:
    assert _EVERY_BYTE_COUNTS[name].count(text) == len(text.encode())


@pytest.mark.parametrize(
    "run", [" ", "\n", "\r\n", "²", "a", "!", "1", "中", "é", "\t "]
)
def test_a_million_of_one_character_can_be_counted(run: str) -> None:
    text = run * (1_000_000 // len(run))

    assert 0 < _bundled_counter().count(text) <= len(text.encode())


@pytest.mark.parametrize("name", _EVERY_BYTE_COUNTS)
def test_no_cut_is_overcome_by_a_block_of_blanks(name: str) -> None:
    for text in (" " * 300_000, "\n" * 300_000, "² " * 150_000, "²" * 300_000):
        assert _EVERY_BYTE_COUNTS[name].count(text) == len(text.encode())


def test_half_a_surrogate_pair_can_be_counted() -> None:
    assert _bundled_counter().count("a\ud83dz") > 0
    assert Estimate().count("a\ud83dz") > 0


def test_the_name_of_a_special_token_is_one_token() -> None:
    counter = _bundled_counter()

    assert counter.count("<|im_start|>") == 1
    assert counter.count("<|im_start|><|im_end|>") == 2
    assert counter.count("<|im_start|") > 1


def test_a_vocabulary_is_prepared_once_for_each_file() -> None:
    assert _bundled_counter() is _bundled_counter()


def test_another_vocabulary_at_the_same_place_is_counted_anew(
    bundled: GgufMetadata,
) -> None:
    fewer = replace(bundled, merges=bundled.merges[:100])

    assert gguf_counter(fewer).count(ENGLISH) > gguf_counter(bundled).count(ENGLISH)


def test_a_family_unknown_here_is_cut_like_most_others(bundled: GgufMetadata) -> None:
    unknown = replace(bundled, pre_tokenizer="of-next-year")
    like_most = replace(bundled, pre_tokenizer="llama-bpe")

    for text in TEXTS.values():
        ours, others = (gguf_counter(one).count(text) for one in (unknown, like_most))
        assert ours == others


def test_a_vocabulary_of_another_kind_is_left_to_the_model(tmp_path: Path) -> None:
    other = read_gguf(write_tiny_gguf(tmp_path / "tiny.gguf"))
    own = Estimate()

    assert gguf_counter(other, own=own) is own
    assert gguf_counter(other).count(ENGLISH) == Estimate().count(ENGLISH)


@pytest.mark.parametrize("text", [ENGLISH, CODE])
def test_an_estimate_of_ordinary_text_is_not_too_low(text: str) -> None:
    counted = _bundled_counter().count(text)

    assert counted <= Estimate().count(text) <= 1.5 * counted


@pytest.mark.parametrize("held", [None, b"not what it should be"])
def test_nothing_here_touches_the_network(held: bytes | None, tmp_path: Path) -> None:
    cached = tmp_path / "9b5ad71b2ce5302211f9c61530b329a4922fc6a4"
    if held is not None:
        cached.write_bytes(held)

    said = subprocess.run(
        [sys.executable, "-c", _OFFLINE],
        capture_output=True,
        text=True,
        check=True,
        env={"TIKTOKEN_CACHE_DIR": str(tmp_path)},
    ).stdout.split()

    assert said == ["Estimate", "4", "2"]
    assert (cached.read_bytes() if cached.exists() else None) == held


def test_importing_it_is_cheap() -> None:
    probe = "import sys, assistant.tokens; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, check=True
    ).stdout.split()

    assert {"tiktoken", "llama_cpp", "huggingface_hub", "httpx2"}.isdisjoint(loaded)


def test_without_a_vocabulary_there_is_still_a_counter() -> None:
    assert fallback_counter().count("Hello there") > 0
