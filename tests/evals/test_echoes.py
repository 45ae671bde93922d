"""Notes that say one thing twice are merged, and no two that say two."""

import pytest

from assistant.embeddings.opening import bundled_embedder
from assistant.memory import tidying
from assistant.memory.tidying import is_echo
from tests.evals.remembering import lines

pytestmark = pytest.mark.weights

PAIRS = [
    (each["one"], each["other"], each["is_echo"]) for each in lines("echoes.jsonl")
]


@pytest.fixture(scope="module")
def merged() -> list[tuple[str, str, bool]]:
    embedder = bundled_embedder(threads=1)

    def is_near(one: str, other: str) -> bool:
        left, right = embedder.embed_passages([one, other])
        return float(left @ right) >= tidying._NEAR

    return [each for each in PAIRS if is_echo(*each[:2]) and is_near(*each[:2])]


def test_no_two_things_become_one(merged) -> None:
    assert [each for each in merged if not each[2]] == []


def test_most_echoes_are_found(merged) -> None:
    assert len([each for each in merged if each[2]]) >= 14
