"""The ledger's laws, and each fault of the known implementation as a test."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.config.settings import ReflectionSettings
from assistant.entities.ids import LayerRunId, TopicKey
from assistant.entities.reflection import Circle, EntryType, LayerRun, RunStatus
from assistant.errors import StorageError
from assistant.reflection.salience import Earning, Ledger, grained
from assistant.reflection.thinking import STRONGEST, WEAKEST, strength
from assistant.reflection.topics import channel_topic, dyad_topic, user_topic
from assistant.storage.database import Database
from tests.reflection.village import ANA, BEN, GARDEN, START, A, Village

USER, DYAD = TopicKey("user:ana"), TopicKey("dyad:ana:ben")
KEYS = [USER, DYAD, TopicKey("user:ben"), TopicKey("channel:garden")]
RUN = LayerRunId("run")
NEARLY = 2 / 1024


@pytest.fixture
def ledger(village: Village) -> Ledger:
    """Four topics of server A without salience, and a run to spend it."""
    topics = [
        user_topic(ANA, START),
        user_topic(BEN, START),
        dyad_topic(BEN, ANA, START),
        channel_topic(GARDEN, START),
    ]
    run = LayerRun(
        id=RUN, layer_name="a", window="w", started_at=START, status=RunStatus.RUNNING
    )
    with village.database.transaction():
        for topic in topics:
            village.desk.topics.came_up(topic, Circle(server_id=A))
        village.desk.runs.begin(run)
    return village.desk.ledger


def earn(ledger: Ledger, key: TopicKey, amount: float, cause: str, *near: TopicKey):
    return ledger.earn(
        Earning(key=key, amount=amount, reason="test", cause=cause, neighbours=near)
    )


def test_a_spend_above_the_balance_is_booked_as_what_there_was(
    ledger: Ledger, village: Village
) -> None:
    earn(ledger, USER, 10, "a")

    booked = ledger.spend(USER, 25, run_id=RUN, cause="x")

    assert booked is not None
    assert booked.spent == 10
    assert booked.retained == grained(0.3 * 10)
    assert village.balance(USER) == sum(e.amount for e in village.entries(USER))
    assert village.balance(USER) == booked.retained


def test_above_the_cap_only_what_was_applied_is_booked(
    ledger: Ledger, village: Village
) -> None:
    earn(ledger, USER, 99, "a")

    earn(ledger, USER, 5, "b")

    last = next(e for e in village.entries(USER) if e.cause == "b")
    assert (last.amount, last.evaporated) == (1, 4)
    assert village.balance(USER) == 100


def test_what_finds_no_room_spills_to_neighbours_and_the_rest_evaporates(
    ledger: Ledger, village: Village
) -> None:
    earn(ledger, USER, 100, "a")

    earn(ledger, USER, 8, "b", DYAD)

    (spilt,) = village.entries(DYAD)
    last = next(e for e in village.entries(USER) if e.cause == "b")
    assert (spilt.amount, spilt.reason) == (4, "spill")
    assert (last.amount, last.evaporated) == (0, 4)


def test_only_warm_neighbours_are_warmed_and_only_one_hop_away(
    ledger: Ledger, village: Village
) -> None:
    earn(ledger, DYAD, 2, "a")
    before = village.balance("user:ben")

    earn(ledger, USER, 10, "b", DYAD, TopicKey("channel:garden"))

    assert village.balance(DYAD) == 2 + grained(0.3 * 10)
    assert village.balance("channel:garden") == 0
    assert village.balance("user:ben") == before == 0


def test_strength_has_one_range() -> None:
    assert strength(10, 0) == 10 * WEAKEST
    assert strength(10, 1) == 10 * STRONGEST


def test_a_topic_that_rests_loses_a_hundredth_a_day_after_a_week(
    ledger: Ledger, village: Village
) -> None:
    earn(ledger, USER, 50, "a")

    for _ in range(6):
        village.wait(days=1)
        ledger.fade()
    assert village.balance(USER) == 50

    village.wait(days=11)  # seven of rest and ten of fading
    ledger.fade()
    ledger.fade()
    assert village.balance(USER) == pytest.approx(50 * 0.99**10, abs=NEARLY)


def test_fading_often_comes_to_what_fading_once_does(
    ledger: Ledger, village: Village
) -> None:
    earn(ledger, USER, 50, "a")
    for _ in range(27):
        village.wait(days=1)
        ledger.fade()

    assert village.balance(USER) == pytest.approx(50 * 0.99**20, abs=20 * NEARLY)


def test_the_ledger_is_never_changed(ledger: Ledger, database: Database) -> None:
    earn(ledger, USER, 5, "a")

    with pytest.raises(StorageError, match="never changed"):
        database.execute("UPDATE salience_entry SET amount = 99")


@pytest.mark.parametrize(
    "line",
    [
        {"entry_type": "spend", "amount": -99.0, "run_id": RUN},
        {"entry_type": "spend", "amount": -1.0, "run_id": None},
        {"entry_type": "earn", "amount": 1.0, "run_id": RUN},
        {"entry_type": "earn", "amount": -1.0, "run_id": None},
        {"entry_type": "earn", "amount": 0.1, "run_id": None},
    ],
    ids=["more than there is", "no run", "earned by a run", "negative", "not a grain"],
)
def test_the_file_itself_refuses_a_line_that_breaks_the_rules(
    ledger: Ledger, database: Database, line: dict[str, Any]
) -> None:
    earn(ledger, USER, 5, "a")

    with pytest.raises(StorageError):
        database.execute(
            "INSERT INTO salience_entry (id, topic_key, entry_type, amount, cause,"
            " run_id, created_at) VALUES ('x', 'user:ana', :entry_type, :amount, 'x',"
            " :run_id, '2026')",
            line,
        )


KEY = st.sampled_from(KEYS)
AMOUNT = st.floats(min_value=0, max_value=300, allow_nan=False)
CAUSE = st.integers(0, 12).map(str)
EARNING = st.tuples(st.just("earn"), KEY, AMOUNT, CAUSE, st.lists(KEY, unique=True))
SPENDING = st.tuples(st.just("spend"), KEY, AMOUNT, CAUSE)
RESTING = st.tuples(st.just("rest"), st.integers(1, 40))


def play(ledger: Ledger, village: Village, step: tuple[Any, ...]) -> None:
    match step:
        case ("earn", key, amount, cause, near):
            earn(ledger, key, amount, cause, *near)
        case ("spend", key, amount, cause):
            ledger.spend(key, amount, run_id=RUN, cause=cause)
        case ("rest", days):
            village.wait(days=days)
            ledger.fade()


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(st.one_of(EARNING, SPENDING, RESTING), max_size=25))
def test_the_laws_of_the_ledger(
    ledger: Ledger, village: Village, database: Database, steps: list[Any]
) -> None:
    database.execute("DELETE FROM salience_entry")
    village.now = START
    cap = ReflectionSettings().cap
    for step in steps:
        play(ledger, village, step)
        for key in KEYS:
            entries = village.entries(key)
            assert village.balance(key) == sum(each.amount for each in entries)
            assert 0 <= village.balance(key) <= cap
    assert village.desk.salience.out_of_step() == 0
    lines = [entry for key in KEYS for entry in village.entries(key)]
    assert all(e.run_id for e in lines if e.entry_type is EntryType.SPEND)
    before = {key: village.balance(key) for key in KEYS}

    for step in steps:
        if step[0] != "rest":
            play(ledger, village, step)

    assert {key: village.balance(key) for key in KEYS} == before


@given(amount=AMOUNT, held=AMOUNT, near=st.integers(0, 3))
@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_nothing_that_is_earned_is_lost_without_a_line(
    ledger: Ledger,
    village: Village,
    database: Database,
    amount: float,
    held: float,
    near: int,
) -> None:
    database.execute("DELETE FROM salience_entry")
    earn(ledger, USER, held, "held")

    earn(ledger, USER, amount, "all", *KEYS[1 : 1 + near])

    lines = [entry for key in KEYS for entry in village.entries(key)]
    accounted = sum(
        e.amount + e.evaporated
        for e in lines
        if e.cause.startswith("all") and e.reason != "warmth"
    )
    assert accounted == grained(amount)


def test_a_line_that_goes_is_no_longer_in_the_balance(
    ledger: Ledger, village: Village, database: Database
) -> None:
    earn(ledger, USER, 5, "a")
    earn(ledger, USER, 3, "b")

    database.execute("DELETE FROM salience_entry WHERE cause = 'a'")

    assert village.balance(USER) == 3
    assert village.desk.salience.out_of_step() == 0


def test_one_day_is_not_idle(ledger: Ledger, village: Village) -> None:
    earn(ledger, USER, 50, "a")
    village.now = START + timedelta(days=7, hours=23)

    assert ledger.fade() == 0
