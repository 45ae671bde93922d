"""How a conversation looks beside its sources, while one writes, and in trouble."""

from dataclasses import replace

import pytest
from textual.pilot import Pilot

from assistant.entities.account import Account
from assistant.entities.citation import Citation
from assistant.entities.conversation import Attachment, ContentKind, MessageRole
from assistant.entities.ids import (
    AttachmentId,
    DocumentId,
    MessageId,
    PassageId,
    SpanId,
    TraceId,
)
from assistant.entities.trace import Span
from assistant.entities.turn import TextFile
from tests.tui.alone import Alone
from tests.tui.conftest import MakeCore
from tests.tui.fakes import MORNING
from tests.tui.steps import ask_and_wait, screen, until
from tests.tui.test_beside import CITED
from tests.tui.test_snapshots import (
    ANSWER,
    QUESTION,
    REPLY,
    Before,
    SnapCompare,
    focused,
    interface,
    still,
)
from tui.modals.trouble import Trouble
from tui.widgets import pages
from tui.widgets.aside import Aside
from tui.widgets.composer import Composer
from tui.widgets.message import MessageView

CITATION = Citation(
    number=1,
    passage_id=PassageId("p"),
    document_id=DocumentId("d"),
    title="Kettle",
    location="lines 3-9, Care",
    quote="It must be descaled every 45 days with citric acid.",
)

SPANS = tuple(
    Span(
        id=SpanId(name),
        trace_id=TraceId("t"),
        name=name,
        started_at=MORNING,
        duration_ms=took,
        parent_id=None if name == "turn" else SpanId("turn"),
    )
    for name, took in (("turn", 2612.0), ("write", 3.0), ("generate", 2580.0))
)

QUOTING = replace(REPLY, content="Every **45 days** [1].", sources=("p",))

WHY = pages.account(
    Account(
        message=QUOTING,
        citations=(CITATION,),
        memories=("Ana has a Quillon kettle",),
        spans=SPANS,
    )
)

PASSAGE = pages.passage(
    replace(
        CITED,
        text=f"The Quillon kettle is made of steel. {CITATION.quote} The lid is blue.",
        starts_at=37,
        ends_at=37 + len(CITATION.quote),
        location=CITATION.location,
    ),
    place="‹ 1/2 ›",
)

POEM = TextFile(name="poem.txt", text="O kettle\n" * 40)


async def cited(pilot: Pilot[None]) -> None:
    view = pilot.app.query_one(MessageView)
    view.citations, view.memories = (CITATION,), 1
    await focused(pilot)


async def enclosing(pilot: Pilot[None]) -> None:
    pilot.app.query_one(MessageView).files = (
        Attachment(
            id=AttachmentId("a"),
            message_id=MessageId("q"),
            name=POEM.name,
            kind=ContentKind.TEXT,
            size_bytes=len(POEM.text),
            text=POEM.text,
        ),
    )
    await pilot.pause()


@pytest.mark.parametrize(
    ("message", "before"),
    [
        pytest.param(QUOTING, cited, id="quoting"),
        pytest.param(QUESTION, enclosing, id="enclosing"),
        pytest.param(
            replace(QUESTION, role=MessageRole.SYSTEM, content="The model was changed"),
            still,
            id="note",
        ),
        pytest.param(
            replace(QUESTION, role=MessageRole.TOOL, content="3 files found"),
            still,
            id="tool",
        ),
    ],
)
def test_a_message(snap_compare: SnapCompare, message, before: Before) -> None:
    app = Alone(MessageView(message, now=MORNING))

    assert snap_compare(app, run_before=before, terminal_size=(70, 8))


@pytest.mark.parametrize("theme", ["ember", "paper"])
@pytest.mark.parametrize("page", [PASSAGE, WHY], ids=["passage", "why"])
def test_the_panel(snap_compare: SnapCompare, page: pages.Page, theme: str) -> None:
    async def opened(pilot: Pilot[None]) -> None:
        pilot.app.query_one(Aside).page = page
        await pilot.pause()

    app = Alone(Aside(), theme=theme)

    assert snap_compare(app, run_before=opened, terminal_size=(48, 28))


def test_the_composer_with_files_and_what_waits(snap_compare: SnapCompare) -> None:
    async def full(pilot: Pilot[None]) -> None:
        composer = pilot.app.query_one(Composer)
        composer.files = (POEM, replace(POEM, name="a [b]bold[/b] name.txt"))
        composer.queued = ("and how much of it?", "[b]and[/b] the lid")
        composer.text = "What is the second one about?"
        composer.write_here()
        await pilot.pause()

    assert snap_compare(Alone(Composer()), run_before=full, terminal_size=(60, 10))


@pytest.mark.usefixtures("two_past_two")
@pytest.mark.parametrize(
    "size", [(140, 36), (120, 36), (60, 20)], ids=["140", "120", "60"]
)
def test_the_screen_with_the_panel(
    snap_compare: SnapCompare, make_core: MakeCore, size: tuple[int, int]
) -> None:
    async def beside(pilot: Pilot[None]) -> None:
        await ask_and_wait(pilot, "How often must I descale my kettle?")
        await until(pilot, lambda: len(screen(pilot).sidebar.conversations) == 1)
        screen(pilot).query_one(Aside).page = PASSAGE
        screen(pilot).query_one(Aside).read_here()
        await pilot.pause()

    app = interface(make_core(ANSWER))

    assert snap_compare(app, run_before=beside, terminal_size=size)


@pytest.mark.usefixtures("two_past_two")
def test_trouble(snap_compare: SnapCompare, make_core: MakeCore) -> None:
    trouble = Trouble(
        "/home/ana/.local/share/hearth/hearth.db is gone",
        hint="Put the file back where it was",
        gave_back=True,
    )

    async def lost(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: screen(pilot).query_one(Composer).has_focus_within)
        pilot.app.push_screen(trouble)
        await pilot.pause()

    app = interface(make_core())

    assert snap_compare(app, run_before=lost, terminal_size=(90, 24))
