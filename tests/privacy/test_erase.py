"""What is forgotten takes along what was made of it, and leaves the rest whole."""

from dataclasses import replace
from datetime import timedelta

import pytest

from assistant.entities.audience import Audience, Place, Scope
from assistant.entities.conversation import (
    Attachment,
    ContentKind,
    Message,
    MessageRole,
)
from assistant.entities.erasure import (
    Between,
    Erasable,
    Mentioning,
    Named,
    OfPerson,
)
from assistant.entities.ids import (
    NOBODY,
    AttachmentId,
    ConversationId,
    JobId,
    ServerId,
    UserId,
)
from assistant.entities.job import Job
from assistant.entities.people import UserStatus
from assistant.errors import NotFoundError, UsageError
from assistant.privacy.erase import REWRITTEN, by_kind
from assistant.privacy.erase_threads import UNTITLED
from assistant.storage.audit import AuditLog
from assistant.storage.database import Database
from assistant.storage.erasures import Erasures
from assistant.storage.jobs import Jobs
from tests.privacy.building import (
    NOW,
    a_memory_row,
    an_eraser,
    cells_with,
    forget,
    ids_in,
    insert,
    made_of,
)
from tests.storage.building import ME, START, Talk, a_conversation, a_user, at

ANA = Audience(user_id=UserId("ana"))


def bucket(database: Database, subject: str) -> None:
    values = {"subject": subject, "tokens": 1.0, "filled_at": NOW}
    insert(database, "token_bucket", **{"class": "ask.user", **values})


def answer(talk: Talk, question: Message, text: str) -> Message:
    return talk.finish(talk.start_reply(question), text)


@pytest.fixture
def three(talk: Talk) -> list[Message]:
    """Three questions with their answers, one after the other."""
    said: list[Message] = []
    for text in ("Where is Lisbon?", "And my cat Quokka?", "Thank you"):
        question = talk.say(text, said[-1] if said else None, created_at=at(len(said)))
        said += [question, answer(talk, question, f"Answer to: {text}")]
    with talk.transaction():
        conversation = talk.conversations.get(ConversationId("talk"), ME)
        talk.conversations.update(
            replace(conversation, head_id=said[-1].id, title="And my cat Quokka?")
        )
    return said


def texts(talk: Talk) -> list[str]:
    conversation = talk.conversations.get(ConversationId(talk.name), ME)
    assert conversation.head_id is not None
    return [m.content for m in talk.messages.path(conversation.head_id, ME)]


def test_a_message_goes_with_its_answer_and_the_rest_stays_one_thread(
    talk: Talk, three: list[Message]
) -> None:
    receipt = forget(talk.database, Erasable.MESSAGE, three[2].id)

    assert texts(talk) == [
        "Where is Lisbon?",
        "Answer to: Where is Lisbon?",
        "Thank you",
        "Answer to: Thank you",
    ]
    assert receipt.record.counts["messages"] == 2
    conversation = talk.conversations.get(ConversationId("talk"), ME)
    assert conversation.title == "Where is Lisbon?"
    assert conversation.message_count == 4


def test_the_last_exchange_leaves_one_reading_at_what_came_before(
    talk: Talk, three: list[Message]
) -> None:
    forget(talk.database, Erasable.MESSAGE, three[4].id)

    assert texts(talk)[-1] == "Answer to: And my cat Quokka?"


def test_an_answer_alone_leaves_its_question(talk: Talk, three: list[Message]) -> None:
    forget(talk.database, Erasable.MESSAGE, three[3].id)

    assert texts(talk)[2:4] == ["And my cat Quokka?", "Thank you"]
    title = talk.conversations.get(ConversationId("talk"), ME).title
    assert title == "And my cat Quokka?"


def test_a_conversation_without_a_message_left_is_gone(talk: Talk) -> None:
    only = talk.say("Only this")

    forget(talk.database, Erasable.MESSAGE, only.id)

    assert talk.conversations.find(ConversationId("talk"), ME) is None


