"""The part of a text that shows why it was found, and where the words stand in it.

Pure. Words are compared by their stems, as the search compares them; what was found
by its meaning alone begins at its beginning and has nothing marked.
"""

from dataclasses import dataclass

from assistant.entities.search import Hit
from assistant.knowledge.sentences import lines_of, sentences_of
from assistant.knowledge.words import content_stems, stem, words_of

_CUT = "…"


@dataclass(frozen=True, slots=True)
class Excerpt:
    """One line of a text, and the stretches of it that were looked for."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()


def excerpt(hit: Hit, query: str, *, longest: int) -> Excerpt:
    """From the sentence on that has most of the words asked for."""
    text = " ".join(telling(hit, query).split())
    if len(text) > longest:
        text = text[: longest - 1].rstrip() + _CUT
    return Excerpt(text, marks(text, query))


def telling(hit: Hit, query: str) -> str:
    """The text from its most telling sentence on; a sign says that more is before."""
    asked, text = content_stems(query), hit.text
    sentences = lines_of(text) if hit.by_line else sentences_of(text)
    if not sentences:
        return text
    best = max(sentences, key=lambda each: len(asked & content_stems(each.text)))
    start = best.start if asked & content_stems(best.text) else 0
    return f"{_CUT} {text[start:]}" if text[:start].strip() else text


def marks(text: str, query: str) -> tuple[tuple[int, int], ...]:
    """Where words of the query stand in the text, in any of their forms."""
    asked = content_stems(query)
    return tuple(
        (part.start, part.end)
        for word in words_of(text)
        for part in word.parts()
        if stem(part.folded) in asked
    )
