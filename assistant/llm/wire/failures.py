"""What can go wrong between us and a server, as the end of a sentence.

The sentence begins with the server's address. No key ever gets into it.
"""


class WireError(Exception):
    """Why a server gave no answer: the words after "The server at ADDRESS "."""

    def __init__(
        self,
        said: str,
        *,
        hint: str = "",
        may_pass: bool = False,
        wait_seconds: float | None = None,
    ) -> None:
        """`may_pass`: the same request may well succeed a moment later, or after
        `wait_seconds` where the server asked for them.
        """
        super().__init__(said)
        self.hint = hint
        self.may_pass = may_pass
        self.wait_seconds = wait_seconds


class RefusedError(WireError):
    """The server understood the request and did not like a part of it."""

    def __init__(self, said: str, *, body: str) -> None:
        super().__init__(said)
        self.body = body
