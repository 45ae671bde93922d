"""What of the library a question is asked of, kept with the question.

It travels as an attachment without words, so another wording or another answer is
asked of the same; nothing of it goes into a prompt.
"""

from collections.abc import Iterable

from assistant.entities.conversation import Attachment, ContentKind
from assistant.entities.ids import AttachmentId, DocumentId, MessageId
from assistant.entities.search import Named, Within

_DOCUMENT, _COLLECTION = "document_id", "collection"


def noted(named: Named, *, on: MessageId, id: AttachmentId) -> Attachment:
    """The note on a question that it is asked of this."""
    is_document = named.document_id is not None
    return Attachment(
        id=id,
        message_id=on,
        name=named.title,
        kind=ContentKind.DOCUMENT,
        size_bytes=0,
        details={_DOCUMENT: named.document_id}
        if is_document
        else {_COLLECTION: named.collection},
    )


def read_within(attachments: Iterable[Attachment]) -> Within:
    """What the notes on a question say; everything when there are none."""
    notes = [file.details for file in attachments if file.text is None]
    return Within(
        collections=tuple(str(n[_COLLECTION]) for n in notes if _COLLECTION in n),
        documents=tuple(DocumentId(str(n[_DOCUMENT])) for n in notes if _DOCUMENT in n),
    )
