"""The bot's token: in the environment or the keyring, never in a file of ours.

It is a secret like the database's key. Whoever has it is the bot.
"""

import re
from collections.abc import Mapping
from contextlib import suppress

from assistant.errors import AssistantError, UsageError

VARIABLES = ("HEARTH_DISCORD_TOKEN", "DISCORD_TOKEN")
_SERVICE, _NAME = "hearth", "discord-token"
_SHAPE = re.compile(r"[\w.-]{20,}")


def find_token(environment: Mapping[str, str]) -> str | None:
    """From wherever it was put; None when it was put nowhere."""
    for variable in VARIABLES:
        if token := environment.get(variable, "").strip():
            return _checked(token)
    return _from_keyring()


def keep_token(token: str) -> None:
    """Put it into the keyring. Raises AssistantError when there is none."""
    import keyring
    from keyring.errors import KeyringError

    try:
        keyring.set_password(_SERVICE, _NAME, _checked(token.strip()))
    except (KeyringError, OSError) as error:
        raise AssistantError(
            "No keyring of this machine takes the token",
            hint=f"Put it into the environment instead, as {VARIABLES[0]}",
        ) from error


def drop_token() -> None:
    """Take it out of the keyring; it may not be there."""
    import keyring
    from keyring.errors import KeyringError

    with suppress(KeyringError, OSError):
        keyring.delete_password(_SERVICE, _NAME)


def _from_keyring() -> str | None:
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(_SERVICE, _NAME)
    except (KeyringError, OSError):
        return None


def _checked(token: str) -> str:
    """The complaint never repeats what was given."""
    if not _SHAPE.fullmatch(token):
        raise UsageError(
            "That is no bot token",
            hint="Copy it from the page Bot of your application, without quotes",
        )
    return token
