"""Layers in TOML: those that came along, one's own, and what is wrong with one."""

from pathlib import Path

import pytest

from assistant.entities.reflection import Rhythm, Section
from assistant.errors import ConfigError, NotFoundError
from assistant.reflection.shelf import SHIPPED, LayerShelf

GOOD = """
schedule = "daily"
budget = 10.0
category = "hobbies"
prompt = "Say what they do for fun."
lookback_days = 3
[topics]
user = 1.0
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "layers"
    folder.mkdir()
    return folder


def test_four_layers_come_along() -> None:
    names = [layer.name for layer in LayerShelf(own=Path("nowhere")).layers()]

    assert names == [
        "channel_reflection",
        "daily_digest",
        "dyad_reflection",
        "user_reflection",
    ]


@pytest.mark.parametrize(
    "layer", LayerShelf(own=Path("nowhere")).layers(), ids=lambda one: one.name
)
def test_the_shares_of_every_layer_that_came_along_are_all_of_its_budget(layer) -> None:
    assert sum(layer.topics.values()) == 1
    assert layer.budget * 1024 % 1 == 0


def test_ones_own_layer_stands_beside_them(own: Path) -> None:
    (own / "hobbies.toml").write_text(GOOD)

    layer = LayerShelf(own=own).get("hobbies")

    assert (layer.category, layer.schedule.rhythm) == ("hobbies", Rhythm.DAILY)
    assert layer.sections == tuple(Section)
    assert layer.expires_after is None


def test_ones_own_layer_takes_the_place_of_one_that_came_along(own: Path) -> None:
    (own / "daily_digest.toml").write_text(GOOD)
    (own / "dyad_reflection.toml").write_text("enabled = false")

    shelf = LayerShelf(own=own)

    assert shelf.get("daily_digest").category == "hobbies"
    assert len(shelf.layers()) == len(list(SHIPPED.glob("*.toml"))) - 1
    with pytest.raises(NotFoundError, match="No layer 'dyad_reflection'"):
        shelf.get("dyad_reflection")


FAULTS = [
    ("user = 1.0", "user = 0.75\nchannel = 0.3", "sum to 1.05; they must sum to 1"),
    ("user = 1.0", "planet = 1.0", "topics.planet is no topic"),
    ("user = 1.0", "user = -1", "topics.user is -1; a share is between 0 and 1"),
    ("budget = 10.0", 'budget = "much"', "budget expects a number, not 'much'"),
    ("budget = 10.0", "budget = -3", "budget is -3"),
    ("budget = 10.0", "budgett = 10.0", "no 'budgett'; did you mean 'budget'?"),
    ('"daily"', '"hourly"', "schedule is 'hourly'; choose from daily, weekly, hours"),
    ('"daily"', '"hours"\nhours = 5', "hours is 5; choose from 1, 2, 3, 4"),
    ('"daily"', '"daily"\nat = "7 o\'clock"', 'at is "7 o\'clock"; write a time'),
    ('"daily"', '"weekly"\nweekday = "funday"', "weekday is 'funday'"),
    ("lookback_days = 3", "", "lookback_days is missing"),
    ("lookback_days = 3", "lookback_days = 0", "lookback_days is 0"),
    ('"hobbies"', '" "', "category is empty"),
    ("budget", "min_sources = 9\nmax_sources = 2\nbudget", "above max_sources (2)"),
    ("budget", 'sections = ["jokes"]\nbudget', "sections has 'jokes'; choose from"),
    ("budget", "sections = []\nbudget", "sections is empty"),
    ("[topics]\nuser = 1.0", "topics = 3", "topics expects a table of shares"),
    ("[topics]", "[topics", "not valid TOML"),
]


@pytest.mark.parametrize(("was", "becomes", "complaint"), FAULTS)
def test_what_is_wrong_with_a_layer_is_said_in_one_line(
    own: Path, was: str, becomes: str, complaint: str
) -> None:
    path = own / "hobbies.toml"
    path.write_text(GOOD.replace(was, becomes, 1))

    with pytest.raises(ConfigError) as error:
        LayerShelf(own=own).layers()

    assert str(path) in str(error.value)
    assert complaint in str(error.value)
    assert "\n" not in str(error.value)
