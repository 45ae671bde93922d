"""Pages come from the open internet and nowhere else, within bounds."""

import gzip
import time
from collections.abc import Callable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from assistant.errors import DocumentRefusedError, Refusal
from assistant.media.extract import Reader
from assistant.media.fetch import Fetching, fetch

NEVER_FETCHED = [
    "file:///etc/passwd",
    "ftp://example.org/",
    "gopher://example.org/",
    "data:text/plain,hi",
    "javascript:alert(1)",
    "//example.org/",
    "example.org",
    "",
    "http://",
    "http:///path",
    "http://127.0.0.1/",
    "http://127.1/",
    "http://127.0.1/",
    "http://0/",
    "http://0.0.0.0/",
    "http://0177.0.0.1/",
    "http://0x7f.0.0.1/",
    "http://0x7f000001/",
    "http://2130706433/",
    "http://017700000001/",
    "http://127.0.0.1./",
    "http://127.0.0.0x1/",
    "http://8.8.8.08/",
    "http://10.0.0.1/",
    "http://172.16.0.1/",
    "http://192.168.1.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://100.64.0.1/",
    "http://192.0.2.1/",
    "http://198.18.0.1/",
    "http://203.0.113.5/",
    "http://224.0.0.1/",
    "http://240.0.0.1/",
    "http://255.255.255.255/",
    "http://[::1]/",
    "http://[::]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[2001:0:7f00:1::]/",
    "http://[2001:db8::1]/",
    "http://[fe80::1]/",
    "http://[fe80::1%25eth0]/",
    "http://[fc00::1]/",
    "http://[fd00:ec2::254]/",
    "http://[ff02::1]/",
    "http://[::1",
    "http://localhost/",
    "http://LOCALHOST/",
    "http://localhost./",
    "http://a.localhost/",
    "http://printer.local/",
    "http://metadata.google.internal/",
    "http://router/",
    "http://user@example.org/",
    "http://user:pass@example.org/",
    "http://example.org@127.0.0.1/",
    "http://127.0.0.1\\@example.org/",
    "http://example.org\\.evil.example/",
    "http://exa mple.org/",
    "http://example.org/\r\nHost: evil",
    "http://example.org/\x00",
    "http://example.org:22/",
    "http://example.org:99999/",
    "http://example.org:port/",
    "http://\uff11\uff12\uff17.\uff10.\uff10.\uff11/",
    "http://ⓛocalhost/",
    "http://-bad.example/",
    "http://a..b/",
    "http://" + "a" * 3_000 + ".example/",
]


def nobody_asks(host: str, port: int) -> Sequence[str]:
    """Stands for the system's look-up, which knows this machine's names."""
    if host in {"127.0.0.1", "localhost", "localhost.", "a.localhost"}:
        return ["127.0.0.1"]
    return [host]


@pytest.mark.parametrize("url", NEVER_FETCHED)
def test_an_address_that_could_lead_inside_is_never_fetched(url: str) -> None:
    with pytest.raises(DocumentRefusedError) as refused:
        fetch(url, Fetching(resolve=nobody_asks, seconds=5))

    assert refused.value.kind is Refusal.FORBIDDEN
    assert "\n" not in refused.value.reason


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.1.2.3", "::1", "fe80::1%eth0", "169.254.169.254"]
)
def test_a_name_that_is_looked_up_to_an_inner_address_is_refused(address: str) -> None:
    def rebinding(host: str, port: int) -> Sequence[str]:
        return ["93.184.216.34", address]

    with pytest.raises(DocumentRefusedError, match="not on the open internet"):
        fetch("http://innocent.example/", Fetching(resolve=rebinding))


class Visited(BaseHTTPRequestHandler):
    """Serves what its server was given, by path."""

    def do_GET(self) -> None:
        self.server.asked.append((self.headers["Host"], self.path))
        self.server.pages[self.path.partition("?")[0]](self)

    def log_message(self, *_: object) -> None:
        pass

    def answer(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)


