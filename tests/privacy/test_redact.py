"""What points at a person is taken out, and little else: `just evals masking`."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.privacy.redact import mask
from assistant.privacy.redact_spans import Masking
from tests.evals.masking import measure, names_for, unmarked
from tests.privacy.examples import MUST_GO, NAMES

_FLOOR = 0.97


@pytest.mark.parametrize("kind", list(Masking))
def test_what_must_go_goes_and_what_is_only_like_it_stays(kind: Masking) -> None:
    measured = measure(kind)

    assert min(measured.must_go, measured.must_stay) >= 30
    assert measured.recall >= _FLOOR, measured.missed
    assert measured.precision >= _FLOOR, measured.wrongly


def test_only_the_value_of_a_text_goes() -> None:
    masked = mask("Write to ana@example.org, or ring +351 912 345 678 today.")

    assert masked.text == "Write to [e-mail], or ring [phone] today."


def test_texts_that_differ_in_such_values_alone_become_one() -> None:
    for kind, lines in MUST_GO.items():
        names = names_for(kind)
        shapes = {
            mask(f"It is {values[0]} indeed", names).text
            for text, values in map(unmarked, lines)
            if text == values[0]
        }
        assert len(shapes) <= 1, shapes


def test_invisible_and_unusual_letters_hide_nothing() -> None:
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in "4155552671")
    hidden = f"ana\u200b@exam\u00adple.org and {wide[:3]}-{wide[3:6]}-{wide[6:]}"

    assert mask(hidden).text == "[e-mail] and [phone]"


def test_a_key_over_several_lines_goes_whole() -> None:
    text = (
        "before\n-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA\nabc\n"
        "-----END RSA PRIVATE KEY-----\nafter"
    )

    assert mask(text).text == "before\n[key]\nafter"


def test_nothing_is_known_of_names_that_were_not_given() -> None:
    assert mask("Ana is here").text == "Ana is here"
    assert mask("You and I", ["I", "  "]).text == "You and I"


@given(st.text())
def test_any_text_can_be_masked_and_masking_again_finds_nothing_new(text: str) -> None:
    once = mask(text, NAMES).text

    assert mask(once, NAMES).text == once


@given(st.text(alphabet="aA1@.:+-/ ()[]_=\n", max_size=400))
def test_spans_are_in_order_and_never_overlap(text: str) -> None:
    spans = sorted(s for of in mask(text, NAMES).spans.values() for s in of)

    assert all(one.end <= other.start for one, other in pairwise(spans))


@pytest.mark.parametrize(
    "hostile",
    ["a@" * 20_000, "1 " * 20_000, "password " * 5_000, "A." * 20_000, "1:" * 20_000,
     "Rua de " * 5_000, "12 Aa " * 8_000, "http://a:" * 5_000, "x dot " * 8_000],
    ids=lambda text: text[:8],
)  # fmt: skip
def test_no_text_is_looked_at_for_long(hostile: str) -> None:
    """It would run into the test's own limit."""
    assert mask(hostile[:40_000])
