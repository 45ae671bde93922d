"""`hearth discord` at the terminal, against a Discord behind sockets."""

from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route

from assistant.app import open_assistant
from assistant.config.settings import KeySource, Settings, StorageSettings
from assistant.entities.ids import ServerId
from assistant.entities.people import Server
from tests.cli.conftest import Hearth
from tests.fakes.keyrings import BrokenKeyring, LockedKeyring, MemoryKeyring
from tests.plugins.discord.harbour import Harbour
from tests.plugins.discord.wire import Wire

TOKEN = "canary-token." + "x" * 40


@pytest.fixture(autouse=True)
def ring() -> Iterator[MemoryKeyring]:
    usual, mine = keyring.get_keyring(), MemoryKeyring()
    keyring.set_keyring(mine)
    yield mine
    keyring.set_keyring(usual)


@pytest.fixture
def harbour(monkeypatch: pytest.MonkeyPatch) -> Iterator[Harbour]:
    for owner, name in ((Route, "BASE"), (DiscordWebSocket, "DEFAULT_GATEWAY")):
        monkeypatch.setattr(owner, name, getattr(owner, name))
    with Wire().listening() as wire:
        yield Harbour(wire)


@pytest.fixture
def hearth(tmp_path: Path, harbour: Harbour) -> Hearth:
    return Hearth(
        home=tmp_path / "home",
        variables={
            "HEARTH_DISCORD_TOKEN": TOKEN,
            "HEARTH_DISCORD_API_BASE": f"http://{harbour.wire.address}/api/v10",
        },
    )


@pytest.fixture
def without_token(hearth: Hearth, monkeypatch: pytest.MonkeyPatch) -> Hearth:
    for variable in ("HEARTH_DISCORD_TOKEN", "DISCORD_TOKEN"):
        hearth.variables.pop(variable, None)
        monkeypatch.delenv(variable, raising=False)
    return hearth


def test_the_invitation_asks_for_no_more_than_it_needs(hearth: Hearth) -> None:
    link = hearth("discord", "invite").out

    assert link.startswith("https://discord.com/oauth2/authorize?client_id=")
    assert "permissions=309237746688" in link
    assert "applications.commands" in link


def test_a_token_from_the_keyring_will_do(
    without_token: Hearth, ring: MemoryKeyring
) -> None:
    ring.set_password("hearth", "discord-token", TOKEN)

    assert without_token("discord", "invite").status == 0


def test_a_token_is_not_taken_where_others_could_read_it(hearth: Hearth) -> None:
    result = hearth("discord", "token", stdin=TOKEN)

    assert result.status == 2
    assert "HEARTH_DISCORD_TOKEN" in result.err
    assert TOKEN not in result.err + result.out


def test_a_token_is_taken_out_of_the_keyring(
    hearth: Hearth, ring: MemoryKeyring
) -> None:
    ring.set_password("hearth", "discord-token", TOKEN)

    result = hearth("discord", "token", "--forget")

    assert result.status == 0
    assert ring.entries == {}


@pytest.mark.parametrize("command", [("invite",), ("doctor",)])
@pytest.mark.parametrize("broken", [MemoryKeyring, LockedKeyring, BrokenKeyring])
def test_without_a_token_it_says_how_to_give_one(
    without_token: Hearth, command: tuple[str, ...], broken: type[MemoryKeyring]
) -> None:
    keyring.set_keyring(broken())

    result = without_token("discord", *command)

    assert result.status == 1
    assert "There is no Discord token" in result.err
    assert "hearth discord token" in result.err
    assert "Traceback" not in result.err


def test_running_without_a_token_is_one_line_and_a_failure(
    without_token: Hearth,
) -> None:
    result = without_token("run", "discord")

    assert result.status == 1
    assert "There is no Discord token" in result.err
    assert "Traceback" not in result.err


@pytest.mark.parametrize("token", ["short", "with spaces in it and more", '"quoted"'])
def test_what_is_no_token_is_refused_without_repeating_it(
    hearth: Hearth, token: str
) -> None:
    hearth.variables["HEARTH_DISCORD_TOKEN"] = token

    result = hearth("discord", "doctor")

    assert result.status == 2
    assert "no bot token" in result.err
    assert token not in result.err


def test_the_doctor_finds_all_well(hearth: Hearth) -> None:
    result = hearth("discord", "doctor", "--json")

    assert result.status == 0, result.err
    assert {line["status"] for line in result.lines} == {"ok"}
    assert [line["name"] for line in result.lines] == [
        "token",
        "message content",
        "server members",
        "Boats",
    ]


