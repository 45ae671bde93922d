"""Which server, and what it takes to be let in.

Words and keys go in the clear only to this machine and its own network;
everything further away needs https.
"""

import re
from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address
from urllib.parse import SplitResult, urlsplit

from assistant.errors import UsageError

_LOCAL_SUFFIXES = (".localhost", ".local", ".lan", ".internal", ".home.arpa")
_HOST = re.compile(r"[\w.-]+|[0-9a-f:.]+(%\w+)?", re.IGNORECASE)
_BARE_NAME = re.compile(r"[a-z][a-z0-9-]*", re.IGNORECASE)
_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]*")
_ENDPOINT = "/chat/completions"


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """An OpenAI-compatible server, and the model we want of it."""

    base_url: str
    """As `checked_url` gives it."""

    model: str
    api_key: str | None = field(default=None, repr=False)
    key_variable: str | None = None
    """The environment variable the key came from; messages name it."""

    timeout_seconds: float = 60.0

    @property
    def is_near(self) -> bool:
        """Whether it is on this machine or its own network."""
        return _is_near(urlsplit(self.base_url).hostname or "")

    @property
    def is_encrypted(self) -> bool:
        return self.base_url.startswith("https:")

    def hide_key(self, text: str) -> str:
        """The text without the key, should a server have sent it back."""
        return text.replace(self.api_key, "[key]") if self.api_key else text


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A model that a server offers."""

    model: str
    context_tokens: int | None = None
    """Where the server says so; most do not."""


def checked_url(typed: str) -> str:
    """The base address without a trailing slash; `/v1` where no path was given."""
    typed = typed.strip()
    if not typed.startswith(("http://", "https://")):
        raise UsageError(
            "A model server's address starts with http:// or https://",
            hint="For example http://localhost:8080/v1",
        )
    url = _split(typed)
    if url.username is not None or url.password is not None or url.query:
        raise UsageError(
            "A model server's address holds no key or password",
            hint="Put the key into an environment variable and name that variable",
        )
    if url.scheme == "http" and not _is_near(url.hostname or ""):
        raise UsageError(
            f"{url.hostname} is not on this machine or its network, "
            "so http:// would send every word in the clear",
            hint="Use https://",
        )
    path = url.path.rstrip("/").removesuffix(_ENDPOINT).rstrip("/") or "/v1"
    return f"{url.scheme}://{url.netloc}{path}"


def checked_variable(typed: str) -> str:
    """The name of an environment variable; never shows what was typed.

    Somebody who pastes the key itself must not find it in a log.
    """
    if not _VARIABLE.fullmatch(typed):
        raise UsageError(
            "That is not the name of an environment variable",
            hint="Give the variable's name, such as OPENAI_API_KEY, not the key",
        )
    return typed


def _split(typed: str) -> SplitResult:
    if not typed.isprintable() or " " in typed:
        raise UsageError("A model server's address has no spaces or control characters")
    try:
        url = urlsplit(typed)
        is_whole = bool(_HOST.fullmatch(url.hostname or "")) and url.port != 0
    except ValueError:
        is_whole = False
    if not is_whole:
        raise UsageError("That is not the address of a server")
    return url


def _is_near(host: str) -> bool:
    host = host.lower().rstrip(".")
    try:
        address = ip_address(host)
    except ValueError:
        # A bare number such as 134744072 is an address in disguise.
        return host.endswith(_LOCAL_SUFFIXES) or _BARE_NAME.fullmatch(host) is not None
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return not address.ipv4_mapped.is_global
    return not address.is_global
