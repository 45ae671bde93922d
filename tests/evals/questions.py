"""The fixed questions, and the documents that do or do not answer them."""

import json
from dataclasses import dataclass
from pathlib import Path

CORPUS = Path(__file__).parent / "corpus"
_QUESTIONS = Path(__file__).parent / "questions.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked, and where the answer stands, if it stands anywhere."""

    id: str
    kind: str
    """fact, number, paraphrase, confusable; missing and absent have no answer."""

    question: str
    document: str | None
    answer: str | None
    """The shortest right answer, as the document words it."""

    quote: str | None
    """The words of the document that hold the answer."""

    @property
    def is_answerable(self) -> bool:
        return self.document is not None


def questions() -> list[Question]:
    lines = _QUESTIONS.read_text(encoding="utf-8").splitlines()
    return [Question(**json.loads(line)) for line in lines]


def corpus() -> dict[str, str]:
    """Every document by the name of its file."""
    paths = sorted(CORPUS.glob("*.md"))
    return {path.name: path.read_text(encoding="utf-8") for path in paths}
