"""What a repository of models offers, and its bytes, as the hub gives them.

The one door to huggingface_hub, opened when a model is first asked for. Files
are fetched over plain HTTP: the library's own way to put one on disk deletes
what it has when it is interrupted, so a large model could never be resumed.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from logging import ERROR, getLogger
from pathlib import PurePosixPath
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO, Self

from assistant.errors import ModelError, NotFoundError, UsageError, WeightsRefusedError

if TYPE_CHECKING:
    from huggingface_hub.hf_api import RepoSibling

_SECONDS = 20
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

        with _explained(repo):
            found = self._api.model_info(repo, files_metadata=True, timeout=_SECONDS)
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

    def fetch(
        self, offer: Offer, into: BinaryIO, progress: Callable[[int, int], None]
    ) -> None:
        """Append what is missing of a file, beginning where `into` ends."""
        from huggingface_hub import get_token
        from huggingface_hub.file_download import http_get

        token = get_token()
        with _explained(offer.filename):
            http_get(
                offer.url,
                into,
                resume_size=into.tell(),
                headers={"authorization": f"Bearer {token}"} if token else None,
                expected_size=offer.size_bytes,
                tqdm_class=_reporting_to(progress),
            )


def _choose(
    repo: str, filename: str | None, files: Sequence["RepoSibling"]
) -> "RepoSibling":
    models = {one.rfilename: one for one in files if _is_model(one.rfilename)}
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


def _is_model(filename: str) -> bool:
    """Projectors for images are GGUF files too, but answer nothing."""
    name = PurePosixPath(filename).name
    return name.endswith(".gguf") and not name.startswith("mmproj")


def _reporting_to(progress: Callable[[int, int], None]) -> type:
    """What the hub's library takes for a progress bar."""

    class Reporting:
        def __init__(self, *, initial: int, total: int, **_appearance: object) -> None:
            self._done = initial
            self._total = total
            progress(self._done, self._total)

        def __enter__(self) -> Self:
            return self

        def __exit__(
            self,
            kind: type[BaseException] | None,
            error: BaseException | None,
            trace: TracebackType | None,
        ) -> None:
            pass

        def update(self, step: int) -> None:
            self._done += step
            progress(self._done, self._total)

    return Reporting


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
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(f"The answer for {what!r} is not a hub's") from error
