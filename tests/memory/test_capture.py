"""What a message teaches, and what it does not: the whole way to the file."""

from dataclasses import replace
from threading import Event, Thread

import pytest

from assistant.config.settings import MemoryMode
from assistant.embeddings.opening import bundled_embedder
from assistant.entities.conversation import MessageRole, MessageState
from assistant.entities.ids import ConversationId, MemoryId, UserId
from assistant.entities.memory import (
    Memory,
    MemoryFilter,
    MemoryKind,
    MemoryState,
    MemoryTerm,
)
from assistant.memory.capture import Capture
from assistant.memory.desk import MemoryDesk
from assistant.memory.keeping import Kept, Outcome
from assistant.memory.learning import ACCESS, CAPTURE, Learning, to_learn
from assistant.memory.tidying import Tidying
from assistant.storage.conversations import Conversations
from assistant.storage.dependencies import Source
from tests.fakes.embedder import WordEmbedder
from tests.knowledge.building import mint
from tests.memory.building import a_book, a_memory_desk
from tests.storage.building import ME, Talk, a_user, at, clock


@pytest.fixture
def capture(desk: MemoryDesk) -> Capture:
    return Capture(desk=desk)


def tell(capture: Capture, talk: Talk, text: str, **changes) -> list[Kept]:
    return capture.take(talk.say(text, **changes).id, ME)


def known(desk: MemoryDesk, *states: MemoryState) -> list[str]:
    wanted = MemoryFilter(states=states or (MemoryState.CURRENT,))
    return sorted(m.text for m in desk.memories.browse(wanted, ME, limit=99))


def test_a_memory_points_at_the_very_words(capture, talk, desk) -> None:
    text = "Hi! Well, I live in Porto, and my dog's name is Rex."

    kept = tell(capture, talk, text)

    assert [each.memory.text for each in kept] == [
        "I live in Porto",
        "My dog's name is Rex",
    ]
    for each in kept:
        span = each.memory.span
        assert span is not None
        assert text[span.start : span.end] == each.memory.quote
        assert desk.dependencies.sources(Source("memory", each.memory.id)) == [
            Source("message", str(each.memory.message_id))
        ]


def test_a_new_value_takes_the_place_of_the_old_one(capture, talk, desk) -> None:
    tell(capture, talk, "I live in Porto.")
    changed = tell(capture, talk, "Actually I live in Braga now.", created_at=at(5))

    assert [each.outcome for each in changed] == [Outcome.CHANGED]
    assert known(desk) == ["I live in Braga now"]
    old = desk.memories.get(MemoryId(changed[0].memory.supersedes or ""), ME)
    assert (old.text, old.valid_until) == ("I live in Porto", at(5))


def test_what_was_said_before_never_takes_the_place_of_what_came_after(
    capture, talk, desk
) -> None:
    tell(capture, talk, "I live in Braga.", created_at=at(5))
    late = tell(capture, talk, "I live in Porto.", created_at=at(1))

    assert [each.outcome for each in late] == [Outcome.EARLIER]
    assert known(desk) == ["I live in Braga"]
    assert late[0].memory.valid_until == at(5)


def test_saying_it_again_adds_a_source_and_no_memory(capture, talk, desk) -> None:
    tell(capture, talk, "I live in Porto.")
    again = tell(capture, talk, "As I said, well, I live in porto!")
    again = again or tell(capture, talk, "I live in porto!")

    assert [each.outcome for each in again] == [Outcome.KNOWN]
    assert known(desk) == ["I live in Porto"]
    sources = desk.dependencies.sources(Source("memory", again[0].memory.id))
    assert len(sources) == 2


def test_what_is_over_is_closed_without_a_new_value(capture, talk, desk) -> None:
    tell(capture, talk, "I work at Acme.")
    tell(capture, talk, "I live in Porto.")

    assert tell(capture, talk, "I no longer work at Acme.", created_at=at(4)) == []

    assert known(desk) == ["I live in Porto"]
    assert known(desk, MemoryState.SUPERSEDED) == ["I work at Acme"]


def test_likes_may_be_many_and_turn_into_dislikes(capture, talk, desk) -> None:
    tell(capture, talk, "I love figs and old maps.")
    tell(capture, talk, "I don't like figs any more.", created_at=at(2))

    assert known(desk) == ["I don't like figs any more", "I love old maps"]


def test_an_only_sister_is_the_one_who_was_named(capture, talk, desk) -> None:
    tell(capture, talk, "My sister Ana lives in Porto.")
    tell(capture, talk, "My sister lives in Faro now.", created_at=at(3))

    assert known(desk) == ["My sister Ana", "My sister lives in Faro now"]


