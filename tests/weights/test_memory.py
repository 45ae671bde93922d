"""Whether a model fits is known before it is loaded."""

from dataclasses import replace

import pytest

from assistant.errors import WeightsRefusedError
from assistant.weights import (
    GgufMetadata,
    bundled_weights,
    memory_needed,
    read_gguf,
    refuse_if_too_large,
)


@pytest.fixture(scope="module")
def bundled() -> GgufMetadata:
    return read_gguf(bundled_weights())


@pytest.mark.parametrize(
    ("context_tokens", "measured"),
    [(512, 141_000_000), (2048, 178_000_000), (8192, 320_000_000)],
)
def test_the_estimate_is_just_above_what_the_engine_took(
    bundled: GgufMetadata, context_tokens: int, measured: int
) -> None:
    estimate = memory_needed(bundled, context_tokens)

    assert measured <= estimate <= measured + 110_000_000


def test_a_longer_context_needs_what_its_tokens_leave_behind(
    bundled: GgufMetadata,
) -> None:
    more = memory_needed(bundled, 2_000) - memory_needed(bundled, 1_000)

    assert more == 1_000 * 30 * 3 * 128 * 2


def test_a_model_that_fits_exactly_is_let_through(bundled: GgufMetadata) -> None:
    refuse_if_too_large(bundled, 4096, memory_needed(bundled, 4096))


def test_a_context_too_long_is_refused_with_both_numbers_and_one_that_fits(
    bundled: GgufMetadata,
) -> None:
    room = memory_needed(bundled, 3_000)

    with pytest.raises(WeightsRefusedError) as refused:
        refuse_if_too_large(bundled, 100_000_000, room)

    assert "needs 2,304.24 GB of memory with a context of 100,000,000" in str(
        refused.value
    )
    assert "0.30 GB is available" in str(refused.value)
    assert "A context of 2,816 tokens would fit" in refused.value.hint
    refuse_if_too_large(bundled, 2_816, room)


def test_a_model_too_large_in_itself_is_refused_whatever_the_context(
    bundled: GgufMetadata,
) -> None:
    large = replace(bundled, size_bytes=70_000_000_000)

    with pytest.raises(WeightsRefusedError, match=r"needs 70\.\d\d GB") as refused:
        refuse_if_too_large(large, 2_048, 8_000_000_000)

    assert "smaller model" in refused.value.hint
