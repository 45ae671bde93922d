"""Conversations as their owner handles them: list, read, search, fork, move."""
