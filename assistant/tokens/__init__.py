"""How many tokens a text is, for the model that will read it.

Counts come from the vocabulary in the model's file, before its weights are
loaded. Nothing here touches the network, and nothing loads a model.
"""

from assistant.tokens.counting import TokenCounter, fallback_counter, gguf_counter

__all__ = ["TokenCounter", "fallback_counter", "gguf_counter"]
