"""Brings a model file from the hub to this machine, whole or not at all.

What has arrived waits beside its place under a name of its own, so that an
interrupted pull goes on from there. It gets the final name once its checksum
is the one the hub promised.
"""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from assistant.errors import ModelError, WeightsRefusedError
from assistant.weights.checksum import sha256_of
from assistant.weights.hub import Hub, Offer


def pull(
    repo: str,
    filename: str | None = None,
    *,
    into: Path,
    endpoint: str | None = None,
    progress: Callable[[int, int], None],
) -> Path:
    """Fetch a GGUF file; without a name, the only one the repository has.

    `progress` hears bytes there and in all. Closing the program in between
    loses nothing.
    """
    hub = Hub(endpoint)
    offer = hub.get_offer(repo, filename)
    target = into / offer.basename
    if target.exists():
        _check_same(target, offer)
        return target
    with _disk_errors(offer.basename, into):
        into.mkdir(parents=True, exist_ok=True)
        part = into / f".{offer.basename}.{offer.sha256[:16]}.part"
        with _alone(part) as file:
            if file.tell() > offer.size_bytes:
                file.truncate(0)
                file.seek(0)
            _check_room(into, offer.size_bytes - file.tell())
            hub.fetch(offer, file, progress)
            file.flush()
            _check_arrived(part, offer)
            os.fsync(file.fileno())
            part.replace(target)
    return target


def choices(repo: str, *, endpoint: str | None = None) -> dict[str, int]:
    """The files of a repository that `pull` can fetch, with their sizes."""
    return Hub(endpoint).choices(repo)


def _check_same(target: Path, offer: Offer) -> None:
    if sha256_of(target) != offer.sha256:
        raise WeightsRefusedError(
            f"{target} is another file than the one at the hub",
            hint="Move or delete it, then pull again",
        )


def _check_room(folder: Path, missing: int) -> None:
    free = shutil.disk_usage(folder).free
    if missing > free:
        raise ModelError(
            f"{missing / 1e9:,.2f} GB are still to come, and {folder} has room "
            f"for {free / 1e9:,.2f} GB"
        )


def _check_arrived(part: Path, offer: Offer) -> None:
    found = sha256_of(part)
    if found != offer.sha256:
        part.unlink()
        raise WeightsRefusedError(
            f"{offer.basename} did not arrive as the hub describes it: its SHA-256 "
            f"is {found[:12]}…, not {offer.sha256[:12]}…",
            hint="It was deleted; pull it again",
        )


@contextmanager
def _alone(part: Path) -> Iterator[BinaryIO]:
    """The unfinished file, open at its end, and ours alone."""
    with part.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ModelError("Another Hearth is fetching this file") from error
        yield file


@contextmanager
def _disk_errors(name: str, folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or "the connection ended early"
        raise ModelError(
            f"{name} could not be brought to {folder}: {reason}",
            hint="What has arrived is kept",
        ) from error
