"""Making the vectors that are missing, with how many there are so far."""

from collections.abc import Iterator

from assistant.cli import render
from assistant.cli.words import plural
from assistant.errors import ModelError


def catch_up(parts: Iterator[int]) -> None:
    """To the end. An embedder that fails is told of: words find everything anyway."""
    status, made = render.Status(), 0
    try:
        for part in parts:
            made += part
            status.show(f"Indexing for meaning: {plural(made, 'text')}")
    except ModelError as error:
        status.wipe()
        render.notice(f"Not all is indexed for meaning: {error}")
    finally:
        status.wipe()
