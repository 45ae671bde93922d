"""A web page, fetched once, from nowhere but the open internet.

The address that was checked is the address that is connected to: every
connection, redirected or not, goes through the one door in `connecting`.
"""

import re
import ssl
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import SplitResult, quote, unquote, urljoin

import certifi
import httpcore

from assistant.errors import DocumentRefusedError, Refusal
from assistant.media.addresses import checked, host_of
from assistant.media.connecting import Deadline, Door, Resolve, resolve
from assistant.media.suffixes import SUFFIXES, Kind

MOST_REDIRECTS = 5

_OK = 200
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_SAFE = "/%:@!$&'()*+,;=~"
_PATIENCE = {"timeout": {"connect": 10.0, "read": 15.0, "write": 15.0, "pool": 1.0}}
_STEP = 1 << 20
_ANY_HEADER = 32  # of zlib or gzip


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What was fetched, and under which address it was found in the end."""

    url: str
    name: str
    """As a file would be called; it helps to tell what the page is."""

    charset: str | None
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetching:
    """What a page may cost, and who looks up names."""

    seconds: float = 30.0
    most_bytes: int = 32 << 20
    is_near_allowed: bool = False
    """Also this machine and its network, as only tests and their servers need."""

    resolve: Resolve = resolve


def fetch(url: str, rules: Fetching | None = None) -> Page:
    """The page at an address; every redirect is checked like the first."""
    rules = rules or Fetching()
    door = Door(rules.resolve, Deadline(rules.seconds), near=rules.is_near_allowed)
    with httpcore.ConnectionPool(
        ssl_context=_trusted(), network_backend=door, max_keepalive_connections=0
    ) as pool:
        for _ in range(MOST_REDIRECTS + 1):
            found = _asked(pool, url, rules)
            if isinstance(found, Page):
                return found
            url = found
    raise DocumentRefusedError(
        Refusal.UNREACHABLE, f"the address leads on more than {MOST_REDIRECTS} times"
    )


def _asked(pool: httpcore.ConnectionPool, url: str, rules: Fetching) -> Page | str:
    """The page, or where else to ask."""
    parts = checked(url)
    try:
        with pool.stream(
            "GET", _address(parts), headers=_headers(parts), extensions=_PATIENCE
        ) as response:
            return _taken(response, parts, rules)
    except httpcore.TimeoutException as error:
        raise DocumentRefusedError(
            Refusal.TOO_SLOW, f"the server took longer than {rules.seconds:g} s"
        ) from error
    except (httpcore.NetworkError, httpcore.ProtocolError) as error:
        reason = " ".join(str(error).split())[:120] or "no answer"
        raise DocumentRefusedError(
            Refusal.UNREACHABLE, f"the server cannot be reached: {reason}"
        ) from error


def _taken(
    response: httpcore.Response, parts: SplitResult, rules: Fetching
) -> Page | str:
    headers = {
        key.decode("latin-1").lower(): value.decode("latin-1")
        for key, value in response.headers
    }
    if response.status in _REDIRECTS and headers.get("location"):
        return urljoin(parts.geturl(), headers["location"])
    if response.status != _OK:
        raise DocumentRefusedError(
            Refusal.UNREACHABLE, f"the server answered {response.status}"
        )
    coding = headers.get("content-encoding", "identity").lower()
    content = headers.get("content-type", "")
    charset = _CHARSET.search(content)
    return Page(
        url=parts.geturl(),
        name=_name(parts, content),
        charset=charset[1] if charset else None,
        data=_bounded(_decoded(response.iter_stream(), coding), rules.most_bytes),
    )


def _bounded(blocks: Iterator[bytes], most: int) -> bytes:
    data = bytearray()
    for block in blocks:
        data += block
        if len(data) > most:
            raise DocumentRefusedError(
                Refusal.TOO_LARGE, f"the page is larger than {most >> 20:,} MB"
            )
    return bytes(data)


def _decoded(blocks: Iterator[bytes], coding: str) -> Iterator[bytes]:
    """Unpacked a little at a time: a page can be a bomb too."""
    if coding in {"identity", ""}:
        yield from blocks
        return
    if coding not in {"gzip", "x-gzip", "deflate"}:
        raise DocumentRefusedError(
            Refusal.UNREACHABLE, f"the server packs the page as {coding[:20]!r}"
        )
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | _ANY_HEADER)
    try:
        for block in blocks:
            rest = block
            while rest:
                yield unpacker.decompress(rest, _STEP)
                rest = unpacker.unconsumed_tail
    except zlib.error as error:
        raise DocumentRefusedError(
            Refusal.DAMAGED, "the page cannot be unpacked"
        ) from error


def _address(parts: SplitResult) -> httpcore.URL:
    path = quote(parts.path, safe=_SAFE) or "/"
    query = f"?{quote(parts.query, safe=_SAFE + '?')}" if parts.query else ""
    return httpcore.URL(
        scheme=parts.scheme, host=host_of(parts), port=parts.port, target=path + query
    )


def _headers(parts: SplitResult) -> list[tuple[bytes | str, bytes | str]]:
    host = host_of(parts)
    named = f"[{host}]" if ":" in host else host
    return [
        ("Host", f"{named}:{parts.port}" if parts.port else named),
        ("User-Agent", "hearth"),
        ("Accept", "text/html, */*;q=0.8"),
        ("Accept-Encoding", "identity"),
    ]


def _name(parts: SplitResult, content_type: str) -> str:
    """The last of the path; what the server calls HTML is HTML."""
    name = PurePosixPath(unquote(parts.path)).name or host_of(parts)
    kind = SUFFIXES.get(PurePosixPath(name).suffix.lower())
    is_html = "html" in content_type.lower()
    return f"{name}.html" if is_html and kind is not Kind.HTML else name


def _trusted() -> ssl.SSLContext:
    """This machine's own authorities, and the usual ones."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context
