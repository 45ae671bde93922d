"""The one door between threads and the screen."""

import asyncio
import gc
from collections.abc import Callable, Generator, Iterator
from itertools import pairwise
from threading import Event, get_ident

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App

from assistant.entities.audience import Audience
from assistant.entities.ids import LOCAL_USER
from assistant.entities.turn import (
    Ask,
    TokenArrived,
    TurnEvent,
    TurnRequest,
    Waiting,
)
from assistant.errors import DiskFullError
from tui import tidying
from tui.bridge import Errands, Turn, merged
from tui.messages import TurnEnded, TurnProgressed

REQUEST = TurnRequest(audience=Audience(user_id=LOCAL_USER), intent=Ask(text="hello"))

events = st.lists(
    st.one_of(
        st.builds(Waiting, ahead=st.integers(0, 3)),
        st.builds(TokenArrived, text=st.text(min_size=1, max_size=5)),
    )
)


def text_of(some: list[TurnEvent] | tuple[TurnEvent, ...]) -> str:
    return "".join(each.text for each in some if isinstance(each, TokenArrived))


@given(events)
def test_merging_loses_no_word_and_no_other_event(some: list[TurnEvent]) -> None:
    whole = merged(some)

    assert text_of(whole) == text_of(some)
    assert [each for each in whole if isinstance(each, Waiting)] == [
        each for each in some if isinstance(each, Waiting)
    ]


@given(events)
def test_merging_leaves_no_two_pieces_side_by_side(some: list[TurnEvent]) -> None:
    whole = merged(some)

    for one, next_one in pairwise(whole):
        assert not (
            isinstance(one, TokenArrived) and isinstance(next_one, TokenArrived)
        )


@given(events, st.integers(0, 20))
def test_merging_in_two_steps_is_merging_at_once(
    some: list[TurnEvent], cut: int
) -> None:
    assert merged([*merged(some[:cut]), *merged(some[cut:])]) == merged(some)


class Recites:
    """A chat that gives prepared events, and knows who drove and closed it."""

    def __init__(self, some: Iterator[TurnEvent]) -> None:
        self._events = some
        self.threads: set[int] = set()
        self.was_closed = Event()

    def send(self, request: TurnRequest) -> Generator[TurnEvent, None, None]:
        self.threads.add(get_ident())
        try:
            for event in self._events:
                self.threads.add(get_ident())
                yield event
        finally:
            self.threads.add(get_ident())
            self.was_closed.set()


class Listens(App[None]):
    """Writes down what reaches it."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[TurnProgressed] = []
        self.ended: list[TurnEnded] = []
        self._news = asyncio.Event()

    def on_turn_progressed(self, event: TurnProgressed) -> None:
        self.heard.append(event)
        self._news.set()

    def on_turn_ended(self, event: TurnEnded) -> None:
        self.ended.append(event)
        self._news.set()

    async def until(self, holds: Callable[[], object]) -> None:
        while not holds():
            self._news.clear()
            await self._news.wait()

    @property
    def text(self) -> str:
        return "".join(text_of(each.events) for each in self.heard)


async def ended(app: Listens) -> TurnEnded:
    await app.until(lambda: app.ended)
    return app.ended[0]


async def test_a_flood_of_pieces_arrives_whole_in_few_messages() -> None:
    flood = [TokenArrived(text=f"{number} ") for number in range(5000)]
    app = Listens()

    async with app.run_test():
        Turn(1, node=app, chat=Recites(iter(flood))).start(REQUEST)
        await ended(app)

        assert app.text == text_of(flood)
        assert len(app.heard) < 500


@pytest.fixture(autouse=True)
def _python_as_ever() -> Iterator[None]:
    yield
    tidying.as_usual()


async def test_memory_is_not_looked_through_while_words_come() -> None:
    usual, during = gc.get_threshold(), []

    def telling() -> Iterator[TurnEvent]:
        during.append(gc.get_threshold())
        yield TokenArrived(text="one ")

    app = Listens()

    async with app.run_test():
        Turn(1, node=app, chat=Recites(telling())).start(REQUEST)
        await ended(app)
    tidying.as_usual()

    assert during[0][:2] == usual[:2]
    assert during[0][2] > 100 * usual[2]
    assert gc.get_threshold() == usual


async def test_the_last_piece_does_not_wait_for_the_next() -> None:
    hold = Event()

    def halting() -> Iterator[TurnEvent]:
        yield TokenArrived(text="one ")
        yield TokenArrived(text="two ")
        hold.wait()

    app = Listens()

    async with app.run_test():
        Turn(1, node=app, chat=Recites(halting())).start(REQUEST)
        await app.until(lambda: app.text == "one two ")
        assert not app.ended

        hold.set()
        await ended(app)


async def test_stopping_closes_the_generator_on_the_thread_that_drives_it() -> None:
    def endless() -> Iterator[TurnEvent]:
        while True:
            yield Waiting()

    chat = Recites(endless())
    app = Listens()

    async with app.run_test():
        turn = Turn(7, node=app, chat=chat)
        turn.start(REQUEST)
        await app.until(lambda: app.heard)
        turn.stop()
        end = await ended(app)

        assert chat.was_closed.is_set()
        assert len(chat.threads) == 1
        assert get_ident() not in chat.threads
        assert (end.number, end.error) == (7, None)


@pytest.mark.parametrize(
    "error", [DiskFullError("No space left"), RuntimeError("a bug")]
)
async def test_what_escapes_is_carried_to_the_screen(error: Exception) -> None:
    def failing() -> Iterator[TurnEvent]:
        yield TokenArrived(text="one")
        raise error

    app = Listens()

    async with app.run_test():
        Turn(1, node=app, chat=Recites(failing())).start(REQUEST)
        end = await ended(app)

        assert end.error is error
        assert app.text == "one"


async def test_errands_run_in_order_away_from_the_screens_thread() -> None:
    errands = Errands()
    done: list[int] = []
    threads: set[int] = set()

    def note(number: int) -> None:
        done.append(number)
        threads.add(get_ident())

    await asyncio.gather(*(errands.run(note, number) for number in range(20)))
    errands.close()

    assert done == list(range(20))
    assert len(threads) == 1
    assert get_ident() not in threads
