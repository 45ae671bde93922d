"""The baseline: a Textual app with one line in it, run as its documentation shows."""

from textual.app import App, ComposeResult
from textual.widgets import Static

READY = "Three things to try"


class Empty(App[None]):
    """Says that it is there."""

    def compose(self) -> ComposeResult:
        yield Static(READY)


if __name__ == "__main__":
    Empty().run()
