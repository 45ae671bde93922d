"""Asking a server that behaves, and one that does not."""

import gc
import json
import logging
import socket
import traceback
import warnings
from collections.abc import Generator
from itertools import count
from pathlib import Path
from threading import Event
from threading import enumerate as threads

import pytest

from assistant.entities.conversation import FinishReason, MessageRole
from assistant.errors import EngineError, ModelError, RemoteModelError, SchemaError
from assistant.llm.engine import (
    ChatMessage,
    Finished,
    Generated,
    GenerationRequest,
    Piece,
    Queued,
    Sampling,
)
from assistant.llm.remote import RemoteEngine
from assistant.llm.wire.patience import Retries
from assistant.llm.wire.server import Server
from tests.fakes.certificate import write_certificate
from tests.fakes.server import (
    Action,
    Visit,
    WaywardServer,
    answering,
    ending,
    event,
    for_ever,
    head,
    piece,
    refusing,
    send,
    usage,
    wait,
    wait_for,
    web_page,
)

CANARY = "sk-canary-5f2e9b81c7d34a60"
QUICK = Retries(first_seconds=0.01)
SCHEMA = {"type": "object", "properties": {"name": {"type": "string"}}}


class Words:
    """Counts words."""

    def count(self, text: str) -> int:
        return len(text.split())


def engine_at(url: str, **more) -> RemoteEngine:
    details = {"timeout_seconds": 5.0} | more
    return RemoteEngine(
        "far",
        Server(base_url=url, model="m1", **details),
        context_tokens=8192,
        counter=Words(),
        retries=QUICK,
    )


def asking(text: str = "Hello?", *, last: str | None = None, **more):
    messages = [ChatMessage(role=MessageRole.USER, content=text)]
    if last is not None:
        messages.append(ChatMessage(role=MessageRole.ASSISTANT, content=last))
    sampling = Sampling(max_tokens=more.pop("max_tokens", 32), temperature=0.5, seed=7)
    return GenerationRequest(messages=tuple(messages), sampling=sampling, **more)


def answer(url: str, request: GenerationRequest | None = None, **more) -> str:
    return text_of(list(engine_at(url, **more).generate(request or asking())))


def text_of(generated: list[Generated]) -> str:
    return "".join(part.text for part in generated if isinstance(part, Piece))


def failure(url: str, request: GenerationRequest | None = None, **more) -> ModelError:
    with pytest.raises(ModelError) as caught:
        answer(url, request, **more)
    return caught.value


# A well-behaved server


def test_an_answer_arrives_piece_by_piece_and_ends_with_its_measures() -> None:
    reply = [
        head(),
        *map(piece, ["Par", "is", "."]),
        ending(),
        usage(11, 3, reused=4),
        event("[DONE]"),
    ]
    with WaywardServer(reply) as server:
        first, *pieces, last = engine_at(server.url).generate(asking())

    assert first == Queued(ahead=0)
    assert [part.text for part in pieces if isinstance(part, Piece)] == [
        "Par",
        "is",
        ".",
    ]
    assert isinstance(last, Finished)
    assert last.reason is FinishReason.STOP
    assert (last.prompt_tokens, last.completion_tokens) == (11, 3)
    assert last.reused_tokens == 4
    assert last.first_token_ms is not None
    assert last.first_token_ms <= last.total_ms


def test_a_server_that_does_not_count_is_counted_for() -> None:
    with WaywardServer(answering("one two three four five", " six")) as server:
        engine = engine_at(server.url)
        *_, last = engine.generate(asking("Say three words"))

    assert isinstance(last, Finished)
    assert last.completion_tokens == 6
    assert last.prompt_tokens == engine.count(asking("Say three words").messages)


def test_a_server_that_sends_single_tokens_is_counted_by_them() -> None:
    opening = event({"choices": [{"delta": {"role": "assistant", "content": ""}}]})
    reply = [head(), opening, *map(piece, ["un", "", "believ", "able"]), ending()]
    with WaywardServer(reply) as server:
        *_, last = engine_at(server.url).generate(asking())

    assert isinstance(last, Finished)
    assert last.completion_tokens == 4


