"""What a file is, told by its first bytes; its name only chooses among texts.

Pure. A file that is certainly no document is refused here, by the name people
have for it.
"""

import re
from pathlib import PurePath

from assistant.errors import DocumentRefusedError, Refusal
from assistant.media.encoding import Encoding, detect
from assistant.media.suffixes import SOURCE_NAMES, SUFFIXES, Kind

HEAD_BYTES = 65_536
"""How much of a file is looked at to tell what it is."""

_BINARIES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG", "a PNG picture"),
    (0, b"\xff\xd8\xff", "a JPEG picture"),
    (0, b"GIF8", "a GIF picture"),
    (0, b"II*\x00", "a TIFF picture"),
    (0, b"MM\x00*", "a TIFF picture"),
    (8, b"WEBP", "a WebP picture"),
    (8, b"WAVE", "a sound recording"),
    (0, b"ID3", "a sound recording"),
    (0, b"OggS", "a sound recording"),
    (0, b"fLaC", "a sound recording"),
    (4, b"ftyp", "a video or picture"),
    (0, b"\x1aE\xdf\xa3", "a video"),
    (0, b"\x7fELF", "a program"),
    (0, b"MZ\x90", "a program"),
    (0, b"\xcf\xfa\xed\xfe", "a program"),
    (0, b"\xca\xfe\xba\xbe", "a program"),
    (0, b"\x1f\x8b", "a compressed file; unpack it first"),
    (0, b"BZh", "a compressed file; unpack it first"),
    (0, b"\xfd7zXZ", "a compressed file; unpack it first"),
    (0, b"7z\xbc\xaf", "a compressed file; unpack it first"),
    (0, b"Rar!", "a compressed file; unpack it first"),
    (0, b"(\xb5/\xfd", "a compressed file; unpack it first"),
    (0, b"SQLite format 3", "a database"),
    (0, b"GGUF", "a language model"),
    (0, b"{\\rtf", "a Rich Text file; save it as DOCX"),
)

_HTML = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,2000}?-->\s*)*"
    r"<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_HEADER = re.compile(r"^([!-9;-~]{2,60}): ?[^\n]*\n", re.MULTILINE)
_MAIL_HEADERS = {"from", "to", "date", "subject", "message-id", "received"}
_JSON = re.compile(r'\s*(?:\{\s*["}]|\[\s*(?:["{\[\]]|-?\d|true|false|null))')
_JSON_LINES = re.compile(r"\s*\{[^\n]*\}[ \t]*\n\s*\{")
_MARKDOWN_HEADING = re.compile(r"^#{1,3} \S", re.MULTILINE)
_MARKDOWN_SIGN = re.compile(r"^(?:## \S|```|[-*] \S)|\]\(\S", re.MULTILINE)


def sniff(head: bytes, name: str) -> tuple[Kind, Encoding | None]:
    """The kind, and how its bytes are read when it is a text."""
    for offset, magic, what in _BINARIES:
        if head.startswith(magic, offset):
            raise DocumentRefusedError(Refusal.NOT_TEXT, f"it is {what}")
    container = _container(head)
    if container is not None:
        return container, None
    encoding = detect(head)
    if encoding is None:
        raise DocumentRefusedError(Refusal.NOT_TEXT, "it is not a text")
    text = head[encoding.skip :].decode(encoding.codec, "ignore")
    return kind_of_text(text, name), encoding


def _container(head: bytes) -> Kind | None:
    if b"%PDF-" in head[:1024]:
        return Kind.PDF
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return Kind.ZIP
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return Kind.OLE
    return None


def kind_of_text(text: str, name: str) -> Kind:
    """Which sort of text: what it plainly is, else what its name says."""
    path = PurePath(name)
    named = SUFFIXES.get(path.suffix.lower())
    if named is None and path.name.lower() in SOURCE_NAMES:
        named = Kind.SOURCE
    return _plainly(text) or named or _guess(text)


def _plainly(text: str) -> Kind | None:
    if _HTML.match(text):
        return Kind.HTML
    if _is_mail(text):
        return Kind.MAIL
    return Kind.JSON_LINES if _JSON_LINES.match(text) else None


def _guess(text: str) -> Kind:
    if text.startswith("#!"):
        return Kind.SOURCE
    if _JSON.match(text):
        return Kind.JSON
    if _MARKDOWN_HEADING.search(text) and _MARKDOWN_SIGN.search(text):
        return Kind.MARKDOWN
    if _is_table(text):
        return Kind.CSV
    return Kind.PLAIN


def _is_mail(text: str) -> bool:
    block = text.partition("\n\n")[0].replace("\r", "") + "\n"
    if ":" not in block[:80]:
        return False
    names = {found.lower() for found in _HEADER.findall(block[:16_384])}
    return "from" in names and len(names & _MAIL_HEADERS) >= 3


def _is_table(text: str) -> bool:
    """Many lines with the same three columns or more, as prose never has."""
    lines = text.split("\n")[:11][:-1]
    if len(lines) < 4:
        return False
    for delimiter in "\t;,":
        counts = {line.count(delimiter) for line in lines}
        if len(counts) == 1 and counts.pop() >= 2:
            return True
    return False
