from pathlib import Path

import pytest

from assistant.config.loader import given_settings, load_settings
from assistant.config.paths import Paths
from assistant.config.settings import Cipher, LogLevel, Settings
from assistant.errors import ConfigError
from tests.config.conftest import WriteConfig


def test_without_a_file_every_setting_has_its_default(paths: Paths) -> None:
    assert load_settings(paths, {}) == Settings()
    assert not paths.config.exists()


def test_the_file_overrides_the_defaults(
    paths: Paths, write_config: WriteConfig
) -> None:
    write_config(
        '[chat]\ntemperature = 1\n[models]\nfallbacks = ["small", "far"]\n'
        '[storage]\nencryption = "chacha20"\nbusy_seconds = 3.5\n'
    )

    settings = load_settings(paths, {})

    assert settings.chat.temperature == 1.0
    assert isinstance(settings.chat.temperature, float)
    assert settings.models.fallbacks == ("small", "far")
    assert settings.storage.encryption is Cipher.CHACHA20
    assert settings.storage.busy_seconds == 3.5
    assert settings.chat.max_reply_tokens == Settings().chat.max_reply_tokens


def test_the_environment_overrides_the_file_and_flags_override_both(
    paths: Paths, write_config: WriteConfig
) -> None:
    write_config("[chat]\ntemperature = 1.0\nmax_reply_tokens = 5\n")
    environment = {
        "HEARTH_CHAT_TEMPERATURE": "0.5",
        "HEARTH_CHAT_PAUSE_AFTER_MINUTES": "7",
        "HEARTH_MODELS_FALLBACKS": "one, two",
        "HEARTH_LOG_LEVEL": "DEBUG",
    }

    settings = load_settings(paths, environment, {"chat.temperature": 0.25})

    assert settings.chat.temperature == 0.25
    assert settings.chat.max_reply_tokens == 5
    assert settings.chat.pause_after_minutes == 7
    assert settings.models.fallbacks == ("one", "two")
    assert settings.log.level is LogLevel.DEBUG


def test_a_flag_may_come_as_text(paths: Paths) -> None:
    settings = load_settings(paths, {}, {"chat.temperature": "1.5"})

    assert settings.chat.temperature == 1.5


def test_each_value_says_where_it_is_from(
    paths: Paths, write_config: WriteConfig
) -> None:
    path = write_config("# mine\n[chat]\ntemperature = 1.0\n")

    given = given_settings(
        paths, {"HEARTH_INTERFACE_THEME": "paper"}, {"models.threads": 2}
    )

    assert {name: one.origin for name, one in given.items()} == {
        "chat.temperature": f"{path}:3:1",
        "interface.theme": "HEARTH_INTERFACE_THEME",
        "models.threads": "command line",
    }


@pytest.mark.parametrize(
    ("text", "place", "complaint"),
    [
        ("[chat]\ntemprature = 1\n", ":2:1", "did you mean 'chat.temperature'"),
        ("[chatt]\ntemperature = 1\n", ":1:2", "did you mean 'chat'"),
        ("temperature = 1\n", ":1:1", "no section 'temperature'"),
        ("chat = 3\n", ":1:1", "chat is a section"),
        ('[chat]\n  temperature = "hot"\n', ":2:3", "expects a number, not 'hot'"),
        ("[chat]\ntemperature = true\n", ":2:1", "expects a number, not true"),
        ("[chat]\nmax_reply_tokens = 1.5\n", ":2:1", "expects a whole number"),
        ("[chat]\nsystem_prompt = 3\n", ":2:1", "expects a text in quotes, not 3"),
        ('[models]\nfallbacks = "one"\n', ":2:1", "expects a list of texts"),
        ('[storage]\nkey = "post-it"\n', ":2:1", "choose from auto, keyring, file"),
        ("\n\n[chat]\ntemperature = 9\n", ":4:1", "must be between 0 and 2"),
        ("[chat]\ntemperature = nan\n", ":2:1", "must be between 0 and 2"),
        ('[interface]\ntheme = "pink"\n', ":2:1", "choose from ember"),
        ("chat.temperature = 9\n", ":1:1", "must be between"),
        ("chat = {max_reply_tokens = 1, temperature = 9}\n", ":1:31", "between"),
        ('["chat"]\n"temperature" = 9\n', ":2:1", "must be between"),
        ("[chat]\ntemperature = \n", ":2:15", "not valid TOML"),
        ("[chat]\n[chat]\n", ":2:", "not valid TOML"),
        ("[chat", ":1:6", "not valid TOML"),
    ],
)
def test_a_mistake_in_the_file_is_named_with_its_place(
    paths: Paths, write_config: WriteConfig, text: str, place: str, complaint: str
) -> None:
    path = write_config(text)

    with pytest.raises(ConfigError) as refused:
        load_settings(paths, {})

    assert str(refused.value).startswith(f"{path}{place}")
    assert complaint in str(refused.value)