def test_a_title_of_words_that_nobody_says_any_more_is_none(talk: Talk) -> None:
    question = talk.say("Quokka?")
    talk.say("", question, role=MessageRole.TOOL)
    other = talk.say("...", role=MessageRole.ASSISTANT)
    talk.database.execute("UPDATE conversation SET title = 'Quokka', head_id = null")

    forget(talk.database, Erasable.MESSAGE, question.id)

    conversation = talk.conversations.get(ConversationId("talk"), ME)
    assert (conversation.title, conversation.head_id) == (UNTITLED, other.id)


def test_a_new_title_tells_nobody_what_was_not_for_them(talk: Talk) -> None:
    database = talk.database
    insert(database, "server", id="s", name="s", joined_at=NOW, updated_at=NOW)
    database.execute("UPDATE conversation SET server_id = 's', title = 'Quokka'")
    talk.say("Quokka", id="goes", scope=Scope.PUBLIC)
    talk.say("Only for me", scope=Scope.PRIVATE)
    talk.say("For all of us", scope=Scope.PUBLIC)

    forget(database, Erasable.MESSAGE, "goes")

    rows = database.query("SELECT title FROM conversation")
    assert rows == [{"title": "For all of us"}]


def test_copies_in_forks_go_too_unless_only_the_conversation_is_meant(
    talk: Talk,
) -> None:
    said = talk.say("My cat is Quokka")
    fork = Talk(talk.database, "fork")
    fork.say("My cat is Quokka", id="copy")

    forget(
        talk.database,
        Erasable.CONVERSATION,
        "talk",
        with_copies=False,
    )
    kept = ids_in(talk.database, "message")
    talk = Talk(talk.database)
    again = talk.say("My cat is Quokka", id=said.id)
    forget(talk.database, Erasable.MESSAGE, again.id)

    assert kept == {"copy"}
    assert ids_in(talk.database, "message") == set()


def test_what_was_made_of_a_message_goes_however_far(talk: Talk) -> None:
    said, other = talk.say("My cat is Quokka"), talk.say("I like tea")
    database = talk.database
    insert(database, "memory", **a_memory_row("cat", "Quokka", message_id=said.id))
    insert(database, "memory", **a_memory_row("tea", "tea", message_id=other.id))
    insert(database, "memory", **a_memory_row("both", "Quokka and tea"))
    _a_summary(database, "notes", last=other.id)
    _an_insight(database, "thought")
    made_of(database, "memory", "cat", f"message:{said.id}")
    made_of(database, "memory", "tea", f"message:{other.id}")
    made_of(database, "memory", "both", "memory:cat", "memory:tea")
    made_of(database, "summary", "notes", f"message:{other.id}")
    made_of(database, "insight", "thought", "memory:both")

    receipt = forget(database, Erasable.MESSAGE, said.id)

    assert ids_in(database, "memory") == {"tea"}
    assert ids_in(database, "summary") == ids_in(database, "insight") == set()
    assert {row["id"] for row in database.query("SELECT id FROM depends_on")} == {"tea"}
    assert receipt.record.counts["memories"] == 2


def test_a_memory_said_again_elsewhere_stays_when_the_echo_goes(talk: Talk) -> None:
    first, again = talk.say("My cat is Quokka"), talk.say("As I said, Quokka")
    insert(
        talk.database, "memory", **a_memory_row("cat", "Quokka", message_id=first.id)
    )
    made_of(
        talk.database, "memory", "cat", f"message:{first.id}", f"message:{again.id}"
    )

    forget(talk.database, Erasable.MESSAGE, again.id)

    assert ids_in(talk.database, "memory") == {"cat"}
    assert len(talk.database.query("SELECT id FROM depends_on")) == 1


def test_what_was_said_elsewhere_too_is_learnt_again_from_there(talk: Talk) -> None:
    first, again = talk.say("My cat is Quokka"), talk.say("As I said, Quokka")
    row = a_memory_row("cat", "My cat is Quokka", message_id=first.id)
    insert(talk.database, "memory", **row)
    made_of(
        talk.database, "memory", "cat", f"message:{first.id}", f"message:{again.id}"
    )
    asked: list[tuple[str, Audience]] = []
    eraser = an_eraser(
        talk.database,
        learn_again=lambda said: asked.append((said.message_id, said.audience)),
    )

    named = Named(ids={Erasable.MESSAGE: frozenset({first.id})})
    eraser.erase(eraser.plan(named, ME), ME)

    assert ids_in(talk.database, "memory") == set()
    assert asked == [(again.id, ME)]


