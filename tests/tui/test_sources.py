"""What an answer from documents rests on, as it is seen."""

from pathlib import Path

import pytest

from assistant.app import Assistant, ingesting
from assistant.knowledge.ingest import Wanted
from tests.tui.conftest import MakeCore
from tests.tui.steps import ask_and_wait, byline, screen, seated, shown, until
from tui.widgets.sources import Sources

pytestmark = pytest.mark.weights

KETTLE = """# Kettle

## Care

The Quillon kettle must be descaled every 45 days with citric acid.
"""


def take_in(core: Assistant, folder: Path) -> None:
    path = folder / "kettle.md"
    path.write_text(KETTLE)
    wanted = Wanted(sources=[str(path)], owner_id=core.audience.user_id)
    with ingesting(core) as ingest:
        for _ in ingest.run(wanted):
            pass


def sources(pilot) -> str:
    """Below the last message."""
    below = shown(pilot)[-1].query_one(Sources)
    return str(below.render()) if below.display else ""


async def test_an_answer_from_documents_names_its_sources_now_and_later(
    make_core: MakeCore, tmp_path: Path
) -> None:
    core = make_core("From what I know.")
    take_in(core, tmp_path)

    async with seated(core) as pilot:
        await ask_and_wait(pilot, "How often must I descale my Quillon kettle?")
        await until(pilot, lambda: "Care" in sources(pilot))
        assert sources(pilot).startswith("[1] Kettle › ")
        assert "from your documents" in byline(shown(pilot)[-1])

        await pilot.press("ctrl+n")
        await ask_and_wait(pilot, "What is the capital of France?")
        assert sources(pilot) == ""
        assert "from your documents" not in byline(shown(pilot)[-1])

        first = core.history.recent(core.audience)[1]
        screen(pilot).open_conversation(first.id)
        await until(pilot, lambda: "Care" in sources(pilot))


async def test_a_removed_document_is_named_no_more(
    make_core: MakeCore, tmp_path: Path
) -> None:
    core = make_core("From what I know.")
    take_in(core, tmp_path)

    async with seated(core) as pilot:
        await ask_and_wait(pilot, "How often must I descale my Quillon kettle?")
        await until(pilot, lambda: "Care" in sources(pilot))
        (document,) = core.library.documents(core.audience)
        core.library.remove(document.id, core.audience)
        talk = core.history.recent(core.audience)[0]
        await screen(pilot).open_conversation(talk.id).wait()
        await pilot.pause()
        await screen(pilot).errands.run(lambda: None)
        await pilot.pause()
        assert sources(pilot) == ""