@pytest.mark.parametrize(
    "counted",
    [
        {"prompt_tokens": -1, "completion_tokens": 2},
        {"prompt_tokens": "many", "completion_tokens": 2},
        {"prompt_tokens": True, "completion_tokens": 2},
        {"completion_tokens": 2},
        "none",
        None,
    ],
)
def test_a_count_that_cannot_be_is_not_believed(counted: object) -> None:
    reply = [
        head(),
        piece("one"),
        piece(" two"),
        ending(),
        event({"choices": [], "usage": counted}),
        event("[DONE]"),
    ]
    with WaywardServer(reply) as server:
        *_, last = engine_at(server.url).generate(asking())

    assert isinstance(last, Finished)
    assert last.completion_tokens == 2


def test_what_is_asked_for_is_what_the_protocol_asks_for() -> None:
    with WaywardServer(answering("Yes")) as server:
        answer(server.url, asking("Really? \ud83d"), api_key=CANARY)
        (asked,) = server.asked

    assert (asked.method, asked.path) == ("POST", "/v1/chat/completions")
    assert asked.headers["authorization"] == f"Bearer {CANARY}"
    assert asked.body == {
        "model": "m1",
        "messages": [{"role": "user", "content": "Really? \ufffd"}],
        "stream": True,
        "stream_options": {"include_usage": True},
        "max_tokens": 32,
        "temperature": 0.5,
        "top_p": 0.95,
        "seed": 7,
    }


def test_an_answer_that_broke_off_is_asked_to_go_on() -> None:
    with WaywardServer(answering(" and Rome")) as server:
        answer(server.url, asking("Which?", last="Paris"))
        (asked,) = server.asked

    roles = [message["role"] for message in asked.body["messages"]]
    assert roles == ["user", "assistant", "user"]
    assert asked.body["messages"][1]["content"] == "Paris"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("stop", FinishReason.STOP),
        ("length", FinishReason.LENGTH),
        ("max_tokens", FinishReason.LENGTH),
        ("eos", FinishReason.STOP),
    ],
)
def test_servers_name_the_ending_in_their_own_ways(
    said: str, meant: FinishReason
) -> None:
    with WaywardServer(answering("Yes", reason=said)) as server:
        *_, last = engine_at(server.url).generate(asking())

    assert isinstance(last, Finished)
    assert last.reason is meant


