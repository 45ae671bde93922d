"""Long conversations: only a window is drawn, and what is read stays where it is."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from assistant.entities.conversation import Message, MessageRole, MessageState
from assistant.entities.ids import LOCAL_USER, ConversationId, MessageId
from tests.tui.fakes import MORNING
from tests.tui.steps import until
from tui.themes import THEMES
from tui.widgets.message import MessageView
from tui.widgets.transcript import AT_MOST, AT_ONCE, Transcript


def message(number: int, *, parent: int | None = None, text: str = "") -> Message:
    is_question = number % 2 == 1
    return Message(
        id=MessageId(f"m{number}"),
        conversation_id=ConversationId("c"),
        owner_id=LOCAL_USER,
        role=MessageRole.USER if is_question else MessageRole.ASSISTANT,
        content=text or f"message number {number}",
        created_at=MORNING + timedelta(seconds=number),
        sequence=number,
        parent_id=MessageId(f"m{parent}") if parent else None,
        state=MessageState.COMPLETED,
    )


def branch(length: int) -> list[Message]:
    return [
        message(number, parent=number - 1 or None) for number in range(1, length + 1)
    ]


class Reading(App[None]):
    """A transcript and nothing else."""

    def __init__(self) -> None:
        super().__init__()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = "ember"
        self.animation_level = "none"

    def compose(self) -> ComposeResult:
        yield Transcript(now=MORNING)

    @property
    def transcript(self) -> Transcript:
        return self.query_one(Transcript)

    async def show(self, messages: Sequence[Message], **where: MessageId) -> None:
        await self.transcript.show(messages, now=MORNING, **where)


def drawn(app: Reading) -> list[str]:
    return [view.message_id for view in app.query(MessageView)]


def on_screen(app: Reading) -> list[str]:
    window = app.transcript.region
    return [
        view.message_id
        for view in app.query(MessageView)
        if window.overlaps(view.region)
    ]


async def settled(pilot: Pilot[None]) -> None:
    for _ in range(3):
        await pilot.pause()


@pytest.mark.parametrize("length", [0, 1, 2, AT_ONCE, 100, 10_000])
async def test_opening_draws_no_more_than_a_window_and_ends_at_the_newest(
    length: int,
) -> None:
    app = Reading()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.show(branch(length))
        await settled(pilot)

        assert len(drawn(app)) <= min(length, 3 * AT_ONCE)
        assert len(app.transcript.messages) == length
        if length:
            assert on_screen(app)[-1] == f"m{length}"


async def test_scrolling_up_draws_older_messages_without_moving_what_is_read() -> None:
    app = Reading()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.show(branch(200))
        await settled(pilot)
        first = drawn(app)[0]
        app.transcript.scroll_to(y=10, animate=False)
        await pilot.pause()
        view = app.transcript.find_view(MessageId(first))
        assert view is not None
        before = view.region.y
        await until(pilot, lambda: drawn(app)[0] != first)
        await settled(pilot)

        assert drawn(app) == [f"m{n}" for n in range(int(first[1:]) - AT_ONCE, 201)]
        assert view.region.y == before


async def test_one_can_scroll_to_the_very_first_message_and_back() -> None:
    app = Reading()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.show(branch(110))
        await settled(pilot)

        for _ in range(400):
            if "m1" in on_screen(app):
                break
            app.transcript.scroll_page_up(animate=False)
            await settled(pilot)
        assert "m1" in on_screen(app)
        assert len(drawn(app)) <= AT_MOST

        for _ in range(400):
            if "m110" in on_screen(app):
                break
            app.transcript.scroll_page_down(animate=False)
            await settled(pilot)
        assert "m110" in on_screen(app)
        assert len(drawn(app)) <= AT_MOST
        assert drawn(app) == sorted(drawn(app), key=lambda each: int(each[1:]))


async def test_opening_at_a_message_shows_it_with_its_surroundings() -> None:
    app = Reading()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.show(branch(1000), at=MessageId("m500"))
        await settled(pilot)

        assert "m500" in on_screen(app)
        assert {"m499", "m501"} <= set(drawn(app))
        assert len(drawn(app)) <= 3 * AT_ONCE


async def test_a_short_conversation_begins_at_the_top() -> None:
    app = Reading()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.show(branch(2))
        await settled(pilot)

        assert app.query(MessageView).first().region.y == app.transcript.region.y


async def test_it_stays_at_the_bottom_while_words_come() -> None:
    app = Reading()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.show(branch(20))
        await app.transcript.put(
            message(21, parent=20), message(22, parent=21), now=MORNING
        )
        view = app.transcript.find_view(MessageId("m22"))
        assert view is not None
        await view.begin("", saying="reading")
        for _ in range(30):
            await view.feed("and another line\n\n", saying="writing")
        await settled(pilot)

        assert app.transcript.scroll_y == app.transcript.max_scroll_y


async def test_whoever_scrolled_up_is_left_alone_while_words_come() -> None:
    app = Reading()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.show(branch(20))
        await app.transcript.put(
            message(21, parent=20), message(22, parent=21), now=MORNING
        )
        await settled(pilot)
        app.transcript.scroll_to(y=30, animate=False)
        await settled(pilot)
        view = app.transcript.find_view(MessageId("m22"))
        assert view is not None
        await view.begin("", saying="reading")
        for _ in range(30):
            await view.feed("and another line\n\n", saying="writing")
        await settled(pilot)

        assert app.transcript.scroll_y == 30
        assert app.transcript.max_scroll_y > 60


async def test_a_question_in_other_words_replaces_all_that_followed() -> None:
    app = Reading()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.show(branch(6))
        await app.transcript.put(
            message(7, parent=2), message(8, parent=7), now=MORNING
        )
        await settled(pilot)

        assert drawn(app) == ["m1", "m2", "m7", "m8"]


async def test_the_very_first_question_can_be_replaced() -> None:
    app = Reading()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.show(branch(4))
        await app.transcript.put(message(5), message(6, parent=5), now=MORNING)
        await settled(pilot)

        assert drawn(app) == ["m5", "m6"]


async def test_another_answer_keeps_the_question_where_it_is() -> None:
    app = Reading()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.show(branch(4))
        question = app.transcript.find_view(MessageId("m3"))
        await app.transcript.put(
            message(3, parent=2), message(6, parent=3), now=MORNING
        )
        await settled(pilot)

        assert drawn(app) == ["m1", "m2", "m3", "m6"]
        assert app.transcript.find_view(MessageId("m3")) is question


async def test_asking_from_far_above_comes_back_to_the_end() -> None:
    app = Reading()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.show(branch(1000), at=MessageId("m500"))
        await settled(pilot)
        await app.transcript.put(
            message(1001, parent=1000), message(1002, parent=1001), now=MORNING
        )
        await settled(pilot)

        assert on_screen(app)[-1] == "m1002"
        assert len(drawn(app)) <= 3 * AT_ONCE


async def test_every_message_can_be_reached_by_the_up_key() -> None:
    app = Reading()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.show(branch(30))
        await settled(pilot)
        app.transcript.focus_newest()
        await settled(pilot)
        seen = set()
        for _ in range(32):
            assert isinstance(app.focused, MessageView)
            seen.add(app.focused.message_id)
            await pilot.press("up")
            await pilot.pause()

        assert seen == {f"m{number}" for number in range(1, 31)}
