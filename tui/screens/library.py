"""The library: which documents there are, and taking more of them in.

It reads nothing itself: it asks for it, shows how far it has come, and keeps what
came of it on the screen until it is read.
"""

import os
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from functools import partial
from itertools import groupby
from pathlib import Path
from time import monotonic
from typing import ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from assistant.entities.ingest import (
    ChunksKept,
    FileIngested,
    IngestEvent,
    IngestPlanned,
    IngestStatus,
)
from assistant.entities.knowledge import Document
from assistant.figures import plural
from assistant.knowledge.tally import Tally, Told
from assistant.media.sources import is_page, path_of
from assistant.safetext import one_line
from tui import desktop
from tui.bridge import Tell
from tui.core import Core
from tui.keymap import Where, bindings
from tui.modals.confirm import Confirm
from tui.modals.form import Blank, Form
from tui.screens.page import PageScreen
from tui.screens.passages import PassagesScreen
from tui.typeahead import AWAITED
from tui.widgets.documents import document_rows
from tui.widgets.page import Gauge, PageBar
from tui.widgets.places import completions
from tui.widgets.rows import Row, Rows

_ALL = 1_000_000_000
_SHOWN = 500
"""Lines at once; whoever has more finds them by a few letters."""

_OFTEN = 1.0
"""Seconds between two looks at the list while it grows."""

_STAYS = "What is whole stays; adding it again goes on there"
_MOST_REASONS = 6
_MOST_NAMES = 3

_EMPTY = Content.assemble(
    ("No document here yet", "bold"),
    "\n\nGive Hearth a folder, and it answers from what is written there, "
    "quoting the very words and saying where they stand.\n\n",
    ("a", "bold $primary"),
    " adds a folder, a file or a web page",
)


