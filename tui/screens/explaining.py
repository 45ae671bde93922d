"""A screen that tells why: passages, accounts and files in a panel at the side.

It asks the core and shows; the answer itself is left as it is.
"""

from collections.abc import Sequence

from textual import on, work

from assistant.entities.citation import Citation
from assistant.entities.conversation import Message, MessageRole
from assistant.errors import NotFoundError
from tui.core import Core
from tui.screens.noticing import NoticingScreen
from tui.screens.sharing import SharingScreen
from tui.typeahead import AWAITED
from tui.widgets import pages
from tui.widgets.aside import Aside, Leaf
from tui.widgets.composer import Composer
from tui.widgets.message import MessageView

_CROWDED = 132
"""Columns; with fewer the list gives way to the panel."""


class ExplainingScreen(SharingScreen, NoticingScreen):
    """Opens what an answer rests on beside it."""

    def __init__(self, core: Core) -> None:
        super().__init__(core)
        self._quoted: Sequence[Citation] = ()
        self._at = 0
        self._asked_from: MessageView | None = None

    @property
    def aside(self) -> Aside:
        return self.query_one(Aside)

    def on_resize(self) -> None:
        self._make_room()

    @on(Aside.Changed)
    def _make_room(self) -> None:
        is_open = self.aside.is_open
        self.set_class(is_open, "-beside")
        self.set_class(is_open and self.size.width < _CROWDED, "-crowded")

    def _show(self, page: pages.Page) -> None:
        if isinstance(self.focused, MessageView):
            self._asked_from = self.focused
        self.aside.page = page
        self.aside.read_here()

    def close_aside(self) -> None:
        """Back to the message it was opened from."""
        self.aside.page = None
        view, self._asked_from = self._asked_from, None
        if view is not None and view.is_attached:
            view.focus()
        else:
            self.composer.write_here()

    @work(exclusive=True, group="aside", name=AWAITED)
    async def explain(self, message: Message) -> None:
        """Why an answer is as it is."""
        if message.role is not MessageRole.ASSISTANT:
            self.say("Only answers have reasons here")
            return
        with self.troubles_told():
            told = await self.errands.run(
                self.core.accounts.of, message.id, self.core.audience
            )
            self._quoted = told.citations
            self._at = -1
            self._show(pages.account(told))

    @work(exclusive=True, group="aside", name=AWAITED)
    async def show_sources(
        self, message: Message, *, opened: Citation | None = None
    ) -> None:
        """The passages an answer quotes, from the first one or a chosen one."""
        with self.troubles_told():
            found = await self.errands.run(
                self.core.citations.of, message.id, self.core.audience
            )
            self._quoted = _each_once(found)
            if not self._quoted:
                self.say("Nothing is quoted here")
                return
            await self._open_passage(_place_of(opened, self._quoted))

    async def _open_passage(self, at: int) -> None:
        citation = self._quoted[at]
        try:
            cited = await self.errands.run(
                self.core.accounts.cited, citation, self.core.audience
            )
        except NotFoundError as error:
            self.tell(error)
            return
        self._at = at
        count = len(self._quoted)
        place = f"‹ {at + 1}/{count} ›" if count > 1 else ""
        self._show(pages.passage(cited, place=place))

    @on(Leaf.Turned)
    def _turn(self, event: Leaf.Turned) -> None:
        event.stop()
        at = self._at + event.by
        if 0 <= at < len(self._quoted):
            self._turn_page(at)

    @work(exclusive=True, group="aside", name=AWAITED)
    async def _turn_page(self, at: int) -> None:
        with self.troubles_told():
            await self._open_passage(at)

    @on(Leaf.Wished)
    def _take(self, event: Leaf.Wished) -> None:
        event.stop()
        page = self.aside.page
        if page is None:
            return
        if event.wish == "copy" and page.to_copy:
            self.copy(page.to_copy, said="Copied")
        elif event.wish == "open" and page.to_open:
            self.open_outside(page.to_open)

    @on(MessageView.SourceOpened)
    def _open_source(self, event: MessageView.SourceOpened) -> None:
        event.stop()
        self.show_sources(event.view.message, opened=event.citation)

    @on(MessageView.FileOpened)
    def _open_file(self, event: MessageView.FileOpened) -> None:
        event.stop()
        self._quoted = ()
        self._show(pages.file(event.file))

    @on(Composer.FileShown)
    def _show_enclosed(self, event: Composer.FileShown) -> None:
        event.stop()
        self._quoted = ()
        self._show(pages.file(event.file))


def _each_once(found: Sequence[Citation]) -> list[Citation]:
    """Several references to the same words lead to one page."""
    return list({(each.passage_id, each.quote): each for each in found}.values())


def _place_of(wanted: Citation | None, among: Sequence[Citation]) -> int:
    if wanted is None:
        return 0
    words = (wanted.passage_id, wanted.quote)
    alike = [place for place, one in enumerate(among) if _words(one) == words]
    return alike[0] if alike else 0


def _words(citation: Citation) -> tuple[str, str]:
    return citation.passage_id, citation.quote
