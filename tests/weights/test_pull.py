"""Fetching a model file from a hub, on loopback."""

import fcntl
import os
import random
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.errors import (
    ModelError,
    NotFoundError,
    UsageError,
    WeightsRefusedError,
)
from assistant.weights import pull
from tests.fakes.hub import FakeHub

_REPO = "someone/tiny-model"
_NAME = "tiny-q4.gguf"
_CONTENT = random.Random(7).randbytes(600_000)


class Progress:
    """Remembers what it hears, and may press Ctrl-C."""

    def __init__(self, *, stop_at: int | None = None) -> None:
        self.heard: list[tuple[int, int]] = []
        self._stop_at = stop_at

    def __call__(self, done: int, size: int) -> None:
        self.heard.append((done, size))
        if self._stop_at is not None and done >= self._stop_at:
            raise KeyboardInterrupt


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    files = {"README.md": b"# Tiny", _NAME: _CONTENT, "mmproj-tiny.gguf": b"GGUF"}
    with FakeHub({_REPO: files}) as fake:
        yield fake


@pytest.fixture(autouse=True)
def _nobody_is_logged_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HF_TOKEN", "")
    monkeypatch.setattr(
        "huggingface_hub.constants.HF_TOKEN_PATH", str(tmp_path / "no-token")
    )


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_only_model_of_a_repository_arrives_whole(
    hub: FakeHub, tmp_path: Path
) -> None:
    progress = Progress()

    path = pull(_REPO, None, into=tmp_path / "new", endpoint=hub.url, progress=progress)

    assert path == tmp_path / "new" / _NAME
    assert path.read_bytes() == _CONTENT
    assert _names(path.parent) == [_NAME]
    assert progress.heard[0] == (0, len(_CONTENT))
    assert progress.heard[-1] == (len(_CONTENT), len(_CONTENT))


def test_nothing_is_fetched_again_that_is_there(hub: FakeHub, tmp_path: Path) -> None:
    pull(_REPO, _NAME, into=tmp_path, endpoint=hub.url, progress=Progress())

    again = pull(_REPO, _NAME, into=tmp_path, endpoint=hub.url, progress=Progress())

    assert again.read_bytes() == _CONTENT
    assert hub.bytes_sent == len(_CONTENT)


def test_a_lost_connection_is_taken_up_where_it_ended(
    hub: FakeHub, tmp_path: Path
) -> None:
    hub.cut_after += [200_000, 1_000]

    path = pull(_REPO, _NAME, into=tmp_path, endpoint=hub.url, progress=Progress())

    assert path.read_bytes() == _CONTENT
    assert [answer.start for answer in hub.sent] == [0, 200_000, 201_000]
    assert hub.bytes_sent == len(_CONTENT)


def test_a_hub_that_hangs_up_at_once_is_given_up_and_gone_on_from_later(
    hub: FakeHub, tmp_path: Path
) -> None:
    hub.cut_after += [250_000, 0]
    with pytest.raises(ModelError, match="cannot be reached") as given_up:
        pull(_REPO, _NAME, into=tmp_path, endpoint=hub.url, progress=Progress())
    assert "kept" in given_up.value.hint
    assert not (tmp_path / _NAME).exists()

    path = pull(_REPO, _NAME, into=tmp_path, endpoint=hub.url, progress=Progress())

    assert path.read_bytes() == _CONTENT
    assert _names(tmp_path) == [_NAME]
    assert hub.bytes_sent == len(_CONTENT)


def test_ctrl_c_leaves_what_has_arrived_for_the_next_time(
    hub: FakeHub, tmp_path: Path
) -> None:
    with pytest.raises(KeyboardInterrupt):
        pull(
            _REPO,
            _NAME,
            into=tmp_path,
            endpoint=hub.url,
            progress=Progress(stop_at=100_000),
        )
    (part,) = tmp_path.iterdir()
    kept = part.stat().st_size
    assert part.name != _NAME
    assert kept >= 100_000

    progress = Progress()
    path = pull(_REPO, _NAME, into=tmp_path, endpoint=hub.url, progress=progress)

    assert path.read_bytes() == _CONTENT
    assert _names(tmp_path) == [_NAME]
    assert progress.heard[0] == (kept, len(_CONTENT))
    assert hub.sent[-1].start == kept