def test_somebody_known_is_meant_by_their_name(capture, talk, desk) -> None:
    tell(capture, talk, "My sister is Ana.")
    (kept,) = tell(capture, talk, "Ana lives in Porto.", created_at=at(3))

    assert (kept.memory.subject, kept.memory.attribute) == ("sister Ana", "home")
    assert known(desk) == ["Ana lives in Porto", "My sister is Ana"]


def test_a_name_that_two_people_have_means_neither(capture, talk, desk) -> None:
    tell(capture, talk, "My sister is Ana.")
    tell(capture, talk, "My friend Ana lives in Faro.")

    assert tell(capture, talk, "Ana lives in Porto.", created_at=at(3)) == []


def test_a_stranger_is_nobody_to_remember(capture, talk) -> None:
    assert tell(capture, talk, "Ana lives in Porto.") == []


@pytest.mark.parametrize("words", ["Not Porto, Lisbon.", "Sorry, I meant Lisbon!"])
def test_what_was_just_said_can_be_corrected(capture, talk, desk, words) -> None:
    first = talk.say("I live in Porto.")
    capture.take(first.id, ME)
    reply = talk.say("I see.", first, role=MessageRole.ASSISTANT)

    (kept,) = capture.take(talk.say(words, reply, created_at=at(1)).id, ME)

    assert kept.outcome is Outcome.CHANGED
    assert (kept.memory.text, kept.memory.quote) == ("I live in Lisbon", words)
    assert known(desk) == ["I live in Lisbon"]


def test_what_was_said_before_that_is_not_corrected(capture, talk, desk) -> None:
    first = talk.say("I live in Porto.")
    capture.take(first.id, ME)
    second = talk.say("How are you?", first)

    third = talk.say("Sorry, I meant Lisbon!", second, created_at=at(1))

    assert capture.take(third.id, ME) == []
    assert known(desk) == ["I live in Porto"]


@pytest.fixture
def corrected(talk, desk):
    """What is known after a statement and the message that puts it right."""

    def known_after(said: str, then: str, capture: Capture) -> list[str]:
        first = talk.say(said)
        capture.take(first.id, ME)
        reply = talk.say("I see.", first, role=MessageRole.ASSISTANT)
        capture.take(talk.say(then, reply, created_at=at(1)).id, ME)
        return known(desk)

    return known_after


@pytest.mark.parametrize(
    ("said", "then", "now"),
    [
        ("I'm allergic to figs.", "I meant walnuts", ["I'm allergic to walnuts"]),
        ("Our cat is called Mimi.", "Oops, I meant Momo!", ["Our cat is called Momo"]),
        ("I drive a Golf", "Correction: it's a Polo", ["I drive a Polo"]),
        (
            "My sister is called Anna",
            "no, my sister is called Hanna",
            ["My sister is called Hanna"],
        ),
        (
            "My sister Ana lives in Porto",
            "Sorry, I meant Anna",
            ["My sister Anna", "My sister Anna lives in Porto"],
        ),
        (
            "My exam is on Tuesday",
            "oh wait, it's Wednesday actually",
            ["My exam is on Wednesday (2026-11-25)"],
        ),
        ("I live in Porto", "it's great", ["I live in Porto"]),
        ("I live in Porto", "It's Lisbon I dream of", ["I live in Porto"]),
    ],
)
def test_one_value_is_put_right_and_the_wrong_one_is_gone(
    capture, corrected, said, then, now
) -> None:
    assert corrected(said, then, capture) == now


def test_of_a_name_and_a_town_neither_is_corrected_unless_it_is_clear_which(
    capture, corrected
) -> None:
    said = "My sister Ana lives in Porto"

    assert corrected(said, "I meant Braga", capture) == ["My sister Ana", said]


@pytest.mark.parametrize(
    ("meant", "now"),
    [
        ("Lisbon", ["My sister Ana", "My sister Ana lives in Lisbon"]),
        ("Carla", ["My sister Carla", "My sister Carla lives in Porto"]),
    ],
)
def test_a_town_is_told_from_a_name_by_its_meaning(desk, corrected, meant, now) -> None:
    capture = Capture(desk=replace(desk, embedder=bundled_embedder(threads=1)))

    assert corrected("My sister Ana lives in Porto", f"I meant {meant}", capture) == now


def test_a_plan_is_kept_until_it_is_over(capture, talk, desk) -> None:
    kept = tell(capture, talk, "I'm flying to Oslo on Friday.")[0].memory

    assert kept.kind is MemoryKind.PLAN
    assert kept.term is MemoryTerm.SHORT_TERM
    assert kept.text == "I'm flying to Oslo on Friday (2026-11-27)"
    assert kept.expires_at is not None
    desk_later = replace(desk, clock=lambda: kept.expires_at)
    assert Tidying(desk=desk_later).expire() == 1
    assert known(desk) == []


