"""Markdown, source code, tables and JSON: cut where they may be, placed exactly."""

import json
from collections.abc import Callable, Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.entities.knowledge import NoticeKind, SectionKind
from assistant.media import data, markdown, source, tables, text
from assistant.media.parts import LONGEST_PIECE, Part, Piece, Title

README = """---
title: "Harbour rules"
---
![badge](x.svg)

# Rules

Be kind.

| Boat | Fee |
|------|-----|
| Small | 3 |

Berths
------

```sh
# not a heading
moor
```

### At *night* [see](x)

Quiet.
"""


def pieces(parts: Iterable[Part]) -> list[Piece]:
    return [part for part in parts if isinstance(part, Piece)]


def title(parts: Iterable[Part]) -> str | None:
    return next((part.text for part in parts if isinstance(part, Title)), None)


def test_markdown_knows_its_headings_tables_and_code() -> None:
    found = [
        (piece.kind, piece.location.headings, piece.location.label.split(",")[0])
        for piece in pieces(markdown.parts([README]))
    ]

    assert found == [
        (SectionKind.PROSE, (), "lines 1-5"),
        (SectionKind.PROSE, ("Rules",), "lines 6-9"),
        (SectionKind.TABLE, ("Rules",), "lines 10-12"),
        (SectionKind.PROSE, ("Rules",), "line 13"),
        (SectionKind.PROSE, ("Rules", "Berths"), "lines 14-16"),
        (SectionKind.CODE, ("Rules", "Berths"), "lines 17-20"),
        (SectionKind.PROSE, ("Rules", "Berths"), "line 21"),
        (SectionKind.PROSE, ("Rules", "Berths", "At night see"), "lines 22-24"),
    ]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (README, "Harbour rules"),
        ("intro\n\n# The *Real* Title #\n", "The Real Title"),
        ("# Why C#\n", "Why C#"),
        ("Over\n====\n", "Over"),
        ("```\n# code\n```\n## Second\n", None),
        ("", None),
    ],
)
def test_markdown_is_called_what_it_calls_itself(
    written: str, expected: str | None
) -> None:
    assert title(markdown.parts([written])) == expected


SOME_MARKDOWN = st.lists(
    st.sampled_from(
        ["# A", "## B", "```", "~~~", "| a | b |", "|---|---|", "---", "===", "", "x"]
    )
    | st.text(st.characters(exclude_characters="\n\r", exclude_categories=["Cs"])),
    max_size=30,
).map("\n".join)


@pytest.mark.parametrize("read", [text.parts, markdown.parts, source.parts])
@given(written=SOME_MARKDOWN, size=st.integers(1, 40))
def test_a_text_that_is_kept_as_written_loses_nothing(
    read: Callable[[Iterator[str]], Iterator[Part]], written: str, size: int
) -> None:
    windows = (written[at : at + size] for at in range(0, len(written), size))

    found = pieces(read(windows))

    assert "".join(piece.text for piece in found) == written
    lines = written.split("\n")
    for piece in found:
        first, last = piece.location.line, piece.location.last_line
        stated = "\n".join(lines[first - 1 : last])
        assert piece.text.removesuffix("\n") in {stated, stated.removesuffix("\n")}


@pytest.mark.parametrize("read", [text.parts, markdown.parts, source.parts])
@pytest.mark.parametrize("unit", ["x", "word ", "line\n", "para\n\n"])
def test_no_piece_is_much_longer_than_the_longest(
    read: Callable[[Iterator[str]], Iterator[Part]], unit: str
) -> None:
    written = unit * (200_000 // len(unit))

    found = pieces(read(iter([written])))

    assert max(len(piece.text) for piece in found) <= 2 * LONGEST_PIECE
    assert "".join(piece.text for piece in found) == written


def test_source_code_is_cut_before_definitions_with_what_leads_them() -> None:
    body = "    x = 1\n" * 100
    lead = "    # why\n    @cached\n"
    written = f"import os\n\nclass Boat:\n{body}\n{lead}    def fee(self):\n{body}"

    first, second = pieces(source.parts([written]))

    assert first.location.headings == ("Boat",)
    assert second.location.headings == ("Boat", "fee")
    assert second.text.startswith("    # why\n    @cached\n    def fee")


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("pub async fn moor(&self) {", "moor"),
        ("export default class Boat {", "Boat"),
        ("func (b *Boat) Fee() int {", "Fee"),
        ("[tool.harbour]", "tool.harbour"),
        ("CREATE TABLE boat (", None),
    ],
)
def test_definitions_of_many_languages_are_told_by_their_first_word(
    line: str, name: str | None
) -> None:
    (piece,) = pieces(source.parts([line + "\n"]))

    assert piece.location.headings == ((name,) if name else ())


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_table_is_read_whatever_parts_its_columns(delimiter: str) -> None:
    rows = [["Boat", "Fee, yearly"], ["Petrel", "3"], ["Gull", "4"]]
    written = "".join(delimiter.join(f'"{c}"' for c in row) + "\n" for row in rows)

    (piece,) = pieces(tables.parts([written]))

    assert piece.text == (
        "Boat | Fee, yearly\nBoat: Petrel; Fee, yearly: 3\nBoat: Gull; Fee, yearly: 4\n"
    )
    assert piece.location.label == "rows 1-3"


def test_a_table_without_names_is_said_as_it_stands() -> None:
    (piece,) = pieces(tables.parts(["1,2\n3,4\n"]))

    assert piece.text == "1 | 2\n3 | 4\n"


def test_a_blank_row_is_left_out_and_still_counted() -> None:
    first, second = pieces(tables.parts(["a,b\n1,2\n,\n3,4\n"]))

    assert first.location.label == "rows 1-2"
    assert second.location.label == "row 4"


def test_a_flat_record_is_one_line_and_nesting_is_said_by_its_path() -> None:
    value = {
        "title": "Harbour",
        "berths": [{"boat": "Gull", "fee": 3}, {"boat": "Tern", "fee": 4}],
        "deep": {"a": {"b": {"c": None, "d": True}}, "e": [1, [2]]},
    }

    found = pieces(data.parts(json.dumps(value)))

    assert [(piece.location.headings, piece.text) for piece in found] == [
        ((), "title: Harbour\n"),
        (("berths",), "boat: Gull; fee: 3\nboat: Tern; fee: 4\n"),
        (("deep",), "deep.a.b: c: null; d: true\ndeep.e[0]: 1\ndeep.e[1]: 2\n"),
    ]


def test_broken_json_is_read_as_plain_text_and_said_to_be() -> None:
    notice, piece = data.parts('{"a": 1,}')

    assert notice.kind is NoticeKind.UNREADABLE_PART
    assert piece.text == '{"a": 1,}'


def test_lines_of_json_keep_their_numbers() -> None:
    written = '{"a":1}\nbroken {\n{"b":{"c":{"d":1}},"e":2}\n{"f":3}\n'

    found = pieces(data.line_parts(written))

    assert [(piece.location.label, piece.text) for piece in found] == [
        ("lines 1-2", "a: 1\nbroken {\n"),
        ("line 3", "b.c: d: 1\ne: 2\n"),
        ("lines 4-5", "f: 3\n\n"),
    ]
