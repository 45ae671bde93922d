import pytest

from assistant.app import Assistant
from assistant.entities.conversation import ConversationState, Message
from assistant.entities.turn import Ask, TextFile, TurnFinished, TurnRequest
from assistant.errors import NotFoundError, UsageError
from tests.conftest import OpenAssistant
from tests.fakes.engine import ScriptedEngine


def ask(assistant: Assistant, text: str, **more) -> Message:
    request = TurnRequest(audience=assistant.audience, intent=Ask(text=text, **more))
    finished = list(assistant.chat.send(request))[-1]
    assert isinstance(finished, TurnFinished)
    return finished.reply


@pytest.fixture
def assistant(opened: OpenAssistant) -> Assistant:
    return opened(ScriptedEngine("Of course."))


def test_the_latest_conversation_comes_first(assistant: Assistant) -> None:
    for text in ("Tea?", "Coffee?", "Milk?"):
        ask(assistant, text)

    titles = [c.title for c in assistant.history.recent(assistant.audience)]

    assert titles == ["Milk?", "Coffee?", "Tea?"]


def test_a_conversation_is_found_by_the_beginning_of_its_id(
    assistant: Assistant,
) -> None:
    reply = ask(assistant, "Tea?")

    found = assistant.history.open(reply.conversation_id[:-2], assistant.audience)

    assert found.id == reply.conversation_id


def test_a_beginning_that_fits_several_is_refused(assistant: Assistant) -> None:
    first, second = ask(assistant, "Tea?"), ask(assistant, "Coffee?")
    common = first.conversation_id[:3]
    assert second.conversation_id.startswith(common)

    with pytest.raises(UsageError, match="Several conversations"):
        assistant.history.open(common, assistant.audience)


def test_a_renamed_conversation_keeps_its_words(assistant: Assistant) -> None:
    reply = ask(assistant, "Tea?")

    assistant.history.rename(
        reply.conversation_id, "  All about\ntea ", assistant.audience
    )

    renamed = assistant.history.open(reply.conversation_id, assistant.audience)
    assert renamed.title == "All about tea"


def test_an_archived_conversation_is_out_of_the_way_until_restored(
    assistant: Assistant,
) -> None:
    reply = ask(assistant, "Tea?")
    history, audience = assistant.history, assistant.audience

    history.archive(reply.conversation_id, audience)
    assert history.recent(audience) == []
    assert len(history.recent(audience, include_archived=True)) == 1

    restored = history.restore(reply.conversation_id, audience)
    assert restored.state is ConversationState.ACTIVE


def test_speaking_in_an_archived_conversation_brings_it_back(
    assistant: Assistant,
) -> None:
    reply = ask(assistant, "Tea?")
    assistant.history.archive(reply.conversation_id, assistant.audience)

    ask(assistant, "Still?", conversation_id=reply.conversation_id)

    back = assistant.history.open(reply.conversation_id, assistant.audience)
    assert back.state is ConversationState.ACTIVE


def test_a_deleted_conversation_cannot_be_found_by_any_word(
    assistant: Assistant,
) -> None:
    reply = ask(assistant, "The word is xylophone")

    assistant.history.delete(reply.conversation_id, assistant.audience)

    assert assistant.history.search("xylophone", assistant.audience) == []
    with pytest.raises(NotFoundError):
        assistant.history.open(reply.conversation_id, assistant.audience)


def test_a_fork_goes_its_own_way_with_all_that_was_said(
    assistant: Assistant,
) -> None:
    file = TextFile(name="a.txt", text="milk")
    first = ask(assistant, "Tea?", files=(file,))
    ask(assistant, "And milk?", conversation_id=first.conversation_id)

    fork = assistant.history.fork(first.id, assistant.audience)
    ask(assistant, "Sugar?", conversation_id=fork.id)

    said = assistant.history.transcript(fork.id, assistant.audience)
    assert [m.content for m in said] == ["Tea?", "Of course.", "Sugar?", "Of course."]
    copied = assistant.history.attachments(said[0], assistant.audience)
    assert [a.text for a in copied] == ["milk"]
    origin = assistant.history.transcript(first.conversation_id, assistant.audience)
    assert [m.content for m in origin][2] == "And milk?"