def test_an_answer_that_comes_in_one_piece_is_an_answer_too() -> None:
    whole = {
        "choices": [{"message": {"content": "Paris"}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 9, "completion_tokens": 1},
    }
    reply = [head(kind="application/json"), send(json.dumps(whole).encode())]
    with WaywardServer(reply) as server:
        generated = list(engine_at(server.url).generate(asking()))

    assert text_of(generated) == "Paris"
    assert isinstance(generated[-1], Finished)
    assert generated[-1].prompt_tokens == 9


def test_an_emoji_cut_in_two_by_the_server_is_whole_again() -> None:
    with WaywardServer(answering("a\ud83d", "\ude00b", "c\ud83d")) as server:
        generated = list(engine_at(server.url).generate(asking()))

    assert text_of(generated) == "a\U0001f600bc\ufffd"
    assert all(part.text for part in generated if isinstance(part, Piece))


def test_thoughts_that_are_not_the_answer_are_not_shown() -> None:
    thought = event({"choices": [{"delta": {"reasoning_content": "Hm"}}]})
    nothing = event({"choices": [{"delta": {"role": "assistant", "content": None}}]})
    reply = [head(), nothing, thought, piece("Yes"), ending(), event("[DONE]")]
    with WaywardServer(reply) as server:
        assert answer(server.url) == "Yes"


def test_content_in_parts_is_put_together() -> None:
    parts = [{"type": "text", "text": "Ye"}, {"type": "text", "text": "s"}]
    with WaywardServer([*answering()[:1], piece(parts), ending()]) as server:
        assert answer(server.url) == "Yes"


def test_a_server_that_ends_without_saying_done_has_ended() -> None:
    with WaywardServer([head(), piece("Yes"), ending()]) as server:
        assert answer(server.url) == "Yes"


def test_a_server_that_forgets_to_hang_up_does_not_hold_up_the_answer() -> None:
    never = Event()
    reply = [head(), piece("Yes"), ending(), wait_for(never)]
    with WaywardServer(reply) as server:
        assert answer(server.url, timeout_seconds=60) == "Yes"


def test_an_answer_cut_at_its_limit_still_brings_the_count() -> None:
    reply = [head(), piece("Yes"), ending("length"), usage(5, 32), event("[DONE]")]
    with WaywardServer(reply) as server:
        *_, last = engine_at(server.url).generate(asking())

    assert isinstance(last, Finished)
    assert (last.reason, last.completion_tokens) == (FinishReason.LENGTH, 32)


def test_the_models_of_a_server_are_listed() -> None:
    listing = {
        "data": [
            {"id": "m1", "max_model_len": 4096},
            {"id": "m2"},
            {"id": 3},
            "m4",
        ]
    }
    with WaywardServer(refusing(200, listing)) as server:
        offered = engine_at(server.url).models()
        (asked,) = server.asked

    assert [(m.model, m.context_tokens) for m in offered] == [
        ("m1", 4096),
        ("m2", None),
    ]
    assert (asked.method, asked.path) == ("GET", "/v1/models")


# What servers refuse


@pytest.mark.parametrize(
    ("complaint", "field"),
    [
        ("Unrecognized request argument supplied: stream_options", "stream_options"),
        ("Unsupported value: 'temperature' does not support 0.5", "temperature"),
        ({"detail": [{"loc": ["body", "seed"], "msg": "no"}]}, "seed"),
    ],
)
def test_what_a_server_refuses_is_left_out_from_then_on(
    complaint: object, field: str
) -> None:
    body = (
        {"error": {"message": complaint}} if isinstance(complaint, str) else complaint
    )
    with WaywardServer(refusing(400, body), answering("Yes")) as server:
        engine = engine_at(server.url)
        texts = [text_of(list(engine.generate(asking()))) for _ in range(2)]

    assert texts == ["Yes", "Yes"]
    assert [field in asked.body for asked in server.asked] == [True, False, False]


def test_a_server_that_takes_our_words_for_its_own_fault_is_understood() -> None:
    complaint = refusing(500, {"error": "1 validation error: response_format.type"})
    with WaywardServer(complaint, complaint, answering("{}")) as server:
        assert answer(server.url, asking(schema=SCHEMA)) == "{}"
        forms = [asked.body["response_format"]["type"] for asked in server.asked]

    assert forms == ["json_schema", "json_schema", "json_object"]


def test_a_server_that_names_its_limit_differently_gets_its_way() -> None:
    complaint = "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens'."
    with WaywardServer(refusing(400, complaint), answering("Yes")) as server:
        assert answer(server.url) == "Yes"
        body = server.asked[-1].body

    assert "max_tokens" not in body
    assert body["max_completion_tokens"] == 32


def test_a_schema_is_sent_strictly_then_loosely_then_plainly() -> None:
    no = refusing(422, {"error": "bad response_format"})
    with WaywardServer(no, no, answering("{}")) as server:
        assert answer(server.url, asking(schema=SCHEMA)) == "{}"
        sent = [asked.body["response_format"] for asked in server.asked]

    assert sent[0]["json_schema"]["strict"] is True
    assert sent[1]["json_schema"]["strict"] is False
    assert sent[2] == {"type": "json_object", "schema": SCHEMA}
    assert sent[0]["json_schema"]["schema"] == SCHEMA


def test_a_schema_no_server_form_can_serve_is_said_to_be_the_trouble() -> None:
    with WaywardServer(refusing(400, "no response_format here")) as server:
        error = failure(server.url, asking(schema=SCHEMA))

    assert isinstance(error, SchemaError)
    assert len(server.asked) == 3


def test_a_refusal_of_something_else_is_passed_on() -> None:
    said = {"error": {"message": "maximum context length is 4096 tokens"}}
    with WaywardServer(refusing(400, said)) as server:
        error = failure(server.url)

    assert "maximum context length is 4096 tokens" in str(error)
    assert len(server.asked) == 1


# Failures before the first word


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504, 529])
def test_a_stumbling_server_is_asked_again(status: int) -> None:
    with WaywardServer(refusing(status), answering("Yes")) as server:
        assert answer(server.url) == "Yes"
        assert len(server.asked) == 2


