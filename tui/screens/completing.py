"""A screen on which words are completed as they are typed, and commands are typed.

A slash begins a command, an at sign names a document or a collection to be asked
alone. Which ones there are says the core; here they are offered and taken.
"""

import re

from textual import on, work

from assistant.config.settings import KeySet
from assistant.entities.search import Named
from assistant.entities.turn import Ask
from assistant.knowledge.names import offered
from tui import present
from tui.core import Core
from tui.keymap import hint
from tui.screens.choosing import ChoosingScreen
from tui.screens.finding import FindingScreen
from tui.screens.talk import Question
from tui.slashes import Slash, Typed, meant, typed
from tui.themes import NAMES
from tui.typeahead import AWAITED
from tui.widgets.bars import StatusBar, TitleBar
from tui.widgets.completion import Completion, Offer
from tui.widgets.composer import Composer

_NAMED = re.compile(r"(?:^|(?<=\s))@([^\s@]*)$")
"""An at sign that begins a word, and the letters after it up to the cursor."""

_COMMAND = re.compile(r"/[a-z-]+")
"""What only can have been meant as one."""

_SAID = {
    "remember": "Remember that {}",
    "forget": "Forget {}",
}
"""Memory is talked to; it says itself what it did."""


class CompletingScreen(ChoosingScreen, FindingScreen):
    """Offers what may be meant, and does what is typed after a slash."""

    def __init__(self, core: Core) -> None:
        super().__init__(core)
        self._named: dict[str, Named] = {}
        self._left_at = ""
        """Where Escape closed the offers; they stay closed until a letter comes."""

        self.is_off_record = False
        """Whether the conversation not yet begun will be off the record."""

    @property
    def completion(self) -> Completion:
        return self.query_one(Completion)

    def conversation_changed(self) -> None:
        super().conversation_changed()
        self.is_off_record = False
        self._tell_record()

    def _tell_record(self) -> None:
        """Say in the title whether what is said here is remembered."""
        opened = self.conversation
        is_off = opened.is_incognito if opened else self.is_off_record
        title = present.title_of(opened) if opened else present.UNTITLED
        mark = f"◌ off the record{present.GAP}" if is_off else ""
        self.query_one(TitleBar).conversation = mark + title

    @on(Composer.Changed)
    def _offer_completions(self) -> None:
        before = self.composer.before_cursor
        if before != self._left_at:
            self._left_at = ""
        if self._left_at or self.editing is not None:
            self._offer(())
        elif before.startswith("/"):
            self._offer_commands(before)
        elif found := _NAMED.search(before):
            self._offer_names(found[1])
        else:
            self._offer(())

    def _offer(self, offers: tuple[Offer, ...]) -> None:
        self.workers.cancel_group(self, "names")
        self.completion.offers = offers
        self.composer.is_choosing = bool(offers)

    def _offer_commands(self, before: str) -> None:
        name, space, beginning = before.partition(" ")
        if not space:
            self._offer(tuple(_offer_of(each) for each in meant(before)))
            return
        self._offer_arguments(name, beginning.strip().casefold())

    @work(exclusive=True, group="arguments", name=AWAITED)
    async def _offer_arguments(self, name: str, beginning: str) -> None:
        with self.troubles_told():
            every = await self._arguments(name)
            fitting = [each for each in every if beginning in each.casefold()]
            if fitting == [each for each in every if each.casefold() == beginning]:
                fitting = []
            self._offer(
                tuple(Offer(id=f"{name} {each}", label=each) for each in fitting)
            )

    async def _arguments(self, name: str) -> list[str]:
        """What may follow a command, when that is one of a few names."""
        if name == "/theme":
            return list(NAMES)
        if name == "/keys":
            return list(KeySet)
        if name == "/model":
            models = await self.errands.run(self.core.models.list)
            return [each.name for each in models]
        if name == "/persona":
            personas = await self.errands.run(self.core.personas.all)
            return [each.name for each in personas]
        return []

    @work(exclusive=True, group="names", name=AWAITED)
    async def _offer_names(self, beginning: str) -> None:
        with self.troubles_told():
            found = await self.errands.run(
                offered, self.core.library, beginning, self.core.audience
            )
            self._named = {f"@{place}": each for place, each in enumerate(found)}
            self.completion.offers = tuple(
                Offer(id=id, label=each.title, about=_kind_of(each))
                for id, each in self._named.items()
            )
            self.composer.is_choosing = bool(found)

    @on(Composer.Choosing)
    def _choose(self, event: Composer.Choosing) -> None:
        event.stop()
        offer = self.completion.highlighted_offer
        if event.key in ("up", "down"):
            self.completion.move(-1 if event.key == "up" else 1)
        elif event.key == "escape" or offer is None:
            self._left_at = self.composer.before_cursor
            self._offer(())
        else:
            self.take_offer(offer, is_whole=event.key == "enter")

    @on(Completion.Chosen)
    def _click(self, event: Completion.Chosen) -> None:
        event.stop()
        self.take_offer(event.offer, is_whole=True)
        self.composer.write_here()

    def take_offer(self, offer: Offer, *, is_whole: bool) -> None:
        """Write what was begun to its end; a whole command is done at once."""
        composer = self.composer
        if offer.id.startswith("@"):
            named = self._named[offer.id]
            found = _NAMED.search(composer.before_cursor)
            if found is not None:
                composer.complete(f"@{found[1]}", "")
            if named not in composer.within:
                composer.within = (*composer.within, named)
            return
        command = typed(offer.id)
        is_done = command is not None and (command.rest or not command.slash.is_needed)
        if is_whole and command is not None and is_done:
            composer.text = ""
            self.obey(command)
        else:
            space = " " if command is None or command.slash.takes else ""
            composer.complete(composer.before_cursor, offer.id + space)

    def obeyed(self, text: str) -> bool:
        """Do what was typed after a slash; False when it is no command."""
        command = typed(text)
        if command is None and _COMMAND.fullmatch(text):
            self.say(f"No command {text}; a slash alone shows all there are")
            self.composer.text = text
            return True
        if command is None:
            return False
        if command.slash.is_needed and not command.rest:
            self.say(f"/{command.slash.name} needs {command.slash.takes} after it")
            self.composer.text = f"/{command.slash.name} "
            return True
        self.obey(command)
        return True

    def begin_command(self, slash: Slash) -> None:
        """Do it at once, or let what it needs be written after its name."""
        if slash.is_needed:
            self.composer.text = f"/{slash.name} "
            self.composer.write_here()
        else:
            self.obey(Typed(slash, ""))

    @work(group="obey", name=AWAITED)
    async def obey(self, command: Typed) -> None:
        """Do a command."""
        action = command.slash.action
        name, bracket, given = action.partition("(")
        rest = (given.removesuffix(")").strip("'"),) if bracket else ()
        if command.slash.takes:
            rest = (*rest, command.rest)
        prefix, _, bare = name.rpartition(".")
        await self.app.run_action((prefix, bare, rest), self)

    def action_say(self, what: str, rest: str = "") -> None:
        """Say to memory what a command means."""
        asked = Ask(
            text=_SAID[what].format(rest),
            conversation_id=self.open_id,
            is_incognito=self.is_off_record,
        )
        self.ask(Question(intent=asked, typed=asked.text))

    def action_wear(self, look: str) -> None:
        """Put on another look."""
        if look in NAMES:
            self.wear(look)
        else:
            self.say(f"No look {look!r}; there are: {', '.join(NAMES)}")

    def action_press(self, keys: str) -> None:
        """Listen to another set of keys."""
        if keys in list(KeySet):
            self.press(KeySet(keys))
            self.say(f"Keys as in {keys}; {hint('help', KeySet(keys))} shows them")
        else:
            self.say(f"No keys {keys!r}; there are: {', '.join(KeySet)}")

    @on(Composer.Begun)
    def _show_begun(self, event: Composer.Begun) -> None:
        event.stop()
        self.query_one(StatusBar).begun = event.keys

    def action_off_record(self) -> None:
        """Take the conversation off the record, or put it back on."""
        if self.conversation is not None:
            is_off = not self.conversation.is_incognito
            self.set_incognito(is_incognito=is_off)
        else:
            self.is_off_record = is_off = not self.is_off_record
            self._tell_record()
        self.say(
            "Off the record: nothing said here is remembered"
            if is_off
            else "On the record again"
        )

    @work(exclusive=True, group="choose", name=AWAITED)
    async def action_answer_with(self, name: str = "") -> None:
        """Let a model answer by its name, or ask which."""
        if not name:
            await self.run_action("choose_model")
            return
        with self.troubles_told():
            await self.errands.run(
                self.core.models.use, name, actor=self.core.audience.user_id
            )
            self.show_model()

    async def action_answer_as(self, name: str = "") -> None:
        """Let a persona answer by its name, or ask which."""
        if not name:
            await self.run_action("choose_persona")
            return
        with self.troubles_told():
            await self.use_persona(name)

    @work(group="wish", name=AWAITED)
    async def action_title(self, title: str = "") -> None:
        """Give the conversation this title, or ask for one."""
        if self.conversation is None or not title:
            await self.run_action("rename")
            return
        with self.troubles_told():
            renamed = await self.errands.run(
                self.core.history.rename,
                self.conversation.id,
                title,
                self.core.audience,
            )
            self.took_place(renamed)


def _offer_of(slash: Slash) -> Offer:
    takes = f" {slash.takes}" if slash.takes else ""
    return Offer(id=f"/{slash.name}", label=f"/{slash.name}{takes}", about=slash.help)


def _kind_of(named: Named) -> str:
    return "collection" if named.collection is not None else "document"
