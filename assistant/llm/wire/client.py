"""The way to one server: headers, patience, proxies."""

import logging
import ssl

import certifi
import httpx

from assistant.llm.wire.failures import WireError
from assistant.llm.wire.server import Server

_CONNECT_SECONDS = 10.0


def new_client(server: Server) -> httpx.Client:
    """Follows no redirects and keeps no connections. Raises WireError."""
    for library in ("httpx", "httpcore"):
        # They write down what servers send, which may be our own key.
        logging.getLogger(library).setLevel(logging.WARNING)
    seconds = server.timeout_seconds
    try:
        return httpx.Client(
            headers=_headers(server),
            timeout=httpx.Timeout(seconds, connect=min(seconds, _CONNECT_SECONDS)),
            # A kept connection cannot be cut from outside while it waits.
            limits=httpx.Limits(max_keepalive_connections=0),
            follow_redirects=False,
            verify=_trusted(server),
            # What is said on this network stays off other people's proxies.
            trust_env=not server.is_near,
        )
    except (ImportError, ValueError) as error:
        raise WireError(f"cannot be asked through the proxy: {error}") from None


def _trusted(server: Server) -> ssl.SSLContext:
    """This machine's own authorities, and the usual ones where it has none.

    Nobody is trusted when nothing is encrypted, which costs nothing to load.
    """
    if not server.is_encrypted:
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def _headers(server: Server) -> dict[str, str]:
    headers = {
        "User-Agent": "hearth",
        "Accept-Encoding": "identity",
        "Content-Type": "application/json",
    }
    if server.api_key is not None:
        headers["Authorization"] = f"Bearer {_sendable(server.api_key, server)}"
    return headers


def _sendable(key: str, server: Server) -> str:
    """The key; httpx would put one that cannot be a header into its complaint."""
    if not key.isascii() or not key.isprintable() or " " in key:
        raise WireError(
            f"was not asked: what {server.key_variable} holds cannot be an API key"
        )
    return key
