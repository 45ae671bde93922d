"""A model in memory that says prepared tokens; token numbers are byte values.

What lies beyond a byte is a marker: it stands for no bytes.
"""

from collections.abc import Sequence

from assistant.llm.engine import Sampling

END = 1000


class ScriptedModel:
    """Answers with prepared bytes, one a token, and notes what it was told."""

    def __init__(
        self, *answers: bytes, context_tokens: int = 4096, is_sane: bool = True
    ) -> None:
        self.context_tokens = context_tokens
        self.samplings: list[Sampling] = []
        self.extended: list[int] = []
        self.accepted: list[int] = []
        self.open_samplers = 0
        self._answers = list(answers)
        self._is_sane = is_sane
        self._left: list[int] = []
        self._was_read = False

    def tokenize(self, text: str) -> list[int]:
        return list(text.encode())

    def piece(self, token: int) -> bytes:
        return bytes([token]) if token < 256 else b""

    def is_end(self, token: int) -> bool:
        return token == END

    def read(self, tokens: Sequence[int]) -> int:
        reused = len(tokens) - 1 if self._was_read else 0
        self._was_read = True
        return reused

    def extend(self, token: int) -> None:
        self.extended.append(token)

    def is_sane(self) -> bool:
        return self._is_sane

    def sampler(
        self, sampling: Sampling, *, grammar: str | None = None
    ) -> "ScriptedModel":
        self.samplings.append(sampling)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        self._left = [*answer, END]
        self.open_samplers += 1
        return self

    def pick(self) -> int:
        return self._left.pop(0)

    def accept(self, tokens: Sequence[int]) -> None:
        self.accepted += tokens

    def close(self) -> None:
        self.open_samplers -= 1
