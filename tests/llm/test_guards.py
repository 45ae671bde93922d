from hypothesis import given
from hypothesis import strategies as st

from assistant.llm.guards import LoopGuard, Opening, StopTexts

TOKENS = st.integers(0, 50_000)
PIECES = st.lists(st.text(alphabet="ab<|>\n ", max_size=4), max_size=30)
STOPS = st.lists(st.text(alphabet="ab<|>", min_size=1, max_size=5), max_size=3)


def noticed_after(tokens: list[int]) -> int | None:
    guard = LoopGuard()
    for number, token in enumerate(tokens, start=1):
        if guard.feed(token):
            return number
    return None


@given(st.lists(TOKENS, max_size=60), st.lists(TOKENS, min_size=1, max_size=85))
def test_a_loop_is_noticed_within_256_tokens(
    before: list[int], loop: list[int]
) -> None:
    noticed = noticed_after(before + loop * (256 // len(loop) + 1))

    assert noticed is not None
    assert noticed <= len(before) + 256


@given(st.lists(TOKENS, max_size=600, unique=True))
def test_a_text_that_never_repeats_is_never_a_loop(tokens: list[int]) -> None:
    assert noticed_after(tokens) is None


@given(st.lists(TOKENS, min_size=1, max_size=31))
def test_saying_something_three_times_is_not_a_loop(phrase: list[int]) -> None:
    assert noticed_after(phrase * 3) is None


def test_a_row_of_ninety_equal_cells_is_not_a_loop() -> None:
    assert noticed_after([7] * 90) is None


def test_a_numbered_list_is_not_a_loop() -> None:
    items = [token for number in range(200) for token in (1, 1000 + number, 2, 3)]

    assert noticed_after(items) is None


def test_a_long_paragraph_said_twice_is_not_a_loop() -> None:
    assert noticed_after(list(range(80)) * 2) is None


@given(PIECES)
def test_an_opening_holds_back_nothing_but_leading_space(pieces: list[str]) -> None:
    opening = Opening()
    shown = "".join(opening.feed(piece) for piece in pieces)

    assert shown == "".join(pieces).lstrip() or not "".join(pieces).strip()
    assert opening.is_over == bool("".join(pieces).strip())


@given(PIECES)
def test_an_answer_that_is_gone_on_with_keeps_its_space(pieces: list[str]) -> None:
    opening = Opening(keep_space=True)
    shown = "".join(opening.feed(piece) for piece in pieces)

    assert shown in ("".join(pieces), "")


def test_nothing_but_escape_characters_is_garbage_and_is_not_shown() -> None:
    opening = Opening()

    assert "".join(opening.feed("\x1b") for _ in range(10)) == ""
    assert opening.is_garbage


def test_white_space_is_not_garbage() -> None:
    opening = Opening()
    opening.feed("\n \t" * 20)

    assert not opening.is_garbage
    assert not opening.is_over


def test_a_control_character_before_a_word_is_not_garbage() -> None:
    opening = Opening()

    assert opening.feed("\x1b") == ""
    assert opening.feed("Hello") == "\x1bHello"
    assert not opening.is_garbage


@given(PIECES, STOPS)
def test_an_answer_ends_before_the_first_stop_however_it_is_cut(
    pieces: list[str], stops: list[str]
) -> None:
    guard = StopTexts(stops)
    shown = "".join(guard.feed(piece) for piece in pieces) + guard.close()

    whole = "".join(pieces)
    ends = [whole.find(stop) for stop in stops if stop in whole]
    if guard.is_reached:
        # What follows a stop can make an earlier one, which nobody waits for.
        assert any(whole[len(shown) :].startswith(stop) for stop in stops)
        assert len(shown) >= min(ends)
        assert not any(stop in shown for stop in stops)
    else:
        assert not ends
        assert shown == whole


@given(PIECES)
def test_without_stops_text_passes_at_once(pieces: list[str]) -> None:
    guard = StopTexts([])

    assert [guard.feed(piece) for piece in pieces] == pieces
    assert guard.close() == ""


def test_what_only_begins_like_a_stop_is_shown_as_soon_as_that_is_clear() -> None:
    guard = StopTexts(["<|im_end|>"])

    assert guard.feed("a <|im") == "a "
    assert guard.feed("portant") == "<|important"
    assert guard.feed(" <|im_") == " "
    assert guard.feed("end|> hidden") == ""
    assert guard.is_reached
    assert guard.close() == ""
