"""What is said before others: remembered there, found there, and nothing more told."""

import pytest

from assistant.app import Assistant
from assistant.entities.audience import Audience, Place, Scope
from assistant.entities.ids import ChannelId, ServerId
from assistant.entities.memory import Memory
from assistant.entities.people import Channel, ChannelKind, Server
from assistant.entities.search import HitKind
from assistant.knowledge.search import Question
from assistant.privacy.audience import admit
from tests.agents.test_company import ask, company, there
from tests.agents.test_knowledge import Examined

__all__ = ["company"]

ELSEWHERE = Place(
    server_id=ServerId("11"), channel_id=ChannelId("21"), is_private=False
)


@pytest.fixture
def engine() -> Examined:
    return Examined("So it is.")


@pytest.fixture
def ana(company: Assistant) -> Audience:
    """In private; another server is there too."""
    now = company.clock()
    with company.database.transaction():
        company.people.upsert_server(
            Server(id=ServerId("11"), name="Nets", joined_at=now, updated_at=now)
        )
        company.people.upsert_channel(
            Channel(
                id=ChannelId("21"),
                name="market",
                kind=ChannelKind.TEXT,
                created_at=now,
                updated_at=now,
                server_id=ServerId("11"),
            )
        )
    company.models.probe(company.models.in_use().name)
    return admit(company.people.get_user(there(company, "ana").user_id))


def known(company: Assistant, audience: Audience) -> list[Memory]:
    company.learning.drain()
    return company.memories.browse(audience, limit=99)


def found(company: Assistant, text: str, audience: Audience) -> list[str]:
    question = Question(text=text, kinds=(HitKind.MEMORY,))
    return [hit.text for hit in company.search.find(question, audience).hits]


@pytest.mark.weights
def test_what_is_said_in_public_is_remembered_as_that(
    company: Assistant, ana: Audience
) -> None:
    ask(company, there(company, "ana"), "I live in Porto.")

    (memory,) = known(company, there(company, "ana"))

    assert (memory.text, memory.owner_id) == ("I live in Porto", "ana")
    assert memory.scope is Scope.PUBLIC
    assert (memory.server_id, memory.channel_id) == ("10", "20")
    assert known(company, ana) == [memory]
    assert known(company, there(company, "ana", ELSEWHERE)) == []


@pytest.mark.weights
def test_it_is_found_on_that_server_and_in_private_and_nowhere_else(
    company: Assistant, ana: Audience
) -> None:
    ask(company, there(company, "ana"), "I live in Porto.")
    company.learning.drain()

    assert found(company, "Porto", there(company, "ana")) == ["I live in Porto"]
    assert found(company, "Porto", ana) == ["I live in Porto"]
    assert found(company, "Porto", there(company, "ana", ELSEWHERE)) == []
    ben = admit(company.people.get_user(there(company, "ben").user_id))
    assert found(company, "Porto", ben) == []


@pytest.mark.weights
def test_what_one_person_said_is_no_answer_to_another(
    company: Assistant, ana: Audience, engine: Examined
) -> None:
    ask(company, there(company, "ana"), "I live in Porto.")

    answered = ask(company, there(company, "ben"), "Where do I live?")

    assert "Porto" not in answered.reply.content
    assert "Porto" not in str(engine.requests[-1].messages)
    ask(company, there(company, "ana"), "Where do I live?")
    assert "Porto" in str(engine.requests[-1].messages)


@pytest.mark.weights
def test_asked_in_public_only_what_was_said_there_is_told(
    company: Assistant, ana: Audience
) -> None:
    ask(company, ana, "I am allergic to figs.")
    ask(company, there(company, "ana"), "I live in Porto.")
    ask(company, there(company, "ana", ELSEWHERE), "I work at Acme.")

    def told(audience: Audience) -> str:
        return ask(company, audience, "What do you know about me?").reply.content

    before_others = told(there(company, "ana"))
    assert "Porto" in before_others
    assert "figs" not in before_others
    assert "Acme" not in before_others
    assert "remembered about you yet" in told(there(company, "ben"))
    in_private = told(ana)
    assert all(word in in_private for word in ("Porto", "figs", "Acme"))


@pytest.mark.weights
@pytest.mark.parametrize(
    "question",
    [
        "What am I allergic to?",
        "Am I allergic to figs in a cake?",
        "Tell me about figs and allergies, please.",
        "Forget that I am allergic to figs.",
    ],
)
def test_what_was_said_in_private_never_enters_an_answer_before_others(
    company: Assistant, ana: Audience, engine: Examined, question: str
) -> None:
    ask(company, ana, "I am allergic to dates and figs.")
    company.learning.drain()
    engine.requests.clear()

    finished = ask(company, there(company, "ana"), question)

    assert "dates" not in finished.reply.content
    assert "dates" not in str([request.messages for request in engine.requests])
    assert finished.memories == ()
    assert len(known(company, ana)) == 2


@pytest.mark.weights
def test_an_able_model_is_told_before_others_only_what_was_said_there(
    company: Assistant, ana: Audience, engine: Examined
) -> None:
    ask(company, there(company, "ana"), "I am allergic to figs.")
    ask(company, ana, "I am allergic to dates.")
    company.learning.drain()

    ask(company, there(company, "ana"), "Am I allergic to figs in a cake?")

    sent = str(engine.requests[-1].messages)
    assert "I am allergic to figs" in sent
    assert "dates" not in sent


@pytest.mark.weights
def test_a_new_value_before_others_leaves_the_private_one_as_it_is(
    company: Assistant, ana: Audience, engine: Examined
) -> None:
    ask(company, ana, "I live in Porto.")
    ask(company, there(company, "ana"), "I live in Braga.")

    assert [memory.text for memory in known(company, there(company, "ana"))] == [
        "I live in Braga"
    ]
    assert {memory.text for memory in known(company, ana)} == {
        "I live in Porto",
        "I live in Braga",
    }
    ask(company, there(company, "ana"), "Where do I live?")
    sent = str(engine.requests[-1].messages)
    assert "Braga" in sent
    assert "Porto" not in sent
