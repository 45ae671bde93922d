"""E-mail: who wrote to whom and when, the body, and what was attached."""

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart

from assistant.entities.knowledge import Location, Notice, NoticeKind
from assistant.media import html
from assistant.media import text as plain
from assistant.media.encoding import decoded
from assistant.media.parts import Part, Piece, Title
from assistant.media.rows import cell_of

_HEADERS = ("From", "To", "Cc", "Date", "Subject")
_MOST_PARTS = 500


def parts(data: bytes) -> Iterator[Part]:
    """The subject, the header lines, the body, and the attachments' names."""
    message = message_from_bytes(data, policy=policy.default)
    subject = cell_of(message.get("Subject", ""))
    if subject:
        yield Title(subject)
    yield Piece("".join(_headers(message)) + "\n")
    body = message.get_body(("plain", "html"))
    yield from _body(body) if body else ()
    attached = [part for part in message.walk() if part.get_filename()][:_MOST_PARTS]
    for part in attached:
        name = cell_of(part.get_filename())
        yield Piece(f"Attachment: {name} ({part.get_content_type()})\n")
        yield Notice(
            kind=NoticeKind.ATTACHMENT, detail=f"{name} is attached, and was not read"
        )


def _headers(message: EmailMessage) -> Iterator[str]:
    for name in _HEADERS:
        if value := cell_of(message.get(name)):
            yield f"{name}: {value}\n"


def _body(body: MIMEPart) -> Iterator[Part]:
    payload = body.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    if not data.strip():
        return
    text, notices = decoded(data, said=body.get_content_charset())
    if body.get_content_subtype() == "html":
        yield from (p for p in html.parts(text, Location()) if not isinstance(p, Title))
    else:
        yield from (Piece(piece) for piece in plain.cut([text.rstrip("\n") + "\n\n"]))
    yield from notices
