"""The one gate: who may have what from the assistant, and where.

Pure. Messages, commands, their completions, buttons, forms, reactions and direct
messages all come through `authorize`; what is not expressly allowed is refused. A
role counts on its own server and nowhere else.
"""

from dataclasses import dataclass, field
from enum import StrEnum, auto

from assistant.entities.ids import ChannelId, RoleId, ServerId, UserId
from assistant.entities.server import Access, Feature, ServerConfiguration
from plugins.discord.settings import DirectMessages, DiscordSettings


class Capability(StrEnum):
    """Something that can be asked of the assistant."""

    CHAT = auto()
    SEARCH = auto()
    REMEMBER = auto()
    FORGET = auto()
    MEMORIES = auto()
    PRIVACY = auto()
    PERSONA = auto()
    MODEL = auto()
    STATUS = auto()
    HELP = auto()
    STOP = auto()
    """End an answer that is being written."""

    REACT = auto()
    """Have a reaction noticed."""

    BE_OBSERVED = auto()
    """Have what is said in a watched channel kept."""

    RECALL = auto()
    """Be told elsewhere of what was said in a channel that one can read."""

    CONFIGURE = auto()
    OBSERVE = auto()
    """Have a channel watched, or watched no longer."""


_OF_ADMINISTRATORS = frozenset(
    {
        Capability.CONFIGURE,
        Capability.OBSERVE,
        Capability.PERSONA,
        Capability.MODEL,
    }
)
_ON_SERVERS_ONLY = frozenset(
    {
        Capability.CONFIGURE,
        Capability.OBSERVE,
        Capability.BE_OBSERVED,
        Capability.RECALL,
    }
)
_ONES_OWN = frozenset({Capability.PRIVACY, Capability.FORGET, Capability.HELP})
"""Nobody can be kept from seeing and removing what is kept about them."""

_KEPT = frozenset(
    {
        Capability.CHAT,
        Capability.SEARCH,
        Capability.REMEMBER,
        Capability.MEMORIES,
        Capability.BE_OBSERVED,
        Capability.OBSERVE,
    }
)
"""What leaves words behind that the whole server may read later."""

