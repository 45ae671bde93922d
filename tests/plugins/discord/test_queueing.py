"""Who is answered next, and what ten who ask all the time do to one who does not."""

import asyncio

import pytest

from assistant.entities.ids import UserId
from plugins.discord.queueing import FairQueue, QueueFullError

ANSWER = 10.0


class Hall:
    """People who ask, one answer of ten seconds at a time, by a clock set by hand."""

    def __init__(self, **limits: int) -> None:
        self.now = 0.0
        self.queue = FairQueue(seconds=lambda: self.now, **{"length": 99, **limits})
        self.answered: list[str] = []
        self.places: dict[str, list[int]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._done = asyncio.Event()

    def ask(self, who: str) -> asyncio.Task[None]:
        task = asyncio.create_task(self._ask(who))
        self._tasks.add(task)
        return task

    async def _ask(self, who: str) -> None:
        places = self.places.setdefault(who, [])
        async with self.queue.turn(UserId(who), moved=places.append):
            await self._done.wait()
            self._done.clear()
            self.answered.append(who)

    async def settle(self) -> None:
        for _ in range(20):
            await asyncio.sleep(0)

    async def finish_one(self) -> None:
        """The answer under way ends, ten seconds later."""
        await self.settle()
        self.now += ANSWER
        self._done.set()
        await self.settle()


async def test_one_at_a_time_in_the_order_they_came() -> None:
    hall = Hall()
    for who in ("ana", "ben", "cem"):
        hall.ask(who)

    for _ in range(3):
        await hall.finish_one()

    assert hall.answered == ["ana", "ben", "cem"]


async def test_everybody_hears_of_their_place() -> None:
    hall = Hall()
    for who in ("ana", "ben", "cem"):
        hall.ask(who)

    for _ in range(3):
        await hall.finish_one()

    assert hall.places["ana"] == [0]
    assert hall.places["cem"][-1] == 0
    assert sorted(set(hall.places["cem"]), reverse=True) == [2, 1, 0]


async def test_ten_who_ask_all_the_time_do_not_hold_up_one_who_does_not() -> None:
    hall = Hall(each=2)
    for number in range(10):
        hall.ask(f"loud {number}")
        hall.ask(f"loud {number}")
    for _ in range(12):
        await hall.finish_one()

    asked_at = hall.now
    hall.ask("quiet")
    while "quiet" not in hall.answered:
        await hall.finish_one()

    # One answer was under way; the next was the quiet one's.
    assert hall.now - asked_at <= 2 * ANSWER


async def test_a_second_question_waits_for_everybodys_first() -> None:
    hall = Hall()
    for who in ("ana", "ana", "ana", "ben", "cem"):
        hall.ask(who)

    for _ in range(5):
        await hall.finish_one()

    assert hall.answered == ["ana", "ben", "cem", "ana", "ana"]


async def test_what_somebody_had_is_forgotten_in_time() -> None:
    hall = Hall()
    hall.ask("ana")
    await hall.finish_one()
    hall.now += 36_000
    hall.ask("ben")
    await hall.finish_one()

    hall.ask("cem")
    await hall.settle()
    hall.ask("ben")
    hall.ask("ana")
    for _ in range(3):
        await hall.finish_one()

    assert hall.answered[2:] == ["cem", "ana", "ben"]


async def test_a_full_queue_says_so_at_once() -> None:
    hall = Hall(length=2)
    for who in ("ana", "ben", "cem"):
        hall.ask(who)
    await hall.settle()

    with pytest.raises(QueueFullError):
        await hall.ask("dan")


async def test_one_person_cannot_fill_it() -> None:
    hall = Hall(each=1)
    for _ in range(2):
        hall.ask("ana")
    await hall.settle()

    with pytest.raises(QueueFullError):
        await hall.ask("ana")
    assert not hall.ask("ben").done()


async def test_who_leaves_makes_room() -> None:
    hall = Hall()
    hall.ask("ana")
    leaving = hall.ask("ben")
    hall.ask("cem")
    await hall.settle()

    leaving.cancel()
    for _ in range(2):
        await hall.finish_one()

    assert hall.answered == ["ana", "cem"]
    assert hall.queue.waiting == 0


async def test_who_leaves_as_their_turn_comes_does_not_keep_it() -> None:
    hall = Hall()
    first = hall.ask("ana")
    second = hall.ask("ben")
    await hall.settle()

    first.cancel()
    await asyncio.sleep(0)
    second.cancel()
    await hall.settle()
    hall.ask("cem")
    await hall.finish_one()

    assert hall.answered == ["cem"]