def test_the_doctor_finds_what_may_not_be_heard(
    hearth: Hearth, harbour: Harbour
) -> None:
    harbour.wire.flags = 0

    result = hearth("discord", "doctor")

    assert result.status == 1
    assert "message content: may not be heard" in result.out
    assert "Switch on Server Members" in result.out


def test_the_doctor_finds_a_server_where_it_may_not_speak(
    hearth: Hearth, harbour: Harbour
) -> None:
    harbour.wire.permissions = 1 << 10

    result = hearth("discord", "doctor")

    assert result.status == 0
    assert "Boats: it lacks " in result.out
    assert "send_messages" in result.out
    assert "view_channel" not in result.out


@pytest.mark.parametrize("command", ["invite", "doctor"])
def test_a_refused_token_is_told(
    hearth: Hearth, harbour: Harbour, command: str
) -> None:
    harbour.wire.revoke()

    result = hearth("discord", command)

    assert result.status == 1
    assert "Discord refuses the token" in result.out + result.err
    assert TOKEN not in result.out + result.err


@pytest.mark.parametrize("command", ["invite", "doctor"])
def test_silence_is_told(hearth: Hearth, command: str) -> None:
    hearth.variables["HEARTH_DISCORD_API_BASE"] = "http://127.0.0.1:9/api/v10"

    result = hearth("discord", command)

    assert result.status == 1
    assert "Discord cannot be reached" in result.out + result.err


def test_no_server_is_nothing_found(hearth: Hearth) -> None:
    result = hearth("discord", "servers")

    assert result.status == 3
    assert "hearth discord invite" in result.err


def test_an_address_elsewhere_is_refused(hearth: Hearth) -> None:
    hearth.variables["HEARTH_DISCORD_API_BASE"] = "http://evil.example/api"

    result = hearth("discord", "doctor")

    assert result.status != 0
    assert "only addresses of this machine" in result.err


@pytest.fixture
def boats(hearth: Hearth, tmp_path: Path) -> str:
    """A document, and two servers, one of whose names is another's too; its id."""
    lamp = tmp_path / "lamp.txt"
    lamp.write_text("The eastern lamp was lit first by Marta Quill in 1871.")
    assert hearth("ingest", str(lamp)).status == 0
    with open_assistant(
        Settings(storage=StorageSettings(key=KeySource.FILE)),
        paths=hearth.paths,
        environment=hearth.environment,
    ) as assistant:
        now = assistant.clock()
        for identity, name in (("10", "Boats"), ("11", "Nets"), ("12", "Nets")):
            assistant.people.upsert_server(
                Server(id=ServerId(identity), name=name, joined_at=now, updated_at=now)
            )
    return str(hearth("documents", "list", "--json").json["id"])


@pytest.mark.weights
def test_a_document_is_shared_with_a_server_and_taken_back(
    hearth: Hearth, boats: str
) -> None:
    shared = hearth("discord", "share", boats, "Boats")
    assert shared.err == "Everybody on Boats is answered from lamp\n"
    listed = hearth("discord", "servers", "--json").lines[0]
    assert (listed["name"], listed["documents"]) == ("Boats", [boats])

    taken_back = hearth("discord", "unshare", boats)

    assert taken_back.err == "lamp is yours alone again\n"
    assert hearth("discord", "servers", "--json").lines[0]["documents"] == []


@pytest.mark.weights
@pytest.mark.parametrize(
    ("server", "status", "reason"),
    [
        ("Kites", 3, "No server 'Kites'"),
        ("Nets", 2, "2 servers are called 'Nets'"),
        ("10", 0, "Boats"),
    ],
)
def test_a_server_is_meant_by_its_id_or_a_name_of_its_own(
    hearth: Hearth, boats: str, server: str, status: int, reason: str
) -> None:
    result = hearth("discord", "share", boats, server)

    assert (result.status, reason in result.err) == (status, True)


@pytest.mark.parametrize(
    "command", ["token", "invite", "doctor", "servers", "share", "unshare"]
)
def test_every_command_shows_an_example(hearth: Hearth, command: str) -> None:
    assert f"hearth discord {command}" in hearth("discord", command, "--help").out


@pytest.mark.parametrize("wanted", ["discord", "--all"])
def test_how_it_failed_is_told_there_and_later(
    hearth: Hearth,
    harbour: Harbour,
    monkeypatch: pytest.MonkeyPatch,
    wanted: str,
) -> None:
    monkeypatch.setenv("HEARTH_DISCORD_TOKEN", TOKEN)
    hearth("plugins", "enable", "discord")
    harbour.wire.revoke()

    result = hearth("run", wanted)
    later = hearth("plugins", "info", "discord")

    assert result.status == 1
    assert "Discord refuses the token" in result.err
    assert "hearth discord token" in result.err
    assert "status: unavailable" in later.out
    assert "detail: Discord refuses the token" in later.out