def test_what_was_merged_into_a_memory_that_goes_counts_again(talk: Talk) -> None:
    one, two = talk.say("I live in Porto"), talk.say("My home is Porto")
    database = talk.database
    rows = (
        a_memory_row("kept", "Porto", message_id=one.id, attribute="home"),
        a_memory_row(
            "merged", "Porto", message_id=two.id, attribute="home", state="merged"
        ),
    )
    for row in rows:
        insert(database, "memory", **row)
    made_of(database, "memory", "kept", "memory:merged", f"message:{two.id}")

    forget(database, Erasable.MESSAGE, one.id)

    left = database.query("SELECT id, state FROM memory")
    assert left == [{"id": "merged", "state": "current"}]


def test_a_memory_goes_with_all_it_said_before(talk: Talk) -> None:
    database = talk.database
    insert(database, "memory", **a_memory_row("now", "Lisbon"))
    insert(
        database,
        "memory",
        **a_memory_row("before", "Porto", state="superseded", valid_until=NOW),
    )
    insert(database, "memory", **a_memory_row("other", "Tea"))
    made_of(database, "memory", "now", "memory:before")

    forget(database, Erasable.MEMORY, "now")

    assert ids_in(database, "memory") == {"other"}


def test_an_answer_that_repeats_a_memory_loses_its_words(talk: Talk) -> None:
    question = talk.say("What is my cat called?")
    reply = answer(talk, question, "Your cat is called Quokka.")
    silent = answer(talk, talk.say("Hello"), "Hello to you")
    insert(talk.database, "memory", **a_memory_row("cat", "Quokka"))
    for message in (reply, silent):
        insert(
            talk.database,
            "memory_use",
            message_id=message.id,
            memory_id="cat",
            position=1,
        )

    receipt = forget(talk.database, Erasable.MEMORY, "cat")

    assert talk.messages.get(reply.id, ME).content == REWRITTEN
    assert talk.messages.get(silent.id, ME).content == "Hello to you"
    assert receipt.record.counts["rewritten"] == 1


def test_what_consolidation_would_bring_back_goes_too(talk: Talk) -> None:
    database = talk.database
    insert(database, "memory", **a_memory_row("cat", "Quokka"))
    insert(
        database,
        "consolidation",
        id="run",
        owner_id="local",
        status="completed",
        consolidated_count=1,
        retained_count=0,
        discarded_count=0,
        new_insights='["Quokka"]',
        detail="Quokka",
        at=NOW,
    )
    insert(
        database,
        "reversal",
        consolidation_id="run",
        memory_id="cat",
        was='{"text": "Quokka"}',
    )

    forget(database, Erasable.MEMORY, "cat")

    run = database.query("SELECT new_insights, detail FROM consolidation")
    assert run == [{"new_insights": "[]", "detail": ""}]
    assert database.query("SELECT * FROM reversal") == []


def test_jobs_that_hold_the_words_or_wait_for_the_row_go(talk: Talk) -> None:
    said = talk.say("My cat is called Quokka")
    jobs = Jobs(talk.database)
    payloads = {
        "waits": {"message": said.id},
        "quotes": {"texts": ["cat is called Quokka"]},
        "holds": {"text": "On Sunday: My cat is called Quokka"},
        "other": {"message": f"{said.id}0", "text": "cat"},
    }
    for name, payload in payloads.items():
        jobs.enqueue(
            Job(
                id=JobId(name),
                kind="work",
                key=name,
                created_at=START,
                run_after=START,
                payload=payload,
            )
        )

    receipt = forget(talk.database, Erasable.MESSAGE, said.id)

    assert ids_in(talk.database, "job") == {"other"}
    assert receipt.record.counts["jobs"] == 3


def test_the_trace_of_a_turn_goes_with_it(talk: Talk) -> None:
    said = talk.say("My cat")
    for trace, message in (("gone", said.id), ("kept", "another")):
        for name in ("turn", "write"):
            insert(
                talk.database,
                "span",
                id=f"{trace}-{name}",
                trace_id=trace,
                name=name,
                started_at=NOW,
                duration_ms=1.0,
                counts=f'{{"message": "{message}"}}' if name == "write" else "{}",
            )

    forget(talk.database, Erasable.MESSAGE, said.id)

    assert ids_in(talk.database, "span") == {"kept-turn", "kept-write"}


