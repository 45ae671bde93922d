"""What is remembered: browse it, correct it, say yes or no to it, forget it.

It shows what the book gives and asks the book for every change; where words are
from is shown as they were said.
"""

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from assistant.entities.memory import Memory, MemoryFilter, MemoryKind, MemoryState
from assistant.figures import plural
from assistant.safetext import one_line
from tui import present
from tui.core import Core
from tui.keymap import Where, bindings
from tui.messages import SourceSought
from tui.modals.confirm import Confirm
from tui.modals.form import Blank, Form
from tui.screens.page import PageScreen
from tui.typeahead import AWAITED
from tui.widgets.page import PageBar
from tui.widgets.remembered import KINDS, memory_rows, provenance, receipt
from tui.widgets.rows import Row, Rows

_MOST = 500
_PENDING, _CURRENT = MemoryState.PENDING, MemoryState.CURRENT
_VIEWS: Sequence[tuple[str, Sequence[MemoryState]]] = (
    ("what counts now", (_PENDING, _CURRENT)),
    ("what waits for your yes", (_PENDING,)),
    ("what was true before", (MemoryState.SUPERSEDED, MemoryState.MERGED)),
    ("what is over or rejected", (MemoryState.EXPIRED, MemoryState.REJECTED)),
)
_SORTS: Sequence[MemoryKind | None] = (None, *KINDS)
_EMPTY = Content.assemble(
    ("Nothing is remembered yet", "bold"),
    "\n\nSay something about yourself in a conversation, such as\n",
    ("My sister Ana lives in Porto", "$primary"),
    "\nand it is kept with the words you said. Everything here can be "
    "corrected and forgotten.\n\n",
    ("a", "bold $primary"),
    " adds a sentence yourself",
)


