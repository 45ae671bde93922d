"""The shelf of models: what is on it, which answers, what is kept of changes."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from assistant.config.settings import ModelSettings
from assistant.entities.conversation import FinishReason
from assistant.entities.ids import LOCAL_USER
from assistant.entities.model import ModelKind, ServiceStatus
from assistant.errors import (
    EngineError,
    NotFoundError,
    StorageError,
    UsageError,
    WeightsMissingError,
    WeightsRefusedError,
)
from assistant.llm.engine import Engine
from assistant.models.capability import ITEMS
from assistant.models.files import BUNDLED_NAME
from assistant.models.shelf import ModelShelf
from tests.fakes.engine import ScriptedEngine
from tests.fakes.hub import FakeHub
from tests.fakes.tiny_gguf import Tiny, write_tiny_gguf
from tests.models.conftest import Home

ME = LOCAL_USER
URL = "http://localhost:8080/v1"


def add_far(shelf: ModelShelf, name: str = "far", **more):
    return shelf.add_remote(URL, f"org/{name}", name=name, actor=ME, **more)


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    return write_tiny_gguf(tmp_path / "tiny.gguf")


# What came along


def test_the_bundled_model_is_there_and_in_use_from_the_start(
    shelf: ModelShelf,
) -> None:
    assert [service.name for service in shelf.list()] == [BUNDLED_NAME]
    assert shelf.in_use().name == BUNDLED_NAME


def test_a_second_start_changes_nothing(home: Home) -> None:
    home.shelf()
    before = home.shelf().list()

    assert home.shelf().list() == before
    assert home.audit == []


def test_the_model_in_use_is_still_in_use_after_the_next_start(home: Home) -> None:
    first = home.shelf()
    add_far(first)
    first.use("far", actor=ME)

    assert home.shelf().in_use().name == "far"


def test_the_bundled_model_stays(shelf: ModelShelf) -> None:
    with pytest.raises(UsageError, match="cannot be removed"):
        shelf.remove(BUNDLED_NAME, actor=ME)

    assert shelf.in_use().name == BUNDLED_NAME


# Choosing


def test_another_model_is_used_from_now_on(shelf: ModelShelf, home: Home) -> None:
    add_far(shelf)

    used = shelf.use("FAR", actor=ME)

    assert used.name == shelf.in_use().name == "far"
    entry = home.audit[-1]
    assert entry.action == "model.use"
    assert (entry.actor_id, entry.resource) == (ME, "model")
    assert entry.before == {"in_use": BUNDLED_NAME}
    assert entry.after == {"in_use": "far"}


def test_using_what_is_in_use_is_no_change(shelf: ModelShelf, home: Home) -> None:
    shelf.use(BUNDLED_NAME, actor=ME)

    assert home.audit == []


@pytest.mark.parametrize("act", ["use", "remove"])
def test_an_unknown_model_is_not_found(shelf: ModelShelf, act: str) -> None:
    with pytest.raises(NotFoundError):
        getattr(shelf, act)("nobody", actor=ME)
    with pytest.raises(NotFoundError):
        shelf.check("nobody")
    with pytest.raises(NotFoundError):
        shelf.candidates("nobody")


def test_a_change_that_cannot_be_recorded_is_not_made(
    shelf: ModelShelf, home: Home
) -> None:
    add_far(shelf)
    home.database.execute(
        "CREATE TRIGGER full BEFORE INSERT ON audit_entry "
        "BEGIN SELECT RAISE(ABORT, 'full'); END"
    )

    for change in (
        lambda: shelf.use("far", actor=ME),
        lambda: shelf.remove("far", actor=ME),
        lambda: add_far(shelf, "other"),
    ):
        with pytest.raises(StorageError):
            change()

    assert shelf.in_use().name == BUNDLED_NAME
    assert [service.name for service in shelf.list()] == ["far", BUNDLED_NAME]


# Files


def test_a_file_gets_a_name_from_what_it_says(
    shelf: ModelShelf, home: Home, tiny: Path
) -> None:
    service = shelf.add_file(tiny, actor=ME)

    assert service.name == "tiny-f32"
    assert service.location == str(tiny)
    assert service.kind is ModelKind.LOCAL_LLM
    assert service.context_tokens == 2048
    assert service.sha256 is not None
    assert shelf.find("tiny-f32") == service
    entry = home.audit[-1]
    assert (entry.action, entry.resource_id) == ("model.add", service.id)
    assert entry.before is None
    assert entry.after is not None
    assert entry.after["location"] == str(tiny)


def test_files_with_the_same_name_inside_are_told_apart(
    shelf: ModelShelf, tmp_path: Path
) -> None:
    names = [
        shelf.add_file(
            write_tiny_gguf(tmp_path / f"{seed}.gguf", seed=seed), actor=ME
        ).name
        for seed in range(3)
    ]

    assert names == ["tiny-f32", "tiny-f32-2", "tiny-f32-3"]


def test_the_same_file_twice_is_one_model(
    shelf: ModelShelf, home: Home, tiny: Path
) -> None:
    first = shelf.add_file(tiny, actor=ME)

    assert shelf.add_file(tiny, actor=ME) == first
    assert len(home.audit) == 1


def test_a_file_that_was_replaced_is_taken_anew_when_it_is_added_again(
    shelf: ModelShelf, home: Home, tiny: Path
) -> None:
    first = shelf.add_file(tiny, actor=ME)
    write_tiny_gguf(tiny, seed=1)

    second = shelf.add_file(tiny, actor=ME)

    assert (second.id, second.name) == (first.id, first.name)
    assert second.sha256 != first.sha256
    assert home.audit[-1].before is not None
    assert home.audit[-1].before["sha256"] == first.sha256
    assert home.audit[-1].after is not None
    assert home.audit[-1].after["sha256"] == second.sha256


@pytest.mark.parametrize("name", ["", " ", "two words", "-x", "a\nb", "x" * 81, "\x1b"])
def test_a_name_that_could_not_be_typed_is_refused(
    shelf: ModelShelf, tiny: Path, name: str
) -> None:
    with pytest.raises(UsageError):
        shelf.add_file(tiny, name=name, actor=ME)

    assert len(shelf.list()) == 1


def test_a_name_that_is_taken_is_refused_whatever_its_capitals(
    shelf: ModelShelf, tiny: Path
) -> None:
    add_far(shelf)

    with pytest.raises(UsageError, match="already"):
        shelf.add_file(tiny, name="Far", actor=ME)


@pytest.mark.parametrize("kind", [Tiny.TRUNCATED])
def test_a_damaged_file_is_refused(
    shelf: ModelShelf, tmp_path: Path, kind: Tiny
) -> None:
    with pytest.raises(WeightsRefusedError):
        shelf.add_file(write_tiny_gguf(tmp_path / "x.gguf", kind), actor=ME)

    assert len(shelf.list()) == 1


def test_a_missing_file_is_refused(shelf: ModelShelf, tmp_path: Path) -> None:
    with pytest.raises(WeightsMissingError):
        shelf.add_file(tmp_path / "nothing.gguf", actor=ME)


def test_a_folder_or_a_text_is_no_model(shelf: ModelShelf, tmp_path: Path) -> None:
    (tmp_path / "text.gguf").write_text("Dear model")
    (tmp_path / "empty.gguf").touch()
    (tmp_path / "folder.gguf").mkdir()

    for name in ("text", "empty", "folder"):
        with pytest.raises(WeightsRefusedError):
            shelf.add_file(tmp_path / f"{name}.gguf", actor=ME)


def test_a_file_whose_name_is_no_text_is_refused(
    shelf: ModelShelf, tmp_path: Path
) -> None:
    with pytest.raises(UsageError):
        shelf.add_file(tmp_path / "\udcff.gguf", actor=ME)


def test_removing_a_model_leaves_a_file_that_hearth_did_not_bring(
    shelf: ModelShelf, home: Home, tiny: Path
) -> None:
    added = shelf.add_file(tiny, actor=ME)

    shelf.remove(added.name, actor=ME)

    assert tiny.exists()
    assert shelf.find(added.name) is None
    entry = home.audit[-1]
    assert (entry.action, entry.after) == ("model.remove", None)
    assert entry.before is not None
    assert entry.before["sha256"] == added.sha256


def test_a_file_someone_put_into_hearths_folder_is_theirs(
    shelf: ModelShelf, home: Home
) -> None:
    home.paths.models.mkdir(parents=True)
    path = write_tiny_gguf(home.paths.models / "mine.gguf")
    added = shelf.add_file(path, actor=ME)

    shelf.remove(added.name, actor=ME)

    assert path.exists()


def test_when_the_model_in_use_goes_the_bundled_one_answers(
    shelf: ModelShelf, home: Home
) -> None:
    add_far(shelf)
    shelf.use("far", actor=ME)

    shelf.remove("far", actor=ME)

    assert shelf.in_use().name == BUNDLED_NAME
    actions = [entry.action for entry in home.audit]
    assert actions == ["model.add", "model.use", "model.use", "model.remove"]


# Servers


def test_a_server_is_known_without_being_asked(shelf: ModelShelf) -> None:
    service = shelf.add_remote(
        "http://localhost:1/", "org/Big-7B", key_variable="MY_KEY", actor=ME
    )

    assert service.name == "org-big-7b"
    assert service.kind is ModelKind.EXTERNAL_API
    assert service.location == "http://localhost:1/v1"
    assert service.config["remote_model"] == "org/Big-7B"
    assert service.config["key_variable"] == "MY_KEY"
    assert shelf.metadata(service) is None


def test_a_key_instead_of_its_variable_is_neither_kept_nor_told(
    shelf: ModelShelf, home: Home
) -> None:
    with pytest.raises(UsageError) as caught:
        add_far(shelf, key_variable="sk-canary-1234")

    assert "canary" not in str(caught.value)
    assert home.audit == []


def test_words_do_not_go_to_strangers_in_the_clear(shelf: ModelShelf) -> None:
    with pytest.raises(UsageError, match="in the clear"):
        shelf.add_remote("http://models.example/v1", "m", actor=ME)


def test_a_server_without_a_model_is_refused(shelf: ModelShelf) -> None:
    with pytest.raises(UsageError):
        shelf.add_remote(URL, " ", actor=ME)


# Engines


def test_a_model_is_opened_once(shelf: ModelShelf, home: Home) -> None:
    service = shelf.in_use()

    assert shelf.engine(service) is shelf.engine(service)
    assert home.opener.opened == [BUNDLED_NAME]


def test_many_threads_open_a_model_once(shelf: ModelShelf, home: Home) -> None:
    service = shelf.in_use()
    found: list[Engine] = []

    in_parallel(lambda: found.append(shelf.engine(service)), times=8)

    assert len(found) == 8
    assert len(set(map(id, found))) == 1
    assert len(home.opener.opened) == 1


def test_closing_closes_what_was_opened(shelf: ModelShelf) -> None:
    engine = shelf.engine(shelf.in_use())

    shelf.close()
    shelf.close()

    assert isinstance(engine, ScriptedEngine)
    assert engine.closed
    with pytest.raises(EngineError):
        shelf.engine(shelf.in_use())


def test_a_model_that_is_removed_is_closed(shelf: ModelShelf) -> None:
    far = add_far(shelf)
    engine = shelf.engine(far)

    shelf.remove("far", actor=ME)

    assert isinstance(engine, ScriptedEngine)
    assert engine.closed


# Health


def test_three_failures_make_a_model_unavailable_and_a_check_brings_it_back(
    shelf: ModelShelf,
) -> None:
    statuses = []
    for _ in range(3):
        shelf.report(BUNDLED_NAME, ok=False, error="It broke")
        statuses.append(shelf.in_use().status)
    gone = shelf.in_use()
    report = shelf.check(BUNDLED_NAME)

    assert statuses == [
        ServiceStatus.DEGRADED,
        ServiceStatus.DEGRADED,
        ServiceStatus.UNAVAILABLE,
    ]
    assert gone.last_error == "It broke"
    assert report.status is ServiceStatus.HEALTHY
    assert shelf.in_use().status is ServiceStatus.HEALTHY
    assert shelf.in_use().last_error is None


def test_answers_leave_their_average_time(shelf: ModelShelf) -> None:
    shelf.report(BUNDLED_NAME, ok=True, response_ms=100.0)
    shelf.report(BUNDLED_NAME, ok=True, response_ms=200.0)

    average = shelf.in_use().average_response_ms
    assert average is not None
    assert 100 < average < 200


def test_reports_of_a_model_that_was_removed_meanwhile_are_dropped(
    shelf: ModelShelf,
) -> None:
    shelf.report("gone", ok=True, response_ms=1.0)
    shelf.report("gone", ok=False, error="no")

    assert "gone" not in [service.name for service in shelf.list()]


def test_a_report_that_cannot_be_kept_spoils_no_answer(
    shelf: ModelShelf, home: Home
) -> None:
    home.database.close()

    shelf.report(BUNDLED_NAME, ok=True, response_ms=1.0)


def test_no_report_is_lost_when_many_come_at_once(shelf: ModelShelf) -> None:
    def report() -> None:
        for _ in range(20):
            shelf.report(BUNDLED_NAME, ok=True, response_ms=5.0)

    in_parallel(report, times=4)

    assert shelf.in_use().consecutive_successes == 80


def test_many_first_starts_at_once_welcome_one_model(home: Home) -> None:
    in_parallel(home.shelf, times=6)

    assert [service.name for service in home.shelf().list()] == [BUNDLED_NAME]
    assert home.shelf().in_use().name == BUNDLED_NAME


def in_parallel(act: Callable[[], object], *, times: int) -> None:
    with ThreadPoolExecutor(times) as pool:
        for done in [pool.submit(act) for _ in range(times)]:
            done.result()


def test_how_a_model_is_doing_is_no_change_by_a_person(
    shelf: ModelShelf, home: Home
) -> None:
    shelf.report(BUNDLED_NAME, ok=False, error="no")
    shelf.check(BUNDLED_NAME)

    assert home.audit == []


def test_a_check_that_fails_says_why(shelf: ModelShelf, home: Home) -> None:
    home.opener.failures[BUNDLED_NAME] = EngineError("It broke")

    report = shelf.check(BUNDLED_NAME)

    assert report.status is ServiceStatus.UNAVAILABLE
    assert report.details["error"] == "It broke"
    assert report.response_time_ms is None
    assert shelf.in_use().last_error == "It broke"


@pytest.mark.parametrize("reason", [FinishReason.EMPTY, FinishReason.ERROR])
def test_a_check_without_an_answer_has_failed(
    shelf: ModelShelf, home: Home, reason: FinishReason
) -> None:
    home.opener.engines[BUNDLED_NAME] = ScriptedEngine("", reason=reason)

    assert shelf.check(BUNDLED_NAME).status is ServiceStatus.UNAVAILABLE


# Candidates


def names(shelf: ModelShelf, name: str | None = None) -> list[str]:
    return [service.name for service in shelf.candidates(name)]


@pytest.fixture
def chain(home: Home) -> ModelShelf:
    shelf = home.shelf(fallbacks=("second", "unknown", "third", BUNDLED_NAME))
    for name in ("first", "second", "third"):
        add_far(shelf, name)
    shelf.use("first", actor=ME)
    return shelf


def break_down(shelf: ModelShelf, *names: str) -> None:
    for name in names:
        for _ in range(3):
            shelf.report(name, ok=False, error=f"{name} broke")


def test_the_model_in_use_comes_first_then_the_fallbacks(chain: ModelShelf) -> None:
    assert names(chain) == ["first", "second", "third", BUNDLED_NAME]
    assert names(chain, "third") == ["third", "second", BUNDLED_NAME]


def test_without_fallbacks_nothing_is_asked_that_was_not_chosen(
    shelf: ModelShelf,
) -> None:
    add_far(shelf)

    assert names(shelf) == [BUNDLED_NAME]


def test_a_model_known_to_be_gone_is_passed_over_for_a_while(
    chain: ModelShelf, home: Home
) -> None:
    break_down(chain, "first", "third")

    assert names(chain) == ["second", BUNDLED_NAME]
    home.clock.turn(seconds=31)
    assert names(chain) == ["first", "second", "third", BUNDLED_NAME]


def test_the_only_model_is_tried_even_when_it_is_known_to_be_gone(
    shelf: ModelShelf,
) -> None:
    break_down(shelf, BUNDLED_NAME)

    assert names(shelf) == [BUNDLED_NAME]


def test_settings_start_without_fallbacks() -> None:
    assert ModelSettings().fallbacks == ()


# Fetching


def test_a_fetched_model_is_kept_in_hearths_folder_and_leaves_with_it(
    shelf: ModelShelf, home: Home, tiny: Path
) -> None:
    with FakeHub({"org/tiny": {"t.gguf": tiny.read_bytes()}}) as hub:
        home.environment["HF_ENDPOINT"] = hub.url
        steps: list[tuple[int, int]] = []
        added = shelf.pull(
            "org/tiny", "t.gguf", actor=ME, progress=lambda *step: steps.append(step)
        )

    path = Path(added.location)
    assert path.parent == home.paths.models
    assert path.read_bytes() == tiny.read_bytes()
    assert steps[-1] == (tiny.stat().st_size, tiny.stat().st_size)
    shelf.remove(added.name, actor=ME)
    assert not path.exists()


def test_a_repository_says_which_files_could_be_fetched_smallest_first(
    shelf: ModelShelf, home: Home
) -> None:
    files = {
        "big.gguf": b"x" * 300,
        "small.gguf": b"x" * 20,
        "mmproj-eyes.gguf": b"x",
        "large-00001-of-00002.gguf": b"x",
        "README.md": b"x",
    }
    with FakeHub({"org/tiny": files}) as hub:
        home.environment["HF_ENDPOINT"] = hub.url

        assert list(shelf.choices("org/tiny").items()) == [
            ("small.gguf", 20),
            ("big.gguf", 300),
        ]
        assert hub.bytes_sent == 0


def test_a_fetch_that_is_stopped_goes_on_where_it_was(
    shelf: ModelShelf, home: Home, tmp_path: Path
) -> None:
    content = write_tiny_gguf(tmp_path / "tiny.gguf").read_bytes()

    class EnoughError(Exception):
        """The user does not want to wait."""

    def stop_halfway(done: int, total: int) -> None:
        if done > 0:
            raise EnoughError

    with FakeHub({"org/tiny": {"t.gguf": content}}) as hub:
        home.environment["HF_ENDPOINT"] = hub.url
        with pytest.raises(EnoughError):
            shelf.pull("org/tiny", actor=ME, progress=stop_halfway)
        added = shelf.pull("org/tiny", actor=ME, progress=lambda *_: None)

    assert Path(added.location).read_bytes() == content
    assert hub.sent[-1].start > 0


def test_who_checks_a_model_hears_how_far_it_has_come(shelf: ModelShelf) -> None:
    heard: list[tuple[int, int]] = []

    shelf.check(BUNDLED_NAME, told=lambda *step: heard.append(step))

    assert heard == [(done, len(ITEMS)) for done in range(len(ITEMS))]
    assert shelf.find_tier(shelf.in_use()) is not None


def test_nobody_has_looked_at_what_an_unchecked_model_can_do(shelf: ModelShelf) -> None:
    assert shelf.find_tier(shelf.in_use()) is None
    assert shelf.tier(shelf.in_use()) == 0