def test_words_are_found_in_any_branch_and_form(assistant: Assistant) -> None:
    ask(assistant, "How often must kettles be descaled?")

    hits = assistant.history.search("kettle", assistant.audience)

    assert [hit.message.content for hit in hits] == [
        "How often must kettles be descaled?"
    ]


def test_what_was_changed_is_on_record_without_the_words(
    assistant: Assistant,
) -> None:
    reply = ask(assistant, "A secret plan")
    assistant.history.rename(reply.conversation_id, "Plan B", assistant.audience)
    assistant.history.delete(reply.conversation_id, assistant.audience)

    entries = assistant.audit.recent(10)

    actions = [entry.action for entry in entries]
    assert actions[:2] == ["conversation delete", "conversation rename"]
    assert "secret" not in repr(entries)


def test_pinned_conversations_are_listed_in_the_order_of_pinning(
    assistant: Assistant,
) -> None:
    history, audience = assistant.history, assistant.audience
    tea, coffee, _ = (ask(assistant, text) for text in ("Tea?", "Coffee?", "Milk?"))

    history.pin(coffee.conversation_id, audience)
    history.pin(tea.conversation_id, audience)
    first = history.pin(coffee.conversation_id, audience)

    assert [c.title for c in history.pinned(audience)] == ["Coffee?", "Tea?"]
    assert history.pinned(audience)[0].pinned_at == first.pinned_at
    history.unpin(coffee.conversation_id, audience)
    assert [c.title for c in history.pinned(audience)] == ["Tea?"]
    assert len(history.recent(audience)) == 3


def test_a_pinned_conversation_in_the_archive_is_not_on_top(
    assistant: Assistant,
) -> None:
    history, audience = assistant.history, assistant.audience
    reply = ask(assistant, "Tea?")
    history.pin(reply.conversation_id, audience)

    history.archive(reply.conversation_id, audience)

    assert history.pinned(audience) == []


def test_the_list_goes_on_where_a_page_ended(assistant: Assistant) -> None:
    history, audience = assistant.history, assistant.audience
    for number in range(5):
        ask(assistant, f"Question {number}")

    first = history.recent(audience, limit=2)
    then = history.recent(audience, limit=9, before=first[-1])

    assert [c.title[-1] for c in first + then] == ["4", "3", "2", "1", "0"]


def test_the_archive_is_listed_by_itself(assistant: Assistant) -> None:
    history, audience = assistant.history, assistant.audience
    tea, _ = ask(assistant, "Tea?"), ask(assistant, "Coffee?")

    history.archive(tea.conversation_id, audience)

    assert [c.title for c in history.archived(audience)] == ["Tea?"]


def test_titles_are_found_by_all_their_words_in_any_case(assistant: Assistant) -> None:
    history, audience = assistant.history, assistant.audience
    for text in ("Écrire à Zoë", "Letter to the tax office", "The letter T"):
        ask(assistant, text)

    def titles(text: str) -> list[str]:
        return [c.title for c in history.titled(text, audience)]

    assert titles("ÉCRIRE zoë") == ["Écrire à Zoë"]
    assert titles("letter") == ["The letter T", "Letter to the tax office"]
    assert titles("tax letter") == ["Letter to the tax office"]
    assert titles("100%") == []
    assert len(history.titled("", audience, limit=2)) == 2


def test_forks_are_counted_where_they_began(assistant: Assistant) -> None:
    history, audience = assistant.history, assistant.audience
    tea, coffee = ask(assistant, "Tea?"), ask(assistant, "Coffee?")
    history.fork(tea.id, audience)
    history.fork(tea.id, audience)

    assert history.forks(audience) == {tea.conversation_id: 2}
    assert coffee.conversation_id not in history.forks(audience)


def test_a_fork_is_not_pinned_because_its_origin_is(assistant: Assistant) -> None:
    history, audience = assistant.history, assistant.audience
    tea = ask(assistant, "Tea?")
    history.pin(tea.conversation_id, audience)

    assert history.fork(tea.id, audience).pinned_at is None


def test_a_conversation_is_taken_off_the_record_and_put_back(
    assistant: Assistant,
) -> None:
    history, audience = assistant.history, assistant.audience
    reply = ask(assistant, "Tea?")

    history.set_incognito(reply.conversation_id, audience, is_incognito=True)
    assert history.open(reply.conversation_id, audience).is_incognito
    history.set_incognito(reply.conversation_id, audience, is_incognito=False)
    assert not history.open(reply.conversation_id, audience).is_incognito
