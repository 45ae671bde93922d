"""When Python looks through everything in memory: not while words come.

To walk through all that is drawn takes longer than a keystroke may. What is new
meanwhile is looked through as ever; it knows nothing of what is in memory.
"""

import gc

_USUAL = gc.get_threshold()
_NOT_NOW = 100_000


def put_off() -> None:
    """No long walk until they are taken up again."""
    new, young, _ = _USUAL
    gc.set_threshold(new, young, _NOT_NOW)


def take_up() -> None:
    """Make up for what was put off; nobody should be waiting just now."""
    gc.collect()
    as_usual()


def as_usual() -> None:
    """Python chooses the moment again."""
    gc.set_threshold(*_USUAL)
