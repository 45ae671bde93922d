"""JSON, said line by line: the path to each value, and the value."""

import json
from collections.abc import Iterator

from assistant.entities.knowledge import Location, Notice, NoticeKind, SectionKind
from assistant.media import text as plain
from assistant.media.parts import LONGEST_PIECE, Part, Piece, Title
from assistant.media.rows import cell_of

_TITLES = ("title", "name")


def parts(text: str) -> Iterator[Part]:
    """A piece for each value at the top, which its key or number names."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        yield Notice(
            kind=NoticeKind.UNREADABLE_PART,
            detail=f"it is not valid JSON ({error}), and was read as plain text",
        )
        yield from plain.parts([text])
        return
    yield from _titled(value)
    for path, inner in _top(value):
        yield from _pieces(
            _lines(path, inner), Location(headings=(path,) if path else ())
        )


def line_parts(text: str) -> Iterator[Part]:
    """JSON Lines: a piece for each line, or the line itself where it is broken."""
    for number, line in enumerate(text.split("\n"), start=1):
        place = Location(line=number, last_line=number)
        try:
            lines = list(_lines("", json.loads(line))) if line.strip() else []
        except (ValueError, RecursionError):
            lines = [line]
        yield from _pieces(iter(lines), place)


def _titled(value: object) -> Iterator[Title]:
    if isinstance(value, dict):
        names = (value.get(key) for key in _TITLES)
        title = next((name for name in names if isinstance(name, str) and name), "")
        if title:
            yield Title(cell_of(title))


def _top(value: object) -> Iterator[tuple[str, object]]:
    match value:
        case dict():
            yield from value.items()
        case list():
            yield from ((f"[{index}]", inner) for index, inner in enumerate(value))
        case _:
            yield "", value


def _lines(path: str, value: object) -> Iterator[str]:
    """Without recursion: what the parser could nest, this can say."""
    todo = [(path, value)]
    while todo:
        path, value = todo.pop()
        match value:
            case dict() if value:
                todo += [(f"{path}.{k}" if path else k, v) for k, v in value.items()][
                    ::-1
                ]
            case list() if any(isinstance(inner, (dict, list)) for inner in value):
                todo += [(f"{path}[{i}]", v) for i, v in enumerate(value)][::-1]
            case list():
                yield _line(path, ", ".join(_value(inner) for inner in value))
            case _:
                yield _line(path, _value(value))


def _line(path: str, text: str) -> str:
    return f"{path}: {text}" if path else text


def _value(value: object) -> str:
    return cell_of(value) if isinstance(value, str) else json.dumps(value)


def _pieces(lines: Iterator[str], place: Location) -> Iterator[Piece]:
    text = ""
    for line in lines:
        text += line + "\n"
        if len(text) >= LONGEST_PIECE:
            yield Piece(text, SectionKind.TABLE, place)
            text = ""
    if text:
        yield Piece(text + "\n", SectionKind.TABLE, place)
