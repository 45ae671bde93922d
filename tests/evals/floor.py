"""Where the floor for what is recalled should lie: right memories kept, others not.

Everything of the set is told at once, then its questions are asked, and those about
other things; the figures in the code were read from what this prints.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory

from assistant.app import Assistant, open_assistant
from assistant.config.paths import find_paths
from assistant.config.settings import Cipher, Settings, StorageSettings
from assistant.entities.search import Hit, HitKind
from assistant.knowledge.search import Question
from tests.evals.questions import questions
from tests.evals.remembering import statements
from tests.fakes.engine import ScriptedEngine

_FLOORS = (0.15, 0.20, 0.25, 0.30, 0.35, 0.40, 0.45, 0.50)
_ELSEWHERE = (
    "What is the capital of France?",
    "Write a poem about autumn",
    "Explain recursion",
    "How do I boil an egg?",
    "Who won the world cup in 1998?",
    "Summarise the plot of Hamlet",
    "Translate good morning to Spanish",
    "What is 17 times 23?",
    "Give me a recipe for lasagne",
    "Why is the sky blue?",
)


def show_floor() -> None:
    with TemporaryDirectory() as home, _everything_told(Path(home)) as assistant:
        right, wrong = _of_what_was_told(assistant)
        asked = [each.question for each in questions()] + [*_ELSEWHERE]
        best = [max(map(_score, _hits(assistant, q)), default=0.0) for q in asked]
        print(f"{assistant.memories.count(assistant.audience)} memories")
    print(f"{'floor':>6}{'right kept':>12}{'wrong each':>12}{'elsewhere':>12}")
    for floor in _FLOORS:
        kept = fmean(score >= floor for score in right)
        others = sum(score >= floor for score in wrong) / len(right)
        offered = fmean(score >= floor for score in best)
        print(f"{floor:>6.2f}{kept:>12.3f}{others:>12.2f}{offered:>12.3f}")


def _of_what_was_told(assistant: Assistant) -> tuple[list[float], list[float]]:
    right: list[float] = []
    wrong: list[float] = []
    for statement in statements():
        hits = _hits(assistant, statement.ask) if statement.ask else ()
        answers = [statement.answer.lower() in hit.text.lower() for hit in hits]
        scores = [hit.score for hit in hits]
        held = [score for score, is_it in zip(scores, answers, strict=True) if is_it]
        right += [max(held)] if held else []
        wrong += [s for s, is_it in zip(scores, answers, strict=True) if not is_it]
    return right, wrong


def _score(hit: Hit) -> float:
    return hit.score


def _hits(assistant: Assistant, text: str) -> list[Hit]:
    question = Question(text=text, kinds=(HitKind.MEMORY,), k=8)
    return list(assistant.search.find(question, assistant.audience).hits)


@contextmanager
def _everything_told(home: Path) -> Iterator[Assistant]:
    settings = Settings(storage=StorageSettings(encryption=Cipher.NONE))
    with open_assistant(
        settings,
        paths=find_paths({"HEARTH_HOME": str(home)}),
        environment={},
        engines=lambda _: ScriptedEngine("I see."),
    ) as assistant:
        for statement in statements():
            assistant.memories.add(statement.text, assistant.audience)
        for _ in assistant.learning.work():
            pass
        yield assistant
