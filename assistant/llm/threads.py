"""How many threads a model should have on this machine.

As many threads as cores collapses as soon as anything else runs, so one core is
always left over. Knows numbers of cores and speeds; measures nothing itself.
"""

import os
from collections.abc import Mapping, Sequence

_WORTH_ANOTHER = 0.95
_GROWTH = 1.5


def usable_cores() -> int:
    """Cores this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def candidates(cores: int) -> Sequence[int]:
    """Numbers of threads worth a try: from one up to all cores but one."""
    most = max(1, cores - 1)
    tried = [1]
    while tried[-1] < most:
        tried.append(min(most, max(tried[-1] + 1, int(tried[-1] * _GROWTH))))
    return tried


def choose(speeds: Mapping[int, float]) -> int:
    """The fewest threads that are about as fast as any."""
    enough = max(speeds.values()) * _WORTH_ANOTHER
    return min(threads for threads, speed in speeds.items() if speed >= enough)