def test_a_time_is_forgotten_and_no_more(talk: Talk) -> None:
    for minute in range(4):
        talk.say(f"Minute {minute}", created_at=at(minute))
    eraser = an_eraser(talk.database)
    hour = Between(since=at(1), until=at(3))

    matches = eraser.matches(hour, ME)
    eraser.erase(eraser.plan(hour, ME), ME)

    assert [item.label for item in matches] == ["Minute 1", "Minute 2"]
    left = talk.database.query("SELECT content FROM message ORDER BY sequence")
    assert [row["content"] for row in left] == ["Minute 0", "Minute 3"]


def test_a_text_is_found_whatever_its_capitals_and_spaces(talk: Talk) -> None:
    said = talk.say("My door code\nis  STRASSE 9")
    file = talk.say("See the file")
    talk.say("Nothing of the kind")
    talk.messages.add_attachment(
        Attachment(
            id=AttachmentId("notes"),
            message_id=file.id,
            name="notes",
            kind=ContentKind.TEXT,
            size_bytes=1,
            text="it is straße 9",
        )
    )
    talk.database.execute("UPDATE conversation SET title = 'Straße 9'")
    insert(talk.database, "memory", **a_memory_row("code", "x", quote="Straße 9"))
    insert(
        talk.database,
        "draft",
        owner_id="local",
        conversation_id="talk",
        text="to straße  9",
        updated_at=NOW,
    )
    eraser = an_eraser(talk.database)

    found = by_kind(eraser.matches(Mentioning(text="straße 9"), ME))
    only = eraser.matches(
        Mentioning(text="straße 9", kinds=frozenset({Erasable.MEMORY})), ME
    )
    plan = eraser.plan(Mentioning(text="straße 9"), ME)
    eraser.erase(plan, ME)

    assert found == {
        Erasable.MESSAGE: {said.id, file.id},
        Erasable.TITLE: {"talk"},
        Erasable.DRAFT: {"local/talk"},
        Erasable.MEMORY: {"code"},
    }
    assert [item.id for item in only] == ["code"]
    assert eraser.matches(Mentioning(text="straße 9"), ME) == []
    title = talk.conversations.get(ConversationId("talk"), ME).title
    assert title == "Nothing of the kind"


def test_a_person_is_forgotten_with_everything_by_and_about_them(talk: Talk) -> None:
    database = talk.database
    mine = talk.say("I stay")
    with talk.transaction():
        talk.people.add_user(a_user("ana", external_id="4711"))
        talk.conversations.add(a_conversation("theirs", user_id=UserId("ana")))
        talk.conversations.add(a_conversation("empty", user_id=UserId("ana")))
    talk.say("I go", conversation_id="theirs", owner_id=UserId("ana"), id="m")
    talk.say("I go too", mine, owner_id=UserId("ana"), author_id=UserId("ana"), id="n")
    insert(database, "memory", **a_memory_row("hers", "x", owner_id="ana"))
    for key, category in (
        ("user:ana", "user"),
        ("dyad:ana:ben", "dyad"),
        ("user:anabel", "user"),
    ):
        insert(database, "topic", key=key, category=category, created_at=NOW)
    eraser = an_eraser(database)

    eraser.erase(eraser.plan(OfPerson(user_id=UserId("ana")), ME), ME)

    assert ids_in(database, "message") == {mine.id}
    assert ids_in(database, "conversation") == {"talk"}
    assert ids_in(database, "user") == {"local"}
    assert ids_in(database, "memory") == set()
    topics = database.query("SELECT key FROM topic")
    assert topics == [{"key": "user:anabel"}]


