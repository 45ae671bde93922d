"""What begins with the core, once it is opened behind the interface."""

import asyncio
from contextlib import nullcontext
from dataclasses import replace
from threading import Event

from assistant.door import Door
from tests.tui.conftest import MakeCore
from tui.entrance import Entrance


class Moments:
    """Idle moments, and whether they are used."""

    def __init__(self) -> None:
        self.are_used = Event()

    def start(self) -> None:
        self.are_used.set()


async def test_idle_moments_are_used_once_there_is_a_core(make_core: MakeCore) -> None:
    moments, opened = Moments(), asyncio.Event()
    core = replace(make_core(), idle=moments)
    door = Door(
        settings=core.settings, paths=core.paths, open=lambda: nullcontext(core)
    )
    entrance = Entrance(door)
    assert not moments.are_used.is_set()

    entrance.open(before=lambda: None, tell=lambda _: opened.set())
    await opened.wait()
    entrance.close()

    assert moments.are_used.is_set()
