"""What the tests of memory are made of: a desk, and things said to it."""

from dataclasses import replace
from typing import Any

from assistant.audit.log import AuditTrail
from assistant.config.settings import MemoryMode
from assistant.memory.book import MemoryBook
from assistant.memory.desk import MemoryDesk
from assistant.privacy.erase import Eraser
from assistant.storage.audit import AuditLog
from assistant.storage.conversations import Conversations
from assistant.storage.database import Database
from assistant.storage.dependencies import Dependencies
from assistant.storage.jobs import Jobs
from assistant.storage.memories import Memories
from assistant.storage.messages import Messages
from assistant.storage.people import People
from assistant.storage.vectors import Vectors
from tests.knowledge.building import mint
from tests.storage.building import clock


def a_book(desk: MemoryDesk) -> MemoryBook:
    eraser = Eraser(
        database=desk.database, trail=desk.trail, clock=desk.clock, mint=desk.mint
    )
    return MemoryBook(desk=desk, eraser=eraser)


def a_memory_desk(database: Database, **changes: Any) -> MemoryDesk:
    desk = MemoryDesk(
        database=database,
        memories=Memories(database),
        dependencies=Dependencies(database),
        messages=Messages(database),
        conversations=Conversations(database),
        people=People(database),
        vectors=Vectors(database),
        jobs=Jobs(database),
        embedder=None,
        mode=MemoryMode.AUTOMATIC,
        trail=AuditTrail(AuditLog(database), mint=mint, clock=clock),
        clock=clock,
        mint=mint,
        writer="this",
        is_alive=lambda writer: writer in {"this", "other"},
    )
    return replace(desk, **changes)
