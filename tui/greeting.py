"""What is said where nothing was said yet, and how wide things are then.

Pure words and numbers, for the screen that opens and the one that follows it: what
stands on the one stands on the other at the same place.
"""

from textual.content import Content
from textual.style import Style

from tui.keymap import hint

TRIALS = (
    "What is the capital of France?",
    "Write a short birthday greeting for a friend who loves tea.",
    "Explain in two sentences why the sky is blue.",
)

TO_TRY = "\nThree things to try"

GREETING = Content.assemble(
    ("◖ hearth", "bold $primary"),
    "\n\nTalk with a model that runs on your own computer.\n",
    "Every word is saved before it is answered, in one file of yours.",
)

FIND_A_TITLE = "find a conversation"

TOO_SMALL = "A little more room, please: 40 by 10 is enough"

WIDTHS = ((0, "-tiny"), (24, "-narrow"), (100, "-wide"))
HEIGHTS = ((0, "-flat"), (6, "-short"), (16, "-tall"))

ROOMY = 60
"""Columns; with fewer the bars say only what matters most."""


def brand(width: int) -> Content:
    """How the title bar begins in a window of that width."""
    sign = [("◖ ", "$primary")]
    if width >= ROOMY:
        sign.append(("hearth   ", "bold"))
    return Content.assemble(*sign)


def trial(text: str) -> Content:
    """One thing to try, as it is offered."""
    return Content.assemble(("› ", "$primary"), text)


def doors() -> Content:
    """The pages beside the conversation, each with its key, to be clicked too."""
    pages = ("library", "models", "memories", "settings")
    return Content("   ").join(map(_door, pages))


def _door(page: str) -> Content:
    action = f"visit('{page}')"
    words = Content.assemble((hint(action), "$foreground"), f" {page}")
    return words.stylize(Style.from_meta({"@click": f"screen.{action}"}))


def classes_of(width: int, height: int) -> set[str]:
    """What a screen of that size is called in the style sheets."""
    return {
        max(limit for limit in limits if limit[0] <= size)[1]
        for size, limits in ((width, WIDTHS), (height, HEIGHTS))
    }
