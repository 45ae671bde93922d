"""Slash commands. Each passes the gate, answers at once, and says only what it may.

What is about one person is shown to that person alone.
"""
