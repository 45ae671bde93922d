"""Words as the full-text indexes keep them: folded, and cut to their stems.

SQLite's own tokenizer does it, so that both sides always agree.
"""

from functools import cache

import apsw


def stems(text: str) -> list[str]:
    """What `porter unicode61` makes of a text, in order."""
    found = _tokenizer()(
        text.encode("utf-8", "replace"),
        apsw.FTS5_TOKENIZE_QUERY,
        None,
        include_offsets=False,
        include_colocated=False,
    )
    return [str(stem) for stem in found]


@cache
def _tokenizer() -> apsw.FTS5Tokenizer:
    return apsw.Connection(":memory:").fts5_tokenizer("porter", ["unicode61"])
