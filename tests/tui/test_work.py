"""Long work on a thread of its own: told in order, stopped, and never lost."""

from asyncio import sleep
from collections.abc import Callable
from threading import Event

from textual import on
from textual.app import App

from assistant.errors import UsageError
from tui.bridge import StoppedError, Tell, Work
from tui.messages import WorkEnded, WorkProgressed


class Listener(App[None]):
    """Writes down what it hears."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[object] = []
        self.ended: list[WorkEnded] = []

    @on(WorkProgressed)
    def _progress(self, event: WorkProgressed) -> None:
        self.events += event.events

    @on(WorkEnded)
    def _end(self, event: WorkEnded) -> None:
        self.ended.append(event)


async def work(call: Callable[[Tell], object], stop: Event | None = None) -> Listener:
    """Do it to its end; `stop` says when no more of it is wanted."""
    app = Listener()
    async with app.run_test() as pilot:
        doing = Work(node=app, name="work", call=call)
        doing.start()
        while not app.ended:
            if stop is not None and stop.is_set():
                doing.stop()
            await sleep(0.01)
            await pilot.pause()
    return app


async def test_everything_is_told_in_order_and_then_the_end() -> None:
    def call(tell: Tell) -> str:
        for number in range(2000):
            tell(number)
        return "done"

    heard = await work(call)

    assert heard.events == list(range(2000))
    assert heard.ended[0].result == "done"
    assert heard.ended[0].error is None


async def test_what_is_stopped_ends_at_the_next_thing_it_tells() -> None:
    told, cleaned = Event(), Event()

    def call(tell: Tell) -> None:
        try:
            while True:
                tell("more")
                told.set()
        finally:
            cleaned.set()

    heard = await work(call, stop=told)

    assert isinstance(heard.ended[0].error, StoppedError)
    assert cleaned.is_set()


async def test_what_is_refused_is_handed_on() -> None:
    def call(tell: Tell) -> None:
        tell("first")
        raise UsageError("No")

    heard = await work(call)

    assert heard.events == ["first"]
    assert isinstance(heard.ended[0].error, UsageError)


async def test_a_bug_ends_the_work_and_not_the_program() -> None:
    def call(tell: Tell) -> None:
        raise ZeroDivisionError

    heard = await work(call)

    assert isinstance(heard.ended[0].error, ZeroDivisionError)
