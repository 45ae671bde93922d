"""Whether what was found answers a question, or only resembles it.

A question counts as answered when its telling words stand together in one passage
and one sentence is near it in meaning; then, and only then, documents are quoted.
"""

from collections.abc import Sequence

from assistant.entities.search import Hit
from assistant.knowledge.evidence import Supporting
from assistant.knowledge.words import content_stems

_COVERED = 0.5
_NEAR = 0.6


def is_answered(
    question: str, hits: Sequence[Hit], sentences: Sequence[Supporting]
) -> bool:
    """Without an embedder more of the words must be there."""
    asked = content_stems(question)
    if not asked or not hits or not sentences:
        return False
    covered = max(_share(asked, f"{hit.title} {hit.text}") for hit in hits)
    cosine = max((each.cosine or 0.0) for each in sentences)
    if all(each.cosine is None for each in sentences):
        return covered >= 2 * _COVERED * 0.8
    return covered >= _COVERED and cosine >= _NEAR


def _share(asked: frozenset[str] | set[str], text: str) -> float:
    return len(asked & content_stems(text)) / len(asked)
