"""A screen that tells below a question what is remembered of it, and takes it back.

What is told comes from the file; before a commit nothing is said, and what is said
is looked up anew after every change.
"""

from collections.abc import Sequence

from textual import on, work

from assistant.entities.conversation import Message, MessageRole
from assistant.entities.ids import MessageId
from assistant.entities.memory import Noticed
from assistant.entities.turn import Ask, Edit
from tui.messages import Wish
from tui.modals.confirm import Confirm
from tui.screens.memories import MemoriesScreen
from tui.screens.reading import ReadingScreen
from tui.screens.talk import Live
from tui.widgets.noticed import quoted
from tui.widgets.transcript import Transcript


class NoticingScreen(ReadingScreen):
    """Shows what questions left in memory."""

    def answered(self, live: Live) -> None:
        super().answered(live)
        if live.asked is not None and isinstance(live.question.intent, Ask | Edit):
            self._learn_from(live.asked)

    def on_screen_resume(self) -> None:
        """Another page may have changed what is remembered."""
        for transcript in self.query(Transcript):
            self._look_up_noticed(transcript.drawn)

    def judge(self, wish: Wish, message: Message) -> bool:
        """Do what is wished of what is remembered; False for any other wish."""
        match wish:
            case Wish.APPROVE:
                self.approve_remembered(message)
            case Wish.FORGET:
                self.forget_remembered(message)
            case Wish.REMEMBERED:
                self.show_remembered(message)
            case _:
                return False
        return True

    @on(Transcript.Drawn)
    def _notice_drawn(self, event: Transcript.Drawn) -> None:
        self._look_up_noticed(event.messages)

    @work(group="noticing")
    async def _learn_from(self, asked: Message) -> None:
        with self.troubles_told():
            noticed = await self.errands.run(
                self.core.noticing.once_learnt, asked.id, self.core.audience
            )
            self.transcript.note_remembered({asked.id: noticed})
            self._look_up_noticed(self.transcript.drawn)

    @work(group="noticing")
    async def _look_up_noticed(self, messages: Sequence[Message]) -> None:
        asked = [each for each in messages if each.role is MessageRole.USER]
        with self.troubles_told():
            found = await self.errands.run(self._noticed, asked)
            self.transcript.note_remembered(found)

    def _noticed(self, asked: Sequence[Message]) -> dict[MessageId, Noticed]:
        audience = self.core.audience
        return {each.id: self.core.noticing.of(each.id, audience) for each in asked}

    @work(group="judge")
    async def approve_remembered(self, message: Message) -> None:
        """Say yes to all that waits below it."""
        book, audience = self.core.memories, self.core.audience
        with self.troubles_told():
            noticed = await self.errands.run(
                self.core.noticing.of, message.id, audience
            )
            if not noticed.waiting:
                self.say("Nothing of it waits for your yes")
                return
            for memory in noticed.waiting:
                await self.errands.run(book.approve, memory.id, audience)
            self._look_up_noticed(self.transcript.drawn)

    @work(group="judge")
    async def forget_remembered(self, message: Message) -> None:
        """Say no to what waits below it; forget what is kept of it."""
        book, audience = self.core.memories, self.core.audience
        with self.troubles_told():
            noticed = await self.errands.run(
                self.core.noticing.of, message.id, audience
            )
            if not noticed:
                self.say("Nothing of it is remembered")
                return
            for memory in noticed.waiting:
                await self.errands.run(book.reject, memory.id, audience)
            if not noticed.waiting and await self._is_sure(noticed):
                gone = [each.id for each in noticed.kept]
                await self.errands.run(book.forget, gone, audience)
            self._look_up_noticed(self.transcript.drawn)

    async def _remembered_of(self, message: Message) -> Noticed:
        noticing, audience = self.core.noticing, self.core.audience
        return await self.errands.run(noticing.of, message.id, audience)

    async def _is_sure(self, noticed: Noticed) -> bool:
        question = Confirm(
            f"Forget {quoted(noticed.kept_texts)}?",
            consequence="It goes for good, with all that was made of it. "
            "The message it is from stays.",
            verb="forget it",
        )
        answer: bool = await self.app.push_screen_wait(question)
        return answer

    @work(group="judge")
    async def show_remembered(self, message: Message) -> None:
        """What is remembered of it, on the page of all that is."""
        with self.troubles_told():
            audience = self.core.audience
            noticed = await self.errands.run(
                self.core.noticing.of, message.id, audience
            )
            if not noticed:
                self.say("Nothing of it is remembered")
                return
            page = MemoriesScreen.name_
            await self.app.push_screen(page)
            shown = self.app.get_screen(page)
            if isinstance(shown, MemoriesScreen):
                shown.seek(noticed.memories[-1])
