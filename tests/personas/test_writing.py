"""A persona as TOML, as a row, and back: nothing is lost and nothing is added."""

from hypothesis import assume, given
from hypothesis import strategies as st

from assistant.entities.ids import PersonaId
from assistant.entities.persona import LONGEST, Exchange, Persona
from assistant.personas.reading import persona_from_toml
from assistant.personas.writing import persona_to_toml
from assistant.storage.personas import persona_from_row, persona_to_row

letters = st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"])
texts = st.text(letters, max_size=20).map(str.strip)
words = texts.filter(bool)
names = st.text(letters, min_size=1, max_size=40).filter(
    lambda name: name == name.strip() and name.isprintable()
)


@st.composite
def personas(draw: st.DrawFn) -> Persona:
    several = st.lists(words, max_size=4).map(tuple)
    return Persona(
        id=PersonaId("p"),
        name=draw(names),
        description=draw(texts),
        traits=draw(st.dictionaries(words, several, max_size=3)),
        voice=draw(st.dictionaries(words, texts, max_size=3)),
        knowledge_areas=draw(several),
        behavioral_rules=draw(several),
        example_interactions=tuple(
            Exchange(user=user, reply=reply)
            for user, reply in draw(st.lists(st.tuples(words, words), max_size=3))
        ),
    )


@given(personas())
def test_a_persona_is_read_as_it_was_written(persona: Persona) -> None:
    assume(persona.length <= LONGEST)

    text = persona_to_toml(persona)

    assert persona_from_toml(text, id=persona.id, origin="a.toml") == persona


@given(personas())
def test_a_row_holds_the_whole_persona(persona: Persona) -> None:
    row = persona_to_row(persona)

    assert persona_from_row(row) == persona
