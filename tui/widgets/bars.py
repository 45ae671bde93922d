"""The two bars: where one is, above; how the model is doing, below."""

from textual.content import Content
from textual.reactive import reactive
from textual.style import Style

from assistant.entities.conversation import Message
from assistant.entities.draft import Fill
from assistant.entities.model import ModelKind, ModelService, ServiceStatus
from assistant.entities.persona import DEFAULT, Persona
from assistant.safetext import one_line
from tui import present
from tui.greeting import ROOMY, brand
from tui.keyed import keys_of
from tui.keymap import hint, short
from tui.widgets.line import Line

_COLOURS = {
    ServiceStatus.HEALTHY: "$success",
    ServiceStatus.DEGRADED: "$warning",
    ServiceStatus.UNAVAILABLE: "$error",
}

_HINTS = (
    ("stop", "stop"),
    ("help", "help"),
    ("new", "new"),
    ("find", "find"),
    ("app.command_palette", "palette"),
    ("visit('library')", "library"),
    ("visit('models')", "models"),
    ("visit('memories')", "memories"),
    ("visit('settings')", "settings"),
)


class TitleBar(Line):
    """The conversation's title, and whether words leave this machine."""

    DEFAULT_CSS = """
    TitleBar { padding: 0 1; }
    """

    kept = 1

    conversation: reactive[str] = reactive("")
    model: reactive[ModelService | None] = reactive(None)

    def watch_conversation(self) -> None:
        self._describe()

    def watch_model(self) -> None:
        self._describe()

    def on_resize(self) -> None:
        self._describe()

    def _describe(self) -> None:
        sign = brand(self.outer_size.width)
        self.left = Content.assemble(sign, one_line(self.conversation))
        is_remote = self.model is not None and self.model.kind is ModelKind.EXTERNAL_API
        colour = "$warning bold" if is_remote else "$secondary"
        self.right = (Content.styled(present.whereabouts(self.model), colour),)


class StatusBar(Line):
    """The model and its health, the last answer's figures, and the main keys."""

    DEFAULT_CSS = """
    StatusBar {
        padding: 0 1;
        color: $muted;
        text-style: $muted-style;
        link-style: none;
        link-color: $foreground;
    }
    """

    model: reactive[ModelService | None] = reactive(None)
    last: reactive[Message | None] = reactive(None)
    """The last finished answer."""

    fill: reactive[Fill | None] = reactive(None)
    """How much of the context is taken, with what is being written."""

    def watch_model(self) -> None:
        self._describe()

    persona: reactive[Persona | None] = reactive(None)
    """Who answers; the one that answers by itself is not named."""

    def watch_persona(self) -> None:
        self._describe()

    def watch_last(self) -> None:
        self._describe()

    def watch_fill(self) -> None:
        self._describe()

    def on_resize(self) -> None:
        self._describe()

    begun: reactive[str] = reactive("")
    """Keys that were pressed and wait for others, with blanks between them."""

    def watch_begun(self) -> None:
        self._describe()

    def name_keys(self) -> None:
        """Name those of the set that holds now."""
        self._describe()

    def _describe(self) -> None:
        facts = [_waiting(self.begun)] if self.begun else self._facts()
        self.left = Content("   ").join(filter(None, facts))
        keys = keys_of(self)
        self.right = tuple(
            Content.assemble(_clickable(hint(action, keys), action), " ", words)
            for action, words in _HINTS
        )

    def _facts(self) -> list[Content]:
        if self.model is None:
            return []
        status = self.model.status
        named = Content.assemble(
            _clickable(one_line(self.model.name), "choose_model"),
            " ",
            (present.mark(status), _COLOURS[status]),
            "" if status is ServiceStatus.HEALTHY else f" {status}",
        )
        if self.outer_size.width < ROOMY:
            return [named]
        facts = [named]
        if self.persona is not None and self.persona.id != DEFAULT:
            name = one_line(self.persona.name)
            facts.append(Content.assemble("as ", _clickable(name, "choose_persona")))
        figures = (
            present.context(self.fill),
            present.speed(self.last) if self.last else "",
        )
        return [*facts, *map(Content, filter(None, figures))]


def _waiting(keys: str) -> Content:
    """What was pressed, and that more is waited for."""
    pressed = " ".join(map(short, keys.split(" ")))
    return Content.assemble((f"{pressed} …", "bold $primary"), "   Esc drops it")


def _clickable(words: str, action: str) -> Content:
    """Words that do what their key does."""
    name = action if action.startswith("app.") else f"screen.{action}"
    return Content(words).stylize(Style.from_meta({"@click": name}))
