"""The parts of the screens: attributes down, messages up.

A widget knows its children and its own messages; never the app, a screen, the
core, or another widget's insides.
"""
