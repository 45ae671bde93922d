"""Texts as vectors: what an embedder promises, and the two that keep it.

It knows models and numbers, never documents, people or where vectors are kept.
"""
