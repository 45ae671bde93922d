"""Who waits for an answer is seen in every process, and by nobody once it is gone."""

import os
import signal
import stat
import subprocess
from pathlib import Path

import pytest

from assistant.storage.waiting import Waiters
from tests.fakes.elsewhere import Elsewhere


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "hearth.db"


@pytest.fixture
def elsewhere(path: Path):
    other = Elsewhere(path)
    yield other
    other.close()


def test_whoever_waits_in_another_process_is_seen_until_it_is_answered(
    path: Path, elsewhere: Elsewhere
) -> None:
    here = Waiters(path)
    assert here.is_anybody()

    elsewhere.is_answered()

    assert not here.is_anybody()


def test_a_process_that_is_killed_is_waited_for_no_longer(
    path: Path, elsewhere: Elsewhere
) -> None:
    here = Waiters(path)
    assert here.is_anybody()

    elsewhere.is_killed()

    assert not here.is_anybody()


def test_nobody_waits_for_anybody_else_to_be_answered(
    path: Path, elsewhere: Elsewhere
) -> None:
    here = Waiters(path)

    with here.announced(), here.announced():  # and this is reached
        elsewhere.is_answered()
        assert here.is_anybody()

    assert not here.is_anybody()


def test_one_of_two_who_is_answered_leaves_the_other_waiting(path: Path) -> None:
    here = Waiters(path)

    with here.announced():
        with here.announced():
            pass
        assert here.is_anybody()

    assert not here.is_anybody()


def test_looking_leaves_nothing_behind(path: Path) -> None:
    assert not Waiters(path).is_anybody()

    assert list(path.parent.iterdir()) == []


def test_the_lock_is_empty_and_its_owners_alone(path: Path) -> None:
    with Waiters(path).announced():
        pass

    (lock,) = path.parent.iterdir()
    assert lock.read_bytes() == b""
    assert stat.S_IMODE(lock.stat().st_mode) == 0o600


def test_where_no_lock_can_be_had_nobody_is_seen_and_nobody_is_kept(
    tmp_path: Path,
) -> None:
    nowhere = Waiters(tmp_path / "missing" / "hearth.db")

    with nowhere.announced():
        assert not nowhere.is_anybody()


def test_a_link_in_the_place_of_the_lock_is_not_followed(path: Path) -> None:
    target = path.with_name("somebody's")
    path.with_name("hearth.db-waiting").symlink_to(target)

    with Waiters(path).announced():
        pass

    assert not target.exists()


def test_an_announcement_is_not_handed_on_to_programs_that_are_started(
    path: Path,
) -> None:
    with Waiters(path).announced():
        child = subprocess.Popen(["sleep", "60"], close_fds=False)
    try:
        assert not Waiters(path).is_anybody()
    finally:
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