def test_a_server_that_keeps_stumbling_is_given_up_after_three_times() -> None:
    with WaywardServer(refusing(503, {"error": "Loading model"})) as server:
        error = failure(server.url)

    assert len(server.asked) == 3
    assert "Loading model" in str(error)
    assert server.url in str(error)


def test_a_connection_that_breaks_before_the_first_word_is_tried_again() -> None:
    with WaywardServer([], [head()], answering("Yes")) as server:
        assert answer(server.url) == "Yes"
        assert len(server.asked) == 3


@pytest.mark.parametrize("asked", ["0.02", "Wed, 21 Oct 2015 07:28:00 GMT"])
def test_a_busy_server_says_when_to_come_back(asked: str) -> None:
    busy = refusing(429, "slow down", Retry_After=asked)
    with WaywardServer(busy, answering("Yes")) as server:
        assert answer(server.url) == "Yes"


def test_nobody_waits_an_hour_for_a_busy_server() -> None:
    busy = refusing(429, {"error": "slow down"}, Retry_After="3600")
    with WaywardServer(busy) as server:
        error = failure(server.url)

    assert len(server.asked) == 1
    assert "3600 s" in str(error)


@pytest.mark.parametrize("asked", ["soon", "inf", "nan", "-5", "", "1e400"])
def test_a_strange_wish_to_wait_is_ignored(asked: str) -> None:
    busy = refusing(429, "slow down", Retry_After=asked)
    with WaywardServer(busy, answering("Yes")) as server:
        assert answer(server.url) == "Yes"


def test_a_missing_server_is_named_with_its_address() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    url = f"http://127.0.0.1:{port}/v1"

    error = failure(url)

    assert str(error) == f"The server at {url} cannot be reached: Connection refused"
    assert error.exit_code == 4


def test_a_wrong_key_names_the_variable_it_came_from() -> None:
    said = {"error": {"message": f"Incorrect API key provided: {CANARY}"}}
    with WaywardServer(refusing(401, said)) as server:
        error = failure(server.url, api_key=CANARY, key_variable="MY_KEY")

    assert "MY_KEY" in str(error)
    assert "MY_KEY" in error.hint
    assert CANARY not in str(error)
    assert len(server.asked) == 1


def test_a_missing_key_is_asked_for() -> None:
    with WaywardServer(refusing(401)) as server:
        error = failure(server.url)

    assert "wants an API key" in str(error)


def test_a_missing_model_is_named() -> None:
    with WaywardServer(refusing(404, {"error": "no such model"})) as server:
        error = failure(server.url)

    assert "has no model 'm1'" in str(error)


@pytest.mark.parametrize("status", [200, 404, 500])
def test_a_web_page_is_told_from_an_answer(status: int) -> None:
    with WaywardServer(web_page(status)) as server:
        error = failure(server.url)

    assert "It works!" not in str(error)
    assert isinstance(error, RemoteModelError)


