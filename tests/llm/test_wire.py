"""Addresses, events and waiting, without a network."""

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import UsageError
from assistant.llm.wire.answer import Characters, detail
from assistant.llm.wire.events import EventReader
from assistant.llm.wire.failures import WireError
from assistant.llm.wire.patience import Retries
from assistant.llm.wire.server import Server, checked_url, checked_variable

# Addresses


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("http://localhost:8080", "http://localhost:8080/v1"),
        ("http://localhost:8080/", "http://localhost:8080/v1"),
        (" http://localhost:8080/v1/ ", "http://localhost:8080/v1"),
        ("http://127.0.0.1/v1/chat/completions", "http://127.0.0.1/v1"),
        ("http://[::1]:11434/v1", "http://[::1]:11434/v1"),
        ("http://192.168.1.20:8000/api", "http://192.168.1.20:8000/api"),
        ("http://100.100.3.4/v1", "http://100.100.3.4/v1"),
        ("http://gpu-box/v1", "http://gpu-box/v1"),
        ("http://nas.local/v1", "http://nas.local/v1"),
        ("https://api.example.com/v1", "https://api.example.com/v1"),
        ("https://8.8.8.8/v1", "https://8.8.8.8/v1"),
    ],
)
def test_an_address_is_brought_into_shape(typed: str, url: str) -> None:
    assert checked_url(typed) == url
    assert checked_url(url) == url


@pytest.mark.parametrize(
    "typed",
    [
        "http://api.example.com/v1",
        "http://8.8.8.8/v1",
        "http://[2001:4860:4860::8888]/v1",
        "http://[::ffff:8.8.8.8]/v1",
        "http://134744072/v1",
        "http://0x08080808/v1",
        "http://8.8.2056/v1",
        "http://localhost.example.com/v1",
        "http://127.0.0.1.nip.io/v1",
        "http://evil.com#.local/v1",
        "http://evil.com\\.local/v1",
    ],
)
def test_nothing_goes_far_away_in_the_clear(typed: str) -> None:
    with pytest.raises(UsageError):
        checked_url(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "localhost:8080",
        "ftp://localhost/",
        "file:///etc/passwd",
        "http://",
        "http://:80/",
        "http://localhost:99999/",
        "http://localhost:x/",
        "http://local host/",
        "http://local\nhost/",
        "http://local%68ost/",
        "http://[::1/",
        "http://\x1b[2J/",
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(UsageError) as caught:
        checked_url(typed)

    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    "typed",
    [
        "https://:sk-secret@host/v1",
        "https://sk-secret@host",
        "https://host?k=sk-secret",
    ],
)
def test_a_key_in_an_address_is_refused_and_not_shown(typed: str) -> None:
    with pytest.raises(UsageError) as caught:
        checked_url(typed)

    assert "sk-secret" not in str(caught.value) + caught.value.hint


@given(st.text())
def test_any_text_is_an_address_or_refused(typed: str) -> None:
    try:
        url = checked_url(typed)
    except UsageError:
        return
    assert url.startswith(("http://", "https://"))
    assert checked_url(url) == url


@pytest.mark.parametrize("typed", ["OPENAI_API_KEY", "KEY", "_X1"])
def test_a_variable_has_a_name_in_capitals(typed: str) -> None:
    assert checked_variable(typed) == typed


@pytest.mark.parametrize("typed", ["sk-abc123", "hf_abcdefg", "", "A=B", "A B", "1A"])
def test_a_key_given_instead_of_its_variable_is_not_shown(typed: str) -> None:
    with pytest.raises(UsageError) as caught:
        checked_variable(typed)

    assert typed not in str(caught.value) or not typed


def test_a_server_can_be_shown_without_its_key() -> None:
    assert "sk-1" not in repr(Server(base_url="x", model="m", api_key="sk-1"))


# Events

EVENTS = ["one", "two lines", "", "é", "{}"]


def _read(data: bytes, *, every: int) -> list[str]:
    reader = EventReader()
    read = []
    for start in range(0, len(data), every):
        read += reader.feed(data[start : start + every])
    return read + list(reader.close())


@given(st.integers(1, 40), st.sampled_from(["\n", "\r\n", "\r"]))
def test_events_are_the_same_wherever_the_bytes_are_cut(every: int, end: str) -> None:
    lines = ["event: x", "id: 3", ": hello", "retry: 5"]
    stream = end.join(lines) + end
    stream += "".join(f"data: {said}{end}{end}" for said in EVENTS)

    assert _read(stream.encode(), every=every) == EVENTS


@given(st.binary(max_size=300), st.integers(1, 50))
def test_any_bytes_are_read_the_same_wherever_they_are_cut(
    data: bytes, every: int
) -> None:
    assert _read(data, every=every) == _read(data, every=max(len(data), 1))


def test_lines_of_one_event_are_joined() -> None:
    assert _read(b"data: a\ndata:b\n\n\n\ndata: c", every=3) == ["a\nb", "c"]


@pytest.mark.parametrize("flood", [b"x" * 100, b"data: x\n"])
def test_an_event_without_end_is_refused(flood: bytes) -> None:
    with pytest.raises(WireError, match="without end"):
        _read(flood * 200_000, every=1000)


# Text


@given(st.text(st.characters(exclude_categories=["Cs"])), st.data())
def test_characters_cut_anywhere_are_whole_in_the_end(
    text: str, data: st.DataObject
) -> None:
    halves = text.encode("utf-16-le", "surrogatepass")
    cuts = sorted(data.draw(st.lists(st.integers(0, len(halves) // 2), max_size=5)))
    bounds = [0, *[2 * cut for cut in cuts], len(halves)]
    characters = Characters()

    said = [
        characters.feed(halves[start:end].decode("utf-16-le", "surrogatepass"))
        for start, end in pairwise(bounds)
    ]

    assert "".join(said) + characters.close() == text


@given(st.text(st.characters()), st.text(st.characters(categories=["Cs"])))
def test_whatever_is_said_can_be_written_down(text: str, halves: str) -> None:
    characters = Characters()
    said = characters.feed(text + halves) + characters.feed(halves)

    (said + characters.close()).encode()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('{"error": {"message": "no"}}', "no"),
        ('{"error": "no"}', "no"),
        ('{"message": "no"}', "no"),
        ('{"detail": "no"}', "no"),
        ("no", "no"),
        ("", ""),
        ('["no"]', '["no"]'),
        ('{"error": {"code": 5}}', '{"code": 5}'),
        ("null", "null"),
    ],
)
def test_a_complaint_is_found_wherever_it_is(body: str, said: str) -> None:
    assert detail(body) == said


@given(st.recursive(st.none() | st.text(), lambda x: st.dictionaries(st.text(), x)))
def test_any_complaint_is_one_line(body: object) -> None:
    assert "\n" not in detail(json.dumps(body))


# Waiting


@given(st.integers(1, 9), st.floats(0, 1))
def test_waiting_grows_and_stays_within_bounds(failures: int, chance: float) -> None:
    retries = Retries(tries=10, chance=lambda: chance)

    delay = retries.delay(failures, WireError("x", may_pass=True))

    assert delay is not None
    assert delay <= retries.longest_seconds
    assert delay >= min(0.25 * 2 ** (failures - 1), retries.longest_seconds / 2)
