"""A screen on which one writes: drafts are kept, files go along, tokens are counted.

What is written belongs to a conversation and is there again when it is opened, in
this sitting or a later one. Sending it is the next screen's business.
"""

import logging
import os
import sys
from abc import abstractmethod
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from textual import on, work
from textual.app import SuspendNotSupported
from textual.timer import Timer

from assistant.editors import edited, editor
from assistant.entities.conversation import Message, MessageRole
from assistant.entities.draft import Draft
from assistant.entities.ids import ConversationId
from assistant.entities.turn import TextFile
from assistant.errors import (
    AssistantError,
    DocumentRefusedError,
    Refusal,
    StorageError,
    UsageError,
)
from assistant.media.enclosing import MEGABYTE, enclosed
from tui.core import Core
from tui.screens.answering import AnsweringScreen
from tui.widgets.bars import StatusBar
from tui.widgets.composer import Composer
from tui.widgets.sheet import Sheet

_PAUSE = 0.4
"""Seconds without a key before what is written is kept and counted."""

_log = logging.getLogger(__name__)


class WritingScreen(AnsweringScreen):
    """Keeps what is written until it is sent."""

    def __init__(self, core: Core) -> None:
        super().__init__(core)
        self.editing: Message | None = None
        self._drafts: dict[ConversationId | None, Draft] = {}
        self._unsaved: dict[ConversationId | None, Draft] = {}
        self._soon: Timer | None = None
        self._is_kept = True

    def on_unmount(self) -> None:
        # The last letters too, whatever ends the session.
        self.errands.close()
        try:
            self._save(dict(self._unsaved))
        except StorageError:
            _log.warning("a draft could not be kept", exc_info=True)

    @property
    @abstractmethod
    def open_id(self) -> ConversationId | None:
        """The conversation on the screen; None for one that has not begun."""

    @on(Composer.Changed)
    def _note_draft(self, event: Composer.Changed) -> None:
        event.stop()
        if self.editing is None:
            self._unsaved[self.open_id] = self.composer.draft
        if self._soon is not None:
            self._soon.stop()
        self._soon = self.set_timer(_PAUSE, self._settle_draft)

    def _settle_draft(self) -> None:
        self.keep_drafts()
        self.measure()

    @work(exclusive=True, group="drafts")
    async def keep_drafts(self) -> None:
        """Let the file know what was written since."""
        unsaved = dict(self._unsaved)
        try:
            await self.errands.run(self._save, unsaved)
        except StorageError as error:
            # Whoever goes on typing need not be stopped by it every second.
            if self._is_kept:
                self.say(f"What you write is not kept just now: {error}")
            self._is_kept = False
            return
        self._is_kept = True
        for conversation_id, draft in unsaved.items():
            if self._unsaved.get(conversation_id) == draft:
                del self._unsaved[conversation_id]

    def _save(self, drafts: dict[ConversationId | None, Draft]) -> None:
        for conversation_id, draft in drafts.items():
            self.core.unsent.keep(conversation_id, draft, self.core.audience)

    @work(exclusive=True, group="measure")
    async def measure(self) -> None:
        """Show how much of the context is taken, with what is written."""
        bar = self.query_one(StatusBar)
        draft = self.composer.draft
        with suppress(AssistantError):  # a number is worth no interruption
            bar.fill = await self.errands.run(
                self.core.gauge.fill, draft, after=bar.last
            )

    def stow_draft(self) -> None:
        """Leave what is written with the conversation it was written for."""
        self.leave_editing()
        self._drafts[self.open_id] = self.composer.draft
        self._unsaved[self.open_id] = self.composer.draft

    def unpack_draft(self) -> None:
        """Bring back what was written for the conversation now on the screen."""
        known = self._drafts.pop(self.open_id, None)
        self.composer.draft = known or Draft()
        if known is None:
            self.fetch_draft()

    def draft_moves(self) -> None:
        """The conversation not yet begun has begun; what is written goes with it."""
        self._unsaved[None] = Draft()
        self._unsaved[self.open_id] = self.composer.draft

    @work(exclusive=True, group="fetch")
    async def fetch_draft(self, *, above: bool = False) -> None:
        """What an earlier sitting left; never in place of what is written now."""
        wanted = self.open_id
        with self.troubles_told():
            draft = await self.errands.run(
                self.core.unsent.of, wanted, self.core.audience
            )
            if self.open_id != wanted or self.editing is not None or draft.is_blank:
                return
            if self.composer.draft.is_blank:
                self.composer.draft = draft
            elif above:
                self._put_above(draft)

    def _put_above(self, draft: Draft) -> None:
        """The cursor stays with the words that were written since."""
        sheet = self.query_one(Sheet)
        behind = len(sheet.text) - sheet.place
        self.composer.give_back(draft.text, draft.files)
        sheet.place = len(sheet.text) - behind

    def edit(self, message: Message) -> None:
        """Word an earlier question anew; what was being written comes back after."""
        if message.role is not MessageRole.USER:
            self.say("Only your own words can be worded anew")
            return
        if self.editing is None:
            self._drafts[self.open_id] = self.composer.draft
        self.editing = message
        self.composer.is_editing = True
        self.composer.draft = Draft(text=message.content)
        self.composer.write_here()

    def leave_editing(self) -> None:
        if self.editing is not None:
            self.editing = None
            self.composer.is_editing = False
            self.composer.draft = self._drafts.pop(self.open_id, Draft())

    @on(Composer.PathsGiven)
    def _enclose(self, event: Composer.PathsGiven) -> None:
        event.stop()
        self.enclose(event.paths)

    @work(group="enclose")
    async def enclose(self, paths: Sequence[Path]) -> None:
        """Let files go along; what is no text is offered to the library."""
        limit = int(self.core.settings.input.max_megabytes * MEGABYTE)
        others: list[Path] = []
        for path in paths:
            try:
                file = await self.errands.run(_read, path, limit)
            except DocumentRefusedError:
                others.append(path)
            except AssistantError as error:
                self.tell(error)
            else:
                self.composer.files = (*self.composer.files, file)
        if others:
            self.offer_to_library(others)

    @abstractmethod
    def offer_to_library(self, paths: Sequence[Path]) -> object:
        """These have to be converted before they can be read."""

    @on(Composer.EditorWanted)
    def _edit_outside(self, event: Composer.EditorWanted) -> None:
        event.stop()
        text = self.composer.text
        try:
            command = editor(os.environ)
            with self.app.suspend():
                # Standard error is the log's just now; the terminal is elsewhere.
                left = edited(text, command, errors=sys.__stdout__)
            text = left.rstrip("\n")
        except SuspendNotSupported:
            self.say("This terminal cannot be lent to an editor")
        except UsageError as error:
            self.tell(error)
        self.composer.text = text
        self.composer.write_here()


def _read(path: Path, limit: int) -> TextFile:
    """A folder is for the library, like everything that is no text."""
    if path.is_dir():
        raise DocumentRefusedError(Refusal.NOT_A_FILE, f"{path} is a folder")
    return enclosed(path, limit=limit)
