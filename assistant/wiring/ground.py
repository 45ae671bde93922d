"""What everything is wired upon: the file, what is set, the time, and fresh ids.

It decides nothing, and knows none of those who stand on it.
"""

from dataclasses import dataclass

from assistant.audit.log import AuditTrail
from assistant.config.paths import Paths
from assistant.config.settings import Settings
from assistant.entities.ids import Clock, Mint
from assistant.storage.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """One opened home."""

    database: Database
    settings: Settings
    paths: Paths
    trail: AuditTrail
    clock: Clock
    mint: Mint
