"""Settings as their owner meets them, over a real settings file."""

import pytest

from assistant.config.configuration import Configuration, Control, From
from assistant.config.loader import load_settings
from assistant.config.paths import Paths
from assistant.config.settings import Settings
from assistant.errors import ConfigError
from tests.config.conftest import WriteConfig


def configuration(paths: Paths, **environment: str) -> Configuration:
    return Configuration(
        paths=paths,
        environment=environment,
        running=load_settings(paths, environment),
    )


def test_every_setting_is_there_with_the_control_that_fits_it(paths: Paths) -> None:
    controls = {one.name: one.control for one in configuration(paths).entries()}

    assert controls["chat.temperature"] is Control.NUMBER
    assert controls["chat.system_prompt"] is Control.TEXT
    assert controls["models.fallbacks"] is Control.LIST
    assert controls["storage.encryption"] is Control.CHOICE


def test_a_choice_names_what_can_be_chosen(paths: Paths) -> None:
    theme = configuration(paths).get("interface.theme")

    assert theme.choices == ("ember", "paper", "contrast", "ansi")


def test_it_says_where_a_value_comes_from(
    paths: Paths, write_config: WriteConfig
) -> None:
    path = write_config("[chat]\ntemperature = 0.5\nmax_reply_tokens = 9\n")
    settings = configuration(paths, HEARTH_CHAT_MAX_REPLY_TOKENS="7")

    file, variable = (
        settings.get("chat.temperature"),
        settings.get("chat.max_reply_tokens"),
    )
    default = settings.get("log.level")
    assert (file.comes_from, file.origin) == (From.FILE, f"{path}:2:1")
    assert variable.comes_from is From.ENVIRONMENT
    assert variable.origin == "HEARTH_CHAT_MAX_REPLY_TOKENS"
    assert (variable.value, default.comes_from) == (7, From.DEFAULT)


def test_a_new_value_is_written_and_waits_for_the_next_start(paths: Paths) -> None:
    settings = configuration(paths)

    changed = settings.set("chat.temperature", "0.5")

    assert (changed.value, changed.running, changed.is_pending) == (0.5, 0.0, True)
    assert load_settings(paths, {}).chat.temperature == 0.5


def test_a_reset_brings_the_default_back_and_keeps_comments(
    paths: Paths, write_config: WriteConfig
) -> None:
    path = write_config("# mine\n[chat]\ntemperature = 0.5\nmax_reply_tokens = 9\n")

    entry = configuration(paths).reset("chat.temperature")

    assert entry.comes_from is From.DEFAULT
    assert path.read_text() == "# mine\n[chat]\nmax_reply_tokens = 9\n"


def test_resetting_what_was_never_set_writes_nothing(paths: Paths) -> None:
    configuration(paths).reset("chat.temperature")

    assert not paths.settings_file.exists()


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("chat.temperature", "hot", "a number"),
        ("chat.temperature", "3", "between 0 and 2"),
        ("log.level", "loud", "choose from"),
        ("chat.system_prompt", " ", "at least a sentence"),
        ("chat.heat", "1", "no setting"),
    ],
)
def test_a_value_that_cannot_be_is_refused_while_it_is_typed(
    paths: Paths, name: str, text: str, said: str
) -> None:
    with pytest.raises(ConfigError, match=said):
        configuration(paths).check(name, text)

    assert not paths.settings_file.exists()


def test_what_is_typed_is_read_as_the_setting_has_it(paths: Paths) -> None:
    settings = configuration(paths)

    assert settings.check("chat.temperature", "1") == 1.0
    assert settings.check("models.fallbacks", "one, two") == ("one", "two")
    assert settings.running == Settings()
