"""What a model finds in a person's message beyond the rules: added, never trusted.

Its answer is held to a grammar, and each fact to the message: the quote must stand
there word for word in the person's own sentences, and the value in the quote. What is
known already stays as it is.
"""

import json
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from time import monotonic
from typing import Any

from assistant.entities.conversation import Message, MessageRole
from assistant.entities.memory import ONESELF, MemoryKind
from assistant.llm.engine import (
    ChatMessage,
    Engine,
    GenerationRequest,
    Piece,
    Priority,
    Sampling,
)
from assistant.memory.rules.finding import Finding, Proposal
from assistant.memory.worth import worth

_MOST = 4
_LONGEST_READ = 2000
_LEAST_WORTH = 0.15
_SHORTEST_QUOTE = 8
_MOST_TOKENS = 400
_MOST_SECONDS = 120.0
"""Of writing; a machine this slow is left to whoever sits before it."""

_KINDS = {
    kind.value: kind
    for kind in (MemoryKind.FACT, MemoryKind.PREFERENCE, MemoryKind.PLAN)
}
_ASK = (
    "List what the user says about themselves or their people that will still matter "
    "in a month. Copy each quote exactly from the text. Give an empty list when there "
    "is nothing."
)
_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "facts": {
            "type": "array",
            "maxItems": _MOST,
            "items": {
                "type": "object",
                "properties": {
                    "kind": {"enum": list(_KINDS)},
                    "value": {"type": "string", "maxLength": 80},
                    "quote": {"type": "string", "maxLength": 200},
                },
                "required": ["kind", "value", "quote"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["facts"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Refining:
    """Asks a model, when there is one that can be trusted with it."""

    is_able: Callable[[], bool]
    """Whether the model in use can be trusted with it; loads nothing."""

    engine: Callable[[], Engine]
    seconds: Callable[[], float] = monotonic

    def proposals(
        self, message: Message, known: Sequence[Proposal]
    ) -> Generator[int, None, list[Proposal]]:
        """What else the message says. Yields while the model writes, to be stopped.

        Raises a ModelError when it cannot answer.
        """
        from assistant.memory.rules.own_words import own_sentences

        text = message.content[:_LONGEST_READ]
        own = [each for each in own_sentences(text) if is_worth_asking(each.text)]
        if not own or not self.is_able():
            return []
        engine, answer = self.engine(), ""
        end = self.seconds() + _MOST_SECONDS
        asked = "\n".join(sentence.text for sentence in own)
        with closing(engine.generate(_request(asked, owner=message.owner_id))) as parts:
            for part in parts:
                if isinstance(part, Piece):
                    answer += part.text
                if self.seconds() > end:
                    return []  # it broke off; nothing of it is believed
                yield 0
        taken = {proposal.quote for proposal in known}
        found = [
            proposal
            for fact in _facts(answer)
            if (proposal := _held(fact, text, [each.text for each in own])) is not None
        ]
        return [
            each
            for each in found
            if not any(each.quote in quote or quote in each.quote for quote in taken)
        ]


def is_worth_asking(sentence: str) -> bool:
    """Whether a sentence says something that may be worth keeping."""
    from assistant.memory.rules.doubts import is_about_hearth, is_doubtful, is_question
    from assistant.memory.rules.vocabulary import SECRETS

    return (
        worth(sentence) >= _LEAST_WORTH
        and not is_question(sentence)
        and not is_doubtful(sentence)
        and not is_about_hearth(sentence)
        and not SECRETS.search(sentence)
    )


def _request(text: str, *, owner: str) -> GenerationRequest:
    return GenerationRequest(
        messages=(
            ChatMessage(role=MessageRole.SYSTEM, content=_ASK),
            ChatMessage(role=MessageRole.USER, content=text),
        ),
        sampling=Sampling(max_tokens=_MOST_TOKENS, temperature=0.0),
        schema=_SCHEMA,
        owner=owner,
        priority=Priority.BACKGROUND,
    )


def _facts(answer: str) -> list[dict[str, Any]]:
    try:
        facts = json.loads(answer)["facts"]
    except (ValueError, KeyError, TypeError):
        return []  # it broke off; nothing of it is believed
    if not isinstance(facts, list):
        return []
    return [fact for fact in facts if isinstance(fact, dict)][:_MOST]


def _held(fact: dict[str, Any], text: str, own: Sequence[str]) -> Proposal | None:
    """The fact, if the person's own words bear it out; otherwise none."""
    quote, value = str(fact.get("quote", "")), str(fact.get("value", "")).strip()
    sentence = next((each for each in own if quote in each), None)
    if sentence is None or len(quote) < _SHORTEST_QUOTE or not value:
        return None
    if value.casefold() not in quote.casefold():
        return None
    start = text.find(sentence)
    if start < 0:
        return None
    line = " ".join(sentence.split()).rstrip(" .,;")
    finding = Finding(
        kind=_KINDS.get(str(fact.get("kind")), MemoryKind.FACT),
        subject=ONESELF,
        attribute="",
        value=line,
    )
    return Proposal(
        finding=finding,
        text=line,
        quote=sentence,
        start=start,
        is_a_models=True,
    )
