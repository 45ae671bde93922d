"""Our counts beside those of the engine's own tokenizer."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from assistant.tokens import gguf_counter
from assistant.tokens.cuts import CUTS, KEEPS_WHOLE_WORDS
from assistant.tokens.pairs import PairCounter, Vocabulary
from assistant.weights import GgufMetadata, bundled_weights, read_gguf
from tests.fakes.pair_gguf import write_pair_gguf
from tests.tokens.conftest import Count
from tests.tokens.corpus import ORDINARY, TEXTS, shuffled

_FAMILIES = sorted({cut: name for name, cut in CUTS.items()}.values())
_TWICE = ORDINARY * 2  # so that every pair is common enough to be learnt


def _largest_difference(ours: Count, theirs: Count, texts: Iterable[str]) -> int:
    return max(abs(ours(text) - theirs(text)) for text in texts)


@pytest.mark.weights
def test_the_bundled_model_counts_every_text_alike(
    bundled: GgufMetadata, reference: Callable[[Path], Count]
) -> None:
    counter = gguf_counter(bundled)
    texts = [*TEXTS.values(), ORDINARY, *shuffled(3_000, seed=1)]

    difference = _largest_difference(counter.count, reference(bundled_weights()), texts)

    assert difference == 0


@pytest.mark.weights
def test_the_bundled_model_counts_every_character_alike(
    bundled: GgufMetadata, reference: Callable[[Path], Count]
) -> None:
    counter = gguf_counter(bundled)
    characters = [
        chr(code) for code in range(1, 0x30000) if not 0xD800 <= code < 0xE000
    ]
    lines = [
        "".join(f"a{one}b {one}{one}1" for one in characters[start : start + 64])
        for start in range(0, len(characters), 64)
    ]

    assert _largest_difference(counter.count, reference(bundled_weights()), lines) == 0


@pytest.mark.weights
def test_a_text_longer_than_one_block_counts_alike(
    bundled: GgufMetadata, reference: Callable[[Path], Count]
) -> None:
    counter = gguf_counter(bundled)
    long = "        ".join([ORDINARY, *shuffled(4_000, seed=2)]) * 4

    assert len(long) > 300_000
    assert counter.count(long) == reference(bundled_weights())(long)


@pytest.mark.parametrize("family", _FAMILIES)
def test_each_family_of_vocabularies_is_cut_alike(
    family: str, reference: Callable[[Path], Count], tmp_path: Path
) -> None:
    path = write_pair_gguf(
        tmp_path / "pairs.gguf", pre_tokenizer=family, learnt_from=_TWICE
    )
    counter = gguf_counter(read_gguf(path))
    texts = [*TEXTS.values(), ORDINARY, *shuffled(600, seed=3)]

    assert _largest_difference(counter.count, reference(path), texts) == 0


@pytest.mark.parametrize("name", sorted(CUTS.keys() - {"", *_FAMILIES}))
def test_each_name_stands_for_the_family_the_engine_has_for_it(
    name: str, reference: Callable[[Path], Count], tmp_path: Path
) -> None:
    path = write_pair_gguf(
        tmp_path / "pairs.gguf", pre_tokenizer=name, learnt_from=_TWICE
    )

    assert gguf_counter(read_gguf(path)).count(ORDINARY) == reference(path)(ORDINARY)


@pytest.mark.parametrize("family", _FAMILIES)
def test_the_cut_of_another_family_would_have_shown(
    family: str, tmp_path: Path
) -> None:
    path = write_pair_gguf(
        tmp_path / "pairs.gguf", pre_tokenizer=family, learnt_from=_TWICE
    )
    found = read_gguf(path)
    texts = [ORDINARY, *shuffled(600, seed=3)]
    counters = {name: _counter(found, name) for name in _FAMILIES}
    counts = {
        name: [counter.count(text) for text in texts]
        for name, counter in counters.items()
    }

    own = counts.pop(family)

    assert [name for name, other in counts.items() if other == own] == []


def test_bytes_without_a_token_cost_nothing(
    reference: Callable[[Path], Count], tmp_path: Path
) -> None:
    path = write_pair_gguf(
        tmp_path / "pairs.gguf",
        pre_tokenizer="smollm",
        learnt_from="nothing of note, nothing of note",
        without=[0xC3, *range(0x80, 0xA0), *range(0xF0, 0xF8)],
    )
    counter = gguf_counter(read_gguf(path))

    assert counter.count("é") == 1
    assert _largest_difference(counter.count, reference(path), TEXTS.values()) == 0


@pytest.mark.parametrize("pre_tokenizer", ["llama-bpe", "tekken", "qwen2", "smollm"])
def test_a_word_that_no_merge_makes_is_one_token_only_where_words_are_kept_whole(
    pre_tokenizer: str, reference: Callable[[Path], Count], tmp_path: Path
) -> None:
    path = write_pair_gguf(
        tmp_path / "pairs.gguf",
        pre_tokenizer=pre_tokenizer,
        learnt_from="hearth and home, hearth and home",
        whole_words=["Ġextraordinary", "chimney", "not spelled in letters"],
    )
    counter = gguf_counter(read_gguf(path))
    text = "A chimney is an extraordinary thing; chimneys, extraordinarychimney."

    assert counter.count(text) == reference(path)(text)
    assert (counter.count("chimney") == 1) is (pre_tokenizer in KEEPS_WHOLE_WORDS)


def test_tokens_the_makers_defined_are_found_before_a_text_is_cut(
    reference: Callable[[Path], Count], tmp_path: Path
) -> None:
    path = write_pair_gguf(
        tmp_path / "pairs.gguf",
        pre_tokenizer="gpt-2",
        learnt_from=_TWICE,
        user_defined=["  ", "    ", "        ", "\n\n", "def ", "<tool>", "<tool>call"],
    )
    counter = gguf_counter(read_gguf(path))
    texts = [*TEXTS.values(), " " * 11, "<tool>calls<tool>", "\n\n\n    def def  fit"]

    assert _largest_difference(counter.count, reference(path), texts) == 0


def _counter(found: GgufMetadata, pre_tokenizer: str) -> PairCounter:
    return PairCounter(
        Vocabulary(
            tokens=found.tokens,
            token_types=found.token_types,
            merges=found.merges,
            pre_tokenizer=pre_tokenizer,
        )
    )
