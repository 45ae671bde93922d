"""An embedder for what people say: it never sees what points at a person.

Text and question are masked alike, so that they still meet; what was masked is found
by its words. The name stays the embedder's own: vectors of what was said were made
anew when masking began, and every one since is of masked text. A name that becomes
known later stays in vectors made before, until their text is forgotten.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.embeddings.embedder import Embedder, Matrix, Vector

if TYPE_CHECKING:
    from assistant.privacy.redact import Names


@dataclass(frozen=True, slots=True)
class MaskedEmbedder:
    """The same vectors, of masked texts."""

    inner: Embedder
    names: "Callable[[], Names]"
    """Those known by now."""

    mark: str = ""
    """Added to the name where vectors of texts as they are may be kept beside these."""

    @property
    def name(self) -> str:
        return f"{self.inner.name}{self.mark}"

    @property
    def width(self) -> int:
        return self.inner.width

    @property
    def max_tokens(self) -> int:
        return self.inner.max_tokens

    def count(self, text: str) -> int:
        return self.inner.count(text)

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        names = self.names()
        return self.inner.embed_passages([_masked(text, names) for text in texts])

    def embed_query(self, text: str) -> Vector:
        return self.inner.embed_query(self.masked(text))

    def masked(self, text: str) -> str:
        """The text as it is embedded."""
        return _masked(text, self.names())


def _masked(text: str, names: "Names") -> str:
    from assistant.privacy.redact import mask

    return mask(text, names).text
