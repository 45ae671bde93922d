"""Sentences as a reader would count them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.knowledge.sentences import lines_of, sentences_of

prose = st.text(
    alphabet=st.sampled_from(list('aB1 .!?\n"()-*#|,;:。…\u201d\u2019é'))
    | st.characters(),
    max_size=200,
)


@given(prose)
def test_a_sentence_stands_where_it_says(text: str) -> None:
    ends = 0
    for sentence in sentences_of(text):
        assert text[sentence.start : sentence.end] == sentence.text
        assert sentence.start >= ends
        ends = sentence.end


@given(prose)
def test_together_they_hold_everything_but_blanks(text: str) -> None:
    joined = "".join(sentence.text for sentence in sentences_of(text))

    assert "".join(joined.split()) == "".join(text.split())


@given(prose)
def test_no_sentence_is_empty_or_begins_with_a_blank(text: str) -> None:
    assert all(s.text and s.text == s.text.strip() for s in sentences_of(text))


@pytest.mark.parametrize(
    "sentences",
    [
        ["One.", "Two!", "Three?", "Four"],
        ["Dr. Quill met Mr. J. R. Orme at St. Osyth.", "They spoke."],
        ["It weighs 3.5 kg. in all, e.g. with ropes.", "Good."],
        ["See no. 7 and fig. 12 on p. 3.", "He said no.", "She left."],
        ['"Never!" she said.', '"Stay."', "He stayed."],
        ["He left at 5 p.m.", "It rained."],
        ["The U.S. Navy bought it.", "Twice."],
        ["Really?!", "Yes... perhaps.", "1871 was dry."],
        ["Version 2.0.1 is out.", "See example.org/a.b for more."],
        ["彼は行った。", "彼女は来た\uff01", "本当\uff1f"],
        ["It closed in 1871.", "(It reopened later.)", "Then it burnt."],
    ],
    ids=lambda sentences: sentences[0][:20],
)
def test_prose_is_cut_between_sentences(sentences: list[str]) -> None:
    assert [s.text for s in sentences_of(" ".join(sentences))] == sentences


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("# A heading\nText follows. More.", ["# A heading", "Text follows.", "More."]),
        ("- one\n- two\n1. three", ["- one", "- two", "1. three"]),
        ("a line\nthat goes on.", ["a line\nthat goes on."]),
        ("no stop\n\nnext paragraph", ["no stop", "next paragraph"]),
        ("| a | b |\n| 1 | 2 |\nafter", ["| a | b |", "| 1 | 2 |", "after"]),
        ("", []),
        (" \n\t\n ", []),
    ],
)
def test_lines_that_stand_alone_are_sentences(text: str, sentences: list[str]) -> None:
    assert [sentence.text for sentence in sentences_of(text)] == sentences


def test_a_text_without_an_end_is_one_sentence_in_good_time() -> None:
    assert len(sentences_of("word " * 200_000)) == 1
    assert len(sentences_of("Dr. " * 50_000)) == 1


def test_lines_of_tables_and_code_stand_by_themselves() -> None:
    text = "def fee():\n\n    # It doubles. In May.\r\n    return 2"

    lines = lines_of(text)

    assert [line.text for line in lines] == [
        *("def fee():", "# It doubles. In May.", "return 2")
    ]
    assert all(text[line.start : line.end] == line.text for line in lines)