def test_the_same_message_is_taken_once(capture, talk, desk) -> None:
    said = talk.say("I live in Porto.")

    assert len(capture.take(said.id, ME)) == 1
    assert capture.take(said.id, ME) == []


@pytest.mark.parametrize("role", [MessageRole.ASSISTANT, MessageRole.TOOL])
def test_only_a_persons_own_message_teaches(capture, talk, desk, role) -> None:
    assert tell(capture, talk, "I live in Porto.", role=role) == []
    assert known(desk) == []


def test_what_another_wrote_into_ones_conversation_teaches_nothing(
    capture, talk, desk
) -> None:
    with desk.database.transaction():
        desk.people.add_user(a_user("ben"))
    assert tell(capture, talk, "I live in Rome.", author_id=UserId("ben")) == []


def test_off_remembers_nothing(desk: MemoryDesk, talk: Talk) -> None:
    off = Capture(desk=replace(desk, mode=MemoryMode.OFF))

    assert tell(off, talk, "Remember that I live in Porto.") == []
    assert known(desk) == []


def test_asking_first_waits_for_a_yes(desk: MemoryDesk, talk: Talk) -> None:
    asking = Capture(desk=replace(desk, mode=MemoryMode.ASK))

    kept = tell(asking, talk, "I live in Porto.")

    assert [each.outcome for each in kept] == [Outcome.WAITING]
    assert known(desk) == []
    assert known(desk, MemoryState.PENDING) == ["I live in Porto"]


def test_what_was_asked_about_is_not_asked_about_again(desk, talk: Talk) -> None:
    asking = Capture(desk=replace(desk, mode=MemoryMode.ASK))
    waiting = tell(asking, talk, "I live in Porto.")[0].memory

    assert [k.outcome for k in tell(asking, talk, "I live in Porto!")] == [
        Outcome.KNOWN
    ]
    a_book(desk).reject(waiting.id, ME)
    assert [k.outcome for k in tell(asking, talk, "I live in Porto again.")] == [
        Outcome.KNOWN
    ]
    assert known(desk, MemoryState.PENDING) == []


def test_asking_first_does_not_ask_about_an_order(desk, talk: Talk) -> None:
    asking = Capture(desk=replace(desk, mode=MemoryMode.ASK))

    tell(asking, talk, "Remember that the key is in the shed.")

    assert known(desk) == ["The key is in the shed"]


def test_off_the_record_nothing_is_remembered(capture, talk, desk) -> None:
    conversations = Conversations(desk.database)
    held = conversations.get(ConversationId("talk"), ME)
    with desk.database.transaction():
        conversations.update(replace(held, is_incognito=True))

    assert tell(capture, talk, "Remember that I live in Porto.") == []
    assert known(desk) == []


def queue(desk: MemoryDesk, kind: str, message_id) -> None:
    job = to_learn(kind, message_id, ME, mint=mint, clock=clock)
    with desk.database.transaction():
        desk.jobs.enqueue(job)


def test_jobs_are_done_once_and_leave_nothing(desk: MemoryDesk, talk: Talk) -> None:
    learning = Learning(desk=desk, capture=Capture(desk=desk))
    queue(desk, CAPTURE, talk.say("I live in Porto.").id)
    queue(desk, CAPTURE, talk.say("What is the time?").id)

    assert [kept.memory.text for kept in learning.drain()] == ["I live in Porto"]
    assert learning.drain() == []
    assert desk.database.query("SELECT id FROM job") == []


def test_a_job_of_a_process_that_died_is_done_by_the_next(desk, talk: Talk) -> None:
    queue(desk, CAPTURE, talk.say("I live in Porto.").id)
    assert desk.jobs.claim([CAPTURE], by="dead", now=clock())

    kept = Learning(desk=desk, capture=Capture(desk=desk)).drain()

    assert [each.memory.text for each in kept] == ["I live in Porto"]


def test_a_message_that_went_meanwhile_is_no_error(desk, talk: Talk) -> None:
    learning = Learning(desk=desk, capture=Capture(desk=desk))
    queue(desk, CAPTURE, "no such message")

    assert learning.drain() == []
    assert desk.database.query("SELECT id FROM job") == []


class Slow(Capture):
    """Is at a message until it is let go."""

    begun, let_go = Event(), Event()

    def take(self, message_id, audience):
        self.begun.set()
        self.let_go.wait(30)
        return super().take(message_id, audience)


