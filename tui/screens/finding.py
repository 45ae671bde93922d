"""A screen on which things are found: in everything, or in the conversation shown.

It takes a person to what was found; how it is found is the core's business.
"""

from dataclasses import replace

from textual import on, work
from textual.widgets import Static

from assistant.entities.account import Cited
from assistant.entities.conversation import Conversation
from assistant.entities.ids import ConversationId, MessageId
from assistant.entities.search import Found, Hit, HitKind
from assistant.knowledge.search import Question
from assistant.knowledge.worth import worth_showing
from tui.core import Core
from tui.modals.search import Search
from tui.screens.explaining import ExplainingScreen
from tui.typeahead import AWAITED
from tui.widgets import pages
from tui.widgets.findbar import FindBar
from tui.widgets.marking import Marking, places_of
from tui.widgets.message import MessageView
from tui.widgets.sidebar import Sidebar
from tui.widgets.transcript import Transcript

_ENOUGH = 200
"""Hits of both kinds, for the best of each to be among them."""

MOST = 12
"""Shown of each kind."""


class FindingScreen(ExplainingScreen):
    """Searches, and jumps to what is chosen."""

    def __init__(self, core: Core) -> None:
        super().__init__(core)
        self._marking = Marking()
        self._places: list[MessageId] = []
        """Which message each occurrence stands in, from the top."""

    def is_being_answered(self, conversation: Conversation) -> bool:
        asked = self.live.asked if self.live is not None else None
        return asked is not None and asked.conversation_id == conversation.id

    @property
    def find_bar(self) -> FindBar:
        return self.query_one(FindBar)

    @work(exclusive=True, group="find", name=AWAITED)
    async def action_find(self, words: str = "") -> None:
        """Search everything, and go to what is chosen."""
        search = Search(self._look_up, now=self.now(), words=words)
        hit = await self.app.push_screen_wait(search)
        if hit is None:
            return
        if hit.kind is HitKind.PASSAGE:
            self._show_found(hit)
        elif hit.conversation_id is not None:
            self.jump(hit.conversation_id, MessageId(hit.id))

    async def _look_up(self, words: str) -> Found | None:
        asked = Question(text=words, k=_ENOUGH)
        with self.troubles_told():
            found = await self.errands.run(
                self.core.search.find, asked, self.core.audience
            )
            return replace(found, hits=tuple(worth_showing(found.hits, most=MOST)))
        return None

    def action_go_to_list(self) -> None:
        """Show the list of conversations, and go there."""
        if not self.sidebar.display:
            self.toggle_class("-flipped")
        self.sidebar.choose_here()

    def jump(self, conversation_id: ConversationId, message_id: MessageId) -> None:
        """Read along the branch of a message, and show it there."""
        self.sidebar.clear()
        if not self.has_class("-wide"):
            self.remove_class("-flipped")
        self.open_conversation(conversation_id, at=message_id)

    def _show_found(self, hit: Hit) -> None:
        """Open a passage beside the conversation."""
        cited = Cited(
            title=hit.title,
            location=hit.location,
            source=hit.path,
            text=hit.text,
            starts_at=0,
            ends_at=0,
        )
        self._show(pages.passage(cited, place=""))

    @on(Sidebar.WantedEverywhere)
    def _search_everywhere(self, event: Sidebar.WantedEverywhere) -> None:
        event.stop()
        self.action_find(event.words)

    def action_find_here(self, words: str = "") -> None:
        """Look for words in the conversation that is shown."""
        if self.conversation is None:
            self.say("There is no conversation to find anything in yet")
            return
        self.find_bar.open(words)

    def leave_finding(self) -> bool:
        """Close the line for finding; False when it was not open."""
        if not self.find_bar.is_open:
            return False
        was_there = self.find_bar.has_focus_within
        self.find_bar.close()
        self._marking.clear()
        view = self._shown_place
        if was_there and view is not None:
            view.focus()
        elif was_there:
            self.composer.write_here()
        return True

    @property
    def _shown_place(self) -> MessageView | None:
        at = self.find_bar.at
        if not 0 < at <= len(self._places):
            return None
        return self.transcript.find_view(self._places[at - 1])

    @on(FindBar.Sought)
    def _find_here(self, event: FindBar.Sought) -> None:
        event.stop()
        self._places = [
            message.id
            for message in self.transcript.messages
            for _ in places_of(event.words, message.content)
        ]
        event.bar.count = len(self._places)
        event.bar.at = len(self._places)
        self._show_place()

    @on(FindBar.Stepped)
    def _step_place(self, event: FindBar.Stepped) -> None:
        event.stop()
        self.action_find_next(event.by)

    @on(FindBar.Taken)
    def _read_place(self, event: FindBar.Taken) -> None:
        event.stop()
        if view := self._shown_place:
            view.focus(scroll_visible=False)

    def action_find_next(self, by: int) -> None:
        """Go to the next place of the words (1), or to the one before (-1)."""
        bar = self.find_bar
        if not bar.is_open:
            self.action_find_here()
        elif self._places:
            bar.at = (bar.at - 1 + by) % len(self._places) + 1
            self._show_place()

    @work(exclusive=True, group="place", name=AWAITED)
    async def _show_place(self) -> None:
        """Bring the place into view without taking the focus from the words."""
        self._mark()
        if not self._places:
            return
        reads = isinstance(self.focused, MessageView)
        message_id = self._places[self.find_bar.at - 1]
        if self.transcript.find_view(message_id) is None:
            await self.transcript.show(
                self.transcript.messages,
                now=self.now(),
                at=message_id,
                takes_focus=reads,
            )
        if reads and self._shown_place:
            self._shown_place.focus(scroll_visible=False)
        self.transcript.release_anchor()
        self.call_after_refresh(self._scroll_to_place)

    def _scroll_to_place(self) -> None:
        view = self._shown_place
        if view is None:
            return
        parts = self._mark().get(view.message_id, [])
        first = self._places.index(view.message_id)
        nth = min(self.find_bar.at - 1 - first, len(parts) - 1)
        there = parts[nth] if nth >= 0 else view
        self.transcript.scroll_to_widget(there, animate=False, center=True)

    def _mark(self) -> dict[MessageId, list[Static]]:
        """Mark the words in what is drawn; the texts that have them, by message."""
        self._marking.clear()
        words = self.find_bar.words
        if not words or not self.find_bar.is_open:
            return {}
        return {
            view.message_id: self._marking.mark(words, body)
            for view in self.transcript.query(MessageView)
            for body in view.query(".body")
        }

    @on(Transcript.Drawn)
    def _mark_drawn(self) -> None:
        if self.find_bar.is_open:
            self.call_after_refresh(self._mark)