def test_what_others_need_of_whoever_is_forgotten_is_nobodys(talk: Talk) -> None:
    with talk.transaction():
        talk.people.add_user(a_user("4711", name="ana", external_id="4711"))
    hall = Talk(talk.database, "hall")
    hall.say("Mine", id="mine")
    hall.say("Hers", owner_id=UserId("4711"), id="hers")
    hall.database.execute("UPDATE conversation SET user_id = '4711' WHERE id = 'hall'")
    insert(
        talk.database,
        "server",
        id="s",
        name="S",
        owner_id="4711",
        joined_at=NOW,
        updated_at=NOW,
    )
    insert(
        talk.database,
        "channel",
        id="c",
        server_id="s",
        name="c",
        kind="text",
        created_at=NOW,
        updated_at=NOW,
    )
    insert(talk.database, "watched_channel", channel_id="c", by_id="4711", since=NOW)
    for subject in ("4711", "s:4711"):
        bucket(talk.database, subject)
    bucket(talk.database, "14711")
    eraser = an_eraser(talk.database)
    ana = Audience(user_id=UserId("4711"))

    eraser.erase(eraser.plan(OfPerson(user_id=UserId("4711")), ana), ana)

    assert ids_in(talk.database, "message") == {"mine"}
    assert talk.people.find_user(UserId("4711")) is None
    nobody = talk.people.get_user(NOBODY)
    assert (nobody.name, nobody.external_id) == ("forgotten", None)
    assert nobody.status is UserStatus.DELETED
    kept = cells_with(talk.database, (b"4711",))
    assert kept == ["token_bucket.subject"], "of somebody else"


def test_two_who_are_forgotten_are_the_same_nobody(talk: Talk) -> None:
    eraser = an_eraser(talk.database)
    for name in ("ana", "ben"):
        with talk.transaction():
            talk.people.add_user(a_user(name))
        Talk(talk.database, f"hall of {name}").say("Mine", id=f"said to {name}")
        talk.database.execute(
            "UPDATE conversation SET user_id = :name WHERE id = 'hall of ' || :name",
            {"name": name},
        )
        eraser.erase(eraser.plan(OfPerson(user_id=UserId(name)), ME), ME)

    assert ids_in(talk.database, "user") == {"local", "forgotten"}


def test_a_restored_copy_forgets_the_same_person_again(talk: Talk) -> None:
    for name in ("ana", "ben"):
        with talk.transaction():
            talk.people.add_user(a_user(name))
    eraser = an_eraser(talk.database)
    eraser.erase(eraser.plan(OfPerson(user_id=UserId("ana")), ME), ME)
    (record,) = eraser.records()
    assert "ana" not in str(record)
    with talk.transaction():
        talk.people.add_user(a_user("ana"))

    assert eraser.replay([record]) == 1

    assert ids_in(talk.database, "user") == {"local", "ben"}
    assert eraser.replay([record]) == 0


def test_nobody_forgets_what_is_not_theirs(talk: Talk) -> None:
    said = talk.say("Mine")
    eraser = an_eraser(talk.database)
    before_others = Audience(
        user_id=ME.user_id, place=Place(server_id=ServerId("s"), is_private=False)
    )

    with pytest.raises(NotFoundError):
        eraser.plan(Named(ids={Erasable.MESSAGE: frozenset({said.id})}), ANA)
    with pytest.raises(UsageError):
        eraser.plan(OfPerson(user_id=ME.user_id), ANA)
    with pytest.raises(UsageError):
        eraser.plan(OfPerson(user_id=ME.user_id), before_others)
    with pytest.raises(NotFoundError):
        eraser.look_up(said.id, ANA)
    assert eraser.matches(Mentioning(text="mine"), ANA) == []


def test_a_thing_is_named_by_the_beginning_of_its_id(talk: Talk) -> None:
    talk.say("One", id="abc1")
    talk.say("Two", id="abc2")
    insert(talk.database, "memory", **a_memory_row("xyz", "Tea"))
    eraser = an_eraser(talk.database)

    assert eraser.look_up("xy", ME).label == "Tea"
    assert eraser.look_up("abc2", ME).kind is Erasable.MESSAGE
    with pytest.raises(UsageError, match="several"):
        eraser.look_up("abc", ME)
    with pytest.raises(NotFoundError):
        eraser.look_up("", ME)


def test_a_plan_changes_nothing_and_counts_what_will_go(
    talk: Talk, three: list[Message]
) -> None:
    eraser = an_eraser(talk.database)
    before = ids_in(talk.database, "message")

    plan = eraser.plan(Named(ids={Erasable.CONVERSATION: frozenset({"talk"})}), ME)
    unchanged = ids_in(talk.database, "message")
    receipt = eraser.erase(plan, ME)

    assert unchanged == before
    assert plan.counts == receipt.record.counts == {"conversations": 1, "messages": 6}


