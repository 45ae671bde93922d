"""Keyrings that a machine may have: one that works, and several that do not."""

from threading import Event

from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked


class MemoryKeyring(KeyringBackend):
    """Keeps what it is given, for as long as it lives."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()
        self.entries: dict[tuple[str, str], str] = {}
        self.asked = 0

    def get_password(self, service: str, username: str) -> str | None:
        self.asked += 1
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.entries[service, username]


class LockedKeyring(MemoryKeyring):
    """Stays locked, as after a dialogue that was dismissed."""

    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked("the dialogue was dismissed")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise KeyringLocked("the dialogue was dismissed")


class BrokenKeyring(MemoryKeyring):
    """Fails with an error that only its own library knows."""

    def get_password(self, service: str, username: str) -> str | None:
        raise OSError("no message bus")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise OSError("no message bus")


class ForgetfulKeyring(MemoryKeyring):
    """Accepts an entry and does not keep it."""

    def set_password(self, service: str, username: str, password: str) -> None:
        return


class SilentKeyring(MemoryKeyring):
    """Waits for a dialogue that nobody sees, until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.let_go = Event()

    def get_password(self, service: str, username: str) -> str | None:
        self.let_go.wait(60)
        return None
