"""Observe and reflect: what is seen earns salience, and thinking it over spends it.

Messages come in one at a time, as their people allow. Layers, declared in TOML, choose
the topics with most salience, read what one circle of people may see, and write down
what it comes to. Nothing here widens who may see a word. It works without a model: one
that can write only words better what was counted and quoted, and is checked.
"""
