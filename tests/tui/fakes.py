"""A core to put behind the interface: the real one, with a model that recites."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from assistant.app import Assistant, open_assistant
from assistant.config.paths import find_paths
from assistant.config.settings import (
    Cipher,
    InterfaceSettings,
    KeySet,
    Settings,
    StorageSettings,
)
from assistant.entities.turn import Ask, TurnEvent, TurnRequest
from assistant.llm.engine import Engine
from tests.fakes.engine import ScriptedEngine

MORNING = datetime(2026, 5, 14, 14, 2, tzinfo=UTC)


@contextmanager
def scripted_core(
    home: Path,
    *answers: str,
    engine: Engine | None = None,
    theme: str = "ember",
    keys: KeySet = KeySet.PLAIN,
    greeted: bool = True,
) -> Iterator[Assistant]:
    """Everything as it really is, over a file in this folder."""
    answering = engine or ScriptedEngine(*answers)
    settings = Settings(
        interface=InterfaceSettings(theme=theme, keys=keys),
        storage=StorageSettings(encryption=Cipher.NONE, cache_megabytes=1),
    )
    with open_assistant(
        settings,
        paths=find_paths({"HEARTH_HOME": str(home)}),
        environment={},
        engines=lambda _: answering,
    ) as assistant:
        if greeted:
            assistant.beginning.note_greeted()
        yield assistant


def talk_alone(core: Assistant, text: str) -> list[TurnEvent]:
    """A conversation of one question, without an interface."""
    request = TurnRequest(audience=core.audience, intent=Ask(text=text))
    return list(core.chat.send(request))
