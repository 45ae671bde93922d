"""What is said without a model: every word of it stands in what people said."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.entities.reflection import (
    Circle,
    Reach,
    Section,
    SourcesScope,
    TopicCategory,
)
from assistant.reflection.gathering import Material
from assistant.reflection.said import Said
from assistant.reflection.telling import listed, tell
from assistant.reflection.terms import telling
from assistant.reflection.topics import subject_topic, user_topic
from assistant.storage.dependencies import Source
from tests.reflection.village import ANA, START, A

HERE = Reach(scope=SourcesScope.PUBLIC, server_id=A)
ALL = tuple(Section)


def said(number: int, text: str, **changes) -> Said:
    row = Said(
        source=Source("observed", f"m{number}"),
        text=text,
        at=START + timedelta(hours=number),
        speaker="Ana",
        speaker_id=ANA,
        place="#garden",
        place_id="garden",
        reach=HERE,
    )
    return replace(row, **changes)


def material(*rows: Said, around: tuple[str, ...] = ()) -> Material:
    return Material(
        topic=user_topic(ANA, START),
        circle=Circle(server_id=A),
        name="Ana",
        said=rows,
        around=around,
    )


def told(section: Section, *rows: Said, **options) -> str:
    return tell(material(*rows), [section], **options).text


def test_plans_are_quoted_and_questions_are_not_taken_for_plans() -> None:
    rows = [
        said(1, "I'll turn the compost. It is warm."),
        said(2, "Who will dig on Saturday?"),
        said(3, "We are going to plant beans"),
    ]

    assert told(Section.PLANS, *rows) == (
        "Ahead: “We are going to plant beans” (16 Nov); "
        "“I'll turn the compost.” (16 Nov)."
    )


def test_a_question_that_was_answered_is_not_open() -> None:
    rows = [
        said(1, "Who has beans?"),
        said(2, "I have", reply_to="m1"),
        said(3, "And peas?"),
    ]

    assert told(Section.QUESTIONS, *rows) == "Asked: “And peas?” (16 Nov)."


def test_the_most_liked_come_first() -> None:
    rows = [
        said(1, "Beans", reactions=1),
        said(2, "Peas", reactions=3),
        said(3, "Oats"),
    ]

    assert told(Section.REACTIONS, *rows) == (
        "Most liked: “Peas” (3 reactions); “Beans” (1 reaction)."
    )


def test_what_took_the_place_of_what_is_a_change() -> None:
    rows = [
        said(
            1,
            "I live in Lisbon",
            source=Source("memory", "a"),
            former="I live in Porto",
        ),
        said(2, "I like peas", source=Source("memory", "b")),
    ]

    assert told(Section.CHANGES, *rows) == (
        "Now: “I live in Lisbon”; before: “I live in Porto”."
    )
    assert told(Section.MEMORIES, *rows) == "Known: “I like peas”."


def test_a_long_quotation_is_cut_between_words() -> None:
    line = told(Section.PLANS, said(1, "I will " + "dig and dig " * 40))

    assert "dig …”" in line or "and …”" in line
    assert len(line) < 200


def test_names_are_written_as_they_are_written() -> None:
    texts = ["Porto is far", "To Porto and back", "Compost smells", "The compost heap"]

    words = [term.word for term in telling(texts, []) if term.texts > 1]

    assert sorted(words) == ["Porto", "compost"]


def test_what_is_said_everywhere_tells_less_than_what_is_said_here() -> None:
    here = ["the market and compost", "compost for the market"]
    around = ["market today", "to the market", "market again"]

    assert [term.word for term in telling(here, around)] == ["compost", "market"]


@pytest.mark.parametrize(
    ("words", "text"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_a_list_reads_like_one(words: list[str], text: str) -> None:
    assert listed(words) == text


TEXTS = st.lists(
    st.text(alphabet="abc ?.!'\n“”xyzI will", min_size=1, max_size=60).filter(
        str.strip
    ),
    min_size=1,
    max_size=8,
)


@given(TEXTS)
def test_every_quotation_stands_in_what_was_said(texts: list[str]) -> None:
    rows = [
        said(number, text.replace("“", "").replace("”", ""), reactions=number)
        for number, text in enumerate(texts)
    ]

    text = tell(material(*rows), ALL).text

    flat = [" ".join(row.text.split()) for row in rows]
    for quotation in re.findall("“([^”]*)”", text):
        assert any(quotation in each for each in flat)


def test_a_subject_does_not_tell_that_it_is_about_itself() -> None:
    rows = [said(1, "Compost is warm"), said(2, "The compost heap is warm")]
    of = replace(
        material(*rows),
        topic=subject_topic("compost", "compost", START),
        name="compost",
    )

    assert of.topic.category is TopicCategory.SUBJECT
    assert tell(of, [Section.ABOUT]).text == "About warm."
