"""Discord beside another channel, as the real command: what ails one ends one."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.plugins.discord.harbour import PATIENCE, Harbour, until
from tests.plugins.discord.wire import Wire

pytestmark = pytest.mark.timeout(300)

HEARTH = Path(sys.executable).with_name("hearth")
TOKEN, ANOTHER = "canary-token." + "x" * 40, "canary-token." + "y" * 40
QUIET_SECONDS = 4
"""Long enough for a bot that would try again to have done so."""

LANTERN = """
from threading import Event
from pathlib import Path
import os

class Lantern:
    def __init__(self):
        self._out = Event()

    def run(self, assistant):
        lit = Path(os.environ["LANTERN"])
        while not self._out.wait(0.05):
            with lit.open("a") as light:
                light.write(".")

    def stop(self):
        self._out.set()
"""


@dataclass
class House:
    """A home with two channels, and the Discord that one of them is for."""

    folder: Path
    wire: Wire

    @property
    def environment(self) -> dict[str, str]:
        known = {key: value for key, value in os.environ.items() if key != "HEARTH_KEY"}
        return {
            **known,
            "HEARTH_HOME": str(self.folder / "home"),
            "HEARTH_STORAGE_KEY": "file",
            "HEARTH_DISCORD_TOKEN": TOKEN,
            "HEARTH_DISCORD_API_BASE": f"http://{self.wire.address}/api/v10",
            "HEARTH_DISCORD_GATEWAY_URL": f"ws://{self.wire.address}/gateway",
            "LANTERN": str(self.folder / "lit"),
            "PYTHONPATH": str(self.folder / "packages"),
        }

    def hearth(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [HEARTH, *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def status(self, name: str) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(
            self.hearth("plugins", "info", name, "--json").stdout
        )
        return told

    @contextmanager
    def running(self, *arguments: str, token: str = TOKEN) -> Iterator[Path]:
        """The command, until Ctrl-C ends it; what it said."""
        said = self.folder / "said.txt"
        with said.open("w") as stream:
            process = subprocess.Popen(
                [HEARTH, "run", *arguments],
                env={**self.environment, "HEARTH_DISCORD_TOKEN": token},
                stderr=stream,
            )
            try:
                yield said
            finally:
                process.send_signal(signal.SIGINT)
                ended = process.wait(PATIENCE)
        assert ended == 130, said.read_text()

    def is_lit(self) -> bool:
        """Whether the other channel goes on just now."""
        lit = self.folder / "lit"
        before = lit.stat().st_size
        return bool(until(lambda: lit.stat().st_size > before, within=20))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    packages = tmp_path / "packages"
    about = packages / "lantern-1.0.dist-info"
    about.mkdir(parents=True)
    about.joinpath("METADATA").write_text("Name: lantern\nVersion: 1.0\n")
    about.joinpath("entry_points.txt").write_text(
        "[assistant.channels]\nlantern = lantern:Lantern\n"
    )
    packages.joinpath("lantern.py").write_text(LANTERN)
    with Wire().listening() as wire:
        Harbour(wire)
        wire.token = TOKEN
        house = House(tmp_path, wire)
        for name in ("discord", "lantern"):
            assert house.hearth("plugins", "enable", name).returncode == 0
        yield house


def about_discord(said: Path) -> list[str]:
    return [line for line in said.read_text().splitlines() if "discord is" in line]


def is_told(said: Path, reason: str) -> bool:
    return any(reason in line for line in about_discord(said))


@pytest.mark.slow
def test_a_token_that_is_none_leaves_the_others_alone(house: House) -> None:
    """DC-11."""
    with house.running("--all", token=ANOTHER) as said:
        until(lambda: is_told(said, "Discord refuses the token"))
        asked = len(house.wire.sent)
        assert house.is_lit()
        time.sleep(QUIET_SECONDS)

        assert len(about_discord(said)) == 1
        assert len(house.wire.sent) == asked, "it did not try again"
        assert house.wire.identified == 0
        assert house.status("discord")["status"] == "unavailable"
        assert "refuses the token" in house.status("discord")["detail"]
        assert house.status("lantern")["status"] == "healthy"
        assert house.is_lit()

    assert ANOTHER not in said.read_text()
    with house.running("discord") as said:
        until(lambda: "On Discord as" in said.read_text())
        assert house.status("discord")["status"] == "healthy"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (4004, "Discord refuses the token"),
        (4014, "may not read messages or see members"),
    ],
    ids=["a changed token", "intents switched off"],
)
def test_what_is_withdrawn_while_it_runs_ends_it_with_one_line(
    house: House, code: int, reason: str
) -> None:
    """DC-11."""
    with house.running("--all") as said:
        until(lambda: "On Discord as" in said.read_text())
        house.wire.closes_with = code
        house.wire.is_revoked = code == 4004
        house.wire.hang_up(code)

        until(lambda: is_told(said, reason))
        identified = house.wire.identified
        time.sleep(QUIET_SECONDS)

        assert len(about_discord(said)) == 1
        assert house.wire.identified == identified, "it did not try again"
        assert house.status("discord")["status"] == "unavailable"
        assert reason in house.status("discord")["detail"]
        assert house.is_lit()


@pytest.mark.slow
def test_intents_that_were_never_switched_on_are_named(house: House) -> None:
    house.wire.closes_with = 4014

    with house.running("--all") as said:
        until(lambda: is_told(said, "Message Content and Server Members"))
        assert house.is_lit()
        assert house.wire.identified == 1
