"""All benchmarks, or those named: `just bench startup asking`."""

import sys

from tests.bench import (
    asking,
    flat,
    idling,
    interface,
    knowledge,
    memory,
    startup,
    vectors,
)
from tests.bench.table import keep, show

BENCHES = {
    "startup": startup,
    "asking": asking,
    "memory": memory,
    "vectors": vectors,
    "knowledge": knowledge,
    "flat": flat,
    "idling": idling,
    "interface": interface,
}


def main(names: list[str]) -> None:
    rows = [row for name in names or BENCHES for row in BENCHES[name].rows()]
    show(rows)
    keep(rows)


if __name__ == "__main__":
    main(sys.argv[1:])
