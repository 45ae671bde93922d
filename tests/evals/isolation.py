"""Many operations by many people: how many words were shown, and none to the wrong."""

from time import perf_counter

from tests.privacy.test_isolation import run

_MANY = 17_500


def show_isolation(operations: int = _MANY) -> None:
    """Raises at the first word that is shown to somebody it is not for."""
    began = perf_counter()
    done = run(operations)
    shown = done.pop("shown")
    total = sum(done.values())
    print(f"{total:,} operations in {perf_counter() - began:.0f} s, no leak")
    print(f"{shown:,} words shown to those they are for")
    for name, times in done.most_common():
        print(f"  {name:16}{times:>8,}")