class Site(ThreadingHTTPServer):
    """A web server of this machine."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Visited)
        self.asked: list[tuple[str, str]] = []
        self.pages: dict[str, Callable[[Visited], None]] = {}

    def url(self, path: str, host: str = "site.example") -> str:
        return f"http://{host}:{self.server_port}{path}"

    def handle_error(self, *_: object) -> None:
        """A visitor that hangs up is no error here."""


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as site:
        Thread(target=site.serve_forever, args=(0.01,), daemon=True).start()
        yield site
        site.shutdown()


def at_home(host: str, port: int) -> Sequence[str]:
    return ["127.0.0.1"]


NEAR = Fetching(is_near_allowed=True, resolve=at_home, seconds=10)


def test_a_page_is_fetched_and_read(site: Site) -> None:
    html = "<html><title>Tides</title><p>Høyvann klokka ti.</p>".encode("latin-1")
    site.pages["/a%20b/tide"] = lambda visit: visit.answer(
        html, Content_Type="text/html; charset=ISO-8859-1"
    )

    page = fetch(site.url("/a%20b/tide?day=1&x=å"), NEAR)

    assert site.asked == [
        (f"site.example:{site.server_port}", "/a%20b/tide?day=1&x=%C3%A5")
    ]
    assert page.name == "tide.html"
    with (
        Reader() as reader,
        reader.open_bytes(page.name, page.data, charset=page.charset) as reading,
    ):
        extract = reading.whole()
    assert (extract.title, extract.text) == ("Tides", "Høyvann klokka ti.\n\n")


def test_redirects_are_followed_and_the_last_address_kept(site: Site) -> None:
    site.pages["/old"] = lambda visit: visit.answer(b"", 301, Location="/new")
    site.pages["/new"] = lambda visit: visit.answer(b"here")

    page = fetch(site.url("/old"), NEAR)

    assert (page.url, page.data) == (site.url("/new"), b"here")


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("file:///etc/passwd", "only http and https"),
        ("http://user@site.example/", "user's name"),
        ("//0x7f.1/", "unusual way"),
        ("http://site.example:22/", "port 22"),
    ],
)
def test_a_redirect_is_checked_like_the_first_address(
    target: str, reason: str, site: Site
) -> None:
    site.pages["/a"] = lambda visit: visit.answer(b"", 302, Location=target)

    with pytest.raises(DocumentRefusedError, match=reason):
        fetch(site.url("/a"), NEAR)

    assert len(site.asked) == 1


def test_a_ring_of_redirects_ends(site: Site) -> None:
    site.pages["/a"] = lambda visit: visit.answer(b"", 302, Location="/a")

    with pytest.raises(DocumentRefusedError, match="more than 5 times"):
        fetch(site.url("/a"), NEAR)

    assert len(site.asked) == 6


def endless(visit: Visited) -> None:
    visit.send_response(200)
    visit.end_headers()
    while True:
        visit.wfile.write(b"x" * 65_536)


def test_a_page_without_end_is_cut_off_at_the_limit(site: Site) -> None:
    site.pages["/a"] = endless
    rules = Fetching(is_near_allowed=True, resolve=at_home, most_bytes=1 << 20)

    with pytest.raises(DocumentRefusedError) as refused:
        fetch(site.url("/a"), rules)

    assert refused.value.kind is Refusal.TOO_LARGE


def test_a_packed_page_is_unpacked_only_up_to_the_limit(site: Site) -> None:
    bomb, text = gzip.compress(bytes(64 << 20)), gzip.compress(b"tide")
    site.pages["/bomb"] = lambda v: v.answer(bomb, Content_Encoding="gzip")
    site.pages["/text"] = lambda v: v.answer(text, Content_Encoding="gzip")
    site.pages["/odd"] = lambda v: v.answer(text, Content_Encoding="br")

    assert fetch(site.url("/text"), NEAR).data == b"tide"
    with pytest.raises(DocumentRefusedError, match="larger than 32 MB"):
        fetch(site.url("/bomb"), NEAR)
    with pytest.raises(DocumentRefusedError, match="packs the page as 'br'"):
        fetch(site.url("/odd"), NEAR)


def dripping(visit: Visited) -> None:
    visit.send_response(200)
    while True:
        visit.wfile.write(b"X-Drip: 1\r\n")
        visit.wfile.flush()
        time.sleep(0.05)


def test_a_server_that_drips_is_left_at_the_deadline(site: Site) -> None:
    site.pages["/a"] = dripping
    rules = Fetching(is_near_allowed=True, resolve=at_home, seconds=0.5)

    with pytest.raises(DocumentRefusedError) as refused:
        fetch(site.url("/a"), rules)

    assert refused.value.kind is Refusal.TOO_SLOW


def test_a_look_up_that_hangs_is_left_at_the_deadline() -> None:
    def hanging(host: str, port: int) -> Sequence[str]:
        time.sleep(30)
        return []

    with pytest.raises(DocumentRefusedError) as refused:
        fetch("http://site.example/", Fetching(resolve=hanging, seconds=0.2))

    assert refused.value.kind is Refusal.TOO_SLOW


def test_a_server_that_does_not_have_the_page_or_is_not_there_is_named(
    site: Site,
) -> None:
    site.pages["/a"] = lambda visit: visit.answer(b"", 404)

    with pytest.raises(DocumentRefusedError, match="the server answered 404"):
        fetch(site.url("/a"), NEAR)
    with pytest.raises(DocumentRefusedError, match="cannot be reached"):
        fetch("http://site.example:1025/", NEAR)