class MemoriesScreen(PageScreen):
    """Browsing, and everything that can be done with one memory."""

    CSS_PATH = "page.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Where.MEMORIES)]
    name_ = "memories"
    heading = "Memories"
    where = Where.MEMORIES
    words: ClassVar[Sequence[tuple[str, str]]] = (
        ("source", "where from"),
        ("jump", "go there"),
        ("edit", "correct"),
        ("add", "add"),
        ("forget", "forget"),
        ("approve", "yes"),
        ("reject", "no"),
        ("turn_view", "past ones"),
        ("turn_kind", "sort"),
    )

    def __init__(self, core: Core) -> None:
        super().__init__(core)
        self.memories: dict[str, Memory] = {}
        self._view = 0
        self._sort = 0

    def body(self) -> Iterator[Widget]:
        yield Input(placeholder="find what is remembered")
        yield Rows()
        yield Static(_EMPTY, classes="empty")
        yield Static(classes="about", markup=False)

    @property
    def wanted(self) -> MemoryFilter:
        """What is looked at."""
        kind = _SORTS[self._sort]
        return MemoryFilter(
            states=_VIEWS[self._view][1],
            kinds=() if kind is None else (kind,),
            text=self.query_one(Input).value.strip(),
        )

    @work(exclusive=True, group="fill", name=AWAITED)
    async def fill(self) -> None:
        with self.troubles_told():
            book, audience, wanted = self.core.memories, self.core.audience, self.wanted
            found = await self.errands.run(book.browse, audience, wanted, limit=_MOST)
            count = await self.errands.run(book.count, audience, wanted)
            every = await self.errands.run(
                book.count, audience, MemoryFilter(states=())
            )
            self.memories = {each.id: each for each in found}
            self.be_empty(is_empty=not every)
            self._list(found, count=count)

    def _list(self, found: Sequence[Memory], *, count: int) -> None:
        rows = memory_rows(found, now=self.now())
        if not rows and not self.has_class("-empty"):
            rows.append(_remark("Nothing of that sort"))
        if more := count - len(found):
            rows.append(_remark(f"and {more} more; a few letters find them"))
        self.query_one(Rows).rows = tuple(rows)
        kind = _SORTS[self._sort]
        parts = [
            plural(count, "memory", "memories"),
            _VIEWS[self._view][0],
            KINDS[kind].lower() if kind else "",
        ]
        facts = present.GAP.join(part for part in parts if part)
        self.query_one(PageBar).facts = "" if self.has_class("-empty") else facts

    def seek(self, memory: Memory) -> None:
        """Show it alone, among what counts now."""
        self._view = self._sort = 0
        self.query_one(Input).value = one_line(memory.text)
        self.query_one(Rows).focus()

    @property
    def marked(self) -> Memory | None:
        """The memory of the marked line."""
        return self.memories.get(self.query_one(Rows).marked or "")

    @on(Input.Changed)
    def _narrow(self, event: Input.Changed) -> None:
        event.stop()
        self.fill()

    @on(Input.Submitted)
    def _go_to_list(self, event: Input.Submitted) -> None:
        event.stop()
        self.query_one(Rows).focus()

    @on(Rows.Marked)
    def _forget_source(self, event: Rows.Marked) -> None:
        event.stop()
        self.query_one(".about", Static).update(Content())

    @on(Rows.Chosen)
    def _enter(self, event: Rows.Chosen) -> None:
        event.stop()
        self.action_source()

    @work(exclusive=True, group="source", name=AWAITED)
    async def action_source(self) -> None:
        """Show below the list where the marked one is from."""
        memory = self.marked
        if memory is None:
            return
        with self.troubles_told():
            found = await self.errands.run(
                self.core.memories.why, memory.id, self.core.audience
            )
            said = provenance(found, now=self.now())
            self.query_one(".about", Static).update(said)

    def action_jump(self) -> None:
        """Go to the message that the marked one is from."""
        memory = self.marked
        if memory is None:
            return
        if memory.conversation_id is None or memory.message_id is None:
            self.note("You said to remember it; it is from no conversation")
            return
        below = self.app.screen_stack[0]
        self.leave()
        below.post_message(SourceSought(memory.conversation_id, memory.message_id))

    @work(group="add", name=AWAITED)
    async def action_add(self) -> None:
        """Ask for a sentence, and remember it."""
        blank = Blank(
            name="text", label="A sentence", hint="My sister Ana lives in Porto"
        )
        form = Form("Remember", [blank], verb="remember it")
        written = await self.app.push_screen_wait(form)
        if written is None:
            return
        with self.troubles_told():
            kept = await self.errands.run(
                self.core.memories.add, written["text"], self.core.audience
            )
            self.note(*(f"Remembered: {one_line(each.memory.text)}" for each in kept))
            self.fill()

    @work(group="edit", name=AWAITED)
    async def action_edit(self) -> None:
        """Ask for what is right, and keep that instead."""
        memory = self.marked
        if memory is None:
            return
        blank = Blank(name="text", label="What is right", value=one_line(memory.text))
        form = Form(
            "Correct it",
            [blank],
            about="What it says now stays readable among the past ones",
        )
        written = await self.app.push_screen_wait(form)
        if written is None or written["text"] == memory.text:
            return
        with self.troubles_told():
            right = await self.errands.run(
                self.core.memories.edit, memory.id, written["text"], self.core.audience
            )
            self.note(f"Remembered instead: {one_line(right.text)}")
            self.fill()

    @work(group="judge", name=AWAITED)
    async def action_approve(self) -> None:
        """Say yes to the marked one."""
        if (memory := self.marked) is None:
            return
        with self.troubles_told():
            kept = await self.errands.run(
                self.core.memories.approve, memory.id, self.core.audience
            )
            self.note(f"Remembered: {one_line(kept.memory.text)}")
            self.fill()

    @work(group="judge", name=AWAITED)
    async def action_reject(self) -> None:
        """Say no to the marked one."""
        if (memory := self.marked) is None:
            return
        with self.troubles_told():
            await self.errands.run(
                self.core.memories.reject, memory.id, self.core.audience
            )
            self.note(f"It is not remembered: {one_line(memory.text)}")
            self.fill()

    @work(group="forget", name=AWAITED)
    async def action_forget(self) -> None:
        """Remove the marked one for good, after a question; show the receipt."""
        memory = self.marked
        if memory is None:
            return
        question = Confirm(
            f"Forget “{one_line(memory.text)}”?",
            consequence="It goes for good, with all that was made of it. "
            "The message it is from stays.",
            verb="forget it",
        )
        if not await self.app.push_screen_wait(question):
            return
        with self.troubles_told():
            given = await self.errands.run(
                self.core.memories.forget, [memory.id], self.core.audience
            )
            self.note(*receipt(given))
            self.fill()

    def action_turn_view(self) -> None:
        """Look at what waits, at what was, and at what counts again."""
        self._view = (self._view + 1) % len(_VIEWS)
        self.fill()

    def action_turn_kind(self) -> None:
        """Look at the next sort only; at all again after the last."""
        self._sort = (self._sort + 1) % len(_SORTS)
        self.fill()


def _remark(words: str) -> Row:
    return Row(left=Content(words))
