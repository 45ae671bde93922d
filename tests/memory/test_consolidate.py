"""What a run over memories does, what it refuses, and how it is taken back."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from threading import Event, Thread
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.entities.audience import Audience
from assistant.entities.consolidation import ConsolidationStatus
from assistant.entities.ids import LOCAL_USER, MemoryId
from assistant.entities.memory import (
    Memory,
    MemoryFilter,
    MemoryKind,
    MemoryOrigin,
    MemoryState,
    MemoryTerm,
)
from assistant.errors import NotFoundError, UsageError
from assistant.memory.consolidate import Consolidation
from assistant.memory.decay import HALF_LIVES, half_life, strength
from assistant.memory.desk import MemoryDesk
from assistant.storage.consolidations import Consolidations
from assistant.storage.dependencies import Source
from tests.storage.building import ME, START

NUMBERS = count(1)
LATER = timedelta(days=900)
_PATIENCE = 30


def a_memory(text: str, **changes: Any) -> Memory:
    fields: dict[str, Any] = {
        "id": MemoryId(f"memory {next(NUMBERS)}"),
        "owner_id": LOCAL_USER,
        "kind": MemoryKind.NOTE,
        "subject": "me",
        "attribute": "",
        "value": text,
        "text": text,
        "state": MemoryState.CURRENT,
        "origin": MemoryOrigin.RULE,
        "importance": 0.5,
        "valid_from": START,
        "created_at": START,
        "updated_at": START,
    }
    return Memory(**(fields | changes))


class Watch:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def consolidation(desk: MemoryDesk, watch: Watch) -> Consolidation:
    moving = replace(desk, clock=watch)
    return Consolidation(desk=moving, consolidations=Consolidations(moving.database))


def remember(consolidation: Consolidation, *memories: Memory) -> None:
    with consolidation.desk.database.transaction():
        for memory in memories:
            consolidation.desk.memories.add(memory)


def current(consolidation: Consolidation) -> set[str]:
    found = consolidation.desk.memories.browse(MemoryFilter(), ME, limit=999)
    return {memory.text for memory in found}


def test_half_is_left_after_a_half_life_and_all_again_when_it_is_used() -> None:
    memory = a_memory("It rains.")
    after = START + HALF_LIVES[MemoryTerm.LONG_TERM]

    assert strength(memory, now=START) == 0.5
    assert strength(memory, now=after) == pytest.approx(0.25)
    assert strength(replace(memory, accessed_at=after), now=after) == 0.5


def test_what_is_used_often_fades_more_slowly() -> None:
    lives = [half_life(a_memory("It rains.", access_count=n)) for n in (0, 1, 3, 7)]

    assert lives == [HALF_LIVES[MemoryTerm.LONG_TERM] * n for n in (1, 2, 3, 4)]


@given(st.floats(0, 1), st.integers(0, 10**6), st.integers(0, 10**6))
def test_nothing_grows_stronger_by_waiting(
    importance: float, hours: int, more: int
) -> None:
    memory = a_memory("It rains.", importance=importance)
    sooner = START + timedelta(hours=hours)

    assert (
        0
        <= strength(memory, now=sooner + timedelta(hours=more))
        <= strength(memory, now=sooner)
        <= importance
    )


def test_echoes_become_one_that_takes_over_what_they_were_made_of(
    consolidation: Consolidation,
) -> None:
    kept = a_memory("I like strong coffee.", importance=0.7)
    echo = a_memory("I like the strong coffee")
    remember(consolidation, kept, echo)
    with consolidation.desk.database.transaction():
        consolidation.desk.dependencies.add(
            Source("memory", echo.id), of=[Source("message", "m")]
        )

    result = consolidation.run()

    assert current(consolidation) == {kept.text}
    assert (result.consolidated_count, result.retained_count) == (1, 1)
    sources = consolidation.desk.dependencies.sources(Source("memory", kept.id))
    assert set(sources) == {Source("memory", echo.id), Source("message", "m")}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("I have 2 cats", "I have 3 cats"),
        ("I like coffee", "I don't like coffee"),
        ("I know Ana and Ben", "I know Ana and Cem"),
        ("Boat 1 lies behind boat 2", "Boat 2 lies behind boat 1"),
    ],
)
def test_what_contradicts_is_no_echo(
    consolidation: Consolidation, one: str, other: str
) -> None:
    remember(consolidation, a_memory(one), a_memory(other))

    consolidation.run()

    assert current(consolidation) == {one, other}


def test_what_proved_itself_stays_for_good(consolidation: Consolidation) -> None:
    proven = a_memory(
        "The gate code is 42.",
        term=MemoryTerm.SHORT_TERM,
        access_count=3,
        expires_at=START + timedelta(days=9),
    )
    plan = replace(
        proven, id=MemoryId("plan"), text="On Friday I sail.", kind=MemoryKind.PLAN
    )
    remember(consolidation, proven, plan)

    result = consolidation.run()

    kept = consolidation.desk.memories.get(proven.id, ME)
    assert (kept.term, kept.expires_at) == (MemoryTerm.LONG_TERM, None)
    assert consolidation.desk.memories.get(plan.id, ME) == plan
    assert result.consolidated_count == 1


def many(number: int, **changes: Any) -> list[Memory]:
    """As many, none of which is like another."""
    return [
        a_memory(f"Number {next(NUMBERS)} is kept.", **changes) for _ in range(number)
    ]


def test_only_what_was_never_used_nor_asked_for_fades(
    consolidation: Consolidation, watch: Watch
) -> None:
    faded = a_memory("It rained on the way.")
    used = a_memory("The bridge was closed.", access_count=1)
    asked = a_memory("Remember the milk.", origin=MemoryOrigin.PERSON)
    remember(consolidation, faded, used, asked, *many(9, origin=MemoryOrigin.PERSON))
    watch.now += LATER

    result = consolidation.run()

    assert result.discarded_count == 1
    gone = consolidation.desk.memories.get(faded.id, ME)
    assert gone.state is MemoryState.EXPIRED
    assert {used.text, asked.text} <= current(consolidation)


def test_a_run_that_would_lose_more_than_a_quarter_does_nothing_but_say_so(
    consolidation: Consolidation, watch: Watch
) -> None:
    remember(consolidation, *many(3), *many(5, origin=MemoryOrigin.PERSON))
    watch.now += LATER

    result = consolidation.run()

    assert result.status is ConsolidationStatus.REFUSED
    assert result.detail == "3 of 8 memories would have faded at once"
    assert (result.discarded_count, result.retained_count) == (0, 8)
    assert len(current(consolidation)) == 8


def test_a_preview_changes_nothing(consolidation: Consolidation) -> None:
    remember(consolidation, a_memory("I sail."), a_memory("I sail"))

    result = consolidation.preview()

    assert result.consolidated_count == 1
    assert len(current(consolidation)) == 2
    assert consolidation.recent() == []


def test_a_run_can_be_taken_back(consolidation: Consolidation, watch: Watch) -> None:
    memories = [a_memory("I sail."), a_memory("I sail"), *many(9, access_count=1)]
    fading = a_memory("It rained on the way.")
    remember(consolidation, *memories, fading)
    before = consolidation.desk.memories.browse(MemoryFilter(), ME, limit=99)
    watch.now += LATER
    result = consolidation.run()
    assert len(current(consolidation)) < len(before)

    consolidation.reverse(result.id)

    assert consolidation.desk.memories.browse(MemoryFilter(), ME, limit=99) == before
    (noted,) = consolidation.recent()
    assert noted.status is ConsolidationStatus.REVERSED
    with pytest.raises(UsageError, match="reversed"):
        consolidation.reverse(result.id)


def test_what_changed_since_is_left_as_it_is(
    consolidation: Consolidation, watch: Watch
) -> None:
    kept, echo = a_memory("I sail.", importance=0.9), a_memory("I sail")
    remember(consolidation, kept, echo)
    result = consolidation.run()
    watch.now += timedelta(hours=1)
    merged = consolidation.desk.memories.get(echo.id, ME)
    with consolidation.desk.database.transaction():
        consolidation.desk.memories.replace(
            replace(merged, text="I row", updated_at=watch.now)
        )

    consolidation.reverse(result.id)

    assert consolidation.desk.memories.get(echo.id, ME).text == "I row"


def test_a_run_can_be_taken_back_for_thirty_days(
    consolidation: Consolidation, watch: Watch
) -> None:
    remember(consolidation, a_memory("I sail."), a_memory("I sail"))
    result = consolidation.run()
    watch.now += timedelta(days=31)

    with pytest.raises(UsageError, match="30 days"):
        consolidation.reverse(result.id)


def test_nobody_takes_back_anothers_run(consolidation: Consolidation) -> None:
    remember(consolidation, a_memory("I sail."))
    result = consolidation.run()

    with pytest.raises(NotFoundError):
        consolidation.reverse(result.id, owner_id="ana")


def test_what_is_forgotten_is_in_no_run_any_more(consolidation: Consolidation) -> None:
    secret = a_memory("My Nelly is a secret boat.")
    echo = replace(secret, id=MemoryId("echo"))
    remember(consolidation, secret, echo, a_memory("I sail."), a_memory("I row."))
    result = consolidation.run()
    assert any("Nelly" in line for line in consolidation.insights(result))

    with consolidation.desk.database.transaction():
        for memory in (secret, echo):
            consolidation.desk.memories.delete(memory.id)

    rows = consolidation.desk.database.query(
        "SELECT was AS text FROM reversal"
        " UNION ALL SELECT new_insights || detail FROM consolidation"
    )
    assert not any("Nelly" in row["text"] for row in rows)
    assert not any("Nelly" in line for line in consolidation.insights(result))


def test_everybodys_memories_are_looked_at_once_a_day(
    consolidation: Consolidation, watch: Watch
) -> None:
    remember(consolidation, a_memory("I sail."), a_memory("I sail"))

    first = list(consolidation.work())
    again = list(consolidation.work())
    watch.now += timedelta(days=1, seconds=1)
    tomorrow = list(consolidation.work())

    assert (first, again, tomorrow) == ([1], [], [0])
    assert len(consolidation.recent()) == 2


def test_the_memories_of_one_person_are_never_merged_into_anothers(
    consolidation: Consolidation,
) -> None:
    people = consolidation.desk.people
    person = people.get_user(LOCAL_USER)
    with consolidation.desk.database.transaction():
        people.add_user(replace(person, id="ana", name="ana"))
    hers = a_memory("I sail.", owner_id="ana")
    remember(consolidation, hers, a_memory("I sail."))

    assert list(consolidation.work()) == [0, 0]
    assert consolidation.desk.memories.get(hers.id, Audience(user_id="ana")) == hers


def test_what_others_write_while_memories_are_looked_through_is_seen(
    desk: MemoryDesk,
) -> None:
    writes = [Event(), Event()]

    def write() -> None:
        with desk.database.transaction():
            desk.memories.delete(MemoryId("echo"))
        writes[1].set()

    def clock() -> datetime:
        """Asked at the beginning of every look; somebody else writes in the first."""
        if not writes[0].is_set():
            writes[0].set()
            Thread(target=write).start()
            assert writes[1].wait(_PATIENCE)  # the file is not held
        return START + timedelta(hours=1)

    run = Consolidation(
        desk=replace(desk, clock=clock), consolidations=Consolidations(desk.database)
    )
    remember(run, a_memory("The boat is green"))
    remember(run, a_memory("The boat is green", id=MemoryId("echo")))

    result = run.run()

    assert result.consolidated_count == 0
    assert result.retained_count == 1
