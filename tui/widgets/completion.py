"""What may be meant by the word being typed, offered above it.

The keys stay with the words; whoever has them says here to move and to choose.
"""

from dataclasses import dataclass

from textual import on
from textual.content import Content
from textual.message import Message as Event
from textual.reactive import reactive
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from assistant.safetext import one_line
from tui import present

_AT_MOST = 8
_LABEL = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Something that may be meant: how it is called, and what it is."""

    id: str
    label: str
    about: str = ""


class Completion(OptionList, can_focus=False):
    """Shown while there is something to offer."""

    DEFAULT_CSS = """
    Completion {
        display: none;
        overlay: screen;
        width: 100%;
        max-width: 88;
        height: auto;
        max-height: 8;
        border: none;
        padding: 0;
        background: $surface;
        scrollbar-size-vertical: 1;
        &.-some { display: block; }
        text-wrap: nowrap;
        text-overflow: ellipsis;

        & > .option-list--option { padding: 0 2; }
        & > .option-list--option-highlighted {
            background: $block-cursor-background;
            color: $block-cursor-foreground;
            text-style: $block-cursor-text-style;
        }
    }
    """

    offers: reactive[tuple[Offer, ...]] = reactive(())

    @dataclass
    class Chosen(Event):
        """This one is meant."""

        completion: "Completion"
        offer: Offer

        @property
        def control(self) -> "Completion":
            return self.completion

    def __init__(self) -> None:
        super().__init__(markup=False)

    @property
    def is_open(self) -> bool:
        return bool(self.offers)

    @property
    def highlighted_offer(self) -> Offer | None:
        """The one that Enter means."""
        if self.highlighted is None or self.highlighted >= len(self.offers):
            return None
        return self.offers[self.highlighted]

    def move(self, by: int) -> None:
        """Highlight the one before (-1) or after (1)."""
        if by < 0:
            self.action_cursor_up()
        else:
            self.action_cursor_down()

    def watch_offers(self, before: tuple[Offer, ...], after: tuple[Offer, ...]) -> None:
        if before == after:
            return
        self.set_class(bool(after), "-some")
        self.set_options(Option(_line(each), id=each.id) for each in after)
        self.highlighted = 0 if after else None
        lines = min(len(after), _AT_MOST)
        # It lies above the words, whose lines keep their place.
        self.styles.height = lines
        self.styles.offset = (0, -lines)

    @on(OptionList.OptionSelected)
    def _choose(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        for offer in self.offers:
            if offer.id == event.option_id:
                self.post_message(self.Chosen(self, offer))


def _line(offer: Offer) -> Content:
    label = present.shortened(one_line(offer.label), to=60)
    return Content.assemble((label.ljust(_LABEL), "bold"), "  ", one_line(offer.about))
