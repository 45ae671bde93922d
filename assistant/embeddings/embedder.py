"""What every embedder can do: turn texts into vectors of one width.

Vectors of two embedders with different names may never be compared. Importing
this costs nothing; the numbers arrive with the first text.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Matrix: TypeAlias = "NDArray[np.float32]"
"""One row per text, each of length one."""

Vector: TypeAlias = "NDArray[np.float32]"
"""One text, of length one."""

_log = logging.getLogger(__name__)


class Embedder(Protocol):
    """Texts in, vectors out: passages to be found, and queries that find them."""

    @property
    def name(self) -> str:
        """Names the very weights; kept beside every vector."""

    @property
    def width(self) -> int:
        """How many numbers make one vector."""

    @property
    def max_tokens(self) -> int:
        """Longest text that is read to its end, as `count` counts."""

    def count(self, text: str) -> int:
        """How many tokens of this embedder's the text has."""

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        """One row per text, in the order given."""

    def embed_query(self, text: str) -> Vector:
        """One vector, to be compared with those of passages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Truncated:
    """A text was longer than the model reads; its end has no part in the vector."""

    position: int
    """Among the texts of that call."""

    limit: int
    """Tokens that were read."""


OnTruncated: TypeAlias = Callable[[Truncated], None]


def log_truncated(notice: Truncated) -> None:
    """What happens to a notice nobody else asked for."""
    _log.warning(
        "Text %d is longer than the %d tokens that are embedded",
        notice.position,
        notice.limit,
    )
