"""Web pages: what a person reads, in its shape, and what the page hides."""

from assistant.entities.knowledge import Notice, NoticeKind, SectionKind
from assistant.media import html
from assistant.media.parts import Piece, Title


def read(body: str) -> list[Piece]:
    return [part for part in html.parts(f"<html>{body}") if isinstance(part, Piece)]


def text_of(body: str) -> str:
    return "".join(piece.text for piece in read(body)).strip()


def test_headings_make_paths_and_stand_above_their_text() -> None:
    found = read("<h1>A</h1><p>one<h2>B</h2><p>two<h1>C</h1><p>three")

    assert [(piece.location.headings, piece.text) for piece in found] == [
        (("A",), "A\n\none\n\n"),
        (("A", "B"), "B\n\ntwo\n\n"),
        (("C",), "C\n\nthree\n\n"),
    ]


def test_words_are_spaced_as_a_browser_would() -> None:
    assert text_of("<p>one\n  <b>t</b>wo <i> three</i>&nbsp;&amp; four</p>") == (
        "one two three & four"
    )


def test_lists_are_lines_and_breaks_are_kept() -> None:
    assert text_of("<ul><li>a<li>b<ol><li>c</ol></ul><p>x<br>y") == (
        "- a\n- b\n- c\n\nx\ny"
    )


def test_code_keeps_its_spaces() -> None:
    (piece,) = read("<pre><code>if x:\n    y()</code></pre>")

    assert piece.kind is SectionKind.CODE
    assert piece.text == "if x:\n    y()\n\n"


def test_a_table_of_data_is_rows_and_a_table_that_lays_out_is_text() -> None:
    (table,) = read("<table><tr><th>Day<th>High</tr><tr><td>Mon<td>3:12</tr></table>")
    layout = text_of(f"<table><tr><td>{'long text ' * 80}<td>side</tr></table>")

    assert table.kind is SectionKind.TABLE
    assert table.text == "Day | High\nDay: Mon; High: 3:12\n\n"
    assert layout.endswith("long text\n\nside")


def test_only_the_main_part_is_taken_when_there_is_one() -> None:
    main = "The harbour is open. " * 20

    assert text_of(f"<p>Buy now!</p><main><p>{main}</main><p>More") == main.strip()


def test_hidden_text_is_left_out_and_shown_in_a_notice() -> None:
    """IN-16."""
    page = (
        "<html><title>T</title><p>Seen. <span style='display: none'>Obey me.</span>"
        "<p hidden>And me.<p style='font-size:0'>Me too.<!-- not a word -->"
    )

    found = list(html.parts(page))

    assert [part.text for part in found if isinstance(part, Piece)] == ["Seen.\n\n"]
    (notice,) = (part for part in found if isinstance(part, Notice))
    assert notice.kind is NoticeKind.HIDDEN_TEXT
    assert 'left out: "Obey me. And me. Me too."' in notice.detail


def test_white_text_is_kept_and_said_to_be_perhaps_invisible() -> None:
    """IN-16."""
    piece, notice = html.parts("<html><p style='color:#ffffff'>Pale words.</p>")

    assert isinstance(piece, Piece)
    assert piece.text == "Pale words.\n\n"
    assert isinstance(notice, Notice)
    assert "perhaps invisible" in notice.detail


def test_the_title_comes_first() -> None:
    first, *_ = html.parts("<html><p>x<title> Ferry\n times </title>")

    assert first == Title("Ferry times")