def test_a_redirect_is_named_and_not_followed() -> None:
    with WaywardServer(answering("stolen")) as thief:
        onward = refusing(307, Location=f"{thief.url}/chat/completions")
        with WaywardServer(onward) as server:
            error = failure(server.url, api_key=CANARY)

    assert thief.url in str(error)
    assert not thief.asked


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param([head(), event("not json")], id="not json"),
        pytest.param([head(), event("[" * 100_000)], id="deep json"),
        pytest.param([head(), event("9" * 10_000)], id="large number"),
        pytest.param([head(), event([1, 2])], id="a list"),
        pytest.param([head(), event({"choices": [3]})], id="odd choices"),
        pytest.param([head(), event({"error": {"message": "no"}})], id="an error"),
        pytest.param([head(), send(bytes(range(256)) * 50)], id="bytes"),
        pytest.param([send(b"SSH-2.0-OpenSSH\r\n")], id="not http"),
        pytest.param([head(kind="application/json"), send(b"{")], id="half json"),
        pytest.param([head(kind="text/plain"), send(b"hello")], id="plain text"),
        pytest.param([head(Content_Encoding="gzip"), send(b"x" * 99)], id="not gzip"),
        pytest.param([head(204, "text/plain")], id="nothing"),
        pytest.param(refusing(418, "x" * 100_000), id="long complaint"),
        pytest.param([head(), for_ever(b"data: " + b"x" * 9999)], id="huge line"),
        pytest.param([head(), for_ever(b"data: xxxxxxxxxx\n")], id="huge event"),
        pytest.param([head(), for_ever(b": still here\n" * 99)], id="endless comments"),
        pytest.param([for_ever(b"X-More: and more\r\n")], id="endless headers"),
        pytest.param([head(kind="a/json"), for_ever(b" " * 9999)], id="endless json"),
    ],
)
def test_nonsense_is_one_clear_line(reply: list[Action]) -> None:
    with WaywardServer(reply) as server:
        error = failure(server.url, asking(max_tokens=8))

    assert isinstance(error, RemoteModelError)
    assert str(error).startswith(f"The server at {server.url} ")
    assert "\n" not in str(error)
    assert len(str(error)) < 500


def test_a_terminal_command_in_a_complaint_is_disarmed() -> None:
    with WaywardServer(refusing(418, {"error": "\x1b[2Jall\u202egone"})) as server:
        error = failure(server.url)

    assert "\x1b" not in str(error)
    assert "\u202e" not in str(error)


# Failures later on


def test_an_answer_that_breaks_off_keeps_its_words_and_is_not_asked_twice() -> None:
    with WaywardServer([head(), piece("Par")], answering("other")) as server:
        generated = engine_at(server.url).generate(asking())
        assert next(generated) == Queued(ahead=0)
        heard = [next(g for g in generated if isinstance(g, Piece))]
        with pytest.raises(RemoteModelError, match="broke off"):
            heard += list(generated)

    assert heard == [Piece(text="Par")]
    assert len(server.asked) == 1


def test_a_filtered_answer_is_not_passed_off_as_whole() -> None:
    with WaywardServer(answering("Some", reason="content_filter")) as server:
        assert "content filter" in str(failure(server.url))


@pytest.mark.parametrize("words", [[], [piece("Wait")]])
def test_a_silent_server_is_left(words: list[Action]) -> None:
    with WaywardServer([head(), *words, wait(60)]) as server:
        error = failure(server.url, timeout_seconds=0.6)
        assert server.hung_up.wait(5)

    assert "has said nothing for 1 s" in str(error)
    assert len(server.asked) == 1


def test_a_server_that_falls_silent_half_way_can_be_left_at_once() -> None:
    with WaywardServer([head(), piece("Wait"), wait(60)]) as server:
        generated = engine_at(server.url, timeout_seconds=30).generate(asking())
        heard = []
        for each in generated:
            heard.append(each)
            if each == Queued(ahead=0) and Piece(text="Wait") in heard:
                break
        generated.close()
        assert server.hung_up.wait(5)


def test_a_server_that_only_clears_its_throat_counts_as_silent() -> None:
    with WaywardServer([head(), for_ever(b": ping\n\n", every=0.05)]) as server:
        assert "has said nothing" in str(failure(server.url, timeout_seconds=0.6))


