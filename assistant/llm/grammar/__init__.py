"""JSON schemas as grammars: what an answer may be, letter by letter.

A schema comes in, never a caller's grammar. What cannot be held to while an
answer is written is refused at once and by name. Pure: no engine is needed.
"""

from assistant.llm.grammar.checking import answer_meets, check_schema
from assistant.llm.grammar.compiling import grammar_of
from assistant.llm.grammar.matching import Matcher
from assistant.llm.grammar.syntax import Grammar

__all__ = ["Grammar", "Matcher", "answer_meets", "check_schema", "grammar_of"]