class LibraryScreen(PageScreen):
    """Documents by collection; taking in, looking inside, removing."""

    CSS_PATH = "page.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Where.LIBRARY)]
    name_ = "library"
    heading = "Library"
    where = Where.LIBRARY
    words: ClassVar[Sequence[tuple[str, str]]] = (
        ("add", "add"),
        ("look", "look inside"),
        ("open_source", "open"),
        ("refresh", "read again"),
        ("remove", "remove"),
    )

    def __init__(self, core: Core) -> None:
        super().__init__(core)
        self.documents: dict[str, Document] = {}
        self._waiting: frozenset[str] = frozenset()
        """Documents that meaning does not find yet."""

        self._tally = Tally(monotonic)
        self._verb = ""
        self._filled = 0.0

    def body(self) -> Iterator[Widget]:
        yield Input(placeholder="find a document")
        yield Rows()
        yield Static(_EMPTY, classes="empty")

    @work(exclusive=True, group="fill", name=AWAITED)
    async def fill(self) -> None:
        with self.troubles_told():
            documents, waiting = await self.errands.run(self._look)
            self._filled = monotonic()
            self.documents = {each.id: each for each in documents}
            self._waiting = frozenset(waiting)
            self.be_empty(is_empty=not documents and self.working is None)
            collections = {each.collection for each in documents}
            facts = [plural(len(documents), "document")] if documents else []
            if len(collections) > 1:
                facts.append(plural(len(collections), "collection"))
            self.query_one(PageBar).facts = " · ".join(facts)
            self._list()

    def _look(self) -> tuple[list[Document], list[str]]:
        library = self.core.library
        found = library.documents(self.core.audience, limit=_ALL)
        return found, [each.id for each in found if not library.is_indexed(each)]

    def _list(self) -> None:
        words = self.query_one(Input).value.casefold().split()
        fitting = [each for each in self.documents.values() if _fits(each, words)]
        fitting.sort(key=lambda each: each.collection.casefold())
        rows: list[Row] = []
        several = len({each.collection for each in self.documents.values()}) > 1
        shown = fitting[:_SHOWN]
        lines = document_rows(shown, waiting=self._waiting, now=self.now())
        pairs = zip(shown, lines, strict=True)
        for name, those in groupby(pairs, lambda pair: pair[0].collection):
            if several or name:
                heading = one_line(name) or "In no collection"
                rows.append(Row(left=Content(f"\n{heading}" if rows else heading)))
            rows += [line for _, line in those]
        if more := len(fitting) - len(shown):
            rows.append(Row(left=Content(f"and {more} more; a few letters find them")))
        if words and not fitting:
            rows.append(Row(left=Content("Nothing has that in its name")))
        self.query_one(Rows).rows = tuple(rows)

    @property
    def marked(self) -> Document | None:
        """The document of the marked line."""
        return self.documents.get(self.query_one(Rows).marked or "")

    @on(Input.Changed)
    def _narrow(self, event: Input.Changed) -> None:
        event.stop()
        self._list()

    @on(Input.Submitted)
    def _go_to_list(self, event: Input.Submitted) -> None:
        event.stop()
        self.query_one(Rows).focus()

    @on(Rows.Chosen)
    def _enter(self, event: Rows.Chosen) -> None:
        event.stop()
        self.action_look()

    def action_look(self) -> None:
        """Show the passages of the marked document."""
        if document := self.marked:
            self.app.push_screen(PassagesScreen(self.core, document))

    def action_add(self) -> None:
        """Ask what to take in, and take it in."""
        self.offer("")

    @work(group="add", name=AWAITED)
    async def offer(self, source: str) -> None:
        """Offer to take this in; empty leaves it to be written."""
        names = {each.collection for each in self.documents.values()}
        form = Form(
            "Add documents",
            [
                Blank(
                    name="source",
                    label="A folder, a file or a web address",
                    value=source,
                    hint="~/Documents",
                    complete=self._complete,
                    check=self._check,
                ),
                Blank(
                    name="collection",
                    label="Collection, if it should have a name",
                    hint="none",
                    complete=partial(_beginning, sorted(filter(None, names))),
                    may_be_empty=True,
                ),
            ],
            verb="take it in",
        )
        written = await self.app.push_screen_wait(form)
        if written is not None:
            self.take_in(written["source"], collection=written["collection"])

    def take_in(self, source: str, *, collection: str = "") -> None:
        """Take a folder, file or page in, and show how it goes."""
        owner = self.core.audience.user_id

        def call(tell: Tell) -> None:
            with self.core.intake() as intake:
                _drive(
                    intake.take_in([source], owner_id=owner, collection=collection),
                    tell,
                )

        self._take(call, verb="Taking in")

    def action_refresh(self) -> None:
        """Read the marked document again, if it changed."""
        if document := self.marked:
            self._again([document])

    def action_refresh_all(self) -> None:
        """Read everything again that changed."""
        self._again(list(self.documents.values()))

    def _again(self, documents: Sequence[Document]) -> None:
        if not documents:
            return
        owner = self.core.audience.user_id

        def call(tell: Tell) -> None:
            with self.core.intake() as intake:
                _drive(intake.again(documents, owner_id=owner), tell)

        self._take(call, verb="Reading again")

    def _take(self, call: Callable[[Tell], None], *, verb: str) -> None:
        if not self.begin(verb, call):
            return
        self._tally, self._verb = Tally(monotonic), verb
        self.be_empty(is_empty=False)
        self.query_one(Gauge).share = 0.0
        self._show_progress()

    def progressed(self, events: Sequence[object]) -> None:
        for event in events:
            if isinstance(event, IngestPlanned | ChunksKept | FileIngested):
                self._tally.take(event)
        self.query_one(Gauge).share = self._tally.share
        self._show_progress()
        if (
            self._tally.count(IngestStatus.ADDED)
            and monotonic() - self._filled > _OFTEN
        ):
            self.fill()

    def _show_progress(self) -> None:
        tally = self._tally
        name = one_line(tally.name) or "looking what there is"
        self.show_word(
            Content(tally.progress() if tally.planned else self._verb),
            Content.assemble(
                (name, "$muted"), ("   esc stops; what is whole stays", "$muted")
            ),
        )

    def ended(self) -> None:
        summary = self._tally.summary() or "There was nothing to read"
        self._summarise(Content.assemble(("✓ ", "$success"), summary))
        if not self.is_current:
            self.say(summary)

    def stopped(self) -> None:
        done = self._tally.summary()
        said = f"Stopped. {done}" if done else "Stopped before anything was read"
        self._summarise(
            Content(said),
            Content.styled(
                "What is whole stays; adding it again goes on there", "$muted"
            ),
        )

    def _summarise(self, *first: Content) -> None:
        told = self._tally.told()
        lines = [_told(each) for each in told[:_MOST_REASONS]]
        if (more := len(told) - _MOST_REASONS) > 0:
            lines.append(
                Content.styled(f"and {plural(more, 'other reason')}", "$muted")
            )
        self.show_word(*first, *lines)

    @work(group="remove", name=AWAITED)
    async def action_remove(self) -> None:
        """Take the marked document out, after a question."""
        document = self.marked
        if document is None:
            return
        question = Confirm(
            f"Remove “{one_line(document.title)}” from the library?",
            consequence="All that was read of it goes; the file itself stays.",
            verb="remove it",
        )
        if not await self.app.push_screen_wait(question):
            return
        with self.troubles_told():
            gone = await self.errands.run(
                self.core.library.remove, document.id, self.core.audience
            )
            self.note(f"Removed “{one_line(gone.title)}”")
            self.fill()

    def action_open_source(self) -> None:
        """Let the desktop open the file or page."""
        document = self.marked
        if document is None:
            return
        self._open(document, environment=os.environ)

    def _open(self, document: Document, *, environment: Mapping[str, str]) -> None:
        source = document.source
        if not is_page(source) and not path_of(source).exists():
            self.warn(f"{source} is not there any more", "What was read of it stays")
        elif desktop.open_outside(
            source if is_page(source) else str(path_of(source)), environment
        ):
            self.note(f"Opened {one_line(source)}")
        else:
            self.app.copy_to_clipboard(source)
            self.note(f"Nothing here opens files; copied: {one_line(source)}")

    async def _complete(self, text: str) -> Sequence[str]:
        return await self.errands.run(completions, text)

    async def _check(self, text: str) -> str:
        if not text.strip() or is_page(text):
            return ""
        is_there = await self.errands.run(_is_there, text)
        return "" if is_there else "Nothing is there yet"


def _drive(events: Generator[IngestEvent, None, None], tell: Tell) -> None:
    """To the end, or to where no more is wanted; what is whole stays."""
    with closing(events) as happening:
        for event in happening:
            tell(event)


def _is_there(text: str) -> bool:
    try:
        return Path(text.strip()).expanduser().exists()
    except (OSError, RuntimeError, ValueError):
        return False


async def _beginning(names: Sequence[str], text: str) -> Sequence[str]:
    return [each for each in names if each.casefold().startswith(text.casefold())]


def _fits(document: Document, words: Sequence[str]) -> bool:
    text = f"{document.title} {document.source} {document.collection}".casefold()
    return all(word in text for word in words)


def _told(told: Told) -> Content:
    names = ", ".join(one_line(name) for name in told.names[:_MOST_NAMES])
    more = len(told.names) - _MOST_NAMES
    rest = f" and {more} more" if more > 0 else ""
    return Content.assemble(
        f"{told.what}: {one_line(told.reason)}", (f"  {names}{rest}", "$muted")
    )
