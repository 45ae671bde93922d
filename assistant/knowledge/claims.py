"""What a sentence claims that can be checked: figures, names, quotations.

Pure. It catches invented names and numbers; that the right words stand in a
wrong relation it cannot see, so the quotation is always shown beside it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.knowledge.numbers import Figures, all_numbers, figures_of, is_figure
from assistant.knowledge.quotes import find_quote
from assistant.knowledge.sentences import sentences_of
from assistant.knowledge.words import Word, content_stems, stem, words_of

LEAST_OVERLAP = 0.5
"""Share of a sentence's telling words that its passages must hold."""

_NEAREST = 3  # sentences of each passage that one claim may join

_QUOTED = re.compile(r"\"([^\"]+)\"|\u201c([^\u201d]+)\u201d|\u00ab([^\u00bb]+)\u00bb")


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """How far passages bear a sentence out."""

    missing: tuple[str, ...] = ()
    """Figures, names and quotations that no passage holds."""

    overlap: float = 1.0
    """Share of the telling words that some passage holds."""

    @property
    def is_enough(self) -> bool:
        return not self.missing and self.overlap >= LEAST_OVERLAP


def support_of(
    sentence: str, passages: Sequence[str], *, titles: Sequence[str] = ()
) -> Support:
    """All passages together count: a sentence may rest on several.

    A figure must stand in a title or in the sentences that the claim is about:
    almost any small number stands somewhere in a passage.
    """
    evidence = "\n".join([*titles, *passages])
    near = [*titles, *(each for one in passages for each in _nearest(sentence, one))]
    missing = (
        *_missing_figures(figures_of(sentence), "\n".join(near)),
        *_missing_names(sentence, evidence),
        *_missing_quotations(sentence, passages),
    )
    return Support(
        missing=tuple(dict.fromkeys(missing)), overlap=_overlap(sentence, evidence)
    )


def _nearest(claim: str, passage: str) -> Iterator[str]:
    """Sentences of a passage that together share most with a claim.

    Figures only decide between equals, such as the rows of a table. Each sentence
    but the first must add something that those before it lack.
    """
    words = [word for word in words_of(claim) if not is_figure(word)]
    wanted = content_stems(" ".join(word.text for word in words))
    all_wanted = content_stems(claim)
    left = {each.text: content_stems(each.text) for each in sentences_of(passage)}
    for place in range(_NEAREST):
        if not left:
            return
        best = max(left, key=lambda text: _shared(left[text], wanted, all_wanted))
        if place and not wanted & left[best]:
            return
        wanted -= left.pop(best)
        yield best


def _shared(stems: set[str], *wanted: set[str]) -> tuple[int, ...]:
    return tuple(len(each & stems) for each in wanted)


def _missing_figures(figures: Figures, evidence: str) -> Iterator[str]:
    said = figures_of(evidence)
    numbers = all_numbers(evidence)
    for date in figures.dates:
        if not any(date.is_said_by(other) for other in said.dates):
            yield "-".join(str(part) for part in date if part)
    for number in figures.numbers:
        parts = re.split(r"[-:/]", number)
        is_range = len(parts) > 1 and all(part.isdigit() for part in parts)
        if number in numbers or (is_range and numbers.issuperset(parts)):
            continue
        yield number


def _missing_names(sentence: str, evidence: str) -> Iterator[str]:
    known = {form for word in words_of(evidence) for form in _forms(word)}
    for name in _names(sentence):
        if not any(form in known for form in _forms(name)):
            yield name.text


def _names(sentence: str) -> Iterator[Word]:
    """Capitalised words; the first only when the next is capitalised too."""
    words = words_of(sentence)
    for place, word in enumerate(words):
        if not _is_capitalised(word):
            continue
        following = words[place + 1] if place + 1 < len(words) else None
        if place > 0 or (following is not None and _is_capitalised(following)):
            yield word


def _is_capitalised(word: Word) -> bool:
    return word.text[0].isupper() and not word.is_stop_word


def _forms(word: Word) -> set[str]:
    parts = {part.folded for part in word.parts() if len(part.text) > 1}
    return {word.folded, stem(word.folded), *parts, *map(stem, parts)}


def _missing_quotations(sentence: str, passages: Sequence[str]) -> Iterator[str]:
    for match in _QUOTED.finditer(sentence):
        quoted = next(group for group in match.groups() if group)
        says_something = any(character.isalnum() for character in quoted)
        if says_something and not any(find_quote(quoted, each) for each in passages):
            yield quoted


def _overlap(sentence: str, evidence: str) -> float:
    telling = content_stems(sentence)
    if not telling:
        return 1.0
    return len(telling & content_stems(evidence)) / len(telling)
