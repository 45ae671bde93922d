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
        complaint: str = "",
    ) -> None:
        """`may_pass`: the same request may well succeed a moment later, or after
        `wait_seconds` where the server asked for them. `complaint` is what the
        server itself said, when it may be about a part of the request.
        """
        super().__init__(said)
        self.hint = hint
        self.may_pass = may_pass
        self.wait_seconds = wait_seconds
        self.complaint = complaint
