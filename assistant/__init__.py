"""Hearth's core: everything an assistant does, for whichever channel asks.

It knows nothing of screens, terminals or chat services; those are channels.
"""

__version__ = "0.1.0"
