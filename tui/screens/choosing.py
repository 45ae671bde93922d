"""A screen on which one chooses who answers: which persona, in a conversation or
wherever no other was chosen.

Which one that is says the core; here it is asked for and shown.
"""

from textual import work

from tui.modals.personas import ChoosePersona
from tui.screens.reading import ReadingScreen
from tui.typeahead import AWAITED
from tui.widgets.bars import StatusBar


class ChoosingScreen(ReadingScreen):
    """Shows who answers, and lets another one."""

    def conversation_changed(self) -> None:
        super().conversation_changed()
        self.show_persona()

    @work(exclusive=True, group="persona")
    async def show_persona(self) -> None:
        """Show who answers in the open conversation."""
        with self.troubles_told():
            persona = await self.errands.run(
                self.core.personas.answering, self.conversation
            )
            self.query_one(StatusBar).persona = persona

    @work(exclusive=True, group="choose", name=AWAITED)
    async def action_choose_persona(self) -> None:
        with self.troubles_told():
            opened = self.conversation
            personas = await self.errands.run(self.core.personas.all)
            answering = await self.errands.run(self.core.personas.answering, opened)
            where = "in this conversation" if opened else "from now on"
            name = await self.app.push_screen_wait(
                ChoosePersona(personas, answering=answering.id, where=where)
            )
            if name is not None:
                await self.use_persona(name)

    async def use_persona(self, name: str) -> None:
        """Let it answer in the open conversation; without one, from now on.

        Raises NotFoundError for a name nobody has.
        """
        personas, audience = self.core.personas, self.core.audience
        if self.conversation is None:
            await self.errands.run(personas.use, name, actor=audience.user_id)
        else:
            self.conversation = await self.errands.run(
                personas.use_in, self.conversation.id, name, audience
            )
        self.show_persona()
