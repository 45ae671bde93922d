"""What is taken in, from whom, and who can ever see it."""

from datetime import timedelta
from pathlib import Path

import pytest

from assistant.entities.erasure import Erasable
from assistant.entities.ids import ChannelId, MessageId, UserId
from assistant.entities.reflection import EntryType, ObservedMessage
from assistant.errors import NotFoundError
from assistant.reflection.topics import subject_key
from assistant.storage.dependencies import Source
from assistant.storage.observed import Observed, Stretch
from tests.reflection.village import (
    ANA,
    BEN,
    CY,
    ELSEWHERE,
    KITCHEN,
    START,
    A,
    B,
    Village,
    direct,
    in_private,
    in_public,
)
from tests.storage.building import open_file

ALL = Stretch(
    since=START - timedelta(days=1), until=START + timedelta(days=99), limit=9
)


def seen_by(village: Village, audience) -> list[str]:
    return [each.content for each in Observed(village.database).here(ALL, audience)]


def find(village: Village, message_id: MessageId, audience) -> ObservedMessage | None:
    return Observed(village.database).find(message_id, audience)


def test_what_was_said_in_public_is_seen_on_its_server_only(village: Village) -> None:
    village.say(ANA, "The beans are up")

    assert seen_by(village, in_public(A)) == ["The beans are up"]
    assert seen_by(village, in_public(B)) == []
    assert seen_by(village, in_private(ANA)) == []


def test_a_direct_message_is_not_kept_before_its_author_agreed(
    village: Village,
) -> None:
    village.say(ANA, "Between us", direct(ANA))
    village.allow_direct(ANA)
    village.say(ANA, "Now you may", direct(ANA))

    assert seen_by(village, in_private(ANA)) == ["Now you may"]
    assert seen_by(village, in_private(BEN)) == []
    assert seen_by(village, in_public(A, ANA)) == []


def test_nothing_is_kept_of_somebody_who_opted_out(village: Village) -> None:
    village.refuse(ANA, A)

    village.say(ANA, "Look away")
    village.say(ANA, "Here you may look", ELSEWHERE)

    assert seen_by(village, in_public(A)) == []
    assert seen_by(village, in_public(B)) == ["Here you may look"]


@pytest.mark.parametrize(
    ("author", "content", "is_by_bot"),
    [(ANA, "beep", True), (ANA, "  \n", False), (UserId("nobody"), "Hello", False)],
)
def test_bots_strangers_and_silence_are_not_kept(
    village: Village, author: UserId, content: str, is_by_bot: bool
) -> None:
    village.say(author, content, is_by_bot=is_by_bot)

    assert seen_by(village, in_public(A)) == []


def test_a_channel_that_was_never_reported_is_refused(village: Village) -> None:
    with pytest.raises(NotFoundError, match="No channel cellar"):
        village.say(ANA, "Hello", ChannelId("cellar"))


def test_a_message_told_twice_is_kept_and_counted_once(village: Village) -> None:
    first = village.say(ANA, "The beans are up")
    before = village.balance("user:ana")

    village.say(ANA, "The beans are up", id=first)

    assert seen_by(village, in_public(A)) == ["The beans are up"]
    assert village.balance("user:ana") == before > 0


def test_an_edit_changes_words_index_and_nothing_older_undoes_it(
    village: Village,
) -> None:
    said = village.say(ANA, "The beans are up")
    later, earlier = START + timedelta(minutes=2), START + timedelta(minutes=1)

    assert village.observing.edit(said, "The peas are up", at=later)
    assert not village.observing.edit(said, "The leeks are up", at=earlier)

    found = Observed(village.database).by_words('"peas"', ALL, in_public(A))
    assert [each.content for each in found] == ["The peas are up"]
    assert not Observed(village.database).by_words('"beans"', ALL, in_public(A))


def test_what_is_removed_there_is_gone_here_with_what_was_made_of_it(
    village: Village,
) -> None:
    ids = [village.say(ANA, f"I sow {bed} beans on Friday") for bed in range(3)]
    village.run("user_reflection")
    (insight,) = village.insights(in_public(A))

    assert village.observing.remove(ids[0])

    assert find(village, ids[0], in_public(A)) is None
    assert village.insights(in_public(A)) == []
    assert village.desk.insights.find(insight.id, in_public(A)) is None
    assert village.desk.dependencies.sources(Source("insight", insight.id)) == []
    assert not village.observing.remove(ids[0])


def test_a_restored_copy_does_not_bring_back_what_was_removed_there(
    village: Village,
) -> None:
    said = village.say(ANA, "The beans are up")
    village.observing.remove(said)
    (record,) = village.consents.eraser.records()

    village.say(ANA, "The beans are up", id=said)  # as an older copy has it
    gone = village.consents.eraser.replay([record])

    assert (record.by, record.kind, dict(record.roots)) == (
        ANA,
        "observed",
        {Erasable.OBSERVED: frozenset({said})},
    )
    assert record.counts["observed"] == 1
    assert gone == 1
    assert find(village, said, in_public(A)) is None


def test_a_restored_copy_does_not_bring_back_words_that_were_edited(
    village: Village, tmp_path: Path
) -> None:
    said = village.say(ANA, "The beans are up")
    before = Village(open_file(tmp_path / "copy" / "hearth.db"))
    before.say(ANA, "The beans are up", id=said)

    village.observing.edit(said, "Peas", at=START + timedelta(minutes=2))
    (record,) = village.consents.eraser.records()

    assert (record.by, record.kind) == (ANA, "edit")
    assert "beans" not in str(record)
    assert before.consents.eraser.replay([record]) == 1
    assert find(before, said, in_public(A)) is None
    before.database.close()


