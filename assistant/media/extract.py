"""The door to reading: an open file becomes a title, sections and notices.

`Reader.read` gives everything at once. `Reader.open` gives sections as they come,
for files of any size; what is said of a text as a whole is known once they end.
"""

import hashlib
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing, contextmanager
from itertools import chain
from pathlib import Path, PurePath
from types import TracebackType

from assistant.entities.knowledge import (
    Extract,
    Location,
    Notice,
    NoticeKind,
    Section,
    SectionKind,
)
from assistant.errors import DocumentRefusedError, Refusal
from assistant.media import markdown, source, tables, text
from assistant.media.encoding import Decoder, Encoding, windows
from assistant.media.hidden import invisible_characters
from assistant.media.kinds import HEAD_BYTES, sniff
from assistant.media.opening import OpenedFile, in_memory, open_file
from assistant.media.parts import Part, Piece, Title
from assistant.media.suffixes import STREAMED, Kind
from assistant.media.wire import Opened
from assistant.media.worker import Limits, Worker

_STREAMS: Mapping[Kind, Callable[[Iterator[str]], Iterator[Part]]] = {
    Kind.PLAIN: text.parts,
    Kind.MARKDOWN: markdown.parts,
    Kind.SOURCE: source.parts,
    Kind.CSV: tables.parts,
}


class Reader:
    """Reads any number of files, one at a time for each thread that asks."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._worker = Worker(self._limits)

    def __enter__(self) -> "Reader":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the child; reading again would start another."""
        self._worker.close()

    def read(self, path: Path, *, root: Path | None = None) -> Extract:
        """All of a file; once more if it changed meanwhile, then refused."""
        try:
            return self._read(path, root)
        except DocumentRefusedError as error:
            if error.kind is not Refusal.CHANGED:
                raise
        return self._read(path, root)

    def _read(self, path: Path, root: Path | None) -> Extract:
        with self.open(path, root=root) as reading:
            return reading.whole()

    @contextmanager
    def open(self, path: Path, *, root: Path | None = None) -> Iterator["Reading"]:
        """A file to be read section by section, below `root` without links."""
        with open_file(path, root=root) as opened, self.reading(opened) as reading:
            yield reading

    @contextmanager
    def open_bytes(
        self, name: str, data: bytes, *, charset: str | None = None
    ) -> Iterator["Reading"]:
        """What was fetched, under the name that its address gives it."""
        with (
            in_memory(name, data) as opened,
            self.reading(opened, charset=charset) as reading,
        ):
            yield reading

    @contextmanager
    def reading(
        self, opened: OpenedFile, *, charset: str | None = None
    ) -> Iterator["Reading"]:
        """What an open file holds."""
        head = opened.head(HEAD_BYTES)
        if not head:
            raise DocumentRefusedError(Refusal.NOT_TEXT, "it is empty")
        kind, encoding = sniff(head, opened.name)
        parts: Generator[Opened | Part, None, None]
        if encoding is not None and self._is_streamed(kind, opened.size):
            parts = _stream(opened, kind, encoding)
        else:
            parts = self._worker.parts(opened.fd, opened.name, kind, charset=charset)
        with closing(parts):
            yield Reading(opened, parts)

    def _is_streamed(self, kind: Kind, size: int) -> bool:
        """Texts too large to be parsed whole are read as the text they are."""
        is_text = kind not in {Kind.PDF, Kind.ZIP, Kind.OLE}
        return kind in STREAMED or (is_text and size > self._limits.most_bytes)


def _stream(
    opened: OpenedFile, kind: Kind, encoding: Encoding
) -> Generator[Opened | Part, None, None]:
    """Plain text, in this process and in flat memory."""
    digest, size = hashlib.sha256(), 0

    def blocks() -> Iterator[bytes]:
        nonlocal size
        for block in opened.blocks():
            digest.update(block)
            yield block if size else block[encoding.skip :]
            size += len(block)

    decoder = Decoder(encoding)
    read = _STREAMS.get(kind, text.parts)
    yield from read(windows(blocks(), decoder))
    yield from decoder.notices()
    yield Opened(kind if kind in _STREAMS else Kind.PLAIN, size, digest.hexdigest())


