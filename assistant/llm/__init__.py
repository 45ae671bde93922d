"""Running language models: one `Engine` protocol, and its two implementations.

Nothing here knows of conversations at rest, of users, or of why text is wanted.
"""
