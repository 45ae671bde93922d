"""A widget on its own, dressed and without motion: no file, no model, no network."""

from textual.app import App, ComposeResult
from textual.widget import Widget

from tui.themes import THEMES


class Alone(App[None]):
    """Shows one widget and nothing else."""

    AUTO_FOCUS = None
    ENABLE_COMMAND_PALETTE = False  # its key is the emacs set's own

    def __init__(self, widget: Widget, *, theme: str = "ember") -> None:
        super().__init__()
        self._widget = widget
        for each in THEMES:
            self.register_theme(each)
        self.theme = theme
        self.animation_level = "none"

    def compose(self) -> ComposeResult:
        yield self._widget
