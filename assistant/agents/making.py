"""The ways an answer is made: said, met by a schema, quoted, or written and checked.

Which one it is depends on what was asked, what the library found and what the model
can be trusted with. Which model that is, and how the turn ends, is not known here.
"""

from collections.abc import Generator, Sequence
from math import inf
from time import perf_counter
from typing import TYPE_CHECKING

from assistant.agents.check import (
    MEETING_ATTEMPTS,
    claims_to_forget,
    claims_to_save,
    meets_schema,
)
from assistant.agents.generate import Draft, generate
from assistant.agents.prompt import Prompt, budget, compose, told_apart
from assistant.agents.quoting import CitedAnswer, as_material, checked, quoted
from assistant.agents.remembering import NOT_FORGOTTEN, TurnMemory
from assistant.agents.told import Told
from assistant.agents.turn import Desk, Measures, Turn
from assistant.audit.trace import Trace
from assistant.config.settings import ChatSettings
from assistant.entities.citation import Citation, Evidence
from assistant.entities.conversation import FinishReason, MessageRole
from assistant.entities.ids import MemoryId
from assistant.entities.memory import Memory
from assistant.entities.turn import (
    HistoryTrimmed,
    Regenerate,
    TokenArrived,
    TurnEvent,
)
from assistant.errors import SchemaError
from assistant.llm.engine import ChatMessage, Engine
from assistant.personas.phrasing import told
from assistant.privacy.erase import REWRITTEN

if TYPE_CHECKING:
    from assistant.agents.concluding import Concluded
    from assistant.agents.overheard import Overheard

MAY_WRITE = 2
"""From this tier on a model's own words about documents are worth checking."""


