"""Takes out of a text what points at a person or opens a door, class by class.

Meant for embedding: a vector must not depend on these values, because text can be
won back from vectors. Two texts that differ only in such a value become one. What it
finds is listed in README with its measured recall; names are found only when the
store knows them. It keeps nothing, so nothing can be put back.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from assistant.privacy.redact_keys import find_keys, find_links
from assistant.privacy.redact_numbers import (
    find_accounts,
    find_cards,
    find_identities,
    find_net_addresses,
    find_phones,
)
from assistant.privacy.redact_places import find_emails, find_streets
from assistant.privacy.redact_spans import Masking, Span

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_LEAST_NAME = 3
_SURE_NAME = 6  # letters; a shorter one must be written as it is known

# In this order: what an earlier one claims is not looked at again.
_FINDERS: Mapping[Masking, Callable[[str], Iterator[tuple[int, int]]]] = {
    Masking.LINK: find_links,
    Masking.KEY: find_keys,
    Masking.EMAIL: find_emails,
    Masking.ACCOUNT: find_accounts,
    Masking.CARD: find_cards,
    Masking.IDENTITY: find_identities,
    Masking.NET_ADDRESS: find_net_addresses,
    Masking.PHONE: find_phones,
    Masking.STREET: find_streets,
}

Names: TypeAlias = Collection[str]


class Masked(NamedTuple):
    """The text without them, and where they stood in the text as it was read."""

    text: str
    spans: Mapping[Masking, tuple[Span, ...]]


@dataclass(frozen=True, slots=True)
class _Claim:
    kind: Masking
    span: Span


def mask(text: str, known_names: Names = ()) -> Masked:
    """Put the name of its class in the place of every value.

    Invisible letters and unusual forms of letters are undone first, so that spans
    count in that text.
    """
    plain = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    claims = sorted(_claims(plain, known_names), key=lambda claim: claim.span)
    spans: dict[Masking, list[Span]] = defaultdict(list)
    parts, end = list[str](), 0
    for claim in claims:
        parts += [plain[end : claim.span.start], f"[{claim.kind}]"]
        end = claim.span.end
        spans[claim.kind].append(claim.span)
    parts.append(plain[end:])
    return Masked("".join(parts), {kind: tuple(of) for kind, of in spans.items()})


def values(text: str) -> frozenset[str]:
    """What of a text would be masked: two texts without the same say not the same."""
    plain = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    return frozenset(
        plain[claim.span.start : claim.span.end] for claim in _claims(plain, ())
    )


def _claims(text: str, known_names: Names) -> list[_Claim]:
    taken = bytearray(len(text))
    claims: list[_Claim] = []
    for kind, found in _found(text, known_names):
        for start, end in found:
            if start < end and not any(taken[start:end]):
                taken[start:end] = b"\x01" * (end - start)
                claims.append(_Claim(kind, Span(start, end)))
    return claims


def _found(
    text: str, known_names: Names
) -> Iterable[tuple[Masking, Iterable[tuple[int, int]]]]:
    for kind, find in _FINDERS.items():
        yield kind, find(text)
    yield Masking.NAME, _find_names(text, known_names)


def _find_names(text: str, known_names: Names) -> Iterator[tuple[int, int]]:
    """The longest first; a short one only as people write a name."""
    for pattern in _patterns(frozenset(known_names)):
        for match in pattern.finditer(text):
            yield match.span()


@lru_cache(maxsize=4)
def _patterns(known_names: frozenset[str]) -> tuple[re.Pattern[str], ...]:
    names = {unicodedata.normalize("NFKC", each).strip() for each in known_names}
    sure = {name for name in names if len(name) >= _SURE_NAME}
    short = {name for name in names - sure if len(name) >= _LEAST_NAME}
    written = short | {name.capitalize() for name in short}
    return tuple(
        re.compile(rf"(?<!\w)(?:{_any_of(some)})(?!\w)", flags)
        for some, flags in ((sure, re.IGNORECASE), (written, re.NOFLAG))
        if some
    )


def _any_of(names: Iterable[str]) -> str:
    longest_first = sorted(names, key=lambda each: (-len(each), each))
    return "|".join(map(re.escape, longest_first))
