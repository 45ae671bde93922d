"""Asks for a file to write to; nothing that is there is written over unasked."""

from pathlib import Path

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from tui.modals.panel import Panel


class SaveAs(Panel[Path | None]):
    """Where to, or None when nothing shall be written."""

    def __init__(self, suggested: Path) -> None:
        super().__init__()
        self._suggested = suggested
        self._warned_of: Path | None = None

    def compose(self) -> ComposeResult:
        with Vertical(id="sheet"):
            yield Static("Save this conversation", classes="title")
            yield Input(str(self._suggested))
            yield Static(
                "Not encrypted. A name that ends in .jsonl keeps every version, to be "
                "imported again; any other is Markdown, to be read.",
                classes="quiet",
            )
            yield Static(classes="warning", markup=False)
            yield Static(
                Content.assemble(
                    ("Enter", "bold"), " save     ", ("Esc", "bold"), " leave it"
                ),
                classes="keys",
            )

    @on(Input.Submitted)
    def _answer(self, event: Input.Submitted) -> None:
        event.stop()
        if not event.value.strip():
            return
        path = Path(event.value.strip()).expanduser()
        trouble = self._trouble(path)
        self.query_one(".warning", Static).update(Content(trouble))
        if not trouble:
            self.dismiss(path)

    def _trouble(self, path: Path) -> str:
        """What stands in the way; a file that is there does so only once."""
        if path.is_dir():
            return "That is a folder"
        if not path.parent.is_dir():
            return f"There is no folder {path.parent}"
        if path.exists() and self._warned_of != path:
            self._warned_of = path
            return "That file is there already. Enter again writes over it"
        return ""