class Making:
    """One answer in the making, whichever model makes it. Used by one thread."""

    def __init__(
        self,
        *,
        turn: Turn,
        trace: Trace,
        desk: Desk,
        settings: ChatSettings,
        memory: TurnMemory | None = None,
    ) -> None:
        self._turn = turn
        self._trace = trace
        self._desk = desk
        self._settings = settings
        self._started = perf_counter()
        self._memory = memory
        self.told: Told | None = None
        """The program's own answer, when it has one."""

        self.to_hand: Sequence[Memory] = ()
        """What a model may be told of the person."""

        self.concluded: Concluded | None = None
        """What the program made of what they said, where there is any of it."""

        self.overheard: Overheard | None = None
        """What others said in public, where there is any of it."""

        self.used: tuple[MemoryId, ...] = ()
        """Memories that went into the answer, or came of it."""

        self.evidence = Evidence()
        self.draft = Draft(text=turn.already_said)
        self.citations: tuple[Citation, ...] = ()
        self.is_quoted = False
        """Nothing in it is a model's."""

    def answer(self, engine: Engine, *, tier: int) -> Generator[TurnEvent, None, None]:
        """Raises a ModelError when the engine fails, or never meets the schema."""
        if not self.evidence.is_enough:
            yield from self._say(engine)
        elif tier < MAY_WRITE:
            yield from self.quote()
        else:
            yield from self._write_and_check(engine)

    def tell(self, told: Told) -> Generator[TurnEvent, None, None]:
        """What memory says or did; no model is asked."""
        self.used = told.memories
        self._without_model()
        answer = CitedAnswer(text=told.text, citations=())
        yield from self._cite(answer, reason=FinishReason.STOP)

    def quote(self) -> Generator[TurnEvent, None, None]:
        """The documents' own words; they need no model, and a small one spoils them."""
        with self._trace.span("check"):
            answer = quoted(self.evidence)
        self._without_model()
        yield from self._cite(answer, reason=FinishReason.STOP)

    def take_back(self) -> None:
        """What was told and is forgotten meanwhile is not kept as an answer."""
        for given in (self.concluded, self.overheard):
            if given is not None and not given.still_stands:
                self.draft.text = REWRITTEN

    def _without_model(self) -> None:
        self.is_quoted = True
        taken = (perf_counter() - self._started) * 1000
        self.draft.measures = Measures(
            prompt_tokens=0,
            completion_tokens=0,
            reused_tokens=0,
            first_token_ms=taken,
            total_ms=taken,
        )

    def _write_and_check(self, engine: Engine) -> Generator[TurnEvent, None, None]:
        """Nothing is shown or kept before every sentence of it is checked."""
        prompt = yield from self._composed(engine, material=as_material(self.evidence))
        self.draft = Draft(text="", saved_at=inf)
        try:
            for event in self._generate(engine, prompt):
                if not isinstance(event, TokenArrived):
                    yield event
        except BaseException:  # raised again; nothing unchecked stays in the draft
            self.draft = Draft(text="")
            raise
        with self._trace.span("check"):
            answer = checked(self.draft.text, self.evidence)
        yield from self._cite(answer, reason=self.draft.reason or FinishReason.STOP)

    def _cite(
        self, answer: CitedAnswer, *, reason: FinishReason
    ) -> Generator[TurnEvent, None, None]:
        self.citations = answer.citations
        self.draft.text, self.draft.reason = answer.text, reason
        yield TokenArrived(text=answer.text)

    def _say(self, engine: Engine) -> Generator[TurnEvent, None, None]:
        prompt = yield from self._composed(engine, material=self._remembered(engine))
        if self._turn.request.schema is None:
            yield from self._generate(engine, prompt)
            yield from self._correct()
        else:
            yield from self._meet_schema(engine, prompt)

    def _remembered(self, engine: Engine) -> str:
        """What is to hand, as far as there is room for it; then what was concluded of
        it, and what others said.
        """

        def count(text: str) -> int:
            return engine.count([ChatMessage(role=MessageRole.USER, content=text)])

        parts = []
        if self._memory is not None and self.to_hand:
            material, used = self._memory.as_material(self.to_hand, count=count)
            self.used = tuple(memory.id for memory in used)
            parts.append(material)
        if self.concluded is not None:
            after = "\n".join(parts)
            parts.append(self.concluded.as_material(count=count, after=after))
        if self.overheard is not None:
            parts.append(self.overheard.as_material(count=count))
        return "\n\n".join(part for part in parts if part)

    def _correct(self) -> Generator[TurnEvent, None, None]:
        """A model may say that it remembered or forgot; only the program knows."""
        if self._memory is None:
            return
        correction = ""
        if claims_to_save(self.draft.text):
            with self._trace.span("check"):
                correction = self._memory.correction(self._turn)
        elif claims_to_forget(self.draft.text, asked=self._turn.question.content):
            correction = NOT_FORGOTTEN
        if correction:
            note = f"\n\n({correction})"
            self.draft.text += note
            yield TokenArrived(text=note)

    def _composed(
        self, engine: Engine, *, material: str = ""
    ) -> Generator[TurnEvent, None, Prompt]:
        """The prompt; what had to be left out of it is said."""
        limit = self._turn.request.max_tokens or self._settings.max_reply_tokens
        notes = self._desk.notes
        with self._trace.span("compose") as span:
            prompt = compose(
                told_apart(self._turn.branch, self._turn.speakers),
                system=told(
                    self._settings.system_prompt,
                    self._turn.persona,
                    language=self._turn.request.language,
                ),
                attachments=self._turn.attachments,
                engine=engine,
                allowed=budget(engine, max_reply_tokens=limit),
                material=material,
                notes=notes(self._turn.request.audience) if notes else None,
            )
            span.count(messages=prompt.kept, dropped=prompt.dropped)
        if prompt.is_trimmed:
            yield HistoryTrimmed(
                dropped=prompt.dropped,
                kept=prompt.kept,
                characters_cut=prompt.characters_cut,
            )
        return prompt

    def _generate(
        self, engine: Engine, prompt: Prompt, *, is_retry: bool = False
    ) -> Generator[TurnEvent, None, None]:
        with self._trace.span("generate") as span:
            span.count(model=engine.name)
            yield from generate(
                self._turn,
                prompt=prompt,
                engine=engine,
                temperature=self._temperature(is_retry=is_retry),
                desk=self._desk,
                draft=self.draft,
            )
            if measured := self.draft.measures:
                span.count(
                    prompt_tokens=measured.prompt_tokens,
                    completion_tokens=measured.completion_tokens,
                    reused_tokens=measured.reused_tokens,
                    first_token_ms=round(measured.first_token_ms or 0.0, 1),
                )

    def _temperature(self, *, is_retry: bool) -> float:
        """Another answer should be another one; a first one the likeliest."""
        if is_retry or isinstance(self._turn.request.intent, Regenerate):
            return max(self._settings.temperature, self._settings.retry_temperature)
        return self._settings.temperature

    def _meet_schema(
        self, engine: Engine, prompt: Prompt
    ) -> Generator[TurnEvent, None, None]:
        """Nothing is shown before it is known to be valid.

        Raises SchemaError when no attempt met the schema.
        """
        schema = self._turn.request.schema or {}
        for attempt in range(MEETING_ATTEMPTS):
            self.draft = Draft(text="")
            for event in self._generate(engine, prompt, is_retry=attempt > 0):
                if not isinstance(event, TokenArrived):
                    yield event
            with self._trace.span("check"):
                is_met = meets_schema(self.draft.text, schema)
            if is_met:
                yield TokenArrived(text=self.draft.text)
                return
        self.draft = Draft(text="")
        raise SchemaError(
            f"None of {MEETING_ATTEMPTS} answers met the schema",
            hint="Loosen the schema, or raise chat.max_reply_tokens",
        )
