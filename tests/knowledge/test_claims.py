"""What is claimed must be in the passage that is named for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.knowledge.claims import support_of
from assistant.knowledge.sentences import sentences_of

PASSAGE = (
    "The light at Tarn Head was lit on 3 May 1871 by Marta Quill. She kept it for "
    "forty-one years and burned 1,250 litres of oil a year. \u201cNot a drop "
    "more,\u201d she wrote. In winter it fell to \u22125 \u00b0C, says NB-7."
)


PARTS = """
Quill,kept,the,light,for,41,1.250,years,3 May 1871,twelve,NB-7,-5,in,Tarn Head,
10-15,and,10:30,hundred
"""


@pytest.mark.parametrize(
    "sentence",
    [
        "Marta Quill lit the Tarn Head light on May 3, 1871.",
        "The light was lit in May 1871.",
        "It was lit in 1871.",
        "She burned 1250 litres of oil each year.",
        "She kept the light for 41 years.",
        "Quill's light burned oil.",
        'She wrote "not a drop more".',
        "In winter it was -5 \u00b0C.",
        "According to NB-7, it fell in winter.",
        "Yes.",
    ],
)
def test_what_the_passage_says_is_borne_out(sentence: str) -> None:
    assert support_of(sentence, [PASSAGE]).is_enough


@pytest.mark.parametrize(
    ("sentence", "missing"),
    [
        ("The light was lit on 4 May 1871.", "1871-5-4"),
        ("The light was lit on 3 June 1871.", "1871-6-3"),
        ("The light was lit in 1872.", "1872"),
        ("She kept the light for forty years.", "40"),
        ("She burned 12,500 litres of oil.", "12500"),
        ("The light was kept by Orme.", "Orme"),
        ("Anna Quill lit the light.", "Anna"),
        ('She wrote "not one drop more".', "not one drop more"),
        ("In winter it fell to -6 \u00b0C.", "-6"),
        ("It says so in NB-8.", "nb-8"),
    ],
)
def test_what_is_made_up_is_named(sentence: str, missing: str) -> None:
    support = support_of(sentence, [PASSAGE])

    assert missing in support.missing
    assert not support.is_enough


def test_words_the_passage_does_not_know_are_not_borne_out() -> None:
    support = support_of("Penguins usually prefer colder water.", [PASSAGE])

    assert support.missing == ()
    assert support.overlap < 0.5
    assert not support.is_enough


def test_a_sentence_may_rest_on_several_passages() -> None:
    sentence = "Marta Quill was born in 1840."

    assert not support_of(sentence, [PASSAGE]).is_enough
    assert support_of(sentence, [PASSAGE, "Born in 1840, she sailed."]).is_enough


def test_a_figure_of_another_sentence_bears_nothing_out() -> None:
    passage = "A tour costs six crowns. Visitors come in groups of eight."

    assert support_of("A tour costs eight crowns.", [passage]).missing == ("8",)
    assert support_of(
        "Visitors in groups of eight pay six crowns.", [passage]
    ).is_enough


def test_a_figure_of_the_title_counts() -> None:
    passage = "The sea rose by three metres."
    sentence = "In 1953 the sea rose by three metres."

    assert not support_of(sentence, [passage]).is_enough
    assert support_of(sentence, [passage], titles=["The storm of 1953"]).is_enough


def test_without_a_passage_nothing_is_borne_out() -> None:
    assert not support_of("The light was lit in 1871.", []).is_enough


@given(st.text(max_size=400))
def test_every_sentence_of_a_passage_is_borne_out_by_it(passage: str) -> None:
    for sentence in sentences_of(passage):
        support = support_of(sentence.text, [passage])
        assert support.overlap == 1.0


@given(
    st.lists(
        st.sampled_from(PARTS.strip().replace("\n", "").split(",")),
        min_size=1,
        max_size=12,
    ).map(" ".join)
)
def test_a_passage_bears_out_itself(passage: str) -> None:
    assert support_of(passage, [passage]).is_enough
