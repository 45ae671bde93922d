"""What a repository of models offers, and its bytes, as the hub gives them.

The one door to huggingface_hub, opened when a model is first asked for. Of it
the names, checksums and connections are used, not its way to put a file on
disk: that one deletes what it has when it is interrupted.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from logging import ERROR, getLogger
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, BinaryIO

from assistant.errors import ModelError, NotFoundError, UsageError, WeightsRefusedError

if TYPE_CHECKING:
    from huggingface_hub.hf_api import ModelInfo, RepoSibling

_SECONDS = 20
_PARTIAL_CONTENT = 206
_PART_OF_SEVERAL = re.compile(r"-\d{5}-of-\d{5}\.gguf$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One model file at the hub."""

    filename: str
    """Its path inside the repository."""

    url: str
    size_bytes: int
    sha256: str

    @property
    def basename(self) -> str:
        return PurePosixPath(self.filename).name


class Hub:
    """The hub at an endpoint, or at the library's own when it is None."""

    def __init__(self, endpoint: str | None) -> None:
        from huggingface_hub import HfApi

        getLogger("huggingface_hub").setLevel(ERROR)  # it prints over the screen
        self._api = HfApi(endpoint=endpoint)

    def get_offer(self, repo: str, filename: str | None) -> Offer:
        """The file asked for, or the only one there is."""
        from huggingface_hub import hf_hub_url

        found = self._describe(repo)
        chosen = _choose(repo, filename, found.siblings or ())
        if chosen.lfs is None:
            raise WeightsRefusedError(
                f"The hub gives no checksum for {chosen.rfilename!r} of {repo!r}"
            )
        return Offer(
            filename=chosen.rfilename,
            url=hf_hub_url(
                repo, chosen.rfilename, revision=found.sha, endpoint=self._api.endpoint
            ),
            size_bytes=chosen.lfs.size,
            sha256=chosen.lfs.sha256,
        )

    def choices(self, repo: str) -> dict[str, int]:
        """The model files that can be fetched, with their sizes, smallest first."""
        files = _models(self._describe(repo).siblings or ())
        sizes = {
            name: one.lfs.size
            for name, one in files.items()
            if one.lfs is not None and not _PART_OF_SEVERAL.search(name)
        }
        return dict(sorted(sizes.items(), key=lambda each: each[1]))

    def _describe(self, repo: str) -> "ModelInfo":
        try:
            with _explained(repo):
                return self._api.model_info(repo, files_metadata=True, timeout=_SECONDS)
        except (KeyError, TypeError, ValueError) as error:
            raise ModelError(f"The answer for {repo!r} is not a hub's") from error

    def fetch(
        self, offer: Offer, into: BinaryIO, progress: Callable[[int, int], None]
    ) -> None:
        """Append what is missing of a file, beginning where `into` ends.

        A lost connection is taken up again for as long as each brings something.
        """
        from httpx2 import TransportError

        with _explained(offer.filename):
            while into.tell() < offer.size_bytes:
                before, lost = into.tell(), None
                try:
                    self._stream(offer, into, progress)
                except TransportError as error:
                    lost = error
                if into.tell() <= before:
                    raise lost or ModelError(
                        f"The hub sent {into.tell():,} bytes of {offer.basename} "
                        f"and no more, not {offer.size_bytes:,}"
                    )

    def _stream(
        self, offer: Offer, into: BinaryIO, progress: Callable[[int, int], None]
    ) -> None:
        from huggingface_hub import get_session, hf_raise_for_status

        headers = _asking_from(into.tell())
        with get_session().stream(
            "GET", offer.url, headers=headers, timeout=_SECONDS
        ) as response:
            hf_raise_for_status(response)
            if response.status_code != _PARTIAL_CONTENT:
                into.seek(0)
                into.truncate()
            progress(into.tell(), offer.size_bytes)
            for piece in response.iter_bytes():
                into.write(piece)
                progress(into.tell(), offer.size_bytes)
                if into.tell() > offer.size_bytes:
                    return


def _asking_from(place: int) -> dict[str, str]:
    from huggingface_hub import get_token

    token = get_token()
    authority = {"Authorization": f"Bearer {token}"} if token else {}
    return {"Range": f"bytes={place}-", "Accept-Encoding": "identity"} | authority


def _choose(
    repo: str, filename: str | None, files: Sequence["RepoSibling"]
) -> "RepoSibling":
    models = _models(files)
    choices = ", ".join(sorted(models)) or "none"
    if filename is None and len(models) != 1:
        raise UsageError(
            f"{repo!r} has {len(models)} GGUF files, say which",
            hint=f"There are: {choices}",
        )
    name = filename or next(iter(models))
    if name not in models:
        raise NotFoundError(
            f"No GGUF file {name!r} in {repo!r}", hint=f"There are: {choices}"
        )
    if _PART_OF_SEVERAL.search(name):
        raise UsageError(
            f"{name!r} is one part of a model; only models in one file can be fetched"
        )
    return models[name]


def _models(files: Sequence["RepoSibling"]) -> dict[str, "RepoSibling"]:
    return {one.rfilename: one for one in files if _is_model(one.rfilename)}


def _is_model(filename: str) -> bool:
    """Projectors for images are GGUF files too, but answer nothing."""
    name = PurePosixPath(filename).name
    return name.endswith(".gguf") and not name.startswith("mmproj")


@contextmanager
def _explained(what: str) -> Iterator[None]:
    """Say in one line what went wrong at the hub."""
    from httpx2 import HTTPError
    from huggingface_hub import errors

    try:
        yield
    except errors.HFValidationError as error:
        raise UsageError(f"{what!r} is not the name of a repository") from error
    except errors.RepositoryNotFoundError as error:
        raise NotFoundError(
            f"The hub has no repository {what!r}, or keeps it private",
            hint="For a private or gated one, set HF_TOKEN",
        ) from error
    except errors.HfHubHTTPError as error:
        status = error.response.status_code
        raise ModelError(
            f"The hub answered {status} when asked for {what!r}"
        ) from error
    except (HTTPError, errors.OfflineModeIsEnabled) as error:
        raise ModelError(
            f"The hub cannot be reached for {what!r}: {error}",
            hint="Try again when online; what has arrived is kept",
        ) from error
