import json

import pytest

from assistant.app import open_assistant
from tests.cli.conftest import Hearth


def test_every_setting_is_shown_with_its_origin(hearth: Hearth) -> None:
    hearth("config", "set", "chat.temperature", "0.5")
    hearth.variables["HEARTH_LOG_LEVEL"] = "debug"

    shown = {
        one["name"]: one
        for one in map(
            json.loads,
            hearth(
                "--set", "models.threads=2", "config", "show", "--json"
            ).out.splitlines(),
        )
    }

    assert shown["chat.temperature"]["value"] == 0.5
    assert shown["chat.temperature"]["origin"].endswith("config.toml:2:1")
    assert shown["log.level"]["origin"] == "HEARTH_LOG_LEVEL"
    assert shown["models.threads"]["origin"] == "command line"
    assert shown["chat.max_reply_tokens"]["origin"] == "default"
    assert "chat.temperature = 0.5\n" in hearth("config", "show").out


def test_one_setting_is_printed_bare(hearth: Hearth) -> None:
    assert hearth("config", "get", "storage.busy_seconds").out == "10.0\n"
    assert hearth("config", "get", "interface.theme").out == "ember\n"
    assert hearth("config", "get", "models.fallbacks").out == "[]\n"


@pytest.mark.parametrize("command", [("get",), ("set", "1")])
def test_an_unknown_setting_is_refused_with_a_guess(
    hearth: Hearth, command: tuple[str, ...]
) -> None:
    verb, *value = command
    result = hearth("config", verb, "chat.temprature", *value)

    assert result.status == 2
    assert "did you mean 'chat.temperature'?" in result.err


def test_the_path_is_printed_whether_or_not_the_file_is_there(hearth: Hearth) -> None:
    assert hearth("config", "path").out == f"{hearth.paths.settings_file}\n"
    assert not hearth.paths.settings_file.exists()


def test_a_mistake_in_the_file_stops_every_command_that_needs_it(
    hearth: Hearth,
) -> None:
    hearth.paths.config.mkdir(parents=True)
    hearth.paths.settings_file.write_text("[chat]\ntemprature = 1\n")
    hearth.paths.settings_file.chmod(0o600)

    for command in (("ask", "x"), ("config", "show"), ("conversations", "list")):
        result = hearth(*command)
        assert result.status == 2
        assert f"{hearth.paths.settings_file}:2:1" in result.err
        assert "did you mean 'chat.temperature'?" in result.err
    assert hearth("--help").status == 0


@pytest.mark.parametrize("setting", ["chat.temperature", "=1", "chat.temperature=hot"])
def test_a_setting_for_once_is_checked_like_any_other(
    hearth: Hearth, setting: str
) -> None:
    result = hearth("--set", setting, "config", "show")

    assert result.status == 2
    assert result.err.startswith("Error: ")


def test_a_setting_for_once_reaches_the_model(hearth: Hearth) -> None:
    hearth("--set", "chat.temperature=1.5", "ask", "Hello?")

    assert hearth.engine.requests[-1].sampling.temperature == 1.5


def test_a_setting_taken_out_has_its_default_again(hearth: Hearth) -> None:
    hearth("config", "set", "chat.temperature", "0.5")

    done = hearth("config", "unset", "chat.temperature")

    assert done.err == "chat.temperature has its default again\n"
    assert hearth("config", "get", "chat.temperature").out == "0.0\n"
    again = hearth("config", "unset", "chat.temperature")
    assert again.err == "chat.temperature is not set in the file\n"


def on_record(hearth: Hearth) -> list[tuple[str, object, object]]:
    """What was changed of the settings: which, from what, to what."""
    with open_assistant(paths=hearth.paths, environment=hearth.environment) as opened:
        entries = opened.audit.recent(9, "setting")
    return [
        (entry.resource_id, entry.before["value"], entry.after["value"])
        for entry in reversed(entries)
    ]


def test_a_change_is_on_record_with_what_was_there_before(hearth: Hearth) -> None:
    hearth("conversations", "list")

    hearth("config", "set", "chat.temperature", "0.5")
    hearth("config", "set", "chat.temperature", "0.25")
    hearth("config", "unset", "chat.temperature")
    hearth("config", "unset", "chat.temperature")
    hearth("plugins", "disable", "discord")

    assert on_record(hearth) == [
        ("chat.temperature", None, "0.5"),
        ("chat.temperature", "0.5", "0.25"),
        ("chat.temperature", "0.25", None),
        ("plugins.enabled", None, "[]"),
    ]


def test_a_person_s_own_words_are_on_no_record(hearth: Hearth) -> None:
    hearth("conversations", "list")

    hearth("config", "set", "chat.system_prompt", "Call me Zanzibar.")

    ((_, before, after),) = on_record(hearth)
    assert before is None
    assert after == "17 characters"


def test_a_setting_is_changed_where_there_is_no_database_yet(hearth: Hearth) -> None:
    result = hearth("config", "set", "chat.temperature", "0.5")

    assert result.status == 0
    assert "record" not in result.err
    assert not hearth.paths.database.exists()


def test_a_setting_that_keeps_everything_from_opening_can_be_mended(
    hearth: Hearth,
) -> None:
    hearth("conversations", "list")
    hearth.paths.settings_file.parent.mkdir(parents=True, exist_ok=True)
    hearth.paths.settings_file.write_text("[chat]\ntemperature = 99\n")
    hearth.paths.settings_file.chmod(0o600)

    mended = hearth("config", "set", "chat.temperature", "0.5")

    assert mended.status == 0
    assert "goes on no record: " in mended.err
    assert hearth("config", "get", "chat.temperature").out == "0.5\n"
    assert on_record(hearth) == []
