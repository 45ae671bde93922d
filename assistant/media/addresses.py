"""Which addresses may be fetched from: public ones, named plainly.

Pure. A URL that two programs could read differently is refused before anyone
looks up a name; an address that belongs to this machine, its network, or nobody
is refused before anyone connects.
"""

import re
from ipaddress import (
    IPv4Address,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from urllib.parse import SplitResult, urlsplit

from assistant.errors import DocumentRefusedError, Refusal

_LONGEST = 2_048
_UNSAFE = re.compile(r"[\x00-\x20\x7f-\xa0\\\u2000-\u200f\u2028-\u202f\ufeff]")
_NUMERIC = re.compile(r"0x[0-9a-f]*|\d+")
_PLAIN_IPV4 = re.compile(r"(?:\d|[1-9]\d{1,2})(?:\.(?:\d|[1-9]\d{1,2})){3}")
_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9_-]{1,63}(?<!-))*\.?")
_INNER_NAMES = (".local", ".localhost", ".internal", ".lan", ".home", ".intranet")
_WEB_PORTS = frozenset({80, 443})
_FIRST_FREE_PORT = 1_024

_GLOBAL_IPV6 = ip_network("2000::/3")
_RELAYED_IPV6 = tuple(
    IPv6Network(block)
    for block in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "3ffe::/16")
)
"""Tunnels, documentation, trials: all may carry an address of another kind."""


def checked(url: str) -> SplitResult:
    """The URL in its parts, if it is one that is fetched from."""
    if len(url) > _LONGEST:
        raise _forbidden("the address is too long")
    if _UNSAFE.search(url):
        raise _forbidden("the address holds characters that no address has")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise _forbidden(f"the address cannot be read: {error}") from error
    if parts.scheme not in {"http", "https"}:
        raise _forbidden("only http and https addresses are fetched")
    if "@" in parts.netloc:
        raise _forbidden("the address holds a user's name")
    if port is not None and port < _FIRST_FREE_PORT and port not in _WEB_PORTS:
        raise _forbidden(f"nothing is fetched from port {port}")
    _check_host(parts)
    return parts


def _check_host(parts: SplitResult) -> None:
    host = host_of(parts)
    if ":" in host or _PLAIN_IPV4.fullmatch(host):
        _address(host)
        return
    if _NUMERIC.fullmatch(host.rstrip(".").rpartition(".")[2]):
        raise _forbidden("the address is written in an unusual way")
    if not _NAME.fullmatch(host):
        raise _forbidden("the address names no server")


def host_of(parts: SplitResult) -> str:
    """The server's name as the network knows it."""
    host = parts.hostname or ""
    if host.isascii():
        return host.lower()
    try:
        return host.encode("idna").decode().lower()
    except UnicodeError as error:
        raise _forbidden("the address names no server") from error


def is_inner_name(host: str) -> bool:
    """Whether the name itself says that it is of this machine or its network."""
    if ":" in host:
        return False
    name = host.rstrip(".").lower()
    return "." not in name or f".{name}".endswith(_INNER_NAMES)


def is_public(address: str) -> bool:
    """Whether a connection to it would leave for the open internet."""
    ip = _address(address.partition("%")[0])
    if isinstance(ip, IPv4Address):
        return ip.is_global and not ip.is_multicast and not ip.is_reserved
    return ip in _GLOBAL_IPV6 and not any(ip in block for block in _RELAYED_IPV6)


def _address(text: str) -> IPv4Address | IPv6Address:
    try:
        return ip_address(text)
    except ValueError as error:
        raise _forbidden("the address names no server") from error


def _forbidden(reason: str) -> DocumentRefusedError:
    return DocumentRefusedError(Refusal.FORBIDDEN, reason)
