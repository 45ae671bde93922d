"""Checking: what the model wrote against what was asked of it.

Pure: it reads the answer and says what is wrong, and changes nothing.
"""

from collections.abc import Mapping

MEETING_ATTEMPTS = 3
"""Answers tried before a schema is given up."""


def meets_schema(answer: str, schema: Mapping[str, object]) -> bool:
    """Whether the answer is JSON that the schema allows."""
    from assistant.llm.grammar import answer_meets

    return answer_meets(schema, answer)
