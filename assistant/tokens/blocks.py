"""Long texts, in parts that tiktoken can bear."""

import re
from collections.abc import Iterator

_BLOCK = 100_000  # characters; at some 500,000 spaces tiktoken's stack overflows
_NEAR_END = 1_000
_FIRST_SPACE = re.compile(r"(?<=\S) ")


def blocks(text: str) -> Iterator[str]:
    """Parts cut between a word and a space, which no vocabulary has in one token.

    Where there is no such place a cut may cost a token.
    """
    start = 0
    while len(text) - start > _BLOCK:
        end = start + _BLOCK
        spaces = [*_FIRST_SPACE.finditer(text, end - _NEAR_END, end)]
        end = spaces[-1].start() if spaces else end
        yield text[start:end]
        start = end
    yield text[start:]
