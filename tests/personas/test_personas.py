"""Personas: who answers, where that is kept, and what is told of them."""

import pytest

from assistant.app import Assistant
from assistant.entities.conversation import Conversation, MessageRole
from assistant.entities.ids import PersonaId
from assistant.entities.persona import DEFAULT, Persona
from assistant.entities.turn import Ask, Regenerate, TurnFinished, TurnRequest
from assistant.errors import NotFoundError, UsageError
from assistant.personas.library import built_in
from assistant.personas.phrasing import told
from assistant.personas.reading import persona_from_toml
from tests.conftest import OpenAssistant
from tests.fakes.engine import ScriptedEngine

PIRATE = """
name = "Pirate"
description = "Says everything as if at sea"
behavioral_rules = ["Call the user captain."]

[traits]
personality = ["bold", "loud"]

[voice]
tone = "salty"

[[example_interactions]]
user = "Hello"
reply = "Ahoy, captain!"
"""
SYSTEM = "You are Hearth."


@pytest.fixture
def engine() -> ScriptedEngine:
    return ScriptedEngine("Of course.")


@pytest.fixture
def hearth(opened: OpenAssistant, engine: ScriptedEngine) -> Assistant:
    return opened(engine)


def add(hearth: Assistant, text: str = PIRATE) -> Persona:
    return hearth.personas.add(text, origin="a.toml", actor=hearth.audience.user_id)


def ask(hearth: Assistant, text: str = "Tea?", **more) -> Conversation:
    persona = more.pop("persona", None)
    request = TurnRequest(
        audience=hearth.audience, intent=Ask(text=text, **more), persona=persona
    )
    finished = list(hearth.chat.send(request))[-1]
    assert isinstance(finished, TurnFinished)
    return hearth.history.open(finished.reply.conversation_id, hearth.audience)


def system_of(engine: ScriptedEngine) -> str:
    """What the model was told last before everything else."""
    first = engine.requests[-1].messages[0]
    assert first.role is MessageRole.SYSTEM
    return first.content


def read(text: str) -> Persona:
    return persona_from_toml(text, id=PersonaId("p"), origin="a.toml")


def test_the_persona_that_answers_by_itself_tells_the_model_nothing_more() -> None:
    hearth = built_in()[0]

    assert hearth.id == DEFAULT
    assert told(SYSTEM, hearth) == SYSTEM


@pytest.mark.parametrize("persona", built_in()[1:], ids=lambda each: each.name)
def test_every_other_one_that_came_along_says_how_it_speaks(persona: Persona) -> None:
    words = told(SYSTEM, persona)

    assert words.startswith(f"{SYSTEM}\n\nSpeak as {persona.name}.\n")
    assert persona.behavioral_rules[0] in words
    assert "changes no fact" in words.splitlines()[-1]
    assert persona.description
    assert persona.description not in words


def test_the_model_is_told_of_a_persona_in_the_same_bytes_every_time(
    hearth: Assistant, engine: ScriptedEngine
) -> None:
    add(hearth)

    talk = ask(hearth, persona="pirate")
    first = system_of(engine)
    ask(hearth, "And then?", conversation_id=talk.id)

    assert "Call the user captain." in first
    assert "Ahoy, captain!" in first
    assert system_of(engine) == first


def test_a_conversation_keeps_the_persona_it_was_begun_with(
    hearth: Assistant, engine: ScriptedEngine
) -> None:
    talk = ask(hearth, persona="teacher")

    ask(hearth, "And then?", conversation_id=talk.id)

    assert "Speak as teacher." in system_of(engine)
    ask(hearth, "Another matter?")
    assert "Speak as" not in system_of(engine)


def test_another_answer_is_in_the_same_persona(
    hearth: Assistant, engine: ScriptedEngine
) -> None:
    talk = ask(hearth, persona="teacher")
    assert talk.head_id is not None

    again = TurnRequest(
        audience=hearth.audience, intent=Regenerate(message_id=talk.head_id)
    )
    list(hearth.chat.send(again))

    assert "Speak as teacher." in system_of(engine)


def test_one_that_is_in_use_answers_wherever_no_other_was_chosen(
    hearth: Assistant, engine: ScriptedEngine
) -> None:
    hearth.personas.use("EDITOR", actor=hearth.audience.user_id)

    talk = ask(hearth)

    assert hearth.personas.in_use().name == "editor"
    assert "Speak as editor." in system_of(engine)
    hearth.personas.use_in(talk.id, "engineer", hearth.audience)
    ask(hearth, "And then?", conversation_id=talk.id)
    assert "Speak as engineer." in system_of(engine)


