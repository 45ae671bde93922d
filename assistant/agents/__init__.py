"""The road of a turn, from question to committed reply."""
