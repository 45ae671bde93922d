"""Where things lie and what was set: read once at the start, then frozen.

Nothing in here acts on a setting; it only refuses bad ones early, by name.
"""
