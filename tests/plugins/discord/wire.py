"""simcord's Discord behind real sockets of this machine: its API, and its gateway.

The shipped program connects to it as it would to Discord. Everything here belongs to
one loop on a thread of its own; `do` reaches into it from a test.
"""

import asyncio
import fnmatch
import io
import json
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from time import monotonic
from types import SimpleNamespace
from typing import Any, TypeVar

from aiohttp import WSMsgType, web
from simcord.backend import Backend, serializers
from simcord.backend.errors import BackendError
from simcord.http import routes as _routes
from simcord.http.router import dispatch, parse_form
from simcord.interactions import base_payload

assert _routes  # importing them registers them

_T = TypeVar("_T")
_PREFIX = "/api/v10"
_IDENTIFY = 2
_EVERYTHING = (1 << 53) - 1
_ALL_FLAGS = 1 << 14 | 1 << 18


@dataclass
class Sent:
    """One request of the bot, and when it came."""

    method: str
    path: str
    body: Any
    at: float


@dataclass
class Refusal:
    """Requests that are answered with 429."""

    method: str
    path: str
    times: int
    retry_after: float
    is_for_all: bool = False
    """Of every request, and not only of those to this address."""


@dataclass
class Session:
    """What one connection was told, so that it can be resumed."""

    events: list[dict[str, Any]] = field(default_factory=list)


