import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from assistant.config.loader import load_settings
from assistant.config.paths import Paths
from assistant.config.settings import Cipher
from assistant.config.writing import set_setting
from assistant.errors import ConfigError
from tests.config.conftest import WriteConfig


def test_a_setting_written_is_the_setting_read(paths: Paths) -> None:
    set_setting(paths, "chat.temperature", "0.5")
    set_setting(paths, "models.fallbacks", "one,two")
    set_setting(paths, "storage.encryption", "none")

    settings = load_settings(paths, {})
    assert settings.chat.temperature == 0.5
    assert settings.models.fallbacks == ("one", "two")
    assert settings.storage.encryption is Cipher.NONE


def test_comments_and_order_stay(paths: Paths, write_config: WriteConfig) -> None:
    path = write_config(
        "# mine\n[models]\nthreads = 2  # quiet\n\n[chat]\ntemperature = 1.0 # warm\n"
    )

    set_setting(paths, "chat.temperature", "0.5")

    assert path.read_text() == (
        "# mine\n[models]\nthreads = 2  # quiet\n\n[chat]\ntemperature = 0.5 # warm\n"
    )


@pytest.mark.parametrize(
    "written", ["chat.max_reply_tokens = 9\n", "chat = {max_reply_tokens = 9}\n"]
)
def test_other_ways_to_write_a_section_are_kept(
    paths: Paths, write_config: WriteConfig, written: str
) -> None:
    write_config(written)

    set_setting(paths, "chat.temperature", "0.5")

    chat = load_settings(paths, {}).chat
    assert (chat.max_reply_tokens, chat.temperature) == (9, 0.5)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("chat.temperature", "9"),
        ("chat.temperature", "hot"),
        ("chat.temprature", "1"),
        ("storage.key", "post-it"),
        ("chat.system_prompt", "  "),
    ],
)
def test_a_bad_value_leaves_the_file_as_it_was(
    paths: Paths, write_config: WriteConfig, name: str, text: str
) -> None:
    path = write_config("[chat]\ntemperature = 1.0\n")

    with pytest.raises(ConfigError):
        set_setting(paths, name, text)

    assert path.read_text() == "[chat]\ntemperature = 1.0\n"
    assert list(paths.config.iterdir()) == [path]


def test_a_value_out_of_range_in_the_file_can_be_repaired(
    paths: Paths, write_config: WriteConfig
) -> None:
    write_config("[chat]\ntemperature = 9\n")

    set_setting(paths, "chat.temperature", "1")

    assert load_settings(paths, {}).chat.temperature == 1


@pytest.mark.parametrize("broken", ["[chat", "chat = 3\n", "[chatt]\nx = 1\n"])
def test_a_file_we_do_not_understand_is_not_rewritten(
    paths: Paths, write_config: WriteConfig, broken: str
) -> None:
    path = write_config(broken)

    with pytest.raises(ConfigError, match=str(path)):
        set_setting(paths, "chat.temperature", "1")

    assert path.read_text() == broken


def test_only_the_owner_may_read_or_change_the_file(paths: Paths) -> None:
    set_setting(paths, "chat.temperature", "1")

    assert paths.settings_file.stat().st_mode & 0o777 == 0o600
    assert paths.config.stat().st_mode & 0o777 == 0o700


def test_a_linked_file_stays_a_link(paths: Paths, write_config: WriteConfig) -> None:
    path = write_config("")
    elsewhere = path.rename(path.with_name("elsewhere.toml"))
    path.symlink_to(elsewhere)

    set_setting(paths, "chat.temperature", "1")

    assert path.is_symlink()
    assert "temperature" in elsewhere.read_text()


def test_a_folder_that_cannot_be_made_is_a_clear_refusal(paths: Paths) -> None:
    paths.config.parent.joinpath("config").write_text("in the way")

    with pytest.raises(ConfigError, match="cannot be"):
        set_setting(paths, "chat.temperature", "1")


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(
        st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30
    ).filter(str.strip)
)
def test_any_text_survives_the_file(paths: Paths, text: str) -> None:
    set_setting(paths, "chat.system_prompt", text)

    assert load_settings(paths, {}).chat.system_prompt == text
