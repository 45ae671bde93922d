"""Counts by merging byte pairs, with tiktoken, as a vocabulary says.

tiktoken is imported by the first count: it is not wanted at start-up.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from assistant.tokens.blocks import blocks
from assistant.tokens.cuts import KEEPS_WHOLE_WORDS, cut_for
from assistant.tokens.ranks import LETTERS, ranks_of

if TYPE_CHECKING:
    from tiktoken import Encoding

_NORMAL, _UNKNOWN, _CONTROL, _USER_DEFINED = 1, 2, 3, 4
_SPECIAL = {_UNKNOWN, _CONTROL, _USER_DEFINED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """What a model file says of its tokens."""

    tokens: Sequence[str]
    token_types: Sequence[int]
    merges: Sequence[str]
    pre_tokenizer: str


class PairCounter:
    """Counts as the model that has this vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary

    def count(self, text: str) -> int:
        plain = self._special.split(text)
        return len(plain) - 1 + sum(map(self._count_plain, plain))

    def _count_plain(self, text: str) -> int:
        made = [
            number
            for block in blocks(text)
            for number in self._encoding.encode_ordinary(block)
        ]
        return len(made) - sum(map(self._silent.__contains__, made))

    @cached_property
    def _encoding(self) -> "Encoding":
        from tiktoken import Encoding

        keeps_words = self._vocabulary.pre_tokenizer in KEEPS_WHOLE_WORDS
        words = self._of_types({_NORMAL}) if keeps_words else ()
        return Encoding(
            self._vocabulary.pre_tokenizer,
            pat_str=cut_for(self._vocabulary.pre_tokenizer),
            mergeable_ranks=ranks_of(self._vocabulary.merges, words),
            special_tokens={},
        )

    @cached_property
    def _special(self) -> re.Pattern[str]:
        """Finds special tokens; the longest name first, as llama.cpp does."""
        names = sorted(self._of_types(_SPECIAL), key=len, reverse=True)
        return re.compile("|".join(map(re.escape, names)) or r"(?!)")

    @cached_property
    def _silent(self) -> frozenset[int]:
        """Bytes the vocabulary lacks: llama.cpp drops them, so they are free."""
        known = {token for token in self._vocabulary.tokens if len(token) == 1}
        return frozenset(
            byte for letter, byte in LETTERS.items() if letter not in known
        )

    def _of_types(self, types: set[int]) -> Iterator[str]:
        for token, kind in zip(
            self._vocabulary.tokens, self._vocabulary.token_types, strict=False
        ):
            if kind in types and token:
                yield token
