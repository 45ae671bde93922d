"""The terminal interface: Hearth's first channel, with no logic of its own."""
