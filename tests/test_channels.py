import sys
from pathlib import Path

import pytest

from assistant.channels import installed, load
from assistant.errors import AssistantError, NotFoundError


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of installed packages; one of them brings three channels."""
    about = tmp_path / "postcards-1.0.dist-info"
    about.mkdir()
    about.joinpath("METADATA").write_text("Name: postcards\nVersion: 1.0\n")
    about.joinpath("entry_points.txt").write_text(
        "[assistant.channels]\n"
        "postcards = postcards:Postcards\n"
        "broken = postcards_broken:Nothing\n"
        "renamed = postcards:Gone\n"
    )
    tmp_path.joinpath("postcards.py").write_text(
        "class Postcards:\n    def run(self, assistant):\n        assistant.append(1)\n"
    )
    tmp_path.joinpath("postcards_broken.py").write_text("import not_there_at_all\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "postcards", raising=False)
    return tmp_path


def test_channels_are_listed_without_importing_them(packages: Path) -> None:
    names = installed()

    assert {"broken", "postcards", "renamed"} <= set(names)
    assert "postcards" not in sys.modules


def test_the_channel_asked_for_is_loaded_and_can_run(packages: Path) -> None:
    met: list[int] = []

    load("postcards").run(met)

    assert met == [1]
    assert "postcards_broken" not in sys.modules


def test_an_unknown_channel_is_refused_with_those_there_are(packages: Path) -> None:
    with pytest.raises(NotFoundError, match="no channel 'pigeons'") as refused:
        load("pigeons")

    assert "postcards" in refused.value.hint


@pytest.mark.parametrize("name", ["broken", "renamed"])
def test_a_broken_channel_is_named(packages: Path, name: str) -> None:
    with pytest.raises(AssistantError, match=f"channel '{name}' cannot be loaded"):
        load(name)


def test_the_terminal_interface_is_a_channel_of_ours() -> None:
    assert "tui" in installed()
