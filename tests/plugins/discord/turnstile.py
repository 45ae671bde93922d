"""An engine that begins an answer only when a test lets it."""

from threading import Semaphore

from tests.fakes.engine import ScriptedEngine


class Turnstile(ScriptedEngine):
    """Begins an answer only when it is let."""

    def __init__(self, *answers: str) -> None:
        super().__init__(*answers)
        self._turns = Semaphore(0)

    def let(self, answers: int) -> None:
        self._turns.release(answers)

    def generate(self, request):
        given = super().generate(request)
        first = next(given)
        self._turns.acquire()
        yield first
        yield from given
