"""`hearth chat`: talk line by line, on any terminal and with any screen reader."""

import readline
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated

import typer

from assistant.app import Assistant
from assistant.cli import render, signals
from assistant.cli.answering import Showing, TurnFailedError
from assistant.cli.keeping import kept_if_unsaved
from assistant.cli.lazy import new_app
from assistant.cli.opening import opened
from assistant.cli.options import AnsweredBy
from assistant.entities.conversation import MessageRole
from assistant.entities.ids import ConversationId
from assistant.entities.turn import Ask, Intent, Resume, TurnRequest
from assistant.errors import ModelError

app = new_app()

_PROMPT = "> "
_HELP = """\
/new       begin another conversation
/continue  go on with an answer that broke off
/quit      leave (Ctrl-D does, too)
/help      show this
Ctrl-C stops an answer; what was written of it is kept."""


@app.command()
def chat(
    context: typer.Context,
    goes_on: Annotated[
        bool, typer.Option("-c", "--continue", help="Go on with the latest one.")
    ] = False,
    conversation: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Go on with this one; its beginning will do."),
    ] = None,
    model: Annotated[
        str | None, typer.Option(metavar="NAME", help="Answer with this model.")
    ] = None,
    persona: AnsweredBy = None,
) -> None:
    """Talk line by line, on any terminal.

    /help says what can be typed besides questions.

    \b
    Example:
      hearth chat -c
    """
    with opened(context) as hearth:
        hearth.idle.start()
        talk = _Talk(hearth=hearth, model=model, persona=persona)
        talk.begin(_found(hearth, goes_on=goes_on, conversation=conversation))
        for typed in _lines():
            if not talk.take(typed):
                break


def _found(
    hearth: Assistant, *, goes_on: bool, conversation: str | None
) -> ConversationId | None:
    if conversation is not None:
        return hearth.history.open(conversation, hearth.audience).id
    latest = hearth.history.latest(hearth.audience) if goes_on else None
    return latest.id if latest else None


@dataclass(slots=True, kw_only=True)
class _Talk:
    """One conversation after another, until the person leaves."""

    hearth: Assistant
    model: str | None
    persona: str | None = None
    conversation_id: ConversationId | None = None

    def begin(self, conversation_id: ConversationId | None) -> None:
        self.conversation_id = conversation_id
        if conversation_id is None:
            return
        found = self.hearth.history.open(conversation_id, self.hearth.audience)
        render.notice(f"Going on with: {found.title}")
        for message in self.hearth.history.transcript(found.id, self.hearth.audience):
            if message.role is MessageRole.USER:
                readline.add_history(" ".join(message.content.split()))

    def take(self, typed: str) -> bool:
        """Answer or obey; whether to go on."""
        command = typed.strip()
        if command in ("/quit", "/exit"):
            return False
        if command.startswith("/"):
            self._commands().get(command, self._refuse)()
        elif command:
            ask = Ask(text=typed, conversation_id=self.conversation_id)
            with kept_if_unsaved(typed, self.hearth.paths):
                self._turn(ask)
        return True

    def _commands(self) -> Mapping[str, Callable[[], None]]:
        return {
            "/new": self._renew,
            "/continue": self._go_on,
            "/help": self._help,
            "/stop": self._explain_stop,
        }

    def _turn(self, intent: Intent) -> None:
        request = TurnRequest(
            audience=self.hearth.audience,
            intent=intent,
            model=self.model,
            persona=self.persona,
        )
        showing = Showing(how_to_go_on="/continue")
        try:
            showing.show(self.hearth.chat.send(request))
        except (ModelError, TurnFailedError) as error:
            render.failure(error)
        except KeyboardInterrupt as stop:
            signals.forgive(stop)
        finally:
            if showing.saved is not None:
                self.conversation_id = showing.saved.question.conversation_id

    def _go_on(self) -> None:
        transcript = (
            self.hearth.history.transcript(self.conversation_id, self.hearth.audience)
            if self.conversation_id
            else []
        )
        if transcript and transcript[-1].is_unfinished:
            self._turn(Resume(message_id=transcript[-1].id))
        else:
            render.notice("The last answer is complete")

    def _renew(self) -> None:
        self.conversation_id = None
        render.notice("A new conversation begins with your next question")

    def _help(self) -> None:
        render.aside(_HELP)

    def _explain_stop(self) -> None:
        render.notice("While an answer is written, Ctrl-C stops it")

    def _refuse(self) -> None:
        render.notice("There is no such command; /help shows those there are")


def _lines() -> Iterator[str]:
    """What is typed, or piped, until there is no more."""
    if not render.is_interactive():
        yield from sys.stdin
        return
    render.notice("Type a question; /help for more, Ctrl-D to leave")
    while True:
        try:
            yield input(_PROMPT)
        except EOFError:
            render.line()
            return
        except KeyboardInterrupt as stop:
            signals.forgive(stop)
            render.notice("")
