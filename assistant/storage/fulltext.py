"""The full text of what was said: a question becomes search terms.

An AND of a natural question finds almost nothing, so terms are joined by OR and
the commonest words left out. The index can be checked and made anew.
"""

import re

from assistant.errors import UnreadableDatabaseError
from assistant.storage.database import Database

_WORD = re.compile(r"\w+(?:['\u2019]\w+)*")
_MOST_TERMS = 32
_COMMON = """
    a about all am an and any are as at be been but by can could did do does for from
    had has have he her his how i if in into is it its just me my no not of on or our
    she should so some than that the their them then there these they this to was we
    were what when where which who why will with would you your
"""
_STOP_WORDS = frozenset(_COMMON.split())
_CHECK = """
    INSERT INTO message_text (message_text, rank) VALUES ('integrity-check', 1)
"""
_REBUILD = """
    INSERT INTO message_text (message_text) VALUES ('rebuild')
"""


def match_any(text: str) -> str | None:
    """An FTS5 query for any of the words; None when there is no word in it."""
    words = list(dict.fromkeys(word.casefold() for word in _WORD.findall(text)))
    telling = [word for word in words if word not in _STOP_WORDS] or words
    return " OR ".join(f'"{word}"' for word in telling[:_MOST_TERMS]) or None


class FullText:
    """The index over messages, kept in step by triggers and never the only copy."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def is_in_step(self) -> bool:
        """Whether it holds exactly the words of the finished messages."""
        try:
            self._database.execute(_CHECK)
        except UnreadableDatabaseError:
            return False
        return True

    def rebuild(self) -> None:
        """Make it anew from the messages."""
        self._database.execute(_REBUILD)
