"""Servers on the shelf, opened as the program opens them."""

import pytest

from assistant.entities.ids import LOCAL_USER
from assistant.entities.model import ModelService, ServiceStatus
from assistant.errors import RemoteModelError
from assistant.models.shelf import ModelShelf
from tests.fakes.server import WaywardServer, answering, refusing
from tests.models.conftest import Home

CANARY = "sk-canary-77aa"


@pytest.fixture
def shelf(home: Home) -> ModelShelf:
    return home.shelf(real=True, remote_timeout_seconds=5)


def add(shelf: ModelShelf, url: str, **more) -> ModelService:
    return shelf.add_remote(url, "m1", name="far", actor=LOCAL_USER, **more)


def test_a_server_is_asked_with_the_key_from_its_variable(
    shelf: ModelShelf, home: Home
) -> None:
    home.environment["MY_KEY"] = CANARY
    with WaywardServer(answering("OK"), refusing(404)) as server:
        add(shelf, server.url, key_variable="MY_KEY")
        report = shelf.check("far")

    assert report.status is ServiceStatus.HEALTHY
    assert report.response_time_ms is not None
    assert server.asked[0].headers["authorization"] == f"Bearer {CANARY}"
    assert server.asked[0].body["model"] == "m1"


def test_a_variable_that_is_not_set_is_named(shelf: ModelShelf) -> None:
    with WaywardServer(answering("OK")) as server:
        far = add(shelf, server.url, key_variable="MY_KEY")
        with pytest.raises(RemoteModelError, match="MY_KEY is not set"):
            shelf.engine(far)
        report = shelf.check("far")

    assert report.status is ServiceStatus.UNAVAILABLE
    assert "MY_KEY" in str(report.details["error"])
    assert not server.asked


def test_the_key_reaches_neither_the_file_nor_its_log_of_changes(
    shelf: ModelShelf, home: Home
) -> None:
    home.environment["MY_KEY"] = CANARY
    with WaywardServer(refusing(401, f"{CANARY} is wrong")) as server:
        add(shelf, server.url, key_variable="MY_KEY")
        report = shelf.check("far")

    told = [repr(report), repr(shelf.list()), repr(home.audit), repr(shelf.find("far"))]
    assert CANARY not in "".join(told)
    assert "MY_KEY" in repr(report)


def test_a_check_learns_the_context_from_the_server(shelf: ModelShelf) -> None:
    listing = {"data": [{"id": "m0"}, {"id": "m1", "max_model_len": 4096}]}
    with WaywardServer(answering("OK"), refusing(200, listing)) as server:
        assert add(shelf, server.url).context_tokens == 8192
        shelf.check("far")

    far = shelf.find("far")
    assert far is not None
    assert far.context_tokens == 4096
    assert far.config == {"remote_model": "m1"}


def test_a_server_that_is_down_is_unavailable_and_back_after_a_check(
    shelf: ModelShelf,
) -> None:
    with WaywardServer(refusing(401), answering("OK"), refusing(404)) as server:
        add(shelf, server.url)
        statuses = [shelf.check("far").status for _ in range(2)]

    assert statuses == [ServiceStatus.UNAVAILABLE, ServiceStatus.HEALTHY]


def test_a_server_is_asked_what_it_offers_before_anything_is_kept(
    shelf: ModelShelf, home: Home
) -> None:
    home.environment["MY_KEY"] = CANARY
    listing = {"data": [{"id": "qwen"}, {"id": "llama"}]}
    with WaywardServer(refusing(200, listing)) as server:
        offered = shelf.offered(server.url, key_variable="MY_KEY")

    assert offered == ["llama", "qwen"]
    assert server.asked[0].headers["authorization"] == f"Bearer {CANARY}"
    assert len(shelf.list()) == 1
