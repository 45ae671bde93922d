"""Settings that belong to a plugin, met in a file, the environment or a flag."""

import pytest

from assistant.config.loader import known, load_settings
from assistant.config.paths import Paths
from assistant.config.writing import set_setting
from assistant.errors import ConfigError
from plugins.discord.settings import DirectMessages, DiscordSettings
from tests.config.conftest import WriteConfig


def discord(paths: Paths, environment=None, flags=None) -> object:
    settings = load_settings(paths, environment or {}, flags or {})
    return settings.of_plugins.get("discord")


def test_a_section_nobody_wrote_is_not_imported(paths: Paths) -> None:
    assert discord(paths) is None


def test_a_plugins_section_is_checked_like_the_cores(
    paths: Paths, write_config: WriteConfig
) -> None:
    write_config('[discord]\nowners = ["7"]\ndirect_messages = "off"\n')

    assert discord(paths) == DiscordSettings(
        owners=("7",), direct_messages=DirectMessages.OFF
    )


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[discord]\nowner = ['7']\n", "no setting 'discord.owner'"),
        ("[discord]\nmost_parts = 'four'\n", "most_parts expects a whole number"),
        ("[discord]\nmost_parts = 0\n", "most_parts is 0; it must be from 1 to 50"),
        ("[discord]\napi_base = 'http://evil.example'\n", "only addresses of this"),
        ("[discord]\ngateway_url = 'http://127.0.0.1'\n", "only addresses of this"),
        ("[pigeons]\nspeed = 1\n", "no section 'pigeons'"),
    ],
)
def test_a_wrong_one_is_refused_with_its_place(
    paths: Paths, write_config: WriteConfig, text: str, complaint: str
) -> None:
    write_config(text)

    with pytest.raises(ConfigError, match=complaint) as refused:
        discord(paths)

    assert str(paths.settings_file) in str(refused.value)


@pytest.mark.parametrize("host", ["127.0.0.1:81", "localhost:81", "[::1]:81"])
def test_this_machine_may_stand_in_for_discord(paths: Paths, host: str) -> None:
    settings = discord(paths, {"HEARTH_DISCORD_API_BASE": f"http://{host}/api"})

    assert isinstance(settings, DiscordSettings)
    assert settings.api_base == f"http://{host}/api"


def test_the_environment_and_flags_set_them_too(paths: Paths) -> None:
    settings = discord(
        paths, {"HEARTH_DISCORD_MOST_PARTS": "7"}, {"discord.queue_length": "3"}
    )

    assert settings == DiscordSettings(most_parts=7, queue_length=3)


def test_a_secret_in_the_environment_is_no_setting(paths: Paths) -> None:
    assert discord(paths, {"HEARTH_DISCORD_TOKEN": "abc"}) is None
    with pytest.raises(ConfigError, match="HEARTH_DISCORD_TOKENS"):
        discord(paths, {"HEARTH_DISCORD_TOKENS": "abc"})


def test_they_are_written_by_name(paths: Paths) -> None:
    set_setting(paths, "discord.owners", "7,8")

    assert known("discord.owners")
    assert discord(paths) == DiscordSettings(owners=("7", "8"))
