"""The fence round others' words in a prompt: where they begin and end, and no sooner.

What stands inside is quoted. Why it is there, and that it holds no instructions, is for
whoever puts it there to say.
"""

_OPENS, _CLOSES = "«»"


def fenced(body: str) -> str:
    """Inside the fence, on lines of its own; nothing in it can close that."""
    inside = body.replace(_OPENS, "<<").replace(_CLOSES, ">>")
    return f"{_OPENS}\n{inside}\n{_CLOSES}"
