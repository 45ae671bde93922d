"""A screen whose words go elsewhere: to the clipboard, into a file, to the desktop.

What an export says is the core's business; here it gets its place.
"""

import os
from functools import partial
from pathlib import Path

from textual import on, work
from textual.widgets import Markdown

from assistant.conversations.exporting import (
    ExportFormat,
    format_of,
    parts,
    write_file,
)
from assistant.entities.conversation import Conversation
from assistant.safetext import clean
from tui import desktop, present
from tui.modals.choose import Choose
from tui.modals.saving import SaveAs
from tui.screens.listing import ListingScreen
from tui.typeahead import AWAITED
from tui.widgets.fence import Fence
from tui.widgets.message import MessageView
from tui.widgets.prose import addresses

_LINKS = ("http://", "https://", "mailto:")


class SharingScreen(ListingScreen):
    """Copies, exports, and opens what is linked to."""

    def copy(self, text: str, *, said: str) -> None:
        """To the terminal's clipboard, and to the platform's where there is one."""
        self.app.copy_to_clipboard(clean(text))
        self.run_worker(
            partial(desktop.copy, clean(text), os.environ),
            thread=True,
            group="clipboard",
            exit_on_error=False,
        )
        self.say(said)

    def open_outside(self, target: str) -> None:
        """Let the desktop show an address or a file."""
        if not desktop.open_outside(target, os.environ):
            self.app.copy_to_clipboard(target)
            self.say(f"There is no desktop to open it; copied instead: {target}")

    @on(Fence.Chosen)
    def _copy_chosen(self, event: Fence.Chosen) -> None:
        event.stop()
        self.copy(event.code, said=f"Copied the {event.language or 'code'}")

    def copy_code(self, view: MessageView) -> None:
        """Its blocks of code, one after the other."""
        fences = view.prose.fences if view.prose else ()
        if not fences:
            self.say("There is no code in it")
            return
        view.code_at = view.code_at % len(fences) + 1
        which = f"block {view.code_at} of {len(fences)}" if len(fences) > 1 else "code"
        self.copy(fences[view.code_at - 1].code, said=f"Copied {which}")

    @work(group="share")
    async def copy_conversation(self, conversation: Conversation) -> None:
        """The branch that is being read, as Markdown."""
        with self.troubles_told():
            text = await self.errands.run(self._as_markdown, conversation)
            self.copy(text, said="Copied the conversation")

    def _as_markdown(self, conversation: Conversation) -> str:
        return "".join(
            parts(
                self.core.transfer,
                [conversation],
                self.core.audience,
                written_as=ExportFormat.MARKDOWN,
            )
        )

    @work(exclusive=True, group="share", name=AWAITED)
    async def export(self, conversation: Conversation) -> None:
        """Into a file of the user's choice; its name says in which form."""
        suggested = Path.home() / f"{_file_name(conversation)}.md"
        path = await self.app.push_screen_wait(SaveAs(suggested))
        if path is None:
            return
        with self.troubles_told():
            await self.errands.run(self._write, conversation, path)
            self.say(f"Saved to {path}")

    def _write(self, conversation: Conversation, path: Path) -> None:
        # As it is in the file now: what the screen holds may be older.
        newest = self.core.history.open(conversation.id, self.core.audience)
        write_file(
            path,
            parts(
                self.core.transfer,
                [newest],
                self.core.audience,
                written_as=format_of(path),
            ),
        )

    @work(exclusive=True, group="share", name=AWAITED)
    async def follow(self, view: MessageView) -> None:
        """Open what a message links to; where there are several, ask which."""
        found = [each for each in addresses(view.message.content) if _is_safe(each)]
        if not found:
            self.say("There is no link in it")
            return
        chosen: str | None = found[0]
        if len(found) > 1:
            chosen = await self.app.push_screen_wait(
                Choose("Which link shall be opened?", found)
            )
        if chosen is not None:
            self.open_outside(chosen)

    @on(Markdown.LinkClicked)
    def _open_link(self, event: Markdown.LinkClicked) -> None:
        event.stop()
        if _is_safe(event.href):
            self.open_outside(event.href)


def _is_safe(address: str) -> bool:
    return address.startswith(_LINKS)


def _file_name(conversation: Conversation) -> str:
    """The title, as far as every file system bears it."""
    title = present.title_of(conversation)
    kept = "".join(each if each.isalnum() else "-" for each in title.lower())
    return "-".join(part for part in kept.split("-") if part)[:60] or "conversation"
