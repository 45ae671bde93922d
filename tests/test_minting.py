"""Fresh ids: ULIDs that sort as they were made."""

from concurrent.futures import ThreadPoolExecutor
from os import urandom

from hypothesis import given
from hypothesis import strategies as st

from assistant.minting import Minting

# The example of the specification of ULIDs: this moment is written 01ARYZ6S41.
MOMENT = 1_469_918_176_385
MOMENTS = st.integers(0, 2**48 - 1)


def no_chance(count: int) -> bytes:
    return bytes(count)


def test_the_time_is_written_as_the_specification_has_it() -> None:
    assert Minting(lambda: MOMENT, no_chance)() == "01ARYZ6S41" + 16 * "0"


def test_the_largest_id_is_the_specifications() -> None:
    mint = Minting(lambda: 2**48 - 1, lambda count: b"\xff" * count)

    assert mint() == "7ZZZZZZZZZZZZZZZZZZZZZZZZZ"


@given(st.lists(MOMENTS, min_size=2, max_size=8), st.binary(min_size=10, max_size=10))
def test_an_id_sorts_after_all_before_it_even_if_the_clock_goes_back(
    moments: list[int], chance: bytes
) -> None:
    ticking = iter(moments)
    mint = Minting(lambda: next(ticking), lambda _: chance)
    minted = [mint() for _ in moments]

    assert minted == sorted(set(minted))


def test_threads_never_get_the_same_id() -> None:
    mint = Minting(lambda: MOMENT, urandom)
    with ThreadPoolExecutor(4) as pool:
        minted = list(pool.map(lambda _: mint(), range(2_000)))

    assert len(set(minted)) == len(minted)
