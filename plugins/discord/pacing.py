"""How soon a channel may be changed again, whichever answers stand in it.

Pure but for the loop's clock. What is changed is not known here.
"""

import asyncio

from assistant.entities.ids import ChannelId


class Pace:
    """Belongs to one event loop."""

    def __init__(self, seconds: float) -> None:
        """At least so long between two changes in one channel."""
        self._seconds = seconds
        self._changed_at: dict[ChannelId, float] = {}

    def take(self, channel_id: ChannelId) -> bool:
        """Whether it may be changed now; if so, it counts as changed."""
        if self._left(channel_id) > 0:
            return False
        self._changed_at[channel_id] = asyncio.get_running_loop().time()
        return True

    async def wait(self, channel_id: ChannelId) -> None:
        """Until it may be changed, for what has to be said."""
        if not self.take(channel_id):
            await asyncio.sleep(self._left(channel_id))
            await self.wait(channel_id)

    def _left(self, channel_id: ChannelId) -> float:
        at = self._changed_at.get(channel_id)
        if at is None:
            return 0.0
        return at + self._seconds - asyncio.get_running_loop().time()