def test_a_hub_that_cannot_go_on_sends_the_whole_again(
    hub: FakeHub, tmp_path: Path
) -> None:
    hub.keeps_ranges = False
    hub.cut_after.append(200_000)

    path = pull(_REPO, _NAME, into=tmp_path, endpoint=hub.url, progress=Progress())

    assert path.read_bytes() == _CONTENT


def test_bytes_that_are_not_those_promised_are_refused_and_deleted(
    hub: FakeHub, tmp_path: Path
) -> None:
    hub.altered = True

    with pytest.raises(WeightsRefusedError, match="SHA-256"):
        pull(_REPO, _NAME, into=tmp_path, endpoint=hub.url, progress=Progress())

    assert _names(tmp_path) == []


def test_a_partial_file_longer_than_the_whole_is_begun_anew(
    hub: FakeHub, tmp_path: Path
) -> None:
    with pytest.raises(KeyboardInterrupt):
        pull(
            _REPO,
            _NAME,
            into=tmp_path,
            endpoint=hub.url,
            progress=Progress(stop_at=1),
        )
    (part,) = tmp_path.iterdir()
    part.write_bytes(bytes(len(_CONTENT) + 1))

    path = pull(_REPO, _NAME, into=tmp_path, endpoint=hub.url, progress=Progress())

    assert path.read_bytes() == _CONTENT


def test_another_file_of_that_name_is_never_overwritten(
    hub: FakeHub, tmp_path: Path
) -> None:
    (tmp_path / _NAME).write_bytes(b"mine")

    with pytest.raises(WeightsRefusedError, match="is another file"):
        pull(_REPO, _NAME, into=tmp_path, endpoint=hub.url, progress=Progress())

    assert (tmp_path / _NAME).read_bytes() == b"mine"
    assert hub.sent == []


