"""A hub of models on loopback, as truthful and as reliable as it is told to be.

It answers what `pull` asks: what a repository holds, and the bytes of a file,
by way of a redirect to another path, from any place on.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Self
from urllib.parse import unquote, urlsplit

_COMMIT = "0123456789abcdef0123456789abcdef01234567"
_STEP = 16 * 1024


@dataclass(frozen=True)
class Sent:
    """One answer with bytes of a file."""

    filename: str
    start: int
    size: int


@dataclass
class FakeHub:
    """Repositories by name, each with its files by path."""

    repos: Mapping[str, Mapping[str, bytes]]
    cut_after: list[int] = field(default_factory=list)
    """Each hangs up on one answer, after so many bytes."""

    altered: bool = False
    """The bytes are not those of the checksum."""

    keeps_ranges: bool = True
    status: int = 200
    """What every question is answered with."""

    nonsense: bytes | None = None
    """What it says instead of what a repository holds."""

    gives_checksums: bool = True
    claimed_size: int | None = None
    """How large it says each file is; None for the truth."""

    sent: list[Sent] = field(default_factory=list)
    tokens: list[str | None] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _answers_for(self))
        self._server.daemon_threads = True
        Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def bytes_sent(self) -> int:
        return sum(answer.size for answer in self.sent)


def _answers_for(hub: FakeHub) -> type[BaseHTTPRequestHandler]:
    class Answers(_Answers):
        fake = hub

    return Answers


class _Answers(BaseHTTPRequestHandler):
    fake: FakeHub
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        path = unquote(urlsplit(self.path).path)
        self.fake.tokens.append(self.headers.get("Authorization"))
        if self.fake.status != 200:
            return self._say(self.fake.status, b"{}")
        if path.startswith("/api/models/"):
            return self._describe(path.removeprefix("/api/models/"))
        if path.startswith("/cdn/"):
            return self._send_file(path.removeprefix("/cdn/"))
        return self._point_to(path.removeprefix("/"))

    def _describe(self, path: str) -> None:
        if self.fake.nonsense is not None:
            return self._say(200, self.fake.nonsense)
        repo = path.partition("/revision/")[0]
        if repo not in self.fake.repos:
            return self._say(404, b"{}", {"X-Error-Code": "RepoNotFound"})
        siblings = [
            self._sibling(name, content)
            for name, content in self.fake.repos[repo].items()
        ]
        about = {"id": repo, "modelId": repo, "sha": _COMMIT, "siblings": siblings}
        return self._say(200, json.dumps(about).encode())

    def _sibling(self, name: str, content: bytes) -> dict[str, Any]:
        sibling: dict[str, Any] = {"rfilename": name, "size": len(content)}
        if self.fake.gives_checksums:
            digest = sha256(content).hexdigest()
            size = self.fake.claimed_size or len(content)
            sibling["lfs"] = {"sha256": digest, "size": size, "pointerSize": 134}
        return sibling

    def _point_to(self, path: str) -> None:
        repo, _, rest = path.partition("/resolve/")
        name = rest.partition("/")[2]
        content = self.fake.repos.get(repo, {}).get(name)
        if content is None:
            return self._say(404, b"", {"X-Error-Code": "EntryNotFound"})
        return self._say(
            302,
            b"",
            {
                "Location": f"/cdn/{repo}/{name}",
                "X-Repo-Commit": _COMMIT,
                "ETag": '"pointer"',
                "X-Linked-ETag": f'"{sha256(content).hexdigest()}"',
                "X-Linked-Size": str(len(content)),
            },
        )

    def _send_file(self, path: str) -> None:
        owner, repo, name = path.split("/", 2)
        content = self.fake.repos[f"{owner}/{repo}"][name]
        start = self._asked_start()
        if start and start >= len(content):
            return self._say(416, b"")
        body = content[start:]
        if self.fake.altered:
            body = bytes(byte ^ 1 for byte in body)
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self._send_body(name, start, body)
        return None

    def _asked_start(self) -> int:
        asked = self.headers.get("Range", "bytes=0-")
        return int(asked[6:].partition("-")[0]) if self.fake.keeps_ranges else 0

    def _send_body(self, name: str, start: int, body: bytes) -> None:
        cut = self.fake.cut_after.pop(0) if self.fake.cut_after else len(body)
        going = body[:cut]
        self.fake.sent.append(Sent(name, start, len(going)))
        for place in range(0, len(going), _STEP):
            self.wfile.write(going[place : place + _STEP])
        if len(going) < len(body):
            self.close_connection = True

    def _say(
        self, status: int, body: bytes, headers: Mapping[str, str] | None = None
    ) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
