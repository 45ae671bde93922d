"""The looks are legible: the contrast of words against every ground they stand on."""

from itertools import product

import pytest
from textual.color import Color
from textual.theme import Theme

from assistant.entities.conversation import Message, MessageRole
from assistant.entities.ids import LOCAL_USER, ConversationId, MessageId
from assistant.entities.model import ServiceStatus
from tests.tui.conftest import MakeCore
from tests.tui.fakes import MORNING
from tui import present
from tui.app import HearthApp
from tui.themes import THEMES
from tui.widgets.composer import Sheet

BODY = 7.0
MUTED = 4.5

DRAWN = [theme for theme in THEMES if not theme.ansi]


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    parts = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in Color.parse(colour).normalized
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def colours(theme: Theme) -> dict[str, str]:
    return {**theme.to_color_system().generate(), **theme.variables}


def grounds(theme: Theme, *names: str) -> list[str]:
    return [colours(theme)[name] for name in names]


def test_black_on_white_is_the_contrast_everybody_knows() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("theme", DRAWN, ids=lambda theme: theme.name)
def test_body_text_can_be_read_on_every_ground(theme: Theme) -> None:
    words = colours(theme)
    everywhere = grounds(theme, "background", "surface", "panel")

    for name, ground in product(("foreground", "text"), everywhere):
        assert contrast(words[name], ground) >= BODY, (name, ground)


@pytest.mark.parametrize("theme", DRAWN, ids=lambda theme: theme.name)
@pytest.mark.parametrize("name", ["muted", "text-muted", "code"])
def test_muted_text_can_be_read_on_every_ground(theme: Theme, name: str) -> None:
    for ground in grounds(theme, "background", "surface", "panel"):
        assert contrast(colours(theme)[name], ground) >= MUTED, ground


@pytest.mark.parametrize("theme", DRAWN, ids=lambda theme: theme.name)
@pytest.mark.parametrize(
    "name", ["primary", "secondary", "error", "warning", "success"]
)
def test_coloured_text_can_be_read_where_it_stands(theme: Theme, name: str) -> None:
    assert contrast(colours(theme)[name], colours(theme)["background"]) >= MUTED


def test_every_look_defines_the_same_variables() -> None:
    named = {theme.name: frozenset(theme.variables) for theme in THEMES}

    assert len(set(named.values())) == 1, named


def test_the_ansi_look_uses_the_terminals_own_colours_only() -> None:
    ansi = next(theme for theme in THEMES if theme.ansi)
    words = {"none", "dim", "bold", "reverse", "underline"}

    drawn = [value for value in ansi.variables.values() if value not in words]

    assert drawn
    assert all(value.startswith("ansi_") for value in drawn)


WITHOUT_COLOUR = "What is told in a colour is told by its shape or its words too."


def test_health_is_told_by_shapes() -> None:
    marks = [present.mark(status) for status in ServiceStatus]

    assert len(set(marks)) == len(marks), WITHOUT_COLOUR


def test_who_speaks_is_told_in_words() -> None:
    bylines = {
        present.byline(message_by(role), MORNING).split(present.GAP)[0]
        for role in MessageRole
    }

    assert len(bylines) == len(MessageRole), WITHOUT_COLOUR


def message_by(role: MessageRole) -> Message:
    return Message(
        id=MessageId("m"),
        conversation_id=ConversationId("c"),
        owner_id=LOCAL_USER,
        role=role,
        content="Words",
        created_at=MORNING,
        sequence=1,
    )


async def test_motion_that_nobody_wants_is_left_out(
    make_core: MakeCore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("textual.constants.TEXTUAL_ANIMATIONS", "none")
    app = HearthApp(make_core())
    async with app.run_test() as pilot:
        await pilot.pause()

        assert app.animation_level == "none"
        assert not app.query_one(Sheet).cursor_blink


async def test_no_look_is_worn_where_no_colour_is_wanted(make_core: MakeCore) -> None:
    app = HearthApp(make_core(theme="paper"), colours=False)
    async with app.run_test():
        assert app.theme == "ansi"
        assert app.ansi_color
