"""What is remembered of a question, below it: quietly, and only what is in the file."""

from textual.content import Content
from textual.reactive import reactive

from assistant.entities.memory import Noticed
from assistant.safetext import one_line
from tui.keyed import keys_of
from tui.keymap import Where, hint
from tui.messages import Wish
from tui.widgets.offers import Offers

_LOOK = (Wish.REMEMBERED, "memories")
_NOTHING = Noticed()


class NoticedLine(Offers):
    """One line; nothing is drawn while nothing is remembered."""

    DEFAULT_CSS = """
    NoticedLine { display: none; padding-left: 2; }
    NoticedLine.-telling { display: block; }
    NoticedLine.-waiting { color: $warning; text-style: none; }
    """

    kept = 2

    noticed: reactive[Noticed] = reactive(_NOTHING)
    is_attended: reactive[bool] = reactive(default=False)
    """While somebody attends to the question, it says what can be done."""

    def watch_noticed(self) -> None:
        self.set_class(bool(self.noticed), "-telling")
        self.set_class(bool(self.noticed.waiting), "-waiting")
        self._tell()

    def watch_is_attended(self) -> None:
        self._tell()

    def _tell(self) -> None:
        self.left = Content(said_of(self.noticed))
        self.right = self._offered() if self.is_attended else ()

    def name_keys(self) -> None:
        """Name those of the set that holds now."""
        self._tell()

    def _offered(self) -> tuple[Content, ...]:
        if not self.noticed:
            return ()
        words = (
            ((Wish.APPROVE, "yes"), (Wish.FORGET, "no"), _LOOK)
            if self.noticed.waiting
            else ((Wish.FORGET, "forget"), _LOOK)
        )
        keys = keys_of(self)
        return self.worded(
            (wish, hint(f"wish('{wish}')", keys, where=Where.READING), word)
            for wish, word in words
        )


def said_of(noticed: Noticed) -> str:
    """In words; what waits comes first, for it needs some."""
    if noticed.waiting:
        return f"waits for your yes: {quoted(noticed.waiting_texts)}"
    return f"remembered: {quoted(noticed.kept_texts)}" if noticed else ""


def quoted(texts: tuple[str, ...]) -> str:
    """Each on one line, with nothing in it that a terminal would obey."""
    return ", ".join(f"“{one_line(each)}”" for each in texts)
