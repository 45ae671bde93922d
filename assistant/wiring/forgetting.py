"""Wiring of what forgets for good, and of what people agreed to.

What is forgotten with what is the eraser's; here it only gets what it needs.
"""

from collections.abc import Callable

from assistant.memory.learning import CAPTURE, to_learn
from assistant.privacy.consent import ConsentBook
from assistant.privacy.erase import Eraser
from assistant.storage.consents import Consents
from assistant.storage.jobs import Jobs
from assistant.storage.reach import SaidAgain
from assistant.wiring.ground import Ground


def eraser_over(ground: Ground, *, afterwards: Callable[[], None]) -> Eraser:
    jobs = Jobs(ground.database)

    def learn_again(said: SaidAgain) -> None:
        job = to_learn(
            CAPTURE,
            said.message_id,
            said.audience,
            mint=ground.mint,
            clock=ground.clock,
        )
        jobs.enqueue(job)

    return Eraser(
        database=ground.database,
        trail=ground.trail,
        clock=ground.clock,
        mint=ground.mint,
        copies=ground.paths.backups,
        learn_again=learn_again,
        afterwards=afterwards,
    )


def consent_book(ground: Ground, *, eraser: Eraser) -> ConsentBook:
    return ConsentBook(
        database=ground.database,
        consents=Consents(ground.database),
        eraser=eraser,
        trail=ground.trail,
        clock=ground.clock,
        mint=ground.mint,
    )
