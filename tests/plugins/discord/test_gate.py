"""Who may have what, and where: refused unless everything allows it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.entities.ids import ChannelId, RoleId, ServerId, UserId
from assistant.entities.server import Access, Feature, ServerConfiguration
from plugins.discord.gate import Capability, Context, Rules, Verdict, authorize
from plugins.discord.settings import DirectMessages, DiscordSettings

NOW = datetime(2026, 11, 22, tzinfo=UTC)
ANA = UserId("1")
HERE = Context(
    user_id=ANA, channel_id=ChannelId("20"), server_id=ServerId("10"), author_id=ANA
)
DIRECT = Context(
    user_id=ANA,
    channel_id=ChannelId("90"),
    shared_servers=frozenset({ServerId("10")}),
    author_id=ANA,
)
ONES_OWN = {Capability.PRIVACY, Capability.FORGET, Capability.HELP}
OF_MANAGERS = {
    Capability.CONFIGURE,
    Capability.OBSERVE,
    Capability.PERSONA,
    Capability.MODEL,
}

IDS = st.sampled_from(["1", "2", "10", "20", "30", "40"])
SETS = st.frozensets(IDS, max_size=3)
TUPLES = SETS.map(tuple)
CONTEXTS = st.builds(
    Context,
    user_id=IDS,
    channel_id=IDS,
    parent_id=st.none() | IDS,
    server_id=st.none() | IDS,
    role_ids=SETS,
    may_manage=st.booleans(),
    is_open=st.booleans(),
    is_machine=st.booleans(),
    shared_servers=SETS,
    author_id=st.none() | IDS,
)
RULES = st.builds(
    Rules,
    settings=st.builds(
        DiscordSettings,
        owners=TUPLES,
        allowed_servers=TUPLES,
        denied_servers=TUPLES,
        allowed_users=TUPLES,
        denied_users=TUPLES,
        direct_messages=st.sampled_from(DirectMessages),
    ),
    server=st.none()
    | st.builds(
        ServerConfiguration,
        server_id=st.just("10"),
        created_at=st.just(NOW),
        updated_at=st.just(NOW),
        features=st.dictionaries(st.sampled_from(Feature), st.booleans()),
        restricted_commands=st.frozensets(st.sampled_from(list(Capability))),
        access=st.builds(
            Access,
            allowed_channels=SETS,
            denied_channels=SETS,
            allowed_roles=SETS,
            denied_roles=SETS,
            denied_users=SETS,
        ),
    ),
)
CAPABILITIES = st.sampled_from(Capability)


def of_server(**changes) -> ServerConfiguration:
    return replace(
        ServerConfiguration(server_id=ServerId("10"), created_at=NOW, updated_at=NOW),
        **changes,
    )


def asked(
    context: Context, capability: Capability = Capability.CHAT, **rules
) -> Verdict:
    return authorize(context, capability, Rules(**rules))


def test_a_member_may_chat_but_not_configure() -> None:
    allowed = {each for each in Capability if asked(HERE, each)}

    assert allowed == set(Capability) - OF_MANAGERS


def test_a_manager_may_do_everything_on_their_server() -> None:
    manager = replace(HERE, may_manage=True, author_id=UserId("2"))

    assert all(asked(manager, each) for each in Capability)


@given(CONTEXTS, CAPABILITIES, RULES)
def test_machines_are_never_answered(
    context: Context, capability: Capability, rules: Rules
) -> None:
    verdict = authorize(replace(context, is_machine=True), capability, rules)

    assert not verdict
    assert not verdict.is_told


@given(CONTEXTS, CAPABILITIES, RULES)
def test_a_refusal_says_why_and_a_yes_says_nothing(
    context: Context, capability: Capability, rules: Rules
) -> None:
    verdict = authorize(context, capability, rules)

    assert bool(verdict) is not bool(verdict.reason)


@given(CONTEXTS, CAPABILITIES, RULES)
def test_a_denied_server_is_denied_for_everybody_and_everything(
    context: Context, capability: Capability, rules: Rules
) -> None:
    settings = replace(rules.settings, denied_servers=("10",))
    here = replace(context, server_id=ServerId("10"))

    assert not authorize(here, capability, replace(rules, settings=settings))


@given(CONTEXTS, CAPABILITIES, RULES)
def test_a_role_opens_nothing_in_a_direct_message(
    context: Context, capability: Capability, rules: Rules
) -> None:
    direct = replace(context, server_id=None, may_manage=False)

    without = replace(direct, role_ids=frozenset())

    assert authorize(direct, capability, rules) == authorize(
        without, capability, replace(rules, server=None)
    )


@given(CONTEXTS, CAPABILITIES, RULES)
def test_a_servers_rules_count_nowhere_else(
    context: Context, capability: Capability, rules: Rules
) -> None:
    elsewhere = replace(context, server_id=ServerId("20"))

    assert authorize(elsewhere, capability, rules) == authorize(
        elsewhere, capability, replace(rules, server=None)
    )


@given(CONTEXTS, RULES)
def test_nobody_is_kept_from_what_is_kept_about_them(
    context: Context, rules: Rules
) -> None:
    settings = replace(rules.settings, allowed_servers=(), denied_servers=())
    person = replace(context, is_machine=False)
    server = rules.server and replace(rules.server, restricted_commands=frozenset())

    for capability in ONES_OWN:
        assert authorize(person, capability, Rules(settings=settings, server=server))


@given(CONTEXTS, RULES)
def test_only_managers_and_owners_configure(context: Context, rules: Rules) -> None:
    if authorize(context, Capability.CONFIGURE, rules):
        assert context.may_manage or context.user_id in rules.settings.owners
        assert context.server_id is not None


def test_channels_can_be_allowed_and_denied_and_threads_follow_them() -> None:
    there = frozenset({ChannelId("20")})
    thread = replace(HERE, channel_id=ChannelId("21"), parent_id=ChannelId("20"))
    elsewhere = replace(HERE, channel_id=ChannelId("30"))
    allowing = of_server(access=Access(allowed_channels=there))
    denying = of_server(access=Access(denied_channels=there))

    for context in (HERE, thread):
        assert asked(context, server=allowing)
        assert not asked(context, server=denying)
    assert not asked(elsewhere, server=allowing)
    assert asked(elsewhere, server=denying)


def test_roles_can_be_allowed_and_denied() -> None:
    role = frozenset({RoleId("7")})
    bearer = replace(HERE, role_ids=role)
    allowing = of_server(access=Access(allowed_roles=role))
    denying = of_server(access=Access(denied_roles=role))

    assert asked(bearer, server=allowing)
    assert not asked(HERE, server=allowing)
    assert not asked(bearer, server=denying)
    assert asked(HERE, server=denying)


@pytest.mark.parametrize(
    ("who", "settings", "is_allowed"),
    [
        (DIRECT, DiscordSettings(), True),
        (replace(DIRECT, shared_servers=frozenset()), DiscordSettings(), False),
        (DIRECT, DiscordSettings(denied_servers=("10",)), False),
        (DIRECT, DiscordSettings(allowed_servers=("11",)), False),
        (DIRECT, DiscordSettings(direct_messages=DirectMessages.OFF), False),
        (DIRECT, DiscordSettings(direct_messages=DirectMessages.NAMED), False),
        (
            DIRECT,
            DiscordSettings(direct_messages=DirectMessages.NAMED, allowed_users=("1",)),
            True,
        ),
        (
            DIRECT,
            DiscordSettings(direct_messages=DirectMessages.OFF, owners=("1",)),
            True,
        ),
    ],
)
def test_direct_messages_are_for_whom_the_owner_says(
    who: Context, settings: DiscordSettings, is_allowed: bool
) -> None:
    assert bool(asked(who, settings=settings)) is is_allowed


def test_nothing_is_kept_of_a_channel_that_not_everybody_reads() -> None:
    closed = replace(HERE, is_open=False, may_manage=True)

    for capability in (Capability.CHAT, Capability.SEARCH, Capability.BE_OBSERVED):
        assert not asked(closed, capability)
    assert asked(closed, Capability.PRIVACY)


def test_a_stranger_cannot_stop_anothers_answer() -> None:
    stranger = replace(HERE, user_id=UserId("2"))

    assert asked(HERE, Capability.STOP)
    assert not asked(stranger, Capability.STOP)
    assert asked(replace(stranger, may_manage=True), Capability.STOP)


def test_commands_can_be_kept_for_managers() -> None:
    server = of_server(restricted_commands=frozenset({"search"}))

    assert not asked(HERE, Capability.SEARCH, server=server)
    assert asked(replace(HERE, may_manage=True), Capability.SEARCH, server=server)


def test_what_is_switched_off_is_off_for_managers_too() -> None:
    server = of_server(features={Feature.CHAT: False})

    verdict = asked(replace(HERE, may_manage=True), server=server)

    assert verdict.reason == "Chat is switched off on this server"


def test_nobody_is_observed_on_a_server_that_did_not_switch_it_on() -> None:
    on = of_server(features={Feature.OBSERVE: True})

    assert not asked(HERE, Capability.BE_OBSERVED, server=of_server())
    assert asked(HERE, Capability.BE_OBSERVED, server=on)
    assert not asked(DIRECT, Capability.BE_OBSERVED, server=on)
