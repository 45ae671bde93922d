"""Memories are tidied up a little at a time, and nobody else is kept from writing."""

from threading import Thread

from assistant.memory.capture import Capture
from assistant.memory.desk import MemoryDesk
from assistant.memory.tidying import Tidying
from assistant.storage.database import Database
from assistant.storage.vectors import Vectors
from tests.fakes.embedder import WordEmbedder
from tests.memory.building import a_memory_desk
from tests.storage.building import ME, Talk, at

_PATIENCE = 30


def told(desk: MemoryDesk, talk: Talk, count: int) -> None:
    capture = Capture(desk=desk)
    for number in range(count):
        said = talk.say(f"Remember that lamp {number} is out", created_at=at(number))
        capture.take(said.id, ME)


def test_each_part_reads_one_memory(database: Database, talk: Talk) -> None:
    desk = a_memory_desk(database, embedder=WordEmbedder())
    told(desk, talk, 5)

    parts = list(Tidying(desk=desk).embed())

    assert parts == [1] * 5
    assert sum(Vectors(database).counts().values()) == 5


def test_others_can_write_while_a_model_reads(database: Database, talk: Talk) -> None:
    written: list[int] = []

    def write() -> None:
        with database.transaction():
            written.append(1)

    class Interrupted(WordEmbedder):
        def _vector(self, text, position):
            other = Thread(target=write)
            other.start()
            other.join(_PATIENCE)
            return super()._vector(text, position)

    desk = a_memory_desk(database, embedder=Interrupted())
    told(desk, talk, 2)

    for done, _ in enumerate(Tidying(desk=desk).embed(), start=1):
        assert len(written) == 2 * done  # its vector, and what it is compared by


def test_what_is_forgotten_while_a_model_reads_gets_no_vector(
    database: Database, talk: Talk
) -> None:
    class Forgetting(WordEmbedder):
        def embed_passages(self, texts):
            with database.transaction():
                database.execute("DELETE FROM memory")
            return super().embed_passages(texts)

    desk = a_memory_desk(database, embedder=Forgetting())
    told(desk, talk, 2)

    assert list(Tidying(desk=desk).embed()) == [0]
    assert Vectors(database).counts() == {}
