"""Why an answer is as it is, asked of the real file."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from assistant.app import Assistant, ingesting
from assistant.entities.audience import Audience, Place
from assistant.entities.conversation import Message
from assistant.entities.ids import MessageId, ServerId
from assistant.entities.turn import Ask, Regenerate, TurnFinished, TurnRequest
from assistant.errors import NotFoundError
from assistant.knowledge.ingest import Wanted
from tests.conftest import OpenAssistant
from tests.fakes.engine import ScriptedEngine

CARE = "The Quillon kettle must be descaled every 45 days with citric acid."


@dataclass(frozen=True)
class OneMemory:
    """Something that was remembered for every answer."""

    words: str

    def used_in(self, message_id: MessageId, audience: Audience) -> Sequence[str]:
        return (self.words,)


@pytest.fixture
def assistant(opened: OpenAssistant) -> Assistant:
    return opened(ScriptedEngine("Of course."))


def answered(assistant: Assistant, intent) -> Message:
    request = TurnRequest(audience=assistant.audience, intent=intent)
    finished = list(assistant.chat.send(request))[-1]
    assert isinstance(finished, TurnFinished)
    return finished.reply


def test_an_answer_leads_to_the_steps_of_its_own_turn(assistant: Assistant) -> None:
    first = answered(assistant, Ask(text="Tea?"))
    answered(assistant, Ask(text="Coffee?"))

    account = assistant.accounts.of(first.id, assistant.audience)

    assert account.message == first
    assert {"turn", "write", "finish"} <= {span.name for span in account.spans}
    assert len({span.trace_id for span in account.spans}) == 1
    assert account.spans != tuple(assistant.traces.last_trace())


def test_each_answer_to_a_question_has_steps_of_its_own(assistant: Assistant) -> None:
    first = answered(assistant, Ask(text="Tea?"))
    second = answered(assistant, Regenerate(message_id=first.id))

    one, other = (
        assistant.accounts.of(each.id, assistant.audience) for each in (first, second)
    )

    assert one.spans[0].trace_id != other.spans[0].trace_id


def test_nobody_else_is_told_why(assistant: Assistant) -> None:
    reply = answered(assistant, Ask(text="Tea?"))
    elsewhere = Place(server_id=ServerId("s"), is_private=False)
    outsider = replace(assistant.audience, place=elsewhere)

    with pytest.raises(NotFoundError):
        assistant.accounts.of(reply.id, outsider)


def test_what_was_remembered_for_it_is_told(assistant: Assistant) -> None:
    reply = answered(assistant, Ask(text="Tea?"))
    accounts = replace(assistant.accounts, remembered=OneMemory("Ana drinks tea"))

    account = accounts.of(reply.id, assistant.audience)

    assert account.memories == ("Ana drinks tea",)


@pytest.mark.weights
def test_a_reference_leads_to_its_words_within_the_passage(
    assistant: Assistant, tmp_path: Path
) -> None:
    path = tmp_path / "kettle.md"
    path.write_text(f"# Kettle\n\n## Care\n\n{CARE} The lid is blue.\n")
    with ingesting(assistant) as ingest:
        list(
            ingest.run(Wanted(sources=[str(path)], owner_id=assistant.audience.user_id))
        )
    reply = answered(assistant, Ask(text="How often must I descale my Quillon kettle?"))
    (citation,) = assistant.accounts.of(reply.id, assistant.audience).citations

    cited = assistant.accounts.cited(citation, assistant.audience)
    fork = assistant.history.fork(reply.id, assistant.audience)

    assert cited.quote == citation.quote
    assert "The lid is blue." in cited.text
    assert cited.source == str(path)
    assert fork.head_id
    again = assistant.accounts.of(fork.head_id, assistant.audience)
    assert again.citations == (citation,)
    assistant.library.remove(citation.document_id, assistant.audience)
    with pytest.raises(NotFoundError):
        assistant.accounts.cited(citation, assistant.audience)
