"""Channels beside the terminal: found, chosen, run, and failing alone."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.app import Assistant
from assistant.channels import describe, load
from assistant.entities.model import ServiceStatus
from assistant.errors import AssistantError
from assistant.meeting import Conditions, Meeting
from tests.cli.conftest import Hearth
from tests.conftest import OpenAssistant

TEMPLATE = Path(__file__).parents[2] / "docs" / "template-plugin"
LACKING = """Metadata-Version: 2.1
Name: owl-post
Version: 2.0
Summary: Letters by owl
Requires-Dist: no-such-owl==1.0; extra == 'owls'
"""


@pytest.fixture
def owls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package whose extra is not installed."""
    about = tmp_path / "site" / "owl_post-2.0.dist-info"
    about.mkdir(parents=True)
    about.joinpath("METADATA").write_text(LACKING)
    about.joinpath("entry_points.txt").write_text(
        "[assistant.channels]\nowls = owl_post:Owls [owls]\n"
    )
    monkeypatch.syspath_prepend(about.parent)


def test_channels_are_listed_with_what_is_known_of_them(hearth: Hearth) -> None:
    found = {line["name"]: line for line in hearth("plugins", "list", "--json").lines}

    assert {"tui", "discord"} <= set(found)
    assert found["tui"]["enabled"] is False
    assert found["tui"]["package"] == "hearth-assistant"


@pytest.mark.usefixtures("owls")
def test_a_missing_extra_is_named_with_the_command_that_installs_it(
    hearth: Hearth,
) -> None:
    listed = hearth("plugins", "list")
    started = hearth("run", "owls")
    enabled = hearth("plugins", "enable", "owls")

    command = 'pip install "owl-post[owls]"'
    assert f"owls  needs: {command}" in listed.out.splitlines()
    for result in (started, enabled):
        assert result.status == 1
        assert "owls needs no-such-owl, which is not installed" in result.err
        assert command in result.err


def test_what_is_enabled_is_kept_in_the_settings_until_it_is_disabled(
    hearth: Hearth,
) -> None:
    hearth("plugins", "enable", "discord")
    hearth("plugins", "enable", "discord")
    assert 'enabled = ["discord"]' in hearth.paths.settings_file.read_text()
    assert hearth("plugins", "info", "discord", "--json").json["enabled"] is True

    hearth("plugins", "disable", "discord")

    assert hearth("plugins", "info", "discord", "--json").json["enabled"] is False


@pytest.mark.parametrize("command", ["enable", "info"])
def test_a_name_nobody_knows_is_refused(hearth: Hearth, command: str) -> None:
    result = hearth("plugins", command, "pigeons")

    assert result.status == 3
    assert "no channel 'pigeons'" in result.err


def test_running_all_when_none_is_enabled_says_how_to_enable_one(
    hearth: Hearth,
) -> None:
    result = hearth("run", "--all")

    assert result.status == 2
    assert "hearth plugins enable" in result.err


class Greeter:
    """A channel that greets whoever opened it."""

    def __init__(self, met: list[str]) -> None:
        self._met = met

    def run(self, assistant: Assistant) -> None:
        self._met.append(assistant.audience.user_id)


class Stumbler:
    """A channel that never gets far."""

    def run(self, assistant: Assistant) -> None:
        raise ZeroDivisionError(assistant.audience.user_id)


def lost() -> Stumbler:
    raise AssistantError("It is not there", hint="Install it")


def meet(assistant: Assistant, told: list[str], *channels) -> Conditions:
    conditions = Conditions(assistant.database, clock=assistant.clock)
    meeting = Meeting(
        assistant,
        conditions=conditions,
        tell=lambda name, error: told.append(f"{name}: {error}"),
    )
    meeting.run(channels)
    return conditions


def test_a_channel_that_fails_is_unavailable_while_the_others_meet(
    opened: OpenAssistant,
) -> None:
    met: list[str] = []
    told: list[str] = []

    conditions = meet(
        opened(),
        told,
        ("greeter", lambda: Greeter(met)),
        ("stumbler", Stumbler),
        ("lost", lost),
    )

    assert met == ["local"]
    assert sorted(told) == [
        "lost: It is not there",
        "stumbler: stumbler broke: " + "ZeroDivisionError",
    ]
    states = {
        name: condition.status
        for name in ("greeter", "stumbler", "lost")
        if (condition := conditions.find(name))
    }
    assert states == {
        "greeter": ServiceStatus.HEALTHY,
        "stumbler": ServiceStatus.UNAVAILABLE,
        "lost": ServiceStatus.UNAVAILABLE,
    }


def test_when_every_channel_failed_so_did_the_command(opened: OpenAssistant) -> None:
    with pytest.raises(AssistantError, match="It is not there"):
        meet(opened(), [], ("lost", lost))


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the template plugin was installed, as its author would."""
    source = tmp_path_factory.mktemp("source") / "template"
    shutil.copytree(TEMPLATE, source)
    site = tmp_path_factory.mktemp("site")
    uv = shutil.which("uv")
    assert uv, "uv installs the project, so it is there"
    subprocess.run(
        [uv, "pip", "install", "--quiet", "--no-deps", "--target", site, source],
        check=True,
        timeout=50,
    )
    return site


@pytest.mark.weights
def test_a_plugin_from_outside_is_found_configured_and_run(
    template: Path, tmp_path: Path
) -> None:
    letters = tmp_path / "letters"
    letters.mkdir()
    letters.joinpath("one.letter").write_text("What is the capital of France?")
    environment = {
        **os.environ,
        "PYTHONPATH": str(template),
        "HEARTH_HOME": str(tmp_path / "home"),
        "HEARTH_STORAGE_KEY": "file",
    }

    def hearth(*arguments: str) -> subprocess.CompletedProcess[str]:
        program = [Path(sys.executable).with_name("hearth"), *arguments]
        return subprocess.run(
            program, env=environment, capture_output=True, text=True, check=False
        )

    assert "postbox" in hearth("plugins", "list").stdout.split()
    missing = hearth("run", "postbox")
    assert missing.returncode == 1
    assert "There is no folder letters" in missing.stderr
    assert (
        "must be at least 1"
        in hearth("config", "set", "postbox.most_tokens", "0").stderr
    )
    hearth("config", "set", "postbox.folder", str(letters))
    hearth("plugins", "enable", "postbox")

    done = hearth("run", "--all")

    assert done.returncode == 0, done.stderr
    assert "Paris" in letters.joinpath("one.answer").read_text()
    assert "status: healthy" in hearth("plugins", "info", "postbox").stdout


def test_ours_are_described_without_being_imported() -> None:
    plugin = describe("discord")

    assert plugin.extras == ("discord",)
    assert plugin.is_ready
    assert load("tui").__class__.__module__ == "tui.channel"
