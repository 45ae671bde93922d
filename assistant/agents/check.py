"""Checking: what the model wrote against what was asked of it.

Pure: it reads the answer and says what is wrong, and changes nothing.
"""

from collections.abc import Mapping

from assistant.llm.grammar import answer_problem

MEETING_ATTEMPTS = 3
"""Answers tried before a schema is given up."""


def check_schema(answer: str, schema: Mapping[str, object]) -> str:
    """What keeps the answer from meeting the JSON schema; empty when it does."""
    return answer_problem(schema, answer) or ""
