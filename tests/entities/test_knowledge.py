"""Where a passage stands, as people read it."""

import pytest

from assistant.entities.knowledge import place_in


@pytest.mark.parametrize(
    ("title", "location", "place"),
    [
        ("Kettle", "lines 1-6, Kettle > Care", "Kettle › lines 1-6, Care"),
        ("Kettle", "Kettle > Care > Lime", "Kettle › Care > Lime"),
        ("Kettle", "lines 1-6, Kettle", "Kettle › lines 1-6"),
        ("Kettle", "Kettle", "Kettle"),
        ("Kettle", "page 3", "Kettle › page 3"),
        ("Kettle", "page 3, The Kettle > Care", "Kettle › page 3, The Kettle > Care"),
        ("Kettle", "", "Kettle"),
        ("", "page 3", "page 3"),
    ],
)
def test_a_place_names_its_document_once(title: str, location: str, place: str) -> None:
    assert place_in(title, location) == place