def test_going_back_to_the_default_is_a_choice_like_any_other(
    hearth: Assistant, engine: ScriptedEngine
) -> None:
    hearth.personas.use("editor", actor=hearth.audience.user_id)
    talk = ask(hearth, persona="hearth")

    assert "Speak as" not in system_of(engine)
    assert hearth.personas.answering(talk).id == DEFAULT


def test_a_removed_persona_leaves_its_conversations_standing(
    hearth: Assistant, engine: ScriptedEngine
) -> None:
    add(hearth)
    talk = ask(hearth, persona="pirate")
    hearth.personas.use("pirate", actor=hearth.audience.user_id)

    hearth.personas.remove("pirate", actor=hearth.audience.user_id)

    found = hearth.history.open(talk.id, hearth.audience)
    assert found.persona_id is None
    assert len(hearth.history.transcript(talk.id, hearth.audience)) == 2
    ask(hearth, "And then?", conversation_id=talk.id)
    assert "Speak as" not in system_of(engine)


def test_a_name_nobody_has_is_refused_before_anything_is_kept(
    hearth: Assistant,
) -> None:
    with pytest.raises(NotFoundError, match="No persona 'nobody'"):
        ask(hearth, persona="nobody")

    assert hearth.history.recent(hearth.audience) == []


def test_a_name_that_is_taken_is_refused(hearth: Assistant) -> None:
    add(hearth)

    for text in (PIRATE, 'name = "Teacher"'):
        with pytest.raises(UsageError, match="already"):
            add(hearth, text)
    assert len(hearth.personas.all()) == len(built_in()) + 1


def test_an_own_one_changes_and_keeps_its_conversations(hearth: Assistant) -> None:
    pirate = add(hearth)
    talk = ask(hearth, persona="pirate")

    changed = hearth.personas.change(
        "pirate",
        PIRATE.replace("Pirate", "Captain"),
        origin="b.toml",
        actor=hearth.audience.user_id,
    )

    assert changed.id == pirate.id
    assert hearth.personas.answering(talk).name == "Captain"


@pytest.mark.parametrize("change", ["change", "remove"])
def test_what_came_along_cannot_be_changed_or_removed(
    hearth: Assistant, change: str
) -> None:
    words = {"text": PIRATE, "origin": "b.toml"} if change == "change" else {}

    with pytest.raises(UsageError, match="came with Hearth"):
        getattr(hearth.personas, change)(
            "teacher", **words, actor=hearth.audience.user_id
        )


def test_what_came_along_is_as_its_file_says_whatever_its_row_says(
    hearth: Assistant,
) -> None:
    hearth.personas.use("teacher", actor=hearth.audience.user_id)
    with hearth.database.transaction():
        hearth.database.execute("UPDATE persona SET behavioral_rules = '[\"Shout.\"]'")

    assert "Shout." not in told(SYSTEM, hearth.personas.in_use())


def test_a_change_is_on_the_record_without_its_words(hearth: Assistant) -> None:
    pirate = add(hearth)

    entry = hearth.audit.recent(limit=1)[0]

    assert entry.action == "persona add"
    assert entry.resource_id == pirate.id
    assert "captain" not in repr(entry).lower()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("description = 'x'", "it has no name"),
        ("name = 'x'\nvoise = {}", "there is no 'voise'; did you mean 'voice'"),
        ("name = 'x'\ntools = ['shell']", "there is no 'tools'"),
        ("name = 'x'\nscopes = ['global']", "there is no 'scopes'"),
        ("name = 7", "name expects a text"),
        ("name = ''", "1 to 40 letters"),
        ('name = "a\\nb"', "one line"),
        ("name = 'x'\nbehavioral_rules = 'Shout.'", "expects a list of texts"),
        ("name = 'x'\ntraits = ['bold']", "a table of lists"),
        ("name = 'x'\n[voice]\ntone = 7", "voice expects a text"),
        ("name = 'x'\nexample_interactions = [{user = 'a'}]", "a user and a reply"),
        ("name = 'x'\nbehavioral_rules = ['" + "a" * 4000 + "']", "4000 are the most"),
        ("name = ", "a.toml: "),
    ],
)
def test_a_file_that_is_not_a_persona_is_refused_by_name(
    text: str, complaint: str
) -> None:
    with pytest.raises(UsageError, match=r"^a\.toml: ") as refused:
        read(text)

    assert complaint in str(refused.value)
