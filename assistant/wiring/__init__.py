"""How what belongs together is put together: the composition root's larger parts.

Each takes the ground everything stands on, and returns what others are given. What
is heavy is made when it is first needed. The parts never meet: `assistant.app` alone
knows them all.
"""
