"""Laws of reading statements: places are exact, and what is foreign teaches nothing."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.memory.hints import may_order, may_state, may_tell
from assistant.memory.orders import order_in
from assistant.memory.rules.dates import days_in, first_day
from assistant.memory.rules.own_words import own_sentences, without_foreign
from assistant.memory.rules.proposing import propose
from assistant.memory.rules.spelling import spelt_out
from tests.evals.remembering import statements

SUNDAY = date(2026, 11, 22)
STATEMENTS = [statement.text for statement in statements() if statement.facts]
WORDS = [
    "I",
    "my",
    "sister",
    "Ana's",
    "is",
    "was",
    "born",
    "in",
    "live",
    "at",
    "works",
    "for",
    "and",
    ",",
    "but",
    "'m",
    "'ve",
    "not",
    "don't",
    "like",
    "love",
    "the",
    "a",
    "two",
    "dog",
    "named",
    "remember",
    "that",
    "if",
    '"',
    "'",
    ">",
    "`",
    "(",
    ")",
    "2026",
    "3",
    "May",
    "tomorrow",
    "said",
    ".",
    "!",
    "?",
    "\n\n",
    "-",
    "Porto",
    "Rex",
    "allergic",
    "to",
    "figs",
    "name",
    "birthday",
    "on",
    "Friday",
    "we",
    "moved",
    "actually",
    "im",
    "dont",
    "exam",
    "concert",
    "tomorrow",
    "stopped",
    "smoking",
    "wife",
    "Sian",
    "fan",
    "of",
    "turning",
    "39",
]
TEXTS = st.text() | st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join)
TELLING = st.sampled_from(STATEMENTS)


@given(TEXTS)
def test_a_quote_stands_where_it_says(text: str) -> None:
    for proposal in propose(text, said_on=SUNDAY):
        assert text[proposal.start : proposal.end] == proposal.quote
        assert proposal.quote
        assert proposal.text
        assert proposal.finding.value


@given(TEXTS)
def test_what_is_struck_out_keeps_every_place(text: str) -> None:
    visible = without_foreign(text)

    assert len(visible) == len(text)
    assert all(a == b or b in "\ufffc\n" for a, b in zip(text, visible, strict=True))


@given(TEXTS)
def test_what_is_taken_is_in_a_sentence_of_ones_own(text: str) -> None:
    own = [(each.start, each.end) for each in own_sentences(text)]

    for proposal in propose(text, said_on=SUNDAY):
        assert any(a <= proposal.start and proposal.end <= b for a, b in own)


@pytest.mark.parametrize(
    "around",
    [
        "```\n{}\n```",
        "> {}",
        "Translate this into Dutch: {}",
        "Summarise the following letter:\n\n{}",
        "My friend wrote: “{}”",
        'She said "{}"',
        "From: ben@example.org\nSubject: hello\n\n{}",
        "{} Just kidding!",
        "Write a story. {}",
        "Pretend we never met. {}",
        "<note>{}</note>",
    ],
)
@given(TELLING)
def test_foreign_words_teach_nothing(around: str, statement: str) -> None:
    assert propose(around.format(statement), said_on=SUNDAY) == []


@given(TELLING)
def test_a_glance_never_says_no_in_vain(statement: str) -> None:
    assert may_tell(statement)


@pytest.mark.parametrize(
    "text",
    [
        "remember that I am 40",
        "Forget my name",
        "what do you know about me?",
        "show me your memories",
        "make a note: the key is here",
        "bear in mind that I am late",
        "delete my name from memory",
        "What have you learned about me",
    ],
)
def test_a_glance_lets_every_order_through(text: str) -> None:
    assert order_in(text) is not None
    assert may_order(text)


@given(TEXTS)
def test_no_order_hides_from_a_glance(text: str) -> None:
    assert order_in(text) is None or may_order(text)


@given(TEXTS)
def test_no_statement_hides_from_a_glance(text: str) -> None:
    assert not propose(text, said_on=SUNDAY) or may_state(text)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("today", "2026-11-22"),
        ("tomorrow", "2026-11-23"),
        ("the day after tomorrow", "2026-11-24"),
        ("on Friday", "2026-11-27"),
        ("next Friday", "2026-11-27"),
        ("Sunday", "2026-11-29"),
        ("in three days", "2026-11-25"),
        ("in 2 weeks", "2026-12-06"),
        ("in a month", "2026-12-22"),
        ("on 3 May", "2027-05-03"),
        ("on the 3rd of May 2028", "2028-05-03"),
        ("December 24th", "2026-12-24"),
        ("2027-01-31", "2027-01-31"),
        ("next week", "2026-11-23"),
        ("next month", "2026-12"),
        ("in January", "2027-01"),
        ("next year", "2027"),
        ("in 2029", "2029"),
    ],
)
def test_days_are_resolved_from_the_day_of_saying(words: str, day: str) -> None:
    found = first_day(f"We leave {words} by ferry", said_on=SUNDAY)

    assert found is not None
    assert found.label == day


@pytest.mark.parametrize(
    "text",
    ["last Friday", "every Monday", "on Mondays", "30 February", "May I go?", "3"],
)
def test_what_is_no_day_to_come_is_none(text: str) -> None:
    assert first_day(text, said_on=SUNDAY) is None


@given(
    st.sampled_from(
        ["tomorrow", "on Monday", "next Friday", "in 5 weeks", "on 29 June"]
    ),
    st.dates(date(2000, 1, 1), date(2090, 1, 1)),
)
def test_a_day_to_come_comes(words: str, said_on: date) -> None:
    [day] = days_in(words, said_on=said_on)

    assert said_on <= day.day <= said_on + timedelta(days=366)


@given(TEXTS, st.dates(date(1990, 1, 1), date(2090, 1, 1)))
def test_any_text_may_be_read_for_days(text: str, said_on: date) -> None:
    for day in days_in(text, said_on=said_on):
        assert day.day <= day.end


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("im a nurse", "I'm a nurse"),
        ("I dont like mornings", "I don't like mornings"),
        ("grew up in Calgary", "I grew up in Calgary"),
        ("not a fan of olives", "I'm not a fan of olives"),
        ("Living in Porto is cheap", "Living in Porto is cheap"),
        ("Not a fan of the second one", "Not a fan of the second one"),
        ("I can sing", "I can sing"),
    ],
)
def test_what_is_typed_in_haste_is_read_as_it_is_meant(typed: str, read: str) -> None:
    assert spelt_out(typed) == read


@given(TEXTS)
def test_what_is_spelt_out_needs_no_spelling_out(text: str) -> None:
    assert spelt_out(spelt_out(text)) == spelt_out(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "I'm Kofi, 29, software dev from Accra",
            {"name", "age", "occupation", "origin"},
        ),
        ("I'm Irish, so rain is fine", set()),
        ("I'm Batman", set()),
        ("I'm Friday, at last", set()),
    ],
)
def test_whoever_says_more_than_a_name_introduces_themselves(text, told) -> None:
    found = propose(text, said_on=SUNDAY)

    assert {each.finding.attribute for each in found} == told


def test_a_name_in_passing_is_known_and_a_weekday_is_none() -> None:
    found = propose("I had lunch with my wife Sian", said_on=SUNDAY)
    [who] = [each.finding for each in found]

    assert (who.subject, who.attribute, who.value) == ("wife", "name", "Sian")
    assert propose("I see my boss Monday", said_on=SUNDAY) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("dentist tues 2.30pm", [("dentist appointment", "2026-11-24")]),
        ("Job interview on Wednesday!!", [("job interview", "2026-11-25")]),
        ("exam on December 14th, so stressed", [("exam", "2026-12-14")]),
        ("The dentist on Tuesday was kind", []),
        ("his exam on Friday", []),
        ("concert on Friday is off", []),
    ],
)
def test_a_jotted_plan_is_one_where_its_day_stands_beside_it(text, told) -> None:
    found = [each.finding for each in propose(text, said_on=SUNDAY)]

    assert [(each.attribute, each.value) for each in found] == told


def test_what_is_added_in_passing_is_not_kept() -> None:
    [found] = propose("im a nurse btw", said_on=SUNDAY)

    assert (found.text, found.quote) == ("I'm a nurse", "im a nurse btw")


def test_what_somebody_stopped_is_news_and_no_end() -> None:
    [found] = propose("I've stopped drinking coffee", said_on=SUNDAY)

    assert found.finding.attribute == "drinks coffee"
    assert found.finding.value == "does not drink coffee"
    assert not found.finding.is_over


def test_bad_grammar_names_nobody() -> None:
    assert propose("I is A", said_on=date(2026, 11, 22)) == []
