"""What is shown of a hit says why it was found."""

from hypothesis import given
from hypothesis import strategies as st

from assistant.entities.search import Hit, HitKind
from assistant.knowledge.excerpt import excerpt, marks


def a_hit(text: str) -> Hit:
    return Hit(kind=HitKind.MESSAGE, id="m", title="Garden", text=text, score=1.0)


def marked(text: str, query: str) -> list[str]:
    return [text[start:end] for start, end in marks(text, query)]


def test_words_are_marked_in_every_form_but_not_inside_others() -> None:
    text = "Plant tulips; a tulip is planted, not transplanted."

    assert marked(text, "planting of Tulips") == ["Plant", "tulips", "tulip", "planted"]


def test_words_that_say_nothing_are_not_marked() -> None:
    assert marked("The lamp and the door", "what is the lamp") == ["lamp"]


def test_an_excerpt_begins_at_the_sentence_that_tells() -> None:
    shown = excerpt(a_hit("Good day.\n\nThe lamp is lit."), "lamp", longest=80)

    assert shown.text == "… The lamp is lit."
    assert [shown.text[a:b] for a, b in shown.marks] == ["lamp"]


def test_what_has_none_of_the_words_begins_at_its_beginning() -> None:
    assert excerpt(a_hit("Good day. Sit."), "lamp", longest=80).text == "Good day. Sit."


@given(st.text(max_size=300), st.text(max_size=20), st.integers(2, 60))
def test_an_excerpt_is_one_short_line_with_its_marks_inside(
    text: str, query: str, longest: int
) -> None:
    shown = excerpt(a_hit(text), query, longest=longest)

    assert len(shown.text) <= longest
    assert len(shown.text.splitlines()) <= 1
    assert all(0 <= start < end <= len(shown.text) for start, end in shown.marks)
    assert list(shown.marks) == sorted(shown.marks)
