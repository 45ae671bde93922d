"""The models a server offers."""

from collections.abc import Mapping

import httpx

from assistant.llm.wire.answer import read_object
from assistant.llm.wire.failures import WireError
from assistant.llm.wire.replies import check_reply, read_text, translated
from assistant.llm.wire.server import Listed, Server

_LONGEST = 4 << 20
_CONTEXT_KEYS = ("max_model_len", "context_length", "context_window")


def fetch_listing(client: httpx.Client, server: Server) -> list[Listed]:
    """Ask for the list. Raises WireError."""
    try:
        with client.stream("GET", f"{server.base_url}/models") as response:
            check_reply(response, server)
            listing = read_text(
                response, most_bytes=_LONGEST, seconds=server.timeout_seconds
            )
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise translated(error, server) from None
    return read_listing(listing)


def read_listing(listing: str) -> list[Listed]:
    entries = read_object(listing).get("data")
    if not isinstance(entries, list):
        raise WireError("does not list its models")
    return [
        Listed(model=entry["id"], context_tokens=_context(entry))
        for entry in entries
        if isinstance(entry, Mapping) and isinstance(entry.get("id"), str)
    ]


def _context(entry: Mapping[str, object]) -> int | None:
    for key in _CONTEXT_KEYS:
        said = entry.get(key)
        if isinstance(said, int) and not isinstance(said, bool) and said > 0:
            return said
    return None
