"""Benchmarks: each prints what Hearth takes as a ratio to a named baseline.

Both sides run in the same minutes on the same machine, taking turns. Nothing
here passes or fails; goals are printed beside what was measured.
"""
