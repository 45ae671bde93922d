"""Chunks hold everything, in order, in place, within the budget."""

from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.entities.knowledge import Chunk, Location, Section, SectionKind
from assistant.knowledge.chunking import Budget, chunks
from assistant.knowledge.sentences import sentences_of
from assistant.media import markdown
from assistant.media.parts import Piece


def words(text: str) -> int:
    return len(text.split())


COUNTS: list[Callable[[str], int]] = [words, len, lambda text: len(text) // 4 + 1]

HEADINGS = st.lists(st.sampled_from(["A", "B", "Tides and times"]), max_size=2)
TEXTS = st.lists(
    st.sampled_from(
        [
            "One two. ",
            "Three four five! ",
            "\n",
            "\n\n",
            "- item\n",
            "a | b\n",
            "x" * 30,
        ]
    )
    | st.text(max_size=40),
    min_size=1,
    max_size=25,
).map("".join)


@st.composite
def documents(draw: st.DrawFn) -> list[Section]:
    """Sections that tile a text, some of one flow, some of many places."""
    sections: list[Section] = []
    start, line = 0, 1
    for page in range(draw(st.integers(1, 6))):
        text = draw(TEXTS)
        place = draw(
            st.sampled_from([Location(), Location(page=page + 1), Location(line=line)])
        )
        sections.append(
            Section(
                start=start,
                text=text,
                kind=draw(st.sampled_from(SectionKind)),
                location=Location(
                    headings=tuple(draw(HEADINGS)), page=place.page, line=place.line
                ),
            )
        )
        start += len(text)
        line += text.count("\n")
    return [section for section in sections if section.text]


def cut(
    sections: list[Section], count: Callable[[str], int], budget: Budget
) -> list[Chunk]:
    return list(chunks(iter(sections), title="The title", count=count, budget=budget))


BUDGETS = st.sampled_from(
    [
        Budget(),
        Budget(target=20, most=40),
        Budget(target=5, most=60),
        Budget(target=9, most=9),
    ]
)


@pytest.mark.parametrize("count", COUNTS)
@given(sections=documents(), budget=BUDGETS)
def test_chunks_keep_their_promises(
    count: Callable[[str], int], sections: list[Section], budget: Budget
) -> None:
    text = "".join(section.text for section in sections)

    found = cut(sections, count, budget)

    end = 0
    for chunk in found:
        assert text[chunk.start : chunk.end] == chunk.text
        assert chunk.start >= end
        assert not text[end : chunk.start].strip()
        assert chunk.tokens == count(chunk.indexed_text) <= budget.most
        end = chunk.end
    assert not text[end:].strip()
    assert cut(sections, count, budget) == found


@given(sections=documents())
def test_a_chunk_never_spans_two_headings_unless_the_first_is_only_a_heading(
    sections: list[Section],
) -> None:
    for chunk in cut(sections, words, Budget()):
        under = {
            section.location.headings
            for section in sections
            if section.start < chunk.end and chunk.start < section.end
            if section.text[
                max(0, chunk.start - section.start) : chunk.end - section.start
            ].strip()
        }
        assert chunk.location.headings in under
        for path in under:
            assert chunk.location.headings[: len(path)] == path


def prose(*paragraphs: str) -> list[Section]:
    return [Section(start=0, text="\n\n".join(paragraphs))]


def sentence(number: int, length: int) -> str:
    return f"Sentence {number} " + "word " * (length - 3) + "ends."


def test_no_sentence_is_cut_that_fits() -> None:
    text = " ".join(sentence(n, 5 + n * 7 % 90) for n in range(200))
    whole = {found.text for found in sentences_of(text)}

    for chunk in cut(prose(text), words, Budget()):
        assert {found.text for found in sentences_of(chunk.text)} <= whole


def test_a_sentence_longer_than_the_embedder_reads_is_cut_between_words() -> None:
    text = "word " * 2_000

    found = cut(prose(text), words, Budget())

    assert all(set(chunk.text.split()) == {"word"} for chunk in found)
    assert sum(words(chunk.text) for chunk in found) == 2_000


def test_a_sentence_that_runs_on_to_the_next_page_stays_whole() -> None:
    first = Section(
        start=0, text="The tide rises by five metres\n", location=Location(page=1)
    )
    second = Section(
        start=first.end, text="every night at Leith.\n\n", location=Location(page=2)
    )

    (chunk,) = cut([first, second], words, Budget())

    assert chunk.text == "The tide rises by five metres\nevery night at Leith."
    assert chunk.location.label == "pages 1-2"


def test_paragraphs_are_gathered_to_about_the_target() -> None:
    paragraphs = [sentence(n, 40) for n in range(100)]

    found = cut(prose(*paragraphs), words, Budget())

    assert all(160 <= words(chunk.text) <= 250 for chunk in found[:-1])
    assert all(chunk.text.endswith("ends.") for chunk in found)


def test_a_long_paragraph_comes_apart_evenly() -> None:
    text = " ".join(sentence(n, 10) for n in range(45))

    assert [words(chunk.text) for chunk in cut(prose(text), words, Budget())] == [
        230,
        220,
    ]


def test_a_little_that_is_left_over_joins_what_stands_before_it() -> None:
    found = cut(prose(sentence(1, 230), sentence(2, 20)), words, Budget())

    assert [words(chunk.text) for chunk in found] == [250]


def test_a_table_that_fits_is_kept_whole_and_a_longer_one_is_cut_between_rows() -> None:
    def table(rows: int) -> list[Section]:
        text = "".join(f"Boat: Gull {n}; Fee: {n} crowns\n" for n in range(rows))
        place = Location(sheet="Fees", row=2, last_row=rows + 1)
        return [Section(start=0, text=text, kind=SectionKind.TABLE, location=place)]

    (whole,) = cut(table(60), words, Budget())
    cut_up = cut(table(300), words, Budget())

    assert whole.location.label == "sheet Fees, rows 2-61"
    assert whole.prefix == "The title > Fees"
    assert all(chunk.text.startswith("Boat: ") for chunk in cut_up)
    assert all(chunk.text.endswith(" crowns") for chunk in cut_up)
    rows = [(chunk.location.row, chunk.location.last_row) for chunk in cut_up]
    assert rows[0][0] == 2
    assert rows[-1][1] == 301
    assert all(last == first - 1 for (_, last), (first, _) in pairwise(rows))


GUIDE = """# Guide

## Mooring

### Small boats

Small boats moor at the east pier, for three crowns a night.

### Large boats

```sh
moor --pier west \\
     --lines 4

tie
```

They pay more.
"""


def from_markdown(text: str) -> Iterator[Section]:
    start = 0
    for part in markdown.parts([text]):
        if isinstance(part, Piece):
            yield Section(
                start=start, text=part.text, kind=part.kind, location=part.location
            )
            start += len(part.text)


def test_a_heading_stands_with_what_it_heads_and_its_path_goes_before() -> None:
    first, second = chunks(from_markdown(GUIDE), title="Guide", count=words)

    assert first.text.startswith("# Guide\n\n## Mooring\n\n### Small boats\n\nSmall")
    assert first.prefix == "Guide > Mooring > Small boats"
    assert first.location.label == "lines 1-7, Guide > Mooring > Small boats"
    assert second.text.startswith("### Large boats")
    assert second.text.endswith("They pay more.")
    assert second.location.label == "lines 9-18, Guide > Mooring > Large boats"
    assert second.indexed_text.startswith("Guide > Mooring > Large boats\n### Large")


def test_a_prefix_takes_only_a_small_part_of_the_budget() -> None:
    path = tuple(f"heading {n} " + "of many words " * 30 for n in range(6))
    section = Section(start=0, text=sentence(1, 300), location=Location(headings=path))

    (chunk,) = cut([section], words, Budget())

    assert words(chunk.prefix) <= 80
    assert chunk.prefix.startswith("The title > ")


def test_a_text_without_an_end_is_cut_while_it_arrives() -> None:
    page = "".join(f"Line {n} of a log that nobody ends.\n" for n in range(300))
    taken = 0

    def endless() -> Iterator[Section]:
        nonlocal taken
        while True:
            yield Section(
                start=taken * len(page),
                text=page,
                location=Location(line=taken * 300 + 1, last_line=taken * 300 + 300),
            )
            taken += 1

    stream = chunks(endless(), title="Log", count=words)
    found = [next(stream) for _ in range(200)]

    assert taken < 30
    for before, after in pairwise(found):
        assert after.location.line == before.location.last_line + 1


def test_sections_that_do_not_tile_are_refused() -> None:
    apart = [Section(start=0, text="one"), Section(start=9, text="two")]

    with pytest.raises(ValueError, match="tile"):
        cut(apart, words, Budget())
