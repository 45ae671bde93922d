"""How the bytes of a text are to be read, and reading them window by window.

UTF-8 unless something says otherwise. What is guessed is stated, and what cannot
be told is refused: text read wrongly is never stored as if it were right.
"""

import codecs
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from assistant.entities.knowledge import Notice, NoticeKind
from assistant.errors import DocumentRefusedError, Refusal
from assistant.media import charsets

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROLS = bytes((*range(0x08), *range(0x0E, 0x1B), *range(0x1C, 0x20), 0x7F))
_HIGH = bytes(range(0x80, 0x100))
_MULTIBYTE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_MOST_CONTROLS = 0.005  # of the bytes; logs with colours stay below, programs do not
_MOST_WRONG = 0.01  # of a window; more means it is not a text of this encoding
_READABLE = frozenset("LMNPSZ")  # first letters of Unicode's general categories


@dataclass(frozen=True, slots=True)
class Encoding:
    """A codec, the length of the mark before the text, and what was guessed."""

    codec: str
    skip: int = 0
    guessed: bool = False

    @property
    def notice(self) -> Notice | None:
        if not self.guessed:
            return None
        return Notice(
            kind=NoticeKind.ENCODING_GUESSED,
            detail=f"nothing says how its bytes are to be read; {self.codec} fits best",
        )


def detect(head: bytes) -> Encoding | None:
    """How to read a file that begins so; None when it is not a text."""
    for mark, codec in _BOMS:
        if head.startswith(mark):
            return Encoding(codec, skip=len(mark))
    if b"\x00" in head:
        return _without_mark(head)
    if _how_many(_CONTROLS, head) > len(head) * _MOST_CONTROLS:
        return None
    if _is_mostly_utf8(head):
        return Encoding("utf-8")
    guess = charsets.likeliest(head)
    return Encoding(guess, guessed=True) if guess else None


def _how_many(wanted: bytes, data: bytes) -> int:
    return len(data) - len(data.translate(None, wanted))


def _is_mostly_utf8(head: bytes) -> bool:
    """A few wrong bytes among many right sequences are a slip, not a charset."""
    try:
        codecs.utf_8_decode(head, "strict")
    except UnicodeDecodeError:
        right = sum(len(found) for found in _MULTIBYTE.findall(head))
        wrong = _how_many(_HIGH, head) - right
        return right > 4 * wrong
    return True


def _without_mark(head: bytes) -> Encoding | None:
    """UTF-16 that does not say so, when one order of bytes reads as words."""
    even = head[: len(head) // 2 * 2]
    for codec in ("utf-16-le", "utf-16-be"):
        try:
            text = codecs.getincrementaldecoder(codec)().decode(even)
        except UnicodeDecodeError:
            continue
        if _reads_as_words(text):
            return Encoding(codec, guessed=True)
    return None


def _reads_as_words(text: str) -> bool:
    sample = text[:4096]
    if not sample or "\x00" in sample:
        return False
    odd = sum(
        unicodedata.category(sign)[0] not in _READABLE and not sign.isspace()
        for sign in sample
    )
    plain = sum(sign.isascii() for sign in sample)
    return odd <= len(sample) * _MOST_CONTROLS and plain >= len(sample) * 0.05


class Decoder:
    """Bytes in, text out with plain line ends; counts what had to be guessed."""

    def __init__(self, encoding: Encoding) -> None:
        self._encoding = encoding
        self._codec = codecs.getincrementaldecoder(encoding.codec)("replace")
        self._newlines = io.IncrementalNewlineDecoder(None, translate=True)
        self._rest = b""
        self._read = 0
        self._wrong = 0

    def decode(self, data: bytes, *, final: bool = False) -> str:
        """The text of the next window."""
        before = self._wrong
        if self._encoding.codec == "utf-8":
            text = self._utf8(data, final=final)
        else:
            text = self._codec.decode(data, final)
            self._wrong += text.count("\ufffd")
        self._read += len(data)
        if self._wrong - before > max(8, len(data) * _MOST_WRONG):
            raise DocumentRefusedError(
                Refusal.NOT_TEXT,
                f"it turns into something else than text before byte {self._read:,}",
            )
        translated: str = self._newlines.decode(text, final)
        return translated

    def _utf8(self, data: bytes, *, final: bool) -> str:
        view = memoryview(self._rest + data)
        texts: list[str] = []
        while True:
            try:
                text, used = codecs.utf_8_decode(view, "strict", final)
            except UnicodeDecodeError as error:
                good = bytes(view[: error.start])
                wrong = bytes(view[error.start : error.end])
                texts += (good.decode(), wrong.decode("cp1252", "replace"))
                self._wrong += 1
                view = view[error.end :]
                if self._wrong > 8 + len(data) * _MOST_WRONG + self._read:
                    return "".join(texts)
            else:
                self._rest = bytes(view[used:])
                return "".join((*texts, text))

    def notices(self) -> Iterator[Notice]:
        """What a reader should know of how the text was read."""
        if self._encoding.notice:
            yield self._encoding.notice
        if self._wrong:
            instead = (
                "were read as Windows-1252"
                if self._encoding.codec == "utf-8"
                else "are shown as �"
            )
            yield Notice(
                kind=NoticeKind.ENCODING_GUESSED,
                detail=f"{self._wrong:,} places are not {self._encoding.codec} "
                f"and {instead}",
            )


def windows(blocks: Iterable[bytes], decoder: Decoder) -> Iterator[str]:
    """The text of all blocks, a window for each; none of them empty."""
    for block in blocks:
        if text := decoder.decode(block):
            yield text
    if text := decoder.decode(b"", final=True):
        yield text


def decoded(data: bytes, *, said: str | None = None) -> tuple[str, list[Notice]]:
    """A whole text at once; `said` is the charset that came with it, if any."""
    encoding = _as_said(said, data) or detect(data[:65_536])
    if encoding is None:
        raise DocumentRefusedError(Refusal.NOT_TEXT, "it is not a text")
    decoder = Decoder(encoding)
    text = decoder.decode(data[encoding.skip :], final=True)
    return text, list(decoder.notices())


def _as_said(said: str | None, data: bytes) -> Encoding | None:
    """What was said is believed if it is a charset, and no mark says otherwise."""
    if not said or any(data.startswith(mark) for mark, _ in _BOMS):
        return None
    try:
        name = codecs.lookup(said).name
        "".encode(name)
    except (LookupError, UnicodeError):
        return None
    return Encoding("cp1252" if name in {"iso8859-1", "ascii"} else name)
