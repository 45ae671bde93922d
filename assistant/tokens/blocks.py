"""Long texts, in parts that tiktoken can bear."""

from collections.abc import Iterator

_BLOCK = 100_000  # characters; at some 500,000 spaces tiktoken's stack overflows


def blocks(text: str) -> Iterator[str]:
    """Parts cut before a space, which begins a token in every vocabulary.

    Where there is none a cut may cost a token.
    """
    start = 0
    while len(text) - start > _BLOCK:
        space = text.rfind(" ", start + 1, start + _BLOCK)
        end = space if space > 0 else start + _BLOCK
        yield text[start:end]
        start = end
    yield text[start:]
