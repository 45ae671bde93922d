"""Who may see what, and who holds the key.

It decides; it stores nothing itself.
"""
