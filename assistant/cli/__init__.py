"""The command line: commands parse, call and render, and hold no other logic.

`render` is the only module that prints. Command modules are imported when they
are called, so that `hearth --help` costs no more than this folder's surface.
"""
