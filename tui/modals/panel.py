"""The sheet a question is written on; every modal has the same look."""

from typing import ClassVar, TypeVar

from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

AnswerT = TypeVar("AnswerT")


class Panel(ModalScreen[AnswerT]):
    """A question in front of the screen. Escape dismisses it without an answer."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave", show=False)
    ]

    DEFAULT_CSS = """
    Panel {
        align: center middle;
        background: $background 60%;

        & > #sheet {
            width: 90%;
            max-width: 72;
            height: auto;
            max-height: 90%;
            padding: 1 2;
            background: $background;
            border: round $rule;
            overflow-y: auto;
            scrollbar-size-vertical: 1;
        }
        .title { text-style: bold; width: 100%; height: auto; }
        .quiet {
            color: $muted;
            text-style: $muted-style;
            width: 100%;
            height: auto;
        }
        Static { margin-bottom: 1; }
        .keys { margin: 0; }
        Input {
            border: none;
            height: 1;
            padding: 0 1;
            margin-bottom: 1;
            background: $panel;
            &:focus { border: none; }
        }
        OptionList {
            height: auto;
            max-height: 16;
            border: none;
            padding: 0;
            margin-bottom: 1;
            background: $background;
            &:focus { border: none; background-tint: transparent; }
        }
    }
    """

    def action_leave(self) -> None:
        """Leave without an answer."""
        self.dismiss(None)
