"""`hearth reflect`, as somebody at the terminal uses it."""

import pytest

from tests.cli.conftest import Hearth

SAID = [
    "How do I prune a pear tree?",
    "I will prune the pear tree on Sunday",
    "What feeds a pear tree?",
]


@pytest.fixture
def talked(hearth: Hearth) -> Hearth:
    for question in SAID:
        assert hearth("ask", question).status == 0
    return hearth


def test_the_layers_say_when_and_about_what_they_think(hearth: Hearth) -> None:
    shown = hearth("reflect", "layers")

    assert "daily at 07:00" in shown.out
    layers = {
        each["name"]: each for each in hearth("reflect", "layers", "--json").lines
    }
    assert layers["user_reflection"]["schedule"] == "mondays at 07:00"
    assert layers["daily_digest"]["topics"] == {"server": 0.7, "user:local": 0.3}
    assert layers["daily_digest"]["last_run"] is None


def test_without_a_word_said_there_is_nothing_to_think_over(hearth: Hearth) -> None:
    ran = hearth("reflect", "run")

    assert (ran.status, ran.out) == (0, "")
    assert "nothing new to think over" in ran.err
    assert "No insight yet" in hearth("reflect", "insights").err
    assert "No topic yet" in hearth("reflect", "salience").err


def test_a_dry_run_says_what_it_would_come_to_and_keeps_nothing(talked: Hearth) -> None:
    planned = talked("reflect", "run", "daily_digest", "--dry-run", "--json").json

    assert planned["topic"] == "user:local"
    assert planned["sources"] == 3
    assert planned["cost"] == 1.5
    assert "pear" in planned["text"]
    assert talked("reflect", "insights").out == ""


def test_a_run_is_paid_for_and_can_be_read_afterwards(talked: Hearth) -> None:
    ran = talked("reflect", "run", "daily_digest", "--json").json

    assert (ran["status"], ran["targets"]) == ("completed", ["user:local"])
    (insight,) = talked("reflect", "insights", "--json").lines
    assert insight["content"] == ran["insights"][0]["content"]
    assert insight["sources_scope_max"] == "dm"
    assert [each["kind"] for each in insight["sources"]] == ["message"] * 3
    lines = talked("reflect", "salience", "user:local", "--json").lines
    spent = [each for each in lines if each["type"] == "spend"]
    assert [each["amount"] for each in spent] == [-1.5]
    assert spent[0]["run_id"] == ran["id"]
    (topic,) = [
        each
        for each in talked("reflect", "salience", "--json").lines
        if each["topic"] == "user:local"
    ]
    assert topic["balance"] == sum(each["amount"] for each in lines)


def test_a_second_run_finds_nothing_new(talked: Hearth) -> None:
    talked("reflect", "run", "daily_digest")

    again = talked("reflect", "run", "daily_digest")

    assert again.out == ""
    assert "nothing new" in again.err


def test_one_insight_is_shown_with_what_it_rests_on(talked: Hearth) -> None:
    talked("reflect", "run", "daily_digest")
    (insight,) = talked("reflect", "insights", "--json").lines

    shown = talked("reflect", "insights", insight["id"][:20])

    assert "You wrote 3 messages" in shown.out
    assert shown.out.count("  from message ") == 3
    assert "for you alone" in shown.out


def test_an_insight_is_found_by_the_one_search(talked: Hearth) -> None:
    talked("reflect", "run", "daily_digest")

    (found,) = talked("search", "pear", "--kind", "insight", "--json").lines

    assert (found["kind"], found["title"]) == ("insight", "daily digest")


def test_ones_own_insights_are_not_a_servers(talked: Hearth) -> None:
    talked("reflect", "run", "daily_digest")

    assert talked("reflect", "insights", "--server", "A").out == ""
    assert talked("reflect", "salience", "--server", "A").out == ""


@pytest.mark.parametrize(
    ("arguments", "status", "complaint"),
    [
        (("run", "nope"), 3, "No layer 'nope'"),
        (("run", "daily_digest", "--topic", "user:ana"), 2, "does not think about"),
        (("insights", "01X"), 3, "No insight 01X"),
        (("salience", "user:nobody"), 3, "No topic user:nobody"),
    ],
)
def test_what_is_not_there_is_said_in_one_line(
    hearth: Hearth, arguments: tuple[str, ...], status: int, complaint: str
) -> None:
    failed = hearth("reflect", *arguments)

    assert failed.status == status
    assert complaint in failed.err


def test_a_layer_of_ones_own_that_is_wrong_is_named(hearth: Hearth) -> None:
    folder = hearth.paths.layers
    folder.mkdir(parents=True)
    (folder / "mine.toml").write_text('schedule = "hourly"\n')

    failed = hearth("reflect", "layers")

    assert failed.status == 2
    assert f"{folder / 'mine.toml'}: schedule is 'hourly'" in failed.err
