"""Wiring of what is concluded and overheard; each made when it is first wanted.

Who may hear what is decided by those who are wired, and by consent.
"""

from collections.abc import Callable
from functools import cache, partial
from typing import TYPE_CHECKING

from assistant.agents.making import MAY_WRITE
from assistant.conversations.recovery import is_alive, this_process
from assistant.errors import ModelError, NotFoundError
from assistant.knowledge.search import Search
from assistant.models.shelf import ModelShelf
from assistant.privacy.erase import Eraser
from assistant.wiring.ground import Ground

if TYPE_CHECKING:
    from assistant.agents.concluding import Concluding
    from assistant.agents.overheard import Overhearing
    from assistant.llm.engine import Engine
    from assistant.reflection.observing import May
    from assistant.reflection.opening import Reflecting


def reflecting_on(
    ground: Ground, *, may: "May", eraser: Eraser, models: ModelShelf
) -> "Callable[[], Reflecting]":
    """What channels tell of all they see, and what thinks it over."""

    @cache
    def made() -> "Reflecting":
        from assistant.reflection.opening import Surroundings, open_reflection

        return open_reflection(
            Surroundings(
                database=ground.database,
                settings=ground.settings.reflection,
                own_layers=ground.paths.layers,
                may=may,
                eraser=eraser,
                writer=partial(_writer, models),
                clock=ground.clock,
                mint=ground.mint,
                holder=this_process(),
                is_alive=is_alive,
            )
        )

    return made


def _writer(models: ModelShelf) -> "Engine | None":
    """The model in use, if it can be trusted to write from several sources."""
    try:
        service = models.wanted(None)
        return models.engine(service) if models.tier(service) >= MAY_WRITE else None
    except (ModelError, NotFoundError):
        return None


def overhearing_in(
    search: Search, ground: Ground, *, may: "May"
) -> "Callable[[], Overhearing]":
    """Made when somebody asks from where others can be overheard."""

    @cache
    def made() -> "Overhearing":
        from assistant.agents.overheard import Overhearing

        return Overhearing(
            database=ground.database,
            search=search,
            may=may,
            tokens=ground.settings.memory.recall_tokens,
        )

    return made


def concluding_from(search: Search, ground: Ground) -> "Callable[[], Concluding]":
    """Made when a model answers that may be told what was concluded."""

    @cache
    def made() -> "Concluding":
        from assistant.agents.concluding import Concluding

        return Concluding(
            database=ground.database,
            search=search,
            tokens=ground.settings.memory.recall_tokens,
        )

    return made
