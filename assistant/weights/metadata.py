"""What a model file says of itself, in the words of the user and the engine.

Reads the header alone: it takes milliseconds and no memory to speak of.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from assistant.errors import WeightsMissingError, WeightsRefusedError
from assistant.weights.header import DamagedError
from assistant.weights.keys import Keys
from assistant.weights.kinds import FILE_TYPES
from assistant.weights.layout import Layout, Tensor, read_layout

_MOST_LAYERS = 512  # what the engine has room for


@dataclass(frozen=True, slots=True, kw_only=True)
class GgufMetadata:
    """A model file before it is loaded."""

    path: Path
    architecture: str
    name: str
    licence: str | None = None
    quantisation: str
    """How the weights are packed, such as Q4_1."""

    size_bytes: int
    parameters: int
    context_tokens: int
    """The longest text the model was made for."""

    layers: int
    embedding_width: int
    heads: int
    kv_heads: int
    cached_values_per_token: int
    """Numbers the engine keeps for each token it has read, over all layers."""

    tokenizer_model: str = ""
    """The family of the tokenizer: gpt2, llama, bert, t5."""

    pre_tokenizer: str = ""
    """How text is cut before pairs are merged, by llama.cpp's name."""

    tokens: Sequence[str] = field(default=(), repr=False)
    token_types: Sequence[int] = field(default=(), repr=False)
    merges: Sequence[str] = field(default=(), repr=False)
    bos_token_id: int | None = None
    eos_token_id: int | None = None
    eot_token_ids: tuple[int, ...] = ()
    """What else ends a turn, where the file says so."""

    add_bos: bool | None = None
    """Whether a text begins with BOS; None leaves it to the tokenizer's family."""

    chat_template: str | None = field(default=None, repr=False)


def read_gguf(path: Path) -> GgufMetadata:
    """What the file says; refuses what no engine could load."""
    try:
        if not path.exists():
            raise WeightsMissingError(path.name, path.parent)
        if not path.is_file():
            raise WeightsRefusedError(f"{path} is not a file")
        return _metadata(path, read_layout(path))
    except DamagedError as error:
        raise WeightsRefusedError(f"{path} {error}") from error
    except OSError as error:
        raise WeightsRefusedError(f"{path} cannot be read: {error.strerror}") from error


def _metadata(path: Path, layout: Layout) -> GgufMetadata:
    keys = Keys(layout.keys)
    architecture = keys.text("general.architecture")
    if not architecture:
        raise DamagedError("does not say general.architecture")
    layers = keys.get_count(f"{architecture}.block_count", most=_MOST_LAYERS)
    width = keys.get_count(f"{architecture}.embedding_length")
    attention = f"{architecture}.attention"
    heads = keys.counts(f"{attention}.head_count", layers=layers) or [0]
    kv_heads = keys.counts(f"{attention}.head_count_kv", layers=layers) or heads
    head_width = width // max(heads) if max(heads) else 0
    key_width = keys.find_count(f"{attention}.key_length") or head_width
    value_width = keys.find_count(f"{attention}.value_length") or head_width
    tokens = keys.strings("tokenizer.ggml.tokens")
    return GgufMetadata(
        path=path,
        architecture=architecture,
        name=keys.text("general.name").strip() or path.stem,
        licence=keys.text("general.license") or None,
        quantisation=_quantisation(keys, layout.tensors),
        size_bytes=layout.size_bytes,
        parameters=sum(tensor.values for tensor in layout.tensors),
        context_tokens=keys.get_count(f"{architecture}.context_length"),
        layers=layers,
        embedding_width=width,
        heads=max(heads),
        kv_heads=max(kv_heads),
        cached_values_per_token=sum(kv_heads) * (key_width + value_width),
        tokenizer_model=keys.text("tokenizer.ggml.model"),
        pre_tokenizer=keys.text("tokenizer.ggml.pre"),
        tokens=tokens,
        token_types=_token_types(keys, len(tokens)),
        merges=keys.strings("tokenizer.ggml.merges"),
        bos_token_id=_find_token(keys, "bos", len(tokens)),
        eos_token_id=_find_token(keys, "eos", len(tokens)),
        eot_token_ids=_turn_ends(keys, len(tokens)),
        add_bos=keys.find_flag("tokenizer.ggml.add_bos_token"),
        chat_template=keys.text("tokenizer.chat_template") or None,
    )


def _quantisation(keys: Keys, tensors: Sequence[Tensor]) -> str:
    said = keys.find_number("general.file_type")
    if said in FILE_TYPES:
        return FILE_TYPES[said]
    return _commonest_kind(tensors)


def _commonest_kind(tensors: Sequence[Tensor]) -> str:
    bytes_of: Counter[str] = Counter()
    for tensor in tensors:
        bytes_of[tensor.kind.name] += tensor.size_bytes
    return bytes_of.most_common(1)[0][0]


def _token_types(keys: Keys, tokens: int) -> tuple[int, ...]:
    types = keys.numbers("tokenizer.ggml.token_type")
    if types and len(types) != tokens:
        raise DamagedError(f"is damaged: {tokens} tokens but {len(types)} token types")
    return types


def _find_token(keys: Keys, role: str, tokens: int) -> int | None:
    number = keys.find_number(f"tokenizer.ggml.{role}_token_id")
    return number if number is not None and 0 <= number < tokens else None


def _turn_ends(keys: Keys, tokens: int) -> tuple[int, ...]:
    found = (_find_token(keys, role, tokens) for role in ("eot", "eom"))
    return tuple(number for number in found if number is not None)
