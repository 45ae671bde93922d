"""How a server's reply begins: whether an answer follows, and if not, why not.

The door where httpx's words become ours.
"""

from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from time import monotonic, time

import httpx

from assistant.llm.wire.answer import detail
from assistant.llm.wire.failures import WireError
from assistant.llm.wire.server import Server

_LONGEST_COMPLAINT = 64 << 10
_IS_ADDRESS_RIGHT = "Is this the address of the API? It often ends in /v1"
_OVERLOADED = 529  # not in the standard, in use all the same
_REFUSALS = (HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY)
_OWN_FAULT = HTTPStatus.INTERNAL_SERVER_ERROR  # what some answer to our faults too
_PASSING = (
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.BAD_GATEWAY,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.GATEWAY_TIMEOUT,
    _OVERLOADED,
)


def check_reply(response: httpx.Response, server: Server) -> None:
    """Raise WireError unless an answer follows."""
    if response.is_redirect:
        place = response.headers.get("location", "")
        raise WireError(
            f"sends us on to {server.hide_key(place)}",
            hint="Hearth follows no redirects; use that address if you trust it",
        )
    if not response.is_success:
        raise _complaint(response, server)
    if is_web_page(response):
        raise WireError("answers with a web page", hint=_IS_ADDRESS_RIGHT)


def is_web_page(response: httpx.Response) -> bool:
    return "html" in response.headers.get("content-type", "")


def is_whole(response: httpx.Response) -> bool:
    """Whether the answer comes as one piece of JSON, not as events."""
    kind: str = response.headers.get("content-type", "")
    return kind.partition(";")[0].strip().endswith("json")


def read_text(response: httpx.Response, *, most_bytes: int, seconds: float) -> str:
    """A body, as long as it stays within bounds."""
    read, give_up_at = bytearray(), monotonic() + seconds
    for received in response.iter_bytes():
        read += received
        if len(read) > most_bytes:
            raise WireError("sent more than is accepted")
        if monotonic() > give_up_at:
            raise silent(seconds)
    return read.decode("utf-8", "replace")


def _complaint(response: httpx.Response, server: Server) -> WireError:
    try:
        body = read_text(
            response, most_bytes=_LONGEST_COMPLAINT, seconds=server.timeout_seconds
        )
    except WireError:
        body = ""
    body = "" if is_web_page(response) else server.hide_key(body)
    status = response.status_code
    said = f"({status}) {detail(body)}".rstrip()
    if status in _REFUSALS:
        return WireError(f"refuses the request {said}", complaint=body)
    if status in _PASSING:
        wait = _wait_seconds(response.headers)
        asks = "" if wait is None else f" and asks us to wait {wait:.0f} s"
        return WireError(
            f"is in trouble{asks} {said}",
            may_pass=True,
            wait_seconds=wait,
            complaint=body if status == _OWN_FAULT else "",
        )
    described = _KNOWN.get(status)
    return described(server, said) if described else WireError(f"refuses us {said}")


def _key_refused(server: Server, said: str) -> WireError:
    if server.key_variable is None:
        return WireError(
            f"wants an API key {said}",
            hint="Put it into an environment variable and name that variable",
        )
    return WireError(
        f"does not accept the API key in {server.key_variable} {said}",
        hint=f"Put a valid key into the environment variable {server.key_variable}",
    )


def _not_there(server: Server, said: str) -> WireError:
    return WireError(f"has no model {server.model!r} {said}", hint=_IS_ADDRESS_RIGHT)


_KNOWN: Mapping[int, Callable[[Server, str], WireError]] = {
    HTTPStatus.UNAUTHORIZED: _key_refused,
    HTTPStatus.FORBIDDEN: _key_refused,
    HTTPStatus.NOT_FOUND: _not_there,
}


def _wait_seconds(headers: Mapping[str, str]) -> float | None:
    """How long Retry-After asks us to stay away, in seconds or until a date."""
    asked = headers.get("retry-after", "").strip()
    try:
        wait = float(asked)
    except ValueError:
        try:
            wait = parsedate_to_datetime(asked).timestamp() - time()
        except (ValueError, OverflowError):
            return None
    return max(wait, 0.0) if wait < float("inf") else None


def silent(seconds: float) -> WireError:
    return WireError(
        f"has said nothing for {seconds:.0f} s",
        hint="models.remote_timeout_seconds says how long to wait",
    )


def translated(error: Exception, server: Server) -> WireError:
    """Why no connection came about, or why it ended."""
    match error:
        case httpx.ConnectTimeout() | httpx.PoolTimeout():
            said = WireError("does not take our connection", hint="Is it running?")
        case httpx.TimeoutException():
            said = silent(server.timeout_seconds)
        case httpx.ConnectError():
            said = WireError(
                f"cannot be reached: {_reason(error)}",
                hint="Is it running, and is the address right?",
                may_pass=True,
            )
        case httpx.NetworkError() | httpx.RemoteProtocolError():
            said = WireError("broke the connection", may_pass=True)
        case httpx.DecodingError():
            said = WireError("sent something garbled")
        case _:
            said = WireError(f"cannot be asked: {_reason(error)}")
    return said


def _reason(error: Exception) -> str:
    """The system's words, without its number."""
    return str(error).partition("] ")[2] or str(error) or type(error).__name__