def test_a_server_that_ignores_the_limit_is_stopped() -> None:
    def count_for_ever(visit: Visit) -> None:
        for number in count():
            piece(f"{number} ")(visit)

    with WaywardServer([head(), count_for_ever]) as server:
        *pieces, last = engine_at(server.url).generate(asking(max_tokens=8))
        assert server.hung_up.wait(5)

    assert isinstance(last, Finished)
    assert last.reason is FinishReason.LENGTH
    assert len(text_of(pieces)) < 2000


def test_a_model_that_goes_round_in_circles_is_stopped() -> None:
    chatter = [head(), *[piece(" ha")] * 500, ending(), event("[DONE]")]
    with WaywardServer(chatter) as server:
        *pieces, last = engine_at(server.url).generate(asking(max_tokens=999))

    assert isinstance(last, Finished)
    assert last.reason is FinishReason.REPETITION
    assert text_of(pieces).count("ha") < 300


def test_an_empty_answer_is_asked_for_once_more_with_another_seed() -> None:
    with WaywardServer(answering(" ", "\n"), answering("\n", " Yes")) as server:
        generated = list(engine_at(server.url).generate(asking()))
        seeds = [asked.body["seed"] for asked in server.asked]

    assert text_of(generated) == "Yes"
    assert seeds == [7, 8]


def test_an_answer_that_is_empty_twice_is_empty() -> None:
    with WaywardServer(answering("  ")) as server:
        *rest, last = engine_at(server.url).generate(asking())
        assert len(server.asked) == 2

    assert isinstance(last, Finished)
    assert last.reason is FinishReason.EMPTY
    assert last.first_token_ms is None
    assert text_of(rest) == ""


def test_an_answer_of_control_characters_is_refused() -> None:
    with WaywardServer(answering(*["\x1b"] * 10)) as server:
        assert "control characters" in str(failure(server.url))


def test_a_continued_answer_keeps_the_space_it_begins_with() -> None:
    with WaywardServer(answering(" and", " Rome")) as server:
        assert answer(server.url, asking("Which?", last="Paris")) == " and Rome"


# Walking away


def _until(kind: type, generated: Generator[Generated, None, None]) -> None:
    while not isinstance(next(generated), kind):
        pass


def test_walking_away_in_the_middle_of_an_answer_hangs_up() -> None:
    with WaywardServer([head(), piece("Once"), wait(60)]) as server:
        generated = engine_at(server.url, timeout_seconds=60).generate(asking())
        _until(Piece, generated)
        generated.close()

        assert server.hung_up.wait(5)
    assert _all_readers_end()


def test_walking_away_before_the_first_word_hangs_up() -> None:
    with WaywardServer([wait(60)]) as server:
        generated = engine_at(server.url, timeout_seconds=60).generate(asking())
        heard = [next(generated) for _ in range(3)]
        generated.close()

        assert server.hung_up.wait(5)
    assert heard == [Queued(ahead=0)] * 3
    assert _all_readers_end()


def test_walking_away_from_a_busy_server_ends_the_waiting() -> None:
    with WaywardServer(refusing(503, Retry_After="20")) as server:
        generated = engine_at(server.url).generate(asking())
        [next(generated) for _ in range(3)]
        generated.close()

    assert _all_readers_end()
    assert len(server.asked) == 1


def test_an_engine_serves_the_next_question_right_after_one_was_dropped() -> None:
    with WaywardServer([head(), piece("Once"), wait(60)], answering("Yes")) as server:
        engine = engine_at(server.url)
        dropped = engine.generate(asking())
        _until(Piece, dropped)
        dropped.close()

        assert text_of(list(engine.generate(asking()))) == "Yes"


def test_a_closed_engine_refuses_and_can_be_closed_twice() -> None:
    with WaywardServer(answering("Yes")) as server:
        engine = engine_at(server.url)
        list(engine.generate(asking()))
        engine.close()
        engine.close()

        with pytest.raises(EngineError):
            list(engine.generate(asking()))


def test_no_connection_stays_behind() -> None:
    with WaywardServer(answering("Yes")) as server, warnings.catch_warnings():
        warnings.simplefilter("error", ResourceWarning)
        assert answer(server.url) == "Yes"
        gc.collect()

    assert _all_readers_end()


