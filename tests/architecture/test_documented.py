from pathlib import Path

import pytest

from assistant.config.described import described_settings
from tests.architecture import documented

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("setting", described_settings(), ids=lambda one: one.name)
def test_every_setting_is_in_the_readme(setting) -> None:
    assert f"| `{setting.name}` |" in README
    assert setting.help in README


def test_the_help_in_the_readme_is_the_help_of_the_program() -> None:
    assert documented.command_help() in README
    assert documented.command_help("ask") in README
