"""How servers want the assistant, kept and found again."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.entities.ids import ChannelId, ServerId, UserId
from assistant.entities.people import Channel, ChannelKind, Server
from assistant.entities.server import (
    Access,
    Feature,
    ServerConfiguration,
    ServerLimits,
)
from assistant.storage.database import Database
from assistant.storage.people import People
from assistant.storage.servers import Servers, WatchedChannel
from tests.storage.building import START, at, open_plain

SERVER, CHANNEL = ServerId("100"), ChannelId("200")
DEFAULT = ServerConfiguration(server_id=SERVER, created_at=START, updated_at=START)
NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=9)
SETS = st.frozensets(NAMES, max_size=4)
AMOUNTS = st.none() | st.floats(0.01, 1e6)
CONFIGURATIONS = st.builds(
    ServerConfiguration,
    server_id=st.just(SERVER),
    created_at=st.just(START),
    updated_at=st.just(at(5)),
    language=NAMES,
    features=st.dictionaries(st.sampled_from(Feature), st.booleans()),
    limits=st.builds(
        ServerLimits,
        asks_per_user_per_minute=AMOUNTS,
        asks_per_server_per_minute=AMOUNTS,
    ),
    log_channel_id=st.sampled_from([None, CHANNEL]),
    restricted_commands=SETS,
    access=st.builds(
        Access,
        allowed_channels=SETS,
        denied_channels=SETS,
        allowed_roles=SETS,
        denied_roles=SETS,
        denied_users=SETS,
    ),
    custom=st.dictionaries(NAMES, st.integers(-9, 9) | NAMES, max_size=3),
)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = open_plain(tmp_path_factory.mktemp("servers") / "hearth.db")
    people = People(database)
    with database.transaction():
        people.upsert_server(
            Server(id=SERVER, name="Boats", joined_at=START, updated_at=START)
        )
        people.upsert_channel(
            Channel(
                id=CHANNEL,
                name="harbour",
                kind=ChannelKind.TEXT,
                created_at=START,
                updated_at=START,
                server_id=SERVER,
            )
        )
    yield database
    database.close()


@given(CONFIGURATIONS)
def test_a_configuration_is_found_as_it_was_kept(
    database: Database, configuration: ServerConfiguration
) -> None:
    servers = Servers(database)
    with database.transaction():
        servers.put(configuration)

    assert servers.find(SERVER) == configuration


def test_a_server_nobody_configured_has_none(database: Database) -> None:
    assert Servers(database).find(ServerId("elsewhere")) is None


def test_everything_is_on_from_the_first_day_but_listening() -> None:
    on = {feature for feature in Feature if DEFAULT.has(feature)}

    assert on == set(Feature) - {Feature.OBSERVE}
    assert replace(DEFAULT, features={Feature.OBSERVE: True}).has(Feature.OBSERVE)


def test_a_channel_is_watched_from_the_first_yes_until_a_no(
    database: Database,
) -> None:
    servers = Servers(database)
    first = WatchedChannel(
        channel_id=CHANNEL, server_id=SERVER, by_id=UserId("ana"), since=START
    )
    with database.transaction():
        servers.watch(first)
        servers.watch(replace(first, by_id=UserId("ben")))
        servers.seen(CHANNEL, at(9))
        servers.seen(CHANNEL, at(3))

    assert servers.watched(CHANNEL) == replace(first, seen_until=at(9))
    assert servers.all_watched() == [servers.watched(CHANNEL)]
    with database.transaction():
        assert servers.unwatch(CHANNEL)
        assert not servers.unwatch(CHANNEL)
    assert servers.watched(CHANNEL) is None
