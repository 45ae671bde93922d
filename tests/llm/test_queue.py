import threading
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from assistant.llm.queue import FairQueue

OWNERS = st.sampled_from(["ana", "ben", "cleo"])
ASKED = st.lists(st.tuples(OWNERS, st.integers(0, 2)), max_size=25)


def filled(asked: list[tuple[str, int]]) -> FairQueue[tuple[int, str, int]]:
    queue: FairQueue[tuple[int, str, int]] = FairQueue()
    for number, (owner, priority) in enumerate(asked):
        queue.put((number, owner, priority), owner=owner, priority=priority)
    return queue


def drained(queue: FairQueue[tuple[int, str, int]]) -> list[tuple[int, str, int]]:
    served = []
    while (item := queue.take(timeout=0)) is not None:
        served.append(item)
    return served


@given(ASKED)
def test_everyone_is_served_exactly_once(asked: list[tuple[str, int]]) -> None:
    served = drained(filled(asked))

    assert sorted(number for number, _, _ in served) == list(range(len(asked)))


@given(ASKED)
def test_a_more_urgent_request_never_waits_for_a_less_urgent_one(
    asked: list[tuple[str, int]],
) -> None:
    priorities = [priority for _, _, priority in drained(filled(asked))]

    assert priorities == sorted(priorities)


@given(ASKED)
def test_one_owner_is_served_in_the_order_of_asking(
    asked: list[tuple[str, int]],
) -> None:
    served = drained(filled(asked))

    for owner in {owner for owner, _ in asked}:
        mine = [(priority, number) for number, who, priority in served if who == owner]
        assert mine == sorted(mine)


@given(st.lists(OWNERS, max_size=25))
def test_owners_take_turns_whatever_one_of_them_asks_for(owners: list[str]) -> None:
    served = drained(filled([(owner, 0) for owner in owners]))

    left = Counter(owners)
    had: Counter[str] = Counter()
    for _, owner, _ in served:
        others = [had[other] for other in left if left[other] > 0]
        assert had[owner] == min(others)
        had[owner] += 1
        left[owner] -= 1


@given(ASKED)
def test_the_announced_order_is_the_order_of_service(
    asked: list[tuple[str, int]],
) -> None:
    queue = filled(asked)
    queue.take(timeout=0)

    announced = queue.waiting()

    assert announced == drained(queue)


@given(ASKED, st.data())
def test_who_leaves_the_queue_is_not_served_and_moves_nobody_else(
    asked: list[tuple[str, int]], data: st.DataObject
) -> None:
    queue: FairQueue[int] = FairQueue()
    tickets = [
        queue.put(number, owner=owner, priority=priority)
        for number, (owner, priority) in enumerate(asked)
    ]
    leaving = data.draw(st.sets(st.sampled_from(tickets))) if tickets else set()
    staying = [ticket for ticket in tickets if ticket not in leaving]

    assert all(ticket is not None and queue.cancel(ticket) for ticket in leaving)

    assert sorted(queue.waiting()) == sorted(t.item for t in staying if t)
    assert not any(ticket is not None and queue.cancel(ticket) for ticket in leaving)


@given(ASKED)
def test_a_place_says_how_many_come_first(asked: list[tuple[str, int]]) -> None:
    queue: FairQueue[int] = FairQueue()
    tickets = [
        queue.put(number, owner=owner, priority=priority)
        for number, (owner, priority) in enumerate(asked)
    ]

    places = {t.item: queue.ahead(t) for t in tickets if t is not None}

    assert [number for number, _ in sorted(places.items(), key=lambda p: p[1])] == (
        queue.waiting()
    )


def test_a_newcomer_is_served_before_the_second_wish_of_another() -> None:
    queue: FairQueue[str] = FairQueue()
    for wish in ("first", "second", "third"):
        queue.put(f"ana's {wish}", owner="ana", priority=0)
    assert queue.take() == "ana's first"

    queue.put("ben's first", owner="ben", priority=0)

    assert queue.take() == "ben's first"
    assert queue.take() == "ana's second"


def test_closing_wakes_who_waits_for_work_and_hands_back_the_rest() -> None:
    queue: FairQueue[str] = FairQueue()
    taken: list[str | None] = []
    worker = threading.Thread(target=lambda: taken.append(queue.take()))
    worker.start()

    left = queue.close()
    worker.join(5)

    assert taken == [None]
    assert left == []
    assert queue.put("too late", owner="ana", priority=0) is None


def test_what_was_waiting_is_handed_back_when_the_queue_closes() -> None:
    queue: FairQueue[str] = FairQueue()
    queue.put("one", owner="ana", priority=0)
    queue.put("two", owner="ana", priority=0)

    assert queue.close() == ["one", "two"]
    assert queue.take() is None


def test_many_threads_put_and_take_without_losing_anything() -> None:
    queue: FairQueue[int] = FairQueue()
    taken: list[int] = []

    def put(start: int) -> None:
        for number in range(start, start + 200):
            queue.put(number, owner=str(start), priority=number % 3)

    def take() -> None:
        while (number := queue.take(timeout=1)) is not None:
            taken.append(number)

    threads = [threading.Thread(target=put, args=(start,)) for start in (0, 200, 400)]
    threads += [threading.Thread(target=take) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert sorted(taken) == list(range(600))