_NEEDS = {
    Capability.CHAT: Feature.CHAT,
    Capability.SEARCH: Feature.KNOWLEDGE,
    Capability.REMEMBER: Feature.MEMORY,
    Capability.MEMORIES: Feature.MEMORY,
    Capability.RECALL: Feature.MEMORY,
    Capability.BE_OBSERVED: Feature.OBSERVE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Who asks, and where; as Discord says, never as a message says."""

    user_id: UserId
    channel_id: ChannelId
    parent_id: ChannelId | None = None
    """The channel that a thread belongs to; its rules are the thread's."""

    server_id: ServerId | None = None
    """None in a direct message."""

    role_ids: frozenset[RoleId] = frozenset()
    """On this server; empty in a direct message."""

    is_open: bool = True
    """Whether every member of the server may read what is said there."""

    may_manage: bool = False
    """Whether the person has Manage Server on this server."""

    is_machine: bool = False
    """A bot, a webhook, or Discord itself."""

    shared_servers: frozenset[ServerId] = frozenset()
    """Where both the person and the assistant are; asked for in direct messages."""

    author_id: UserId | None = None
    """Whose answer a button belongs to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the owner of this machine set, and what this server did."""

    settings: DiscordSettings = field(default_factory=DiscordSettings)
    server: ServerConfiguration | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether it is allowed; if not, why, in words for whoever asked."""

    is_allowed: bool
    reason: str = ""
    is_told: bool = True
    """Whether the reason is said; machines are answered with silence."""

    def __bool__(self) -> bool:
        return self.is_allowed


ALLOWED = Verdict(is_allowed=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """One question at the gate."""

    context: Context
    capability: Capability
    rules: Rules

    @property
    def is_owner(self) -> bool:
        return self.context.user_id in self.rules.settings.owners

    @property
    def server(self) -> ServerConfiguration | None:
        """This server's, and never another's."""
        server = self.rules.server
        is_here = server is not None and server.server_id == self.context.server_id
        return server if is_here else None

    @property
    def access(self) -> Access:
        return self.server.access if self.server else Access()

    @property
    def is_ones_own(self) -> bool:
        return self.capability in _ONES_OWN


def authorize(context: Context, capability: Capability, rules: Rules) -> Verdict:
    """Whether this person may have this here; refused unless every rule allows it."""
    if context.is_machine:
        return _refused("Machines are not answered", is_told=False)
    case = _Case(context=context, capability=capability, rules=rules)
    place = _server if context.server_id is not None else _direct
    for rule in (place, _open, _person, _right, _feature):
        verdict = rule(case)
        if not verdict:
            return verdict
    return ALLOWED


def _refused(reason: str, *, is_told: bool = True) -> Verdict:
    return Verdict(is_allowed=False, reason=reason, is_told=is_told)


def _server(case: _Case) -> Verdict:
    context, settings = case.context, case.rules.settings
    is_denied = context.server_id in settings.denied_servers
    allowed = settings.allowed_servers
    if is_denied or (allowed and context.server_id not in allowed):
        return _refused("This assistant is silent on this server", is_told=False)
    if case.is_owner or case.is_ones_own or context.may_manage:
        return ALLOWED
    access = case.access
    channels = {context.channel_id, context.parent_id}
    if channels & access.denied_channels:
        return _refused("This assistant does not answer in this channel")
    if access.allowed_channels and not channels & access.allowed_channels:
        return _refused("This assistant answers in other channels of this server")
    return ALLOWED


def _open(case: _Case) -> Verdict:
    """What is said on a server may be recalled all over it."""
    if case.capability in _KEPT and not case.context.is_open:
        return _refused(
            "Not everybody on this server can read this channel, so nothing said here "
            "may be kept; ask me in an open channel or directly"
        )
    return ALLOWED


def _direct(case: _Case) -> Verdict:
    if case.capability in _ON_SERVERS_ONLY:
        return _refused("That is for servers, not for direct messages")
    if case.is_owner or case.is_ones_own:
        return ALLOWED
    settings = case.rules.settings
    match settings.direct_messages:
        case DirectMessages.OFF:
            return _refused("This assistant does not answer direct messages")
        case DirectMessages.NAMED:
            is_known = case.context.user_id in settings.allowed_users
        case DirectMessages.MEMBERS:
            is_known = bool(_common_servers(case))
    if is_known:
        return ALLOWED
    return _refused("This assistant answers people it knows from its servers only")


def _common_servers(case: _Case) -> frozenset[ServerId]:
    """Servers of both where it may be spoken with; roles there count for nothing."""
    settings = case.rules.settings
    shared = case.context.shared_servers - set(settings.denied_servers)
    return shared & set(settings.allowed_servers or shared)


def _person(case: _Case) -> Verdict:
    context, settings = case.context, case.rules.settings
    if case.is_owner or case.is_ones_own:
        return ALLOWED
    if context.user_id in settings.denied_users:
        return _refused("You may not use this assistant", is_told=False)
    if settings.allowed_users and context.user_id not in settings.allowed_users:
        return _refused("This assistant answers only certain people")
    return _member(context, case.access)


def _member(context: Context, access: Access) -> Verdict:
    """What this server says of the person; nobody locks out its managers."""
    if context.may_manage:
        return ALLOWED
    if context.user_id in access.denied_users:
        return _refused("You may not use this assistant on this server", is_told=False)
    if context.role_ids & access.denied_roles:
        return _refused("One of your roles may not use this assistant here")
    if access.allowed_roles and not context.role_ids & access.allowed_roles:
        return _refused("Only certain roles may use this assistant here")
    return ALLOWED


def _right(case: _Case) -> Verdict:
    context, capability = case.context, case.capability
    if case.is_owner or context.may_manage:
        return ALLOWED
    if context.server_id is not None and capability in _OF_ADMINISTRATORS:
        return _refused("That needs the permission Manage Server")
    server = case.server
    if server is not None and capability in server.restricted_commands:
        return _refused("On this server that needs the permission Manage Server")
    if capability is Capability.STOP and context.author_id != context.user_id:
        return _refused("Only whoever asked can stop this answer")
    return ALLOWED


def _feature(case: _Case) -> Verdict:
    """What is switched off is off for everyone."""
    feature, server = _NEEDS.get(case.capability), case.server
    if feature is None or server is None or server.has(feature):
        return ALLOWED
    return _refused(f"{feature.capitalize()} is switched off on this server")
