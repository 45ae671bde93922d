"""Nobody reads what was not said to them."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.entities.audience import Audience, Place, Scope
from assistant.entities.conversation import (
    Attachment,
    ContentKind,
    Conversation,
    Message,
)
from assistant.entities.ids import (
    AttachmentId,
    ChannelId,
    ConversationId,
    MessageId,
    ServerId,
    UserId,
)
from assistant.entities.people import Channel, ChannelKind, Server
from assistant.entities.window import Fold
from assistant.errors import NotFoundError
from assistant.storage.conversations import Conversations
from assistant.storage.database import Database
from assistant.storage.messages import Messages
from assistant.storage.observed import Stretch
from assistant.storage.ownwords import OwnWords
from assistant.storage.people import People
from assistant.storage.summaries import Summaries
from tests.storage.building import START, a_conversation, a_message, a_user, open_file

USERS = ("ana", "ben")
PLACES = (
    None,
    (ServerId("north"), ChannelId("north-hall")),
    (ServerId("north"), ChannelId("north-cellar")),
    (ServerId("south"), ChannelId("south-hall")),
)
SCOPES = tuple(Scope)

AUDIENCES = st.builds(
    lambda user, place, is_private: Audience(
        user_id=UserId(user),
        place=Place(
            server_id=place[0] if place else None,
            channel_id=place[1] if place else None,
            is_private=is_private,
        ),
    ),
    st.sampled_from(USERS),
    st.sampled_from(PLACES),
    st.booleans(),
)


class World:
    """A conversation of every user in every place, with a message of every scope."""

    def __init__(self, database: Database) -> None:
        self.conversations = Conversations(database)
        self.messages = Messages(database)
        self.summaries = Summaries(database)
        self.own_words = OwnWords(database)
        self.all_conversations: list[Conversation] = []
        self.all_messages: list[Message] = []
        people = People(database)
        with database.transaction():
            for user in USERS:
                people.add_user(a_user(user))
            for place in PLACES:
                if place:
                    _open_place(people, *place)
            for user in USERS:
                for place in PLACES:
                    self._converse(user, place)

    def _converse(self, user: str, place: tuple[ServerId, ChannelId] | None) -> None:
        server, channel = place or (None, None)
        conversation = a_conversation(
            f"{user}-{channel}", user_id=user, server_id=server, channel_id=channel
        )
        self.conversations.add(conversation)
        self.all_conversations.append(conversation)
        parent = None
        for number, scope in enumerate((*SCOPES, *SCOPES), start=1):
            message = a_message(
                f"{conversation.id}-{number}",
                "the secret word",
                conversation_id=conversation.id,
                owner_id=user,
                sequence=number,
                parent_id=parent,
                scope=scope,
                server_id=server,
                channel_id=channel,
            )
            parent = message.id
            self.messages.add(message)
            self.messages.add_attachment(
                Attachment(
                    id=AttachmentId(f"file of {message.id}"),
                    message_id=message.id,
                    name="notes",
                    kind=ContentKind.TEXT,
                    size_bytes=1,
                )
            )
            self.summaries.put(_a_fold(message))
            self.all_messages.append(message)


def _a_fold(message: Message) -> Fold:
    return Fold(
        id=f"notes on {message.id}",
        conversation_id=message.conversation_id,
        first_id=message.id,
        last_id=message.id,
        text="the secret word",
        tokens=25,
        sources=(message.id,),
        created_at=START,
    )


def _open_place(people: People, server: ServerId, channel: ChannelId) -> None:
    people.upsert_server(
        Server(id=server, name=server, joined_at=START, updated_at=START)
    )
    people.upsert_channel(
        Channel(
            id=channel,
            server_id=server,
            name=channel,
            kind=ChannelKind.TEXT,
            created_at=START,
            updated_at=START,
        )
    )


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    database = open_file(Path(tmp_path_factory.mktemp("world")) / "hearth.db")
    yield World(database)
    database.close()


def may_read(audience: Audience, message: Message) -> bool:
    """The rule, once more and in other words."""
    place = audience.place
    if place.is_private and message.owner_id == audience.user_id:
        return True
    return (
        message.scope is Scope.PUBLIC
        and message.server_id is not None
        and message.server_id == place.server_id
    )


def may_open(audience: Audience, conversation: Conversation) -> bool:
    place = audience.place
    if place.is_private:
        return conversation.user_id == audience.user_id
    return conversation.channel_id is not None and (
        (conversation.server_id, conversation.channel_id)
        == (place.server_id, place.channel_id)
    )


@given(audience=AUDIENCES)
def test_every_read_of_messages_gives_exactly_what_the_audience_may_read(
    world: World, audience: Audience
) -> None:
    readable = {m.id for m in world.all_messages if may_read(audience, m)}

    for message in world.all_messages:
        found = world.messages.find(message.id, audience)
        files = world.messages.attachments_of(message.id, audience)
        at_once = world.messages.attachments_of_all([message.id], audience)
        assert at_once == ({message.id: files} if files else {})
        assert (found is not None) == (message.id in readable)
        assert bool(files) == (message.id in readable)
    hits = world.messages.search("secret", audience, limit=1000)
    assert {hit.message.id for hit in hits} == readable


@given(audience=AUDIENCES)
def test_every_walk_over_the_tree_stays_within_what_the_audience_may_read(
    world: World, audience: Audience
) -> None:
    readable = {m.id for m in world.all_messages if may_read(audience, m)}

    for message in world.all_messages:
        walked = [
            *world.messages.path(message.id, audience),
            *world.messages.siblings(message, audience),
            *world.messages.children(message.id, audience),
            *world.messages.all_of(message.conversation_id, audience),
        ]
        assert {m.id for m in walked} <= readable
        if message.id not in readable:
            assert world.messages.path(message.id, audience) == []
            with pytest.raises(NotFoundError):
                world.messages.newest_leaf(message.id, audience)
        else:
            leaf = world.messages.newest_leaf(message.id, audience)
            assert leaf.id in readable


@given(audience=AUDIENCES)
def test_every_read_of_conversations_gives_exactly_what_the_audience_may_open(
    world: World, audience: Audience
) -> None:
    mine = {c.id for c in world.all_conversations if may_open(audience, c)}
    conversations = world.conversations

    recent = conversations.recent(audience, limit=1000, include_archived=True)
    latest = conversations.latest(audience)
    found = {
        c.id for c in world.all_conversations if conversations.find(c.id, audience)
    }

    assert {c.id for c in recent} == found == mine
    assert (latest is None) == (not mine)
    assert {c.id for c in conversations.starting_with("", audience, limit=99)} == mine


@given(audience=AUDIENCES)
def test_notes_are_read_by_those_who_may_open_the_talk_and_read_the_words(
    world: World, audience: Audience
) -> None:
    for conversation in world.all_conversations:
        readable = {
            message.id
            for message in world.all_messages
            if message.conversation_id == conversation.id
            and may_read(audience, message)
            and may_open(audience, conversation)
        }

        notes = world.summaries.of(conversation.id, audience)

        assert {fold.last_id for fold in notes} == readable
        for message in world.all_messages:
            found = world.summaries.find(conversation.id, message.id, audience)
            assert (found is not None) == (message.id in readable)


def test_what_may_not_be_seen_is_refused_like_what_is_not_there(world: World) -> None:
    stranger = Audience(user_id=UserId("eve"))
    theirs = world.all_messages[0]

    with pytest.raises(NotFoundError) as hidden:
        world.messages.get(theirs.id, stranger)
    with pytest.raises(NotFoundError) as absent:
        world.messages.get(MessageId("nothing"), stranger)

    assert str(hidden.value) == f"No message {theirs.id}"
    assert str(absent.value) == "No message nothing"
    with pytest.raises(NotFoundError, match="No conversation"):
        world.conversations.get(ConversationId(theirs.conversation_id), stranger)


def test_a_title_is_told_only_to_those_who_may_open_the_conversation(
    world: World,
) -> None:
    """Its first words may have been for fewer people than the words that are found."""
    hall, cellar = (
        Audience(
            user_id=UserId("ana"),
            place=Place(
                server_id=ServerId("north"),
                channel_id=ChannelId(f"north-{room}"),
                is_private=False,
            ),
        )
        for room in ("hall", "cellar")
    )

    for audience in (hall, cellar):
        hits = world.messages.search("secret", audience, limit=1000)
        named = {hit.message.conversation_id for hit in hits if hit.conversation_title}
        mine = world.conversations.recent(audience, limit=1000, include_archived=True)
        assert named == {conversation.id for conversation in mine}
        assert len(named) < len({hit.message.conversation_id for hit in hits})


def test_own_words_in_somebody_elses_conversation_do_not_tell_its_title(
    tmp_path: Path,
) -> None:
    database = open_file(tmp_path / "hearth.db")
    world = World(database)
    theirs = world.all_conversations[-1]
    with database.transaction():
        said = a_message(
            "by ana", conversation_id=theirs.id, owner_id="ana", sequence=99
        )
        world.messages.add(said)
    ana = Audience(user_id=UserId("ana"))
    always = Stretch(
        since=START - timedelta(days=1), until=START + timedelta(days=1), limit=99
    )

    for words in (
        world.own_words.said(always, ana),
        world.own_words.not_earned(ana, limit=99),
    ):
        titles = {each.conversation_id: each.title for each in words}
        mine = {c.id for c in world.all_conversations if may_open(ana, c)}
        assert theirs.user_id != "ana"
        assert titles[theirs.id] == ""
        assert {where for where, title in titles.items() if title} == mine
    database.close()
