"""Everything hostile that was thought of is in a test that names it."""

from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
LATER = {"DC-02", "DC-03", "DC-04", "DC-05"}
"""About changing servers, which nothing does yet."""

DISCORD = {f"DC-{number:02}" for number in range(1, 13)} - LATER
ROWS = [f"IN-{number:02}" for number in range(1, 20)] + sorted(DISCORD) + ["RL-01"]


@pytest.fixture(scope="module")
def said() -> str:
    here = Path(__file__)
    files = [file for file in TESTS.rglob("*.py") if file != here]
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


@pytest.mark.parametrize("row", ROWS)
def test_a_row_of_the_catalogue_has_a_test(row: str, said: str) -> None:
    assert f'"""{row}' in said