def test_a_key_inside_a_long_text_is_not_taken_for_the_setting(
    paths: Paths, write_config: WriteConfig
) -> None:
    path = write_config(
        '[chat]\nsystem_prompt = """\ntemperature = 1\n"""\ntemperature = 9\n'
    )

    with pytest.raises(ConfigError, match=f"^{path}:5:1"):
        load_settings(paths, {})


@pytest.mark.parametrize(
    ("variable", "text", "complaint"),
    [
        ("HEARTH_CHAT_TEMPRATURE", "1", "did you mean 'HEARTH_CHAT_TEMPERATURE'"),
        ("HEARTH_CHAT_TEMPERATURE", "hot", "expects a number, not 'hot'"),
        ("HEARTH_CHAT_TEMPERATURE", "", "expects a number"),
        ("HEARTH_CHAT_TEMPERATURE", "9", "must be between 0 and 2"),
        ("HEARTH_CHAT_MAX_REPLY_TOKENS", "1e3", "expects a whole number"),
        ("HEARTH_STORAGE_ENCRYPTION", "rot13", "choose from aegis, chacha20, none"),
    ],
)
def test_a_mistake_in_the_environment_is_named(
    paths: Paths, variable: str, text: str, complaint: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        load_settings(paths, {variable: text})

    assert str(refused.value).startswith(variable)
    assert complaint in str(refused.value)


def test_variables_that_are_not_settings_are_left_alone(paths: Paths) -> None:
    environment = {"HEARTH_HOME": "x", "HEARTH_KEY": "y", "HEARTH_OF_GOLD": "z"}

    assert load_settings(paths, environment) == Settings()


def test_an_unknown_flag_is_refused(paths: Paths) -> None:
    with pytest.raises(ConfigError, match=r"did you mean 'chat.temperature'"):
        load_settings(paths, {}, {"chat.temperatur": 1.0})


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_file_that_others_may_change_is_refused(
    paths: Paths, write_config: WriteConfig, mode: int
) -> None:
    path = write_config("")
    path.chmod(mode)

    with pytest.raises(ConfigError) as refused:
        load_settings(paths, {})

    assert "can be changed by other users" in str(refused.value)
    assert refused.value.hint == f"Run: chmod go-w {path}"


def test_a_file_that_is_not_text_is_refused(paths: Paths) -> None:
    paths.config.mkdir()
    paths.settings_file.write_bytes(b"\xff\xfe\x00")
    paths.settings_file.chmod(0o600)

    with pytest.raises(ConfigError, match="not a text file"):
        load_settings(paths, {})


def test_a_folder_in_place_of_the_file_is_refused(paths: Paths) -> None:
    paths.settings_file.mkdir(parents=True)

    with pytest.raises(ConfigError, match="cannot be read"):
        load_settings(paths, {})


def test_the_home_folder_may_have_odd_characters(tmp_path: Path) -> None:
    odd = tmp_path / "a b\n\u202e"
    paths = Paths(data=odd, config=odd, cache=odd, logs=odd)

    assert load_settings(paths, {}) == Settings()
