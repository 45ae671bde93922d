"""Frozen data that the rest of the house passes around.

No I/O, no clock, no randomness: an entity is complete and valid from birth.
"""
