"""The classes of what is taken out, and where it stood."""

from enum import StrEnum
from typing import NamedTuple


class Masking(StrEnum):
    """What a value is; its value is what a reader sees in its place."""

    KEY = "key"
    """Keys, tokens and passwords that are named as such."""

    LINK = "login"
    """The part of a link that signs somebody in."""

    EMAIL = "e-mail"
    ACCOUNT = "account"
    """IBAN."""

    CARD = "card"
    IDENTITY = "identity"
    """Numbers that states give to people."""

    NET_ADDRESS = "net address"
    PHONE = "phone"
    STREET = "address"
    NAME = "name"


class Span(NamedTuple):
    """From the first character to the one after the last."""

    start: int
    end: int
