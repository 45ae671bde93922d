"""The tokens that structure a chat, and how no message can forge one.

Knows a model's vocabulary; never its chat template.
"""

import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TypeAlias

from assistant.weights import GgufMetadata

Part: TypeAlias = str | int
"""Plain text, in which markers are only text, or the token of a marker."""

_CONTROL, _USER_DEFINED = 3, 4
_LIKE_A_MARKER = re.compile(r"<.+>|\[[A-Z_/]+\]", re.DOTALL)
_NULS = re.compile("\x00")


class Markers:
    """The markers of one model."""

    def __init__(self, metadata: GgufMetadata) -> None:
        self._tokens = _markers(metadata)
        # Nobody can guess it, so nobody can write it.
        self._seam = f"\ue000{secrets.randbits(64)}\ue001"

    def defuse(self, text: str) -> str:
        """The text with a seam in whatever looks like a marker."""
        if not self._tokens:
            return text
        return self._pattern.sub(
            lambda found: found[0][:1] + self._seam + found[0][1:], text
        )

    def plain(self, rendered: str) -> str:
        """The text without its seams."""
        return rendered.replace(self._seam, "")

    def parts(self, rendered: str) -> list[Part]:
        """Markers as tokens, and the text between them, cut at its seams."""
        return list(self._parts(rendered))

    def find(self, text: str) -> int | None:
        """The token of a marker."""
        return self._tokens.get(text)

    def find_first(self, text: str) -> str | None:
        """The marker a text begins with, white space aside."""
        found = self._pattern.match(text.lstrip()) if self._tokens else None
        return found[0] if found else None

    def _parts(self, rendered: str) -> Iterator[Part]:
        pieces = self._pattern.split(rendered) if self._tokens else [rendered]
        for number, piece in enumerate(pieces):
            if number % 2:
                yield self._tokens[piece]
            else:
                yield from filter(None, piece.split(self._seam))

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        longest_first = sorted(self._tokens, key=len, reverse=True)
        return re.compile(f"({'|'.join(map(re.escape, longest_first))})")


def readable(text: str) -> str:
    """The text without what no tokenizer takes: lone surrogates and NUL."""
    joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return _NULS.sub("\ufffd", joined)


def _markers(metadata: GgufMetadata) -> Mapping[str, int]:
    tokens = metadata.tokens
    found = {
        tokens[number]: number
        for number, kind in enumerate(metadata.token_types)
        if kind == _CONTROL
        or (kind == _USER_DEFINED and _LIKE_A_MARKER.fullmatch(tokens[number]))
    }
    for number in _ends(metadata):
        found.setdefault(tokens[number], number)
    # One letter could not be cut in two.
    return {text: number for text, number in found.items() if len(text) > 1}


def _ends(metadata: GgufMetadata) -> Sequence[int]:
    ends = (metadata.bos_token_id, metadata.eos_token_id, *metadata.eot_token_ids)
    return [number for number in ends if number is not None]