def test_two_at_once_do_not_write_into_one_file(hub: FakeHub, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        pull(
            _REPO,
            _NAME,
            into=tmp_path,
            endpoint=hub.url,
            progress=Progress(stop_at=1),
        )
    (part,) = tmp_path.iterdir()

    with part.open("ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(ModelError, match="Another Hearth"):
            pull(_REPO, _NAME, into=tmp_path, endpoint=hub.url, progress=Progress())


def test_a_file_in_a_folder_of_the_repository_is_placed_by_its_own_name(
    tmp_path: Path,
) -> None:
    files = {"quants/q4/tiny.gguf": b"GGUF-ish"}
    with FakeHub({_REPO: files}) as hub:
        path = pull(_REPO, None, into=tmp_path, endpoint=hub.url, progress=Progress())

    assert path == tmp_path / "tiny.gguf"


def test_a_repository_that_is_not_there_is_not_found(
    hub: FakeHub, tmp_path: Path
) -> None:
    with pytest.raises(NotFoundError, match="no repository 'nobody/nothing'"):
        pull(
            "nobody/nothing",
            None,
            into=tmp_path,
            endpoint=hub.url,
            progress=Progress(),
        )


def test_a_file_that_is_not_there_is_not_found_and_the_others_are_named(
    hub: FakeHub, tmp_path: Path
) -> None:
    with pytest.raises(NotFoundError, match=r"'other\.gguf'") as missing:
        pull(_REPO, "other.gguf", into=tmp_path, endpoint=hub.url, progress=Progress())

    assert _NAME in missing.value.hint


def test_of_several_models_one_has_to_be_named(tmp_path: Path) -> None:
    files = {"a-q4.gguf": b"four", "a-q8.gguf": b"eight", "README.md": b"#"}
    with FakeHub({_REPO: files}) as hub:
        with pytest.raises(UsageError, match="2 GGUF files") as unclear:
            pull(_REPO, None, into=tmp_path, endpoint=hub.url, progress=Progress())
        named = pull(
            _REPO, "a-q8.gguf", into=tmp_path, endpoint=hub.url, progress=Progress()
        )

    assert "a-q4.gguf, a-q8.gguf" in unclear.value.hint
    assert named.read_bytes() == b"eight"


def test_a_repository_without_a_model_has_nothing_to_offer(tmp_path: Path) -> None:
    with (
        FakeHub({_REPO: {"README.md": b"#"}}) as hub,
        pytest.raises(UsageError, match="0 GGUF files"),
    ):
        pull(_REPO, None, into=tmp_path, endpoint=hub.url, progress=Progress())


def test_one_part_of_a_model_is_not_a_model(tmp_path: Path) -> None:
    files = {"big-00001-of-00002.gguf": b"GG", "big-00002-of-00002.gguf": b"UF"}
    with (
        FakeHub({_REPO: files}) as hub,
        pytest.raises(UsageError, match="one part of a model"),
    ):
        pull(
            _REPO,
            "big-00001-of-00002.gguf",
            into=tmp_path,
            endpoint=hub.url,
            progress=Progress(),
        )


def test_a_file_without_a_checksum_is_not_trusted(hub: FakeHub, tmp_path: Path) -> None:
    hub.gives_checksums = False

    with pytest.raises(WeightsRefusedError, match="no checksum"):
        pull(_REPO, None, into=tmp_path, endpoint=hub.url, progress=Progress())


def test_a_name_that_cannot_be_a_repository_is_refused_without_asking(
    hub: FakeHub, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="is not the name of a repository"):
        pull("a/b/c", None, into=tmp_path, endpoint=hub.url, progress=Progress())


def test_without_a_connection_one_line_says_so(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        nobody = f"http://127.0.0.1:{listener.getsockname()[1]}"

    with pytest.raises(ModelError, match="cannot be reached") as offline:
        pull(_REPO, None, into=tmp_path, endpoint=nobody, progress=Progress())

    assert "\n" not in str(offline.value)


@pytest.mark.parametrize("status", [401, 403, 500])
def test_a_hub_that_refuses_is_quoted_by_its_status(
    status: int, hub: FakeHub, tmp_path: Path
) -> None:
    hub.status = status

    with pytest.raises((ModelError, NotFoundError)) as refused:
        pull(_REPO, None, into=tmp_path, endpoint=hub.url, progress=Progress())

    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("said", [b"{}", b"[1]", b"<html>Log in here</html>"])
def test_an_answer_that_is_not_a_hubs_is_called_that(
    said: bytes, hub: FakeHub, tmp_path: Path
) -> None:
    hub.nonsense = said

    with pytest.raises(ModelError, match="is not a hub's"):
        pull(_REPO, None, into=tmp_path, endpoint=hub.url, progress=Progress())


def test_a_folder_that_cannot_be_written_is_said(hub: FakeHub, tmp_path: Path) -> None:
    in_the_way = tmp_path / "models"
    in_the_way.write_text("a file, not a folder")

    with pytest.raises(ModelError, match="could not be brought to"):
        pull(_REPO, None, into=in_the_way, endpoint=hub.url, progress=Progress())


def test_a_model_for_which_there_is_no_room_is_not_begun(
    hub: FakeHub, tmp_path: Path
) -> None:
    hub.claimed_size = 10**18

    with pytest.raises(ModelError, match=r"1,000,000,000\.00 GB are still to come"):
        pull(_REPO, None, into=tmp_path, endpoint=hub.url, progress=Progress())

    assert hub.sent == []


@pytest.mark.parametrize("keeps_ranges", [True, False])
def test_a_hub_that_promised_more_than_it_has_is_not_asked_for_ever(
    keeps_ranges: bool, hub: FakeHub, tmp_path: Path
) -> None:
    hub.keeps_ranges = keeps_ranges
    hub.claimed_size = len(_CONTENT) + 5

    with pytest.raises(ModelError):
        pull(_REPO, None, into=tmp_path, endpoint=hub.url, progress=Progress())

    assert not (tmp_path / _NAME).exists()


def test_a_hub_that_sends_more_than_it_promised_is_refused(
    hub: FakeHub, tmp_path: Path
) -> None:
    hub.claimed_size = 1_000

    with pytest.raises(WeightsRefusedError, match="SHA-256"):
        pull(_REPO, None, into=tmp_path, endpoint=hub.url, progress=Progress())

    assert _names(tmp_path) == []


def test_the_environment_is_left_as_it_was(hub: FakeHub, tmp_path: Path) -> None:
    before = dict(os.environ)

    pull(_REPO, None, into=tmp_path, endpoint=hub.url, progress=Progress())

    assert dict(os.environ) == before


def test_who_is_logged_in_may_fetch_what_is_theirs(
    hub: FakeHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")

    pull(_REPO, None, into=tmp_path, endpoint=hub.url, progress=Progress())

    assert set(hub.tokens) == {"Bearer hf_secret"}