def test_what_came_after_the_plan_goes_with_it(
    talk: Talk, three: list[Message]
) -> None:
    eraser = an_eraser(talk.database)
    plan = eraser.plan(Named(ids={Erasable.CONVERSATION: frozenset({"talk"})}), ME)
    talk.say("One more", three[-1])

    receipt = eraser.erase(plan, ME)

    assert receipt.record.counts["messages"] == 7
    assert ids_in(talk.database, "message") == set()


def test_the_record_knows_ids_and_counts_and_no_words(talk: Talk) -> None:
    talk.say("Quokka", id="m1")
    eraser = an_eraser(talk.database)

    eraser.erase(eraser.plan(Mentioning(text="quokka"), ME), ME)

    (record,) = eraser.records()
    (row,) = talk.database.query("SELECT erased, counts FROM erasure")
    (entry,) = AuditLog(talk.database).recent(10)
    assert record.roots == {Erasable.MESSAGE: {"m1"}}
    assert "uokka" not in f"{row}{entry}".casefold()
    assert (entry.action, entry.resource_id) == ("forget", record.id)


def test_a_restored_copy_forgets_the_same_again(talk: Talk) -> None:
    for text in ("One", "Two", "Three"):
        talk.say(text, id=text)
    eraser = an_eraser(talk.database)
    named = Named(ids={Erasable.MESSAGE: frozenset({"One", "Two"})})
    eraser.erase(eraser.plan(named, ME), ME)
    records = eraser.records()
    talk.database.execute("DELETE FROM erasure")
    talk.say("One", id="One")

    gone = eraser.replay(records)

    assert gone == 1
    assert ids_in(talk.database, "message") == {"Three"}
    assert Erasures(talk.database).all() == records
    assert eraser.replay(records) == 0


def test_a_failure_keeps_everything(talk: Talk) -> None:
    talk.say("Stay", id="m")
    talk.database.execute(
        "CREATE TRIGGER no_more BEFORE INSERT ON erasure "
        "BEGIN SELECT raise(ABORT, 'no room'); END"
    )
    eraser = an_eraser(talk.database)
    plan = eraser.plan(Named(ids={Erasable.MESSAGE: frozenset({"m"})}), ME)

    with pytest.raises(Exception, match="no room"):
        eraser.erase(plan, ME)

    assert ids_in(talk.database, "message") == {"m"}
    assert AuditLog(talk.database).recent(10) == []


def test_what_a_model_has_in_mind_is_let_go_of_after_the_transaction(
    talk: Talk,
) -> None:
    talk.say("Quokka", id="m")
    left: list[set[str]] = []
    eraser = an_eraser(
        talk.database,
        afterwards=lambda: left.append(ids_in(talk.database, "message")),
    )

    eraser.erase(eraser.plan(Mentioning(text="Quokka"), ME), ME)

    assert left == [set()]


def test_a_time_that_held_nothing_is_nothing_to_forget(talk: Talk) -> None:
    later = Between(since=at(0) + timedelta(days=1), until=at(0) + timedelta(days=2))

    with pytest.raises(NotFoundError):
        an_eraser(talk.database).plan(later, ME)
    with pytest.raises(UsageError, match="3 letters"):
        an_eraser(talk.database).plan(Mentioning(text="a "), ME)


def _a_summary(database: Database, name: str, *, last: str) -> None:
    insert(
        database,
        "summary",
        id=name,
        conversation_id="talk",
        first_id=last,
        last_id=last,
        text="Notes",
        tokens=1,
        created_at=NOW,
    )


def _an_insight(database: Database, name: str) -> None:
    insert(
        database,
        "layer_run",
        id="run",
        layer_name="daily",
        window="day",
        started_at=NOW,
        status="running",
    )
    insert(database, "topic", key="user:x", category="user", created_at=NOW)
    insert(
        database,
        "insight",
        id=name,
        topic_key="user:x",
        category="daily",
        content="A thought",
        sources_scope_max="dm",
        layer_run_id="run",
        confidence=0.5,
        strength=1.0,
        created_at=NOW,
    )