class Wire:
    """A Discord of our own. `address` is set once it listens."""

    def __init__(self) -> None:
        self.backend = Backend()
        self.sent: list[Sent] = []
        self.beats: list[float] = []
        self.resumed = 0
        self.identified = 0
        self.refusals: list[Refusal] = []
        self.address = ""
        self.is_revoked = False
        self.token: str | None = None
        """The only one that is known; None knows all."""

        self.closes_with: int | None = None
        """How whoever identifies is turned away; None lets them in."""

        self.forgets_sessions = False
        """Whoever resumes is told to begin anew."""

        self.is_deaf = False
        """Heartbeats are heard by nobody, as behind a dead connection."""

        self.flags = _ALL_FLAGS
        """What the application may hear."""

        self.permissions = _EVERYTHING
        """What it may do on each server."""

        self._loop = asyncio.new_event_loop()
        self._sessions: dict[str, Session] = {}
        self._sockets: dict[str, Callable[[dict[str, Any]], Any]] = {}
        self._connected: set[web.WebSocketResponse] = set()
        self._tasks: set[asyncio.Task[Any]] = set()

    def do(self, work: Callable[..., _T], *arguments: Any, **named: Any) -> _T:
        """Something done to this Discord, from another thread."""

        async def inside() -> _T:
            return work(*arguments, **named)

        return asyncio.run_coroutine_threadsafe(inside(), self._loop).result(10)

    def drop(self) -> None:
        """Cut every connection, without a word."""

        async def inside() -> None:
            for socket in list(self._connected):
                if transport := socket._req.transport:
                    transport.abort()

        asyncio.run_coroutine_threadsafe(inside(), self._loop).result(10)

    def revoke(self) -> None:
        """The token is no longer one, for those who connect anew and for the API."""
        self.is_revoked = True

    def hang_up(self, code: int) -> None:
        """End every connection with a reason."""

        async def inside() -> None:
            for socket in list(self._connected):
                await socket.close(code=code)

        asyncio.run_coroutine_threadsafe(inside(), self._loop).result(10)

    def refuse(
        self,
        method: str,
        path: str,
        *,
        times: int,
        after: float,
        is_for_all: bool = False,
    ) -> None:
        """Answer so many requests with 429."""
        self.refusals.append(Refusal(method, path, times, after, is_for_all))

    def posted(self, channel_id: int) -> list[Any]:
        """What stands in a channel, oldest first."""
        here = self.do(lambda: list(self.backend.messages.get(channel_id, {}).values()))
        return sorted(here, key=lambda each: each.id)

    def slash(
        self,
        name: str,
        *,
        user_id: int,
        channel_id: int,
        guild_id: int | None,
        options: list[dict[str, Any]] | None = None,
    ) -> Any:
        """Somebody uses a command; the record that the answer is kept in."""

        def use() -> Any:
            known = {
                each["name"]: each
                for each in self.backend.commands.get(None, {}).values()
            }
            data = {
                "id": known[name]["id"],
                "name": name,
                "type": 1,
                "options": options or [],
            }
            record, payload = base_payload(
                self.backend,
                type=2,
                channel_id=channel_id,
                guild_id=guild_id,
                user_id=user_id,
                data=data,
            )
            self.backend.emit("INTERACTION_CREATE", payload)
            return record

        return self.do(use)

    def press(self, message: Any, *, custom_id: str, user_id: int) -> None:
        """Somebody presses a button."""

        def use() -> None:
            channel = self.backend.get_channel(message.channel_id)
            _, payload = base_payload(
                self.backend,
                type=3,
                channel_id=message.channel_id,
                guild_id=channel.guild_id,
                user_id=user_id,
                data={"custom_id": custom_id, "component_type": 2},
            )
            payload["message"] = dict(
                serializers.message_payload(self.backend, message)
            )
            self.backend.emit("INTERACTION_CREATE", payload)

        self.do(use)

    @contextmanager
    def listening(self) -> Iterator["Wire"]:
        """As long as the block lasts."""
        thread = Thread(target=self._loop.run_forever, name="wire", daemon=True)
        thread.start()
        runner = asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(10)
        try:
            yield self
        finally:
            asyncio.run_coroutine_threadsafe(self._end(runner), self._loop).result(10)
            self._loop.call_soon_threadsafe(self._loop.stop)
            thread.join()
            self._loop.close()

    async def _start(self) -> web.AppRunner:
        self.backend.subscribers.append(self._tell_all)
        app = web.Application()
        app.router.add_get("/gateway", self._gateway)
        app.router.add_route("*", _PREFIX + "/{path:.*}", self._answer)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        assert site._server is not None
        port = site._server.sockets[0].getsockname()[1]
        self.address = f"127.0.0.1:{port}"
        return runner

    async def _end(self, runner: web.AppRunner) -> None:
        for socket in list(self._connected):
            await socket.close()
        await runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        path = request.path.removeprefix(_PREFIX)
        body, files = await _body(request)
        self.sent.append(Sent(request.method, path, body, monotonic()))
        if self.is_revoked or not self._is_known(request):
            return _json({"message": "401: Unauthorized", "code": 0}, status=401)
        if (refusal := self._refused(request.method, path)) is not None:
            return _json(
                {
                    "message": "You are being rate limited.",
                    "retry_after": refusal.retry_after,
                    "global": refusal.is_for_all,
                },
                status=429,
                headers={
                    "Via": "1.1 wire",
                    "Retry-After": str(refusal.retry_after),
                    **({"X-RateLimit-Global": "true"} if refusal.is_for_all else {}),
                },
            )
        if (about := self._about_itself(request.method, path)) is not None:
            return _json(about)
        try:
            found = dispatch(
                self.backend,
                request.method,
                path,
                json=body,
                params=dict(request.query),
                files=files,
                reason=request.headers.get("X-Audit-Log-Reason"),
            )
        except BackendError as error:
            return _json(error.to_json(), status=error.status)
        return web.Response(status=204) if found is None else _json(found)

    def _is_known(self, request: web.Request) -> bool:
        given = request.headers.get("Authorization", "")
        return self.token is None or given == f"Bot {self.token}"

    def _about_itself(self, method: str, path: str) -> Any:
        if path == "/users/@me/guilds":
            may = str(self.permissions)
            guilds = self.backend.guilds.values()
            return [
                {"id": str(each.id), "name": each.name, "permissions": may}
                for each in guilds
            ]
        if path == "/users/@me" and method == "GET":
            return dict(serializers.user_payload(self.backend.bot_user))
        return self._application() if path == "/oauth2/applications/@me" else None

    def _application(self) -> dict[str, Any]:
        return {
            "id": str(self.backend.application_id),
            "name": "Hearth",
            "flags": self.flags,
            "bot_public": True,
            "bot_require_code_grant": False,
            "description": "",
            "icon": None,
            "verify_key": "",
            "owner": dict(serializers.user_payload(self.backend.bot_user)),
            "team": None,
        }

    def _refused(self, method: str, path: str) -> Refusal | None:
        for refusal in self.refusals:
            is_meant = refusal.method == method and fnmatch.fnmatch(path, refusal.path)
            if refusal.times and is_meant:
                refusal.times -= 1
                return refusal
        return None

    async def _gateway(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._connected.add(socket)
        squeeze = zlib.compressobj()

        async def tell(payload: dict[str, Any]) -> None:
            raw = json.dumps(payload, default=str).encode()
            packed = squeeze.compress(raw) + squeeze.flush(zlib.Z_SYNC_FLUSH)
            if not socket.closed:
                await socket.send_bytes(packed)

        await tell({"op": 10, "d": {"heartbeat_interval": 400}, "s": None, "t": None})
        name = ""
        try:
            async for message in socket:
                if message.type is not WSMsgType.TEXT:
                    break
                said = json.loads(message.data)
                if said["op"] == _IDENTIFY and self.closes_with is not None:
                    self.identified += 1
                    await socket.close(code=self.closes_with)
                    break
                name = await self._heard(said, tell, name)
        finally:
            self._connected.discard(socket)
            if self._sockets.get(name) is tell:
                del self._sockets[name]
        return socket

    async def _heard(
        self, said: Mapping[str, Any], tell: Callable[..., Any], name: str
    ) -> str:
        match said["op"]:
            case 1:
                self.beats.append(monotonic())
                if self.is_deaf:
                    return name
                await tell({"op": 11, "d": None, "s": None, "t": None})
            case 2:
                self.identified += 1
                name = f"session {self.identified}"
                self._sessions[name] = Session()
                self._sockets[name] = tell
                await self._greet(name)
            case 6 if self.forgets_sessions:
                self._sessions.clear()
                await tell({"op": 9, "d": False, "s": None, "t": None})
            case 6:
                self.resumed += 1
                name = said["d"]["session_id"]
                self._sockets[name] = tell
                for event in self._sessions[name].events[said["d"]["seq"] :]:
                    await tell(event)
                self._event(name, "RESUMED", {})
            case 8:
                self._members(name, said["d"])
        return name

    async def _greet(self, name: str) -> None:
        guilds = list(self.backend.guilds.values())
        self._event(
            name,
            "READY",
            {
                "v": 10,
                "user": dict(serializers.user_payload(self.backend.bot_user)),
                "session_id": name,
                "resume_gateway_url": f"ws://{self.address}/gateway",
                "guilds": [{"id": str(g.id), "unavailable": True} for g in guilds],
                "application": {
                    "id": str(self.backend.application_id),
                    "flags": _ALL_FLAGS,
                },
            },
        )
        for guild in guilds:
            payload = serializers.guild_create_payload(self.backend, guild)
            self._event(name, "GUILD_CREATE", payload)

    def _members(self, name: str, wanted: Mapping[str, Any]) -> None:
        guild = self.backend.guilds[int(wanted["guild_id"])]
        members = [
            serializers.member_payload(self.backend, guild, each)
            for each in guild.members.values()
        ]
        self._event(
            name,
            "GUILD_MEMBERS_CHUNK",
            {
                "guild_id": str(guild.id),
                "members": members,
                "chunk_index": 0,
                "chunk_count": 1,
                "nonce": wanted.get("nonce"),
            },
        )

    def _tell_all(self, event: str, payload: Mapping[str, Any]) -> None:
        """Those who are away hear of it when they resume."""
        for name in self._sessions:
            self._event(name, event, payload)

    def _event(self, name: str, event: str, payload: Mapping[str, Any]) -> None:
        events = self._sessions[name].events
        told = {"op": 0, "t": event, "s": len(events) + 1, "d": dict(payload)}
        events.append(json.loads(json.dumps(told, default=str)))
        if tell := self._sockets.get(name):
            task = self._loop.create_task(tell(events[-1]))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)


def _json(
    found: Any, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> web.Response:
    """discord.py takes it for JSON only without a charset."""
    body = json.dumps(found, default=str).encode()
    response = web.Response(body=body, status=status, headers=headers)
    response.headers["Content-Type"] = "application/json"
    return response


async def _body(request: web.Request) -> tuple[Any, list[Any]]:
    if request.content_type == "application/json":
        return await request.json(), []
    if not request.content_type.startswith("multipart/"):
        return None, []
    form, files = [], []
    async for part in await request.multipart():
        data = await part.read()
        if part.filename:
            files.append(SimpleNamespace(fp=io.BytesIO(data), filename=part.filename))
        else:
            form.append({"name": part.name, "value": data.decode()})
    return parse_form(form, files)
