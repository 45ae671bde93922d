"""Numbers in words: `twenty-one`, `two hundred and five`.

Pure. English only.
"""

from collections.abc import Iterator, Sequence

from assistant.knowledge.words import Word

_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen "
    "fourteen fifteen sixteen seventeen eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_VALUES = {name: value for value, name in enumerate(_UNITS.split())} | {
    name: 10 * tens for tens, name in enumerate(_TENS.split(), start=2)
}
_FACTORS = {"hundred": 100, "thousand": 1000, "million": 1_000_000}


def is_spelt(word: Word) -> bool:
    """Whether the word is part of a number."""
    return all(each in _VALUES or each in _FACTORS for each in word.folded.split("-"))


def spelt_numbers(text: str, words: Sequence[Word]) -> Iterator[int]:
    """Each number that some of the words make, in order.

    `one` alone is left out: it is hardly ever meant as a number.
    """
    run: list[str] = []
    last_end = 0
    for word in words:
        names = word.folded.split("-")
        apart = text[last_end : word.start].strip()
        last_end = word.end
        if word.folded == "and" and run and run[-1] in _FACTORS and not apart:
            continue
        if apart or not is_spelt(word):
            yield from _value(run)
            run = []
        for name in names:
            if name not in _VALUES and name not in _FACTORS:
                break
            if not _continues(run, name):
                yield from _value(run)
                run = []
            run.append(name)
    yield from _value(run)


def _continues(run: list[str], name: str) -> bool:
    """`twenty` may go on with `one`, `two` with `hundred`, anything after that."""
    if not run or name in _FACTORS or run[-1] in _FACTORS:
        return True
    return _VALUES[run[-1]] >= 20 and 0 < _VALUES[name] < 10


def _value(names: list[str]) -> Iterator[int]:
    if not names or names == ["one"]:
        return
    total = current = 0
    for name in names:
        factor = _FACTORS.get(name)
        if factor is None:
            current += _VALUES[name]
        elif factor == 100:
            current = max(1, current) * factor
        else:
            total, current = total + max(1, current) * factor, 0
    yield total + current