def test_what_another_thread_is_learning_is_waited_for(desk, talk: Talk) -> None:
    """Who asks right after telling is not told that nothing was told."""
    learning = Learning(desk=desk, capture=Slow(desk=desk))
    queue(desk, CAPTURE, talk.say("I live in Porto.").id)
    seen: list[list[str]] = []

    def ask() -> None:
        learning.drain()
        seen.append(known(desk))

    idle, asking = Thread(target=learning.drain), Thread(target=ask)
    idle.start()
    assert Slow.begun.wait(30)
    asking.start()
    asking.join(0.2)
    assert seen == []

    Slow.let_go.set()
    idle.join(30)
    asking.join(30)
    assert seen == [["I live in Porto"]]


class Broken(Capture):
    """Fails on every message, as a bug would."""

    def take(self, message_id, audience):
        raise ValueError("a bug")


def test_a_bug_over_one_message_is_put_off_and_given_up(desk, talk: Talk) -> None:
    learning = Learning(desk=desk, capture=Broken(desk=desk))
    queue(desk, CAPTURE, talk.say("I live in Porto.").id)

    learning.drain()
    rows = desk.database.query("SELECT state, attempts, error FROM job")
    assert rows == [{"state": "queued", "attempts": 1, "error": "a bug"}]
    later = replace(desk, clock=lambda: at(60 * 24))
    for _ in range(3):
        Learning(desk=later, capture=Broken(desk=later)).drain()
        later = replace(later, clock=lambda: at(60 * 48))
    assert desk.database.query("SELECT state FROM job WHERE attempts > 3") == []


def test_an_answers_use_is_noted_outside_the_turn(desk, talk: Talk) -> None:
    capture = Capture(desk=desk)
    kept = capture.take(talk.say("I live in Porto.").id, ME)[0].memory
    answer = talk.say("In Porto.", role=MessageRole.ASSISTANT)
    with desk.database.transaction():
        desk.memories.replace_uses(answer.id, [kept.id])
    queue(desk, ACCESS, answer.id)

    Learning(desk=desk, capture=capture).drain()

    assert desk.memories.get(kept.id, ME).access_count == 1


def notes(desk: MemoryDesk, talk: Talk, *texts: str) -> list[Memory]:
    capture = Capture(desk=desk)
    kept = [
        capture.take(talk.say(f"Remember that {text}", created_at=at(n)).id, ME)
        for n, text in enumerate(texts)
    ]
    for _ in Tidying(desk=desk).work():
        pass
    return [each[0].memory for each in kept]


@pytest.fixture
def reading(database) -> MemoryDesk:
    return a_memory_desk(database, embedder=WordEmbedder())


def test_an_echo_is_merged_into_what_was_said_first(reading, talk: Talk) -> None:
    first, echo = notes(
        reading,
        talk,
        "the spare key for the front door hangs in the old garden shed on a nail",
        "the spare key for the front door hangs in that old garden shed on a nail",
    )

    assert reading.memories.get(echo.id, ME).state is MemoryState.MERGED
    assert reading.memories.get(first.id, ME).state is MemoryState.CURRENT
    assert reading.memories.get(first.id, ME).importance > first.importance


@pytest.mark.parametrize(
    "other",
    [
        "the meeting room for the team is number 5 on the top floor",
        "the meeting room for the team is not number 4 on the top floor",
    ],
)
def test_near_in_words_is_not_the_same_when_a_guard_says_so(
    reading, talk: Talk, other: str
) -> None:
    first, later = notes(
        reading,
        talk,
        "the meeting room for the team is number 4 on the top floor",
        other,
    )

    assert reading.memories.get(first.id, ME).state is MemoryState.SUPERSEDED
    assert reading.memories.get(later.id, ME).state is MemoryState.CURRENT


def test_what_is_only_about_the_same_stays_apart(reading, talk: Talk) -> None:
    notes(reading, talk, "the blue key is in the shed", "the shed needs paint")

    assert len(known(reading)) == 2


def test_a_reply_that_is_being_written_teaches_nothing(capture, talk, desk) -> None:
    question = talk.say("What do you know?")
    reply = talk.say(
        "I live in Rome.",
        question,
        role=MessageRole.ASSISTANT,
        state=MessageState.COMPLETED,
    )
    assert capture.take(reply.id, ME) == []


def test_vectors_do_not_depend_on_what_points_at_a_person(reading, talk: Talk) -> None:
    notes(reading, talk, "the harbour master answers at ben@example.org on weekdays")

    embedder = reading.embedder
    assert isinstance(embedder, WordEmbedder)
    assert embedder.texts
    assert not any("ben@example.org" in text for text in embedder.texts)
