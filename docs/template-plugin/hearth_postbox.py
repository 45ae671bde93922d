"""Letters in a folder, each answered once, in a file beside it."""

from dataclasses import dataclass
from pathlib import Path

from assistant.app import Assistant
from assistant.entities.turn import Ask, TurnFailed, TurnFinished, TurnRequest
from assistant.errors import AssistantError, ConfigError
from assistant.safetext import clean


@dataclass(frozen=True, slots=True, kw_only=True)
class PostboxSettings:
    """The section `postbox`."""

    folder: str = "letters"
    """Where letters are put: text files that end in .letter."""

    most_tokens: int = 200
    """How long an answer may be."""

    def __post_init__(self) -> None:
        if self.most_tokens < 1:
            raise ConfigError("postbox.most_tokens must be at least 1")


class Postbox:
    """Answers what lies in the folder, and leaves."""

    def run(self, assistant: Assistant) -> None:
        settings = assistant.settings.of_plugins.get("postbox", PostboxSettings())
        folder = Path(settings.folder)
        if not folder.is_dir():
            raise AssistantError(
                f"There is no folder {folder}",
                hint="Make it, or set another: hearth config set postbox.folder PATH",
            )
        for letter in sorted(folder.glob("*.letter")):
            answer = letter.with_suffix(".answer")
            if not answer.exists():
                text = self._answer(assistant, letter.read_text(), settings)
                answer.write_text(clean(text))

    def _answer(
        self, assistant: Assistant, text: str, settings: PostboxSettings
    ) -> str:
        request = TurnRequest(
            audience=assistant.audience,
            intent=Ask(text=text),
            max_tokens=settings.most_tokens,
        )
        for event in assistant.chat.send(request):
            match event:
                case TurnFinished(reply=reply):
                    return reply.content
                case TurnFailed(error=error):
                    return f"I could not answer: {error}"
        return ""
