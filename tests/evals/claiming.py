"""True and altered sentences with a reference, put to the check of citations.

The true one is the quotation that holds the answer. It is altered as a small
model would: another number, a name from elsewhere, or a denial.
"""

import re
from collections.abc import Iterator, Sequence
from statistics import fmean

from assistant.knowledge.citations import Outcome, check_answer
from assistant.knowledge.evidence import Source
from tests.evals.asked import Asked
from tests.evals.questions import corpus

_NUMBER = re.compile(r"\d+")
_SPELT = {
    "two": "three", "three": "five", "four": "six", "five": "four", "six": "eight",
    "eleven": "twelve", "fifteen": "sixteen", "sixteen": "sixty", "twenty": "thirty",
    "forty": "fifty", "ninety": "eighty", "hundred": "thousand",
}  # fmt: skip
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]+")


def caught(asked: Sequence[Asked]) -> dict[str, float]:
    """Shares: of true ones that stand, of altered ones that do not."""
    documents = corpus()
    true: list[bool] = []
    numbers: list[bool] = []
    names: list[bool] = []
    for each in asked:
        text = documents[each.question.document]
        title, _, body = text.removeprefix("# ").partition("\n")
        source = Source(body, prefix=title)
        quote = " ".join(each.question.quote.split())
        true.append(_stands(quote, source))
        numbers.extend(not _stands(one, source) for one in _other_numbers(quote))
        names.extend(not _stands(one, source) for one in _other_names(quote))
    return {
        f"true, and left as they are ({len(true)})": fmean(true),
        f"another number, and replaced ({len(numbers)})": fmean(numbers),
        f"another name, and replaced ({len(names)})": fmean(names),
    }


def _stands(sentence: str, source: Source) -> bool:
    checked = check_answer(f"{sentence.rstrip('.')} [1].", [source])
    return all(each.outcome is Outcome.VERIFIED for each in checked)


def _other_numbers(sentence: str) -> Iterator[str]:
    for match in _NUMBER.finditer(sentence):
        other = str(int(match.group()) + 7)
        yield sentence[: match.start()] + other + sentence[match.end() :]
    for word, other in _SPELT.items():
        changed = re.sub(rf"\b{word}\b", other, sentence)
        if changed != sentence:
            yield changed


def _other_names(sentence: str) -> Iterator[str]:
    for match in _NAME.finditer(sentence):
        yield sentence[: match.start()] + "Zebedee" + sentence[match.end() :]
