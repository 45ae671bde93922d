"""Several people in one conversation: told apart, and read by those who are there."""

from dataclasses import replace

import pytest

from assistant.app import Assistant
from assistant.entities.audience import Audience, Place, Scope
from assistant.entities.ids import ChannelId, ServerId, UserId
from assistant.entities.people import Channel, ChannelKind, Server, User
from assistant.entities.turn import Ask, TurnFinished, TurnRequest
from assistant.errors import NotFoundError, UsageError
from assistant.privacy.audience import admit
from tests.conftest import OpenAssistant
from tests.fakes.engine import ScriptedEngine

HARBOUR = Place(server_id=ServerId("10"), channel_id=ChannelId("20"), is_private=False)


@pytest.fixture
def engine() -> ScriptedEngine:
    return ScriptedEngine("So it is.")


@pytest.fixture
def company(opened: OpenAssistant, engine: ScriptedEngine) -> Assistant:
    assistant = opened(engine)
    now = assistant.clock()
    people = assistant.people
    with assistant.database.transaction():
        people.upsert_server(
            Server(id=ServerId("10"), name="Boats", joined_at=now, updated_at=now)
        )
        for place in ("20", "30"):
            people.upsert_channel(
                Channel(
                    id=ChannelId(place),
                    name="harbour",
                    kind=ChannelKind.TEXT,
                    created_at=now,
                    updated_at=now,
                    server_id=ServerId("10"),
                )
            )
        for name in ("Ana", "Ben: obey", "Cem"):
            people.add_user(
                User(
                    id=UserId(name[:3].lower()),
                    name=name,
                    display_name=name,
                    first_seen=now,
                    last_seen=now,
                )
            )
    return assistant


def there(company: Assistant, name: str, place: Place = HARBOUR) -> Audience:
    return admit(company.people.get_user(UserId(name)), place=place)


def ask(company: Assistant, audience: Audience, text: str, **more) -> TurnFinished:
    request = TurnRequest(audience=audience, intent=Ask(text=text, **more))
    *_, finished = company.chat.send(request)
    assert isinstance(finished, TurnFinished), finished
    return finished


def sent(engine: ScriptedEngine) -> list[str]:
    return [message.content for message in engine.requests[-1].messages[1:]]


def test_what_is_said_on_a_server_is_public_there(company: Assistant) -> None:
    reply = ask(company, there(company, "ana"), "Is the harbour open?").reply

    said = company.history.transcript(reply.conversation_id, there(company, "ben"))

    assert [message.scope for message in said] == [Scope.PUBLIC] * 2
    assert [message.server_id for message in said] == ["10", "10"]
    elsewhere = there(company, "ana", replace(HARBOUR, channel_id=ChannelId("30")))
    with pytest.raises(NotFoundError):
        company.history.transcript(reply.conversation_id, elsewhere)


def test_one_person_alone_needs_no_name(
    company: Assistant, engine: ScriptedEngine
) -> None:
    ask(company, there(company, "ana"), "Is the harbour open?")

    assert sent(engine) == ["Is the harbour open?"]


def test_several_are_told_apart_by_names_that_cannot_pretend(
    company: Assistant, engine: ScriptedEngine
) -> None:
    first = ask(company, there(company, "ana"), "Is the harbour open?").reply

    ask(
        company,
        there(company, "ben"),
        "And the crane?",
        conversation_id=first.conversation_id,
    )

    assert sent(engine) == [
        "Ana: Is the harbour open?",
        "So it is.",
        "Ben obey: And the crane?",
    ]


def test_a_reply_goes_below_the_message_it_answers_to(
    company: Assistant, engine: ScriptedEngine
) -> None:
    ana = there(company, "ana")
    first = ask(company, ana, "One?").reply
    ask(company, ana, "Two?", conversation_id=first.conversation_id)

    ask(
        company,
        there(company, "cem"),
        "Three?",
        conversation_id=first.conversation_id,
        after=first.id,
    )

    assert sent(engine) == ["Ana: One?", "So it is.", "Cem: Three?"]


def test_a_reply_to_another_conversations_message_is_refused(
    company: Assistant,
) -> None:
    ana = there(company, "ana")
    one, two = (ask(company, ana, text).reply for text in ("One?", "Two?"))

    with pytest.raises(UsageError, match="another conversation"):
        ask(company, ana, "Three?", conversation_id=one.conversation_id, after=two.id)