class Reading:
    """One file being read; go through its sections once, then ask the rest."""

    def __init__(self, opened: OpenedFile, parts: Iterator[Opened | Part]) -> None:
        self._opened = opened
        self._facts: Opened | None = None
        self._notices: list[Notice] = []
        self._end = 0
        self._invisible = 0
        self._is_blank = True
        self.title = _title_of(opened.name)
        self._parts = self._titled(parts)

    def _titled(self, parts: Iterator[Opened | Part]) -> Iterator[Opened | Part]:
        """Looks ahead to the first piece: a title would come before it."""
        seen: list[Opened | Part] = []
        for part in parts:
            seen.append(part)
            if isinstance(part, Title):
                self.title = " ".join(part.text.split())[:200] or self.title
            if isinstance(part, Piece):
                break
        return chain(seen, parts)

    def __iter__(self) -> Iterator[Section]:
        for part in self._parts:
            match part:
                case Piece(text, kind, location):
                    yield self._section(text, kind, location)
                case Notice():
                    self._notices.append(part)
                case Opened():
                    self._facts = part
                case Title():
                    pass
        self._conclude()

    def _section(self, text: str, kind: SectionKind, location: Location) -> Section:
        section = Section(start=self._end, text=text, kind=kind, location=location)
        self._end = section.end
        self._invisible += invisible_characters(text)
        self._is_blank = self._is_blank and not text.strip()
        return section

    def _conclude(self) -> None:
        self._refuse_changed(self.size_bytes)
        if self._is_blank:
            why = "; ".join(notice.detail for notice in self._notices)
            reason = f"it holds no text ({why})" if why else "it holds no text"
            raise DocumentRefusedError(Refusal.NOT_TEXT, reason)
        if self._invisible:
            detail = f"{self._invisible:,} characters of it show nothing"
            self._notices.append(Notice(kind=NoticeKind.HIDDEN_TEXT, detail=detail))

    def digest(self) -> str:
        """SHA-256 of all its bytes, before they are read as text."""
        digest = hashlib.sha256()
        for block in self._opened.blocks():
            digest.update(block)
        self._refuse_changed(self._opened.size)
        return digest.hexdigest()

    def _refuse_changed(self, size_read: int) -> None:
        if self._opened.has_changed() or size_read != self._opened.size:
            raise DocumentRefusedError(Refusal.CHANGED, "it changed while it was read")

    @property
    def notices(self) -> tuple[Notice, ...]:
        """Complete once the sections have ended."""
        return tuple(self._notices)

    @property
    def modified_ns(self) -> int:
        """When the file was last written to; of no meaning for a page."""
        return self._opened.modified_ns

    @property
    def media_type(self) -> str:
        """Known once the sections have ended, as the next two."""
        return self._read_facts.media_type

    @property
    def size_bytes(self) -> int:
        return self._read_facts.size_bytes

    @property
    def sha256(self) -> str:
        """Of the bytes that were read."""
        return self._read_facts.sha256

    @property
    def _read_facts(self) -> Opened:
        if self._facts is None:
            raise ValueError("not known before the sections have ended")
        return self._facts

    def whole(self) -> Extract:
        """All sections at once."""
        sections = tuple(self)
        return Extract(
            title=self.title,
            media_type=self.media_type,
            sections=sections,
            size_bytes=self.size_bytes,
            sha256=self.sha256,
            notices=self.notices,
        )


def _title_of(name: str) -> str:
    """A file's name may hold any bytes, a title is text on one line."""
    stem = PurePath(name).stem.encode(errors="replace").decode()
    return " ".join(stem.split())
