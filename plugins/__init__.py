"""Channels that are optional: each is found by entry point, and they never meet.

A plugin renders `TurnEvent`s for some place where people talk. It may import
`assistant`, never `tui` and never another plugin.
"""
