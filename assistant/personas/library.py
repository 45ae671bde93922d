"""The personas there are: those that came along, and a person's own.

A built-in one is read from its file; a row of its id only lets conversations
point at it. Every change is one transaction, with its audit entry inside.
"""

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from assistant.audit.log import AuditTrail
from assistant.entities.audience import Audience
from assistant.entities.conversation import Conversation
from assistant.entities.ids import (
    Clock,
    ConversationId,
    Mint,
    PersonaId,
    UserId,
)
from assistant.entities.persona import DEFAULT, Persona
from assistant.errors import NotFoundError, UsageError
from assistant.personas.reading import persona_from_toml
from assistant.storage.conversations import Conversations
from assistant.storage.database import Database
from assistant.storage.personas import Personas

_BUILTIN = Path(__file__).parent / "builtin"
_PREFIX = "builtin-"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonaLibrary:
    """Personas of one file. Which one answers where is kept with them."""

    database: Database
    personas: Personas
    conversations: Conversations
    trail: AuditTrail
    clock: Clock
    mint: Mint

    def all(self) -> list[Persona]:
        """Those that came along, the default first; then a person's own, by name.

        An own one hides a built-in one that came later under its name.
        """
        own = self._own()
        taken = {each.name.casefold() for each in own}
        return [
            *(each for each in built_in() if each.name.casefold() not in taken),
            *own,
        ]

    def get(self, name: str) -> Persona:
        """By name, whatever its capitals. Raises NotFoundError."""
        wanted = name.strip().casefold()
        for persona in self.all():
            if persona.name.casefold() == wanted:
                return persona
        raise NotFoundError(f"No persona {name!r}", hint="See: hearth personas list")

    def in_use(self) -> Persona:
        """Who answers where no other was chosen."""
        chosen = self.personas.in_use()
        return _newest(chosen) if chosen else _builtin_by_id()[DEFAULT]

    def answering(self, conversation: Conversation | None) -> Persona:
        """Who answers in a conversation, or in one that has not begun."""
        persona_id = conversation.persona_id if conversation else None
        chosen = self.personas.find(persona_id) if persona_id else None
        return _newest(chosen) if chosen else self.in_use()

    def use(self, name: str, *, actor: UserId) -> Persona:
        """Let this one answer from now on, wherever no other was chosen."""
        persona = self.get(name)
        with self.database.transaction():
            self._know(persona)
            self.personas.use(persona.id)
            self._note("use", persona, actor=actor)
        return persona

    def use_in(
        self, conversation_id: ConversationId, name: str, audience: Audience
    ) -> Conversation:
        """Let this one answer in this conversation from now on."""
        with self.database.transaction():
            conversation = self.conversations.get(conversation_id, audience)
            changed = self.chosen_for(conversation, name)
            self.conversations.update(changed)
        return changed

    def chosen_for(self, conversation: Conversation, name: str) -> Conversation:
        """The conversation with this persona; the caller keeps it, and the transaction.

        Raises NotFoundError for a name nobody has.
        """
        persona = self.get(name)
        self._know(persona)
        return replace(conversation, persona_id=persona.id)

    def add(self, text: str, *, origin: str, actor: UserId) -> Persona:
        """Make one known from its TOML. Raises UsageError for a name that is taken."""
        persona = persona_from_toml(text, id=PersonaId(self.mint()), origin=origin)
        with self.database.transaction():
            self._refuse_taken(persona)
            self.personas.put(persona, at=self.clock())
            self._note("add", persona, actor=actor)
        return persona

    def change(self, name: str, text: str, *, origin: str, actor: UserId) -> Persona:
        """Let one of a person's own be what its new TOML says, its name included."""
        with self.database.transaction():
            before = self.own(name)
            persona = persona_from_toml(text, id=before.id, origin=origin)
            self._refuse_taken(persona)
            self.personas.put(persona, at=self.clock())
            self._note("change", persona, actor=actor)
        return persona

    def remove(self, name: str, *, actor: UserId) -> Persona:
        """Forget one of a person's own; what was said with it stays."""
        with self.database.transaction():
            persona = self.own(name)
            self.personas.remove(persona.id)
            self._note("remove", persona, actor=actor)
        return persona

    def own(self, name: str) -> Persona:
        """By name, when it did not come along. Raises UsageError when it did."""
        persona = self.get(name)
        if is_built_in(persona):
            raise UsageError(
                f"{persona.name} came with Hearth and stays as it is",
                hint=f"Make one of your own: hearth personas export {persona.name}",
            )
        return persona

    def _own(self) -> list[Persona]:
        return [each for each in self.personas.all() if not is_built_in(each)]

    def _know(self, persona: Persona) -> None:
        """See to it that there is a row to point at."""
        if is_built_in(persona):
            self.personas.put(persona, at=self.clock())

    def _refuse_taken(self, persona: Persona) -> None:
        for other in self.all():
            is_other = other.id != persona.id
            if is_other and other.name.casefold() == persona.name.casefold():
                raise UsageError(
                    f"There is a persona {other.name!r} already",
                    hint="Give it another name, or see: hearth personas edit --help",
                )

    def _note(self, action: str, persona: Persona, *, actor: UserId) -> None:
        """What a persona says are a person's words, so only its id is recorded."""
        self.trail.record(
            f"persona {action}", actor=actor, resource=("persona", persona.id)
        )


def is_built_in(persona: Persona) -> bool:
    """Whether it came along."""
    return persona.id.startswith(_PREFIX)


def built_in() -> tuple[Persona, ...]:
    """Those that came along, the default first."""
    return tuple(_builtin_by_id().values())


@cache
def _builtin_by_id() -> dict[PersonaId, Persona]:
    files = sorted(_BUILTIN.glob("*.toml"), key=_default_first)
    return {
        PersonaId(_PREFIX + path.stem): persona_from_toml(
            path.read_text(encoding="utf-8"),
            id=PersonaId(_PREFIX + path.stem),
            origin=path.name,
        )
        for path in files
    }


def _default_first(path: Path) -> tuple[bool, str]:
    return (_PREFIX + path.stem != DEFAULT, path.stem)


def _newest(persona: Persona) -> Persona:
    """What came along is as its file says, whenever its row was written."""
    return _builtin_by_id().get(persona.id, persona)
