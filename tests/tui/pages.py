"""What a person does and sees on the pages beside the conversation."""

from pathlib import Path
from typing import TypeVar

from textual.content import Content
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input, OptionList, Static

from assistant.app import Assistant, ingesting
from tests.tui.steps import until
from tui.modals.form import Form
from tui.screens.page import PageScreen
from tui.widgets.page import KeyLine, PageBar, Word
from tui.widgets.rows import Rows

ScreenT = TypeVar("ScreenT", bound=Screen[None])


async def visit(pilot: Pilot[None], kind: type[ScreenT], key: str) -> ScreenT:
    """Go to a page by its key."""
    await pilot.pause()
    await pilot.press(key)
    await until(pilot, lambda: isinstance(pilot.app.screen, kind))
    page = pilot.app.screen
    assert isinstance(page, kind)
    await pilot.pause()
    return page


def lines(page: Screen[None]) -> list[str]:
    """The rows of a page as they are drawn."""
    rows = page.query_one(Rows)
    return [str(_plain(option.prompt)) for option in rows.options]


def _plain(prompt: object) -> str:
    return prompt.plain if isinstance(prompt, Content) else str(prompt)


def word(page: PageScreen) -> str:
    """What the page says below its lines."""
    return page.query_one(Word).said.plain


def facts(page: PageScreen) -> str:
    return page.query_one(PageBar).facts


def keys(page: PageScreen) -> str:
    return page.query_one(KeyLine).left.plain


async def write(pilot: Pilot[None], **texts: str) -> None:
    """Fill the form in, and send it."""
    await until(pilot, lambda: isinstance(pilot.app.screen, Form))
    form = pilot.app.screen
    for name, text in texts.items():
        form.query_one(f"#{name} Input", Input).value = text
    await pilot.pause()
    last = list(form.query(Input))[-1]
    last.focus()
    await pilot.pause()
    await pilot.press("enter")
    await pilot.pause()


def complaint(pilot: Pilot[None], name: str) -> str:
    """What is said below a line of the form."""
    wrong = pilot.app.screen.query_one(f"#{name} .wrong", Static)
    return str(wrong.visual) if wrong.display else ""


def offers(pilot: Pilot[None], name: str) -> list[str]:
    """What a line of the form may be on its way to."""
    listed = pilot.app.screen.query_one(f"#{name} OptionList", OptionList)
    return [_plain(option.prompt) for option in listed.options]


def papers(folder: Path) -> Path:
    """Three documents, and something that is none."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "kettle.md").write_text(
        "# Quillon kettle\n\n## Care\n\nDescale it every 45 days with citric acid.\n"
        "\n## Size\n\nThe tank holds 1.8 litres.\n"
    )
    (folder / "ferry.txt").write_text("The ferry to Pell leaves at 9:15.\n")
    (folder / "boats.csv").write_text("name,length\nWren,4\nTern,6\n")
    (folder / "picture.bin").write_bytes(bytes(range(256)))
    return folder


def take_in(core: Assistant, *sources: Path, collection: str = "") -> None:
    """Without an interface."""
    with ingesting(core) as intake:
        names = [str(each) for each in sources]
        for _ in intake.take_in(
            names, owner_id=core.audience.user_id, collection=collection
        ):
            pass
