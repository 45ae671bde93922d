"""Whether recall finds what answers a question, at one remove and at two.

Everything that the sets tell is kept as notes of one person, and each question is put
to the search as a turn puts it. The two dozen at two removes were written before what
leads on from a hit was; how much that counts was chosen by them. Decision 15 says what
came of it.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from statistics import fmean
from tempfile import TemporaryDirectory

from assistant.app import Assistant, open_assistant
from assistant.config.paths import find_paths
from assistant.entities.ids import MemoryId
from assistant.entities.memory import Memory, MemoryKind
from assistant.entities.search import HitKind
from assistant.knowledge.search import Question
from assistant.memory.tidying import Tidying
from tests.evals.remembering import lines
from tests.storage.test_memories import a_memory

_HANDED_ON = 8
_WORTH_RECALLING = 0.35


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question, and what its answer holds."""

    ask: str
    answer: str


def at_one_remove() -> list[Asked]:
    return [
        Asked(ask=line["ask"], answer=line["answer"])
        for line in lines("told.jsonl")
        if line["ask"]
    ]


def at_two() -> list[Asked]:
    return [
        Asked(ask=line["ask"], answer=line["answer"])
        for line in lines("two_hops.jsonl")
    ]


def show_recalling() -> None:
    with _told() as assistant:
        print(f"\n{'memories':16}{'first':>8}{'of 3':>8}{'of 8':>8}{'handed on':>11}")
        for name, asked in (("at one remove", at_one_remove()), ("at two", at_two())):
            found = [_recalled(assistant, each.ask) for each in asked]
            shares = [_share(asked, found, k=k) for k in (1, 3, _HANDED_ON)]
            figures = "".join(f"{share:>8.3f}" for share in shares)
            print(f"{name:16}{figures}{fmean(map(len, found)):>11.1f}")


def _share(asked: Sequence[Asked], found: Sequence[Sequence[str]], *, k: int) -> float:
    return fmean(
        any(each.answer.casefold() in text.casefold() for text in texts[:k])
        for each, texts in zip(asked, found, strict=True)
    )


def _recalled(assistant: Assistant, text: str) -> list[str]:
    question = Question(text=text, kinds=(HitKind.MEMORY,), k=_HANDED_ON)
    hits = assistant.search.find(question, assistant.audience).hits
    return [hit.text for hit in hits if hit.score >= _WORTH_RECALLING]


@contextmanager
def _told() -> Iterator[Assistant]:
    """One person who told all of it."""
    with (
        TemporaryDirectory() as folder,
        open_assistant(
            paths=find_paths({"HEARTH_HOME": folder}),
            environment={"HEARTH_HOME": folder},
        ) as assistant,
    ):
        desk, numbers = assistant.memories.desk, count(1)
        texts = [line["text"] for line in lines("told.jsonl")]
        texts += [text for line in lines("two_hops.jsonl") for text in line["told"]]
        with assistant.database.transaction():
            for text in texts:
                desk.memories.add(_note(text, next(numbers)))
        for _ in Tidying(desk=desk).embed():
            pass
        yield assistant


def _note(text: str, number: int) -> Memory:
    return a_memory(
        id=MemoryId(f"note{number}"),
        kind=MemoryKind.NOTE,
        subject="note",
        attribute="",
        value=text,
        text=text,
    )
