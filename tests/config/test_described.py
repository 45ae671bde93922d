import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.config.described import as_toml, described_settings


@pytest.mark.parametrize("setting", described_settings(), ids=lambda one: one.name)
def test_every_setting_has_a_sentence(setting) -> None:
    assert setting.help.endswith(".")


def test_a_setting_knows_its_variable() -> None:
    temperature = {one.name: one for one in described_settings()}["chat.temperature"]

    assert temperature.variable == "HEARTH_CHAT_TEMPERATURE"
    assert temperature.default == 0.0


@given(
    st.one_of(
        st.booleans(),
        st.integers(-(2**60), 2**60),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(st.characters(exclude_categories=["C"])),
        st.lists(st.text(st.characters(exclude_categories=["C"])), max_size=3),
    )
)
def test_a_value_is_shown_as_toml_would_read_it(value: object) -> None:
    shown = as_toml(tuple(value) if isinstance(value, list) else value)

    assert tomllib.loads(f"value = {shown}")["value"] == value
