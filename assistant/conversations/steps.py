"""Steps aside in a conversation, and the way back.

Wording a question anew, another answer, another version, a fork: each leaves the
branch that was being read. Nothing of it is lost, so going back is reading on there.
"""

from collections import defaultdict

from assistant.conversations.history import History
from assistant.entities.audience import Audience
from assistant.entities.conversation import Conversation
from assistant.entities.ids import ConversationId, MessageId
from assistant.errors import UsageError


class Steps:
    """Remembers, for as long as the program runs, where branches were left."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._left: dict[ConversationId, list[MessageId]] = defaultdict(list)

    def note(self, conversation_id: ConversationId, left: MessageId) -> None:
        """The branch that ends with this message is about to be left."""
        self._left[conversation_id].append(left)

    def undo(self, conversation_id: ConversationId, audience: Audience) -> Conversation:
        """Back to where the last step was taken from, in whichever conversation.

        Raises UsageError when there was no step.
        """
        left = self._left[conversation_id]
        if not left:
            raise UsageError(
                "There is no step to take back here since Hearth was started",
                hint="All versions are still there, beside the one that is read",
            )
        back = self._history.read_to(left[-1], audience)
        left.pop()
        return back
