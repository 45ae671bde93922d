"""JSON, said line by line: a flat record as one line, all else by its path."""

import json
from collections.abc import Iterable, Iterator, Mapping

from assistant.entities.knowledge import Location, Notice, NoticeKind, SectionKind
from assistant.media import text as plain
from assistant.media.parts import LONGEST_PIECE, Part, Piece, Title
from assistant.media.rows import cell_of, line_of

_TITLES = ("title", "name")
_TOGETHER = 100  # records in one piece


def parts(text: str) -> Iterator[Part]:
    """What stands at the top by itself, then a piece for each value that nests."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        yield Notice(
            kind=NoticeKind.UNREADABLE_PART,
            detail=f"it is not valid JSON ({error}), and was read as plain text",
        )
        yield from plain.parts([text])
        return
    if not isinstance(value, dict):
        yield from _pieces(_lines("", value), Location())
        return
    yield from _titled(value)
    flat = {key: inner for key, inner in value.items() if _is_flat(inner)}
    yield from _pieces((_line(key, inner) for key, inner in flat.items()), Location())
    for key, inner in value.items():
        if key not in flat:
            yield from _pieces(_lines(key, inner), Location(headings=(key,)))


def line_parts(text: str) -> Iterator[Part]:
    """JSON Lines: records that are one line here too stand together."""
    gathered, first = list[str](), 1
    for number, line in enumerate(text.split("\n"), start=1):
        said = _said(line)
        if len(said) == 1 and len(gathered) < _TOGETHER:
            first = first if gathered else number
            gathered += said
            continue
        yield from _numbered(gathered, first)
        gathered, first = (said, number) if len(said) == 1 else ([], number)
        if len(said) > 1:
            yield from _pieces(said, Location(line=number, last_line=number))
    yield from _numbered(gathered, first)


def _numbered(said: list[str], first: int) -> Iterator[Piece]:
    if any(said):
        yield from _pieces(said, Location(line=first, last_line=first + len(said) - 1))


def _said(line: str) -> list[str]:
    """A record in our words; a broken one in its own."""
    if not line.strip():
        return [""]
    try:
        return list(_lines("", json.loads(line))) or [""]
    except (ValueError, RecursionError):
        return [line]


def _titled(value: Mapping[str, object]) -> Iterator[Title]:
    names = (value.get(key) for key in _TITLES)
    title = next((name for name in names if isinstance(name, str) and name), "")
    if title:
        yield Title(cell_of(title))


def _lines(path: str, value: object) -> Iterator[str]:
    """Without recursion: what the parser could nest, this can say."""
    todo = [(path, value)]
    while todo:
        path, value = todo.pop()
        if isinstance(value, dict) and value and all(map(_is_flat, value.values())):
            record = line_of([_value(v) for v in value.values()], list(value))
            yield f"{path}: {record}" if path and not path.endswith("]") else record
        elif isinstance(value, dict) and value:
            todo += [(f"{path}.{k}" if path else k, v) for k, v in value.items()][::-1]
        elif not _is_flat(value) and isinstance(value, list):
            todo += [(f"{path}[{i}]", v) for i, v in enumerate(value)][::-1]
        else:
            yield _line(path, value)


def _is_flat(value: object) -> bool:
    """Whether it can be said in one go: a value, or a list of values."""
    if isinstance(value, list):
        return not any(isinstance(inner, (dict, list)) for inner in value)
    return not isinstance(value, dict)


def _line(path: str, value: object) -> str:
    return f"{path}: {_value(value)}" if path else _value(value)


def _value(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(_value(inner) for inner in value)
    return cell_of(value) if isinstance(value, str) else json.dumps(value)


def _pieces(lines: Iterable[str], place: Location) -> Iterator[Piece]:
    text = ""
    for line in lines:
        text += line + "\n"
        if len(text) >= LONGEST_PIECE:
            yield Piece(text, SectionKind.TABLE, place)
            text = ""
    if text:
        yield Piece(text, SectionKind.TABLE, place)