def test_what_was_edited_stays_where_the_edit_is_known(village: Village) -> None:
    said = village.say(ANA, "The beans are up")
    village.observing.edit(said, "Peas", at=START + timedelta(minutes=2))
    eraser = village.consents.eraser

    assert eraser.replay(eraser.records()) == 0

    kept = find(village, said, in_public(A))
    assert kept is not None
    assert kept.content == "Peas"


def test_an_edit_that_changes_no_word_drops_nothing_that_was_made_of_it(
    village: Village,
) -> None:
    ids = [village.say(ANA, f"I sow {bed} beans on Friday") for bed in range(3)]
    village.run("user_reflection")
    later = START + timedelta(minutes=2)

    assert not village.observing.edit(ids[0], "I sow 0 beans on Friday", at=later)

    assert len(village.insights(in_public(A))) == 1
    assert village.consents.eraser.records() == []


def test_a_word_that_only_removed_messages_spoke_of_is_no_topic_any_more(
    village: Village,
) -> None:
    ids: list[MessageId] = []
    for day in range(4):
        author = ANA if day % 2 else BEN
        ids += [village.say(author, "Compost is warm")]
        ids += [village.say(author, "More compost")]
        village.say(ANA, "The weather is fine")
        village.say(ANA, "Lunch is soup", KITCHEN)
        village.wait(days=1)
    village.work()
    key = subject_key("compost")
    assert village.reflection.topic(key)

    for message_id in ids:
        assert village.reflection.topic(key)
        village.observing.remove(message_id)

    assert not village.reflection.topic(key)


def test_what_is_removed_gives_back_what_it_earned_and_the_ledger_says_so(
    village: Village,
) -> None:
    village.say(ANA, "The beans are up")
    keys = ("user:ana", "channel:garden", "server:A", "dyad:ana:ben")
    before = {key: village.balance(key) for key in keys}
    said = village.say(ANA, "Look at the peas, Ben", mentions=(BEN,))
    village.react(BEN, said)
    assert all(village.balance(key) > before[key] for key in keys)

    village.observing.remove(said)

    assert {key: village.balance(key) for key in keys} == before
    last = max(village.entries("user:ana"), key=lambda entry: entry.id)
    assert (last.entry_type, last.reason) == (EntryType.DECAY, "taken back")
    assert last.cause == f"taken back:{said}"
    assert village.desk.salience.out_of_step() == 0


def test_what_was_spent_on_thinking_is_not_owed_when_its_source_goes(
    village: Village,
) -> None:
    ids = [village.say(ANA, f"I sow {bed} beans on Friday") for bed in range(3)]
    village.run("user_reflection")
    spent = village.balance("user:ana")
    assert 0 < spent < 3

    for message_id in ids:
        village.observing.remove(message_id)

    assert village.balance("user:ana") == 0
    assert village.desk.salience.out_of_step() == 0


def test_a_message_that_is_said_and_removed_again_earns_nothing(
    village: Village,
) -> None:
    for _ in range(3):
        village.say(ANA, "The beans are up", id=MessageId("again"))
        village.observing.remove(MessageId("again"))

    assert village.balance("user:ana") == 0


def test_what_is_no_longer_allowed_gives_back_what_it_earned(village: Village) -> None:
    village.say(BEN, "The oven is warm", KITCHEN)
    before = village.balance("server:A")
    village.say(ANA, "The beans are up")

    village.refuse(ANA, A)

    assert village.balance("server:A") == before


def test_what_was_never_kept_leaves_no_record_when_it_is_removed(
    village: Village,
) -> None:
    assert not village.observing.remove(MessageId("elsewhere"))

    assert village.consents.eraser.records() == []


def test_a_reaction_counts_once_and_can_be_taken_back(village: Village) -> None:
    said = village.say(ANA, "The beans are up")

    assert village.react(BEN, said)
    assert not village.react(BEN, said)
    assert village.react(CY, said)
    message = find(village, said, in_public(A))
    assert message is not None
    assert message.reactions == {"+1": 2}

    assert village.react(BEN, said, is_taken_back=True)
    message = find(village, said, in_public(A))
    assert message is not None
    assert message.reactions == {"+1": 1}


def test_who_opted_out_neither_reacts_nor_is_spoken_to(village: Village) -> None:
    village.refuse(BEN, A)
    said = village.say(ANA, "The beans are up, Ben", mentions=(BEN,))

    assert not village.react(BEN, said)
    assert village.entries("dyad:ana:ben") == []


def test_what_two_people_share_is_paid_to_their_dyad_and_to_neither(
    village: Village,
) -> None:
    said = village.say(ANA, "Who has beans?")
    before = village.balance("user:ana")

    village.say(BEN, "I do", reply_to=said)

    assert village.balance("dyad:ana:ben") == 1.5
    assert village.balance("user:ana") == before
    assert village.balance("user:ben") == 1.0


def test_a_consent_taken_back_takes_the_words_and_what_was_made_of_them(
    village: Village,
) -> None:
    village.allow_direct(ANA)
    for number in range(3):
        village.say(ANA, f"Between us, number {number}", direct(ANA))
        village.say(ANA, f"In public, number {number}")
    village.run("user_reflection")
    (private,) = village.insights(in_private(ANA))

    village.refuse_direct(ANA)

    assert seen_by(village, in_private(ANA)) == []
    assert village.desk.insights.find(private.id, in_private(ANA)) is None
    assert len(seen_by(village, in_public(A))) == 3
    assert len(village.insights(in_public(A))) == 1
    village.say(ANA, "And again", direct(ANA))
    assert seen_by(village, in_private(ANA)) == []
