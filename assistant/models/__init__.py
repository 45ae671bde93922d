"""Models by name: which are known, how they are doing, which one answers."""
