"""Which model answers when the wanted one cannot, and what is said of it."""

import pytest

from assistant.entities.ids import LOCAL_USER
from assistant.errors import (
    EngineError,
    ModelError,
    NotFoundError,
    RemoteModelError,
    WeightsMissingError,
)
from assistant.models.fallback import Candidate
from assistant.models.files import BUNDLED_NAME
from assistant.models.shelf import ModelShelf
from tests.models.conftest import Home


@pytest.fixture
def chain(home: Home) -> ModelShelf:
    """`first` is in use; `second` and the bundled one are its fallbacks."""
    shelf = home.shelf(fallbacks=("second", BUNDLED_NAME))
    for name in ("first", "second"):
        shelf.add_remote("http://localhost/v1", name, name=name, actor=LOCAL_USER)
    shelf.use("first", actor=LOCAL_USER)
    return shelf


def told(candidates: list[Candidate]) -> list[tuple[str, str | None, str | None]]:
    return [(c.service.name, c.instead_of, c.reason) for c in candidates]


def test_the_wanted_model_answers_and_nothing_more_is_said(
    chain: ModelShelf, home: Home
) -> None:
    candidate = next(chain.working(None))

    assert told([candidate]) == [("first", None, None)]
    assert candidate.engine is chain.engine(candidate.service)
    assert home.opener.opened == ["first"]


def test_a_model_that_cannot_be_opened_is_replaced_and_the_reason_said(
    chain: ModelShelf, home: Home
) -> None:
    home.opener.failures["first"] = RemoteModelError("first has no key")

    candidate = next(chain.working(None))

    assert told([candidate]) == [("second", "first", "first has no key")]
    first = chain.find("first")
    assert first is not None
    assert first.last_error == "first has no key"


def test_a_model_that_fails_to_answer_is_replaced_and_the_reason_said(
    chain: ModelShelf,
) -> None:
    working = chain.working(None)
    next(working)
    chain.report("first", ok=False, error="It broke in the middle")

    assert told([next(working)]) == [("second", "first", "It broke in the middle")]


def test_each_replacement_is_told_as_instead_of_the_wanted_one(
    chain: ModelShelf, home: Home
) -> None:
    home.opener.failures["first"] = EngineError("first broke")
    home.opener.failures["second"] = EngineError("second broke")

    assert told([next(chain.working(None))]) == [(BUNDLED_NAME, "first", "first broke")]


def test_a_model_known_to_be_gone_is_not_opened_and_its_last_error_is_the_reason(
    chain: ModelShelf, home: Home
) -> None:
    for _ in range(3):
        chain.report("first", ok=False, error="It broke before")

    assert told([next(chain.working(None))]) == [("second", "first", "It broke before")]
    assert home.opener.opened == ["second"]


def test_missing_weights_are_not_looked_for_at_every_question(
    chain: ModelShelf, home: Home
) -> None:
    home.opener.failures["first"] = WeightsMissingError("first", home.paths.models)
    next(chain.working(None))
    next(chain.working(None))

    assert home.opener.opened == ["first", "second"]


def test_a_named_model_is_wanted_instead_of_the_one_in_use(
    chain: ModelShelf, home: Home
) -> None:
    home.opener.failures[BUNDLED_NAME] = EngineError("no")

    assert told([next(chain.working(BUNDLED_NAME))]) == [("second", BUNDLED_NAME, "no")]


def test_when_the_last_one_failed_to_answer_there_are_no_more(
    chain: ModelShelf,
) -> None:
    assert [c.service.name for c in chain.working(None)] == [
        "first",
        "second",
        BUNDLED_NAME,
    ]


def test_a_single_model_that_cannot_be_opened_speaks_for_itself(
    home: Home,
) -> None:
    missing = WeightsMissingError(BUNDLED_NAME, home.paths.models)
    home.opener.failures[BUNDLED_NAME] = missing

    with pytest.raises(WeightsMissingError) as caught:
        next(home.shelf().working(None))

    assert caught.value is missing


def test_when_none_can_be_opened_every_reason_is_said(
    chain: ModelShelf, home: Home
) -> None:
    for name in ("first", "second", BUNDLED_NAME):
        home.opener.failures[name] = EngineError(f"{name} broke")

    with pytest.raises(ModelError) as caught:
        next(chain.working(None))

    assert str(caught.value) == (
        f"No model can answer: first broke; second broke; {BUNDLED_NAME} broke"
    )
    assert caught.value.exit_code == 4


def test_an_unknown_model_has_no_replacement(chain: ModelShelf) -> None:
    with pytest.raises(NotFoundError):
        next(chain.working("nobody"))
