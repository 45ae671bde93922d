"""Names for ids, and what mints them.

Ids of our own are ULIDs as text (sortable, safe in URLs); ids that another
system gave, such as Discord snowflakes, are kept as they came.
"""

from collections.abc import Callable
from datetime import datetime
from typing import NewType, TypeAlias

UserId = NewType("UserId", str)
ServerId = NewType("ServerId", str)
ChannelId = NewType("ChannelId", str)
RoleId = NewType("RoleId", str)
ConversationId = NewType("ConversationId", str)
MessageId = NewType("MessageId", str)
AttachmentId = NewType("AttachmentId", str)
DocumentId = NewType("DocumentId", str)
PassageId = NewType("PassageId", str)
ModelId = NewType("ModelId", str)
PersonaId = NewType("PersonaId", str)
MemoryId = NewType("MemoryId", str)
ConsentId = NewType("ConsentId", str)
ErasureId = NewType("ErasureId", str)
TopicKey = NewType("TopicKey", str)
InsightId = NewType("InsightId", str)
LayerRunId = NewType("LayerRunId", str)
TraceId = NewType("TraceId", str)
SpanId = NewType("SpanId", str)
AuditId = NewType("AuditId", str)
JobId = NewType("JobId", str)

LOCAL_USER = UserId("local")
"""The person at the terminal."""

NOBODY = UserId("forgotten")
"""Whose it is what belonged to people who were forgotten, and others need."""

Mint: TypeAlias = Callable[[], str]
"""Makes a fresh ULID; later ones sort after earlier ones of the process."""

Clock: TypeAlias = Callable[[], datetime]
"""Tells the time, aware and in UTC."""
