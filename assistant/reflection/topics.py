"""The names of topics.

Pure. A dyad is named in one order, whoever spoke first.
"""

from datetime import datetime

from assistant.entities.ids import ChannelId, ServerId, TopicKey, UserId
from assistant.entities.reflection import Topic, TopicCategory


def user_topic(user_id: UserId, at: datetime) -> Topic:
    return _topic(TopicCategory.USER, user_id, at=at)


def channel_topic(channel_id: ChannelId, at: datetime) -> Topic:
    return _topic(TopicCategory.CHANNEL, channel_id, at=at)


def server_topic(server_id: ServerId, at: datetime) -> Topic:
    return _topic(TopicCategory.SERVER, server_id, at=at)


def dyad_topic(one: UserId, other: UserId, at: datetime) -> Topic:
    """The same, whoever is named first."""
    if one == other:
        raise ValueError("it takes two to make a dyad")
    return _topic(TopicCategory.DYAD, *sorted((one, other)), at=at)


def subject_topic(slug: str, word: str, at: datetime) -> Topic:
    """`slug` is the word's stem, so that its forms are one topic."""
    key = subject_key(slug)
    metadata = {"word": word, "stem": slug}
    return Topic(
        key=key, category=TopicCategory.SUBJECT, created_at=at, metadata=metadata
    )


def subject_key(slug: str) -> TopicKey:
    return TopicKey(f"{TopicCategory.SUBJECT}:{slug}")


def _topic(category: TopicCategory, *ids: str, at: datetime) -> Topic:
    key = TopicKey(":".join([category, *ids]))
    return Topic(key=key, category=category, created_at=at)