def _all_readers_end() -> bool:
    for thread in threads():
        if thread.name == "remote model":
            thread.join(10)
    return all(thread.name != "remote model" for thread in threads())


# The key


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(refusing(401, f"your key {CANARY} is bad"), id="401"),
        pytest.param(refusing(500, {"error": CANARY}), id="500"),
        pytest.param(
            refusing(400, "x" * 385 + json.dumps(CANARY)), id="cut in the middle"
        ),
        pytest.param(
            refusing(403, CANARY.replace("s", "\\u0073", 1).join('""')), id="escaped"
        ),
        pytest.param([head(), event({"error": {"message": CANARY}})], id="in stream"),
        pytest.param([head(), event(f"garbage {CANARY}")], id="garbage"),
        pytest.param(refusing(302, Location=f"/?key={CANARY}"), id="redirect"),
        pytest.param([send(f"{CANARY}\r\n\r\n".encode())], id="not http"),
        pytest.param(
            [send(f"HTTP/1.1 200 OK\r\n{CANARY}\r\n\r\n".encode())], id="bad header"
        ),
        pytest.param([], id="cut"),
        pytest.param(answering("Fine"), id="fine"),
    ],
)
def test_the_key_is_never_told(
    reply: list[Action], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    told = []
    with WaywardServer(reply) as server:
        engine = engine_at(server.url, api_key=CANARY, key_variable="MY_KEY")
        told += [repr(engine), repr(engine._server)]
        try:
            list(engine.generate(asking()))
        except ModelError as error:
            told += [str(error), error.hint, *traceback.format_exception(error)]

    assert server.asked[0].headers["authorization"] == f"Bearer {CANARY}"
    told += [record.getMessage() for record in caplog.records]
    assert CANARY not in "\n".join(told)
    assert CANARY[:12] not in "\n".join(told)


@pytest.mark.parametrize("key", [f"{CANARY}\n", f"{CANARY} x", f"{CANARY}\u00e9"])
def test_a_key_that_cannot_be_sent_is_refused_without_being_shown(key: str) -> None:
    with WaywardServer(answering("Yes")) as server:
        error = failure(server.url, api_key=key, key_variable="MY_KEY")

    assert "MY_KEY" in str(error)
    assert CANARY not in "".join(traceback.format_exception(error))
    assert not server.asked


# Proxies


def test_words_for_this_machine_never_go_through_a_proxy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with WaywardServer(answering("spied on")) as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url.removesuffix("/v1"))
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        with WaywardServer(answering("Yes")) as server:
            assert answer(server.url) == "Yes"

    assert not proxy.asked


def test_a_proxy_that_cannot_be_used_is_one_clear_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ALL_PROXY", "gopher://127.0.0.1:1")

    error = failure("https://models.example/v1")

    assert isinstance(error, RemoteModelError)
    assert "proxy" in str(error)


def test_a_server_without_tls_behind_https_is_one_clear_line() -> None:
    with WaywardServer(answering("Yes")) as server:
        error = failure(server.url.replace("http:", "https:"))

    assert "cannot be reached" in str(error)


def test_a_server_with_a_certificate_of_this_network_is_talked_to_and_dropped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = write_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    replies = answering("Yes"), [head(), piece("Once"), wait(60)]
    with WaywardServer(*replies, certificate=certificate) as server:
        engine = engine_at(server.url, timeout_seconds=60)
        assert text_of(list(engine.generate(asking()))) == "Yes"

        generated = engine.generate(asking())
        _until(Piece, generated)
        generated.close()
        assert server.hung_up.wait(5)
    assert _all_readers_end()


def test_a_server_that_nobody_vouches_for_is_not_talked_to(tmp_path: Path) -> None:
    certificate = write_certificate(tmp_path)
    with WaywardServer(answering("Yes"), certificate=certificate) as server:
        error = failure(server.url, api_key=CANARY)

    assert "certificate verify failed" in str(error)
    assert not server.asked
