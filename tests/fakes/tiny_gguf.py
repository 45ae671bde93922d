"""A model file of 140 KB with random weights, and what can be wrong with one.

It answers nonsense, but it loads, decodes and stops like any other.
"""

from enum import StrEnum, auto
from pathlib import Path

import numpy as np
from gguf import GGUFWriter, TokenType

CHATML = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' "
    "+ message['content'] + '<|im_end|>' + '\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
BAD_TEMPLATE = "{% for message in messages %}{{ message['content'] }"
FORGETFUL_TEMPLATE = (
    "{% for message in messages if message['role'] != 'system' %}"
    "{{ message['content'] }}\n{% endfor %}"
)
ENDLESS_TEMPLATE = (
    "{% set days = range(999) %}{% for a in days %}{% for b in days %}"
    "{% for c in days %}{% for d in days %}{% endfor %}{% endfor %}{% endfor %}"
    "{% endfor %}{{ messages[0]['content'] }}"
)

_WIDTH, _HEADS, _INNER = 32, 4, 64
_CONTEXT = 2048


class Tiny(StrEnum):
    """Which tiny model."""

    GOOD = auto()
    NO_TEMPLATE = auto()
    BAD_TEMPLATE = auto()
    FORGETFUL_TEMPLATE = auto()
    ENDLESS_TEMPLATE = auto()
    NAN = auto()
    """Its output matrix holds no numbers."""

    UNKNOWN_ARCHITECTURE = auto()
    TRUNCATED = auto()
    DUPLICATE_TOKEN = auto()
    """One token twice: the engine aborts on it."""

    NO_BRACES = auto()
    """Its vocabulary, of the other family, has no braces and no bytes for them."""


_TEMPLATES = {
    Tiny.NO_TEMPLATE: None,
    Tiny.BAD_TEMPLATE: BAD_TEMPLATE,
    Tiny.FORGETFUL_TEMPLATE: FORGETFUL_TEMPLATE,
    Tiny.ENDLESS_TEMPLATE: ENDLESS_TEMPLATE,
}


def write_tiny_gguf(
    path: Path,
    kind: Tiny = Tiny.GOOD,
    *,
    seed: int = 0,
    template: str = "",
    layers: int = 1,
) -> Path:
    """Write one; the same seed gives the same bytes. `template` replaces its own.

    With some hundred layers it needs several milliseconds for a token.
    """
    architecture = "unknown" if kind is Tiny.UNKNOWN_ARCHITECTURE else "llama"
    writer = GGUFWriter(path, architecture)
    _describe(writer, layers)
    tokens, types = _vocabulary()
    family = "gpt2" if kind is Tiny.NO_BRACES else "llama"
    if kind is Tiny.NO_BRACES:
        tokens = [text.replace("{", "{?").replace("}", "}?") for text in tokens]
    if kind is Tiny.DUPLICATE_TOKEN:
        tokens[-1] = tokens[-2]
    _add_tokenizer(writer, family, tokens, types)
    chosen = template or _TEMPLATES.get(kind, CHATML)
    if chosen is not None:
        writer.add_chat_template(chosen)
    random = np.random.default_rng(seed)
    _add_ends(writer, len(tokens), random, nan=kind is Tiny.NAN)
    for layer in range(layers):
        _add_layer(writer, f"blk.{layer}", random)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    if kind is Tiny.TRUNCATED:
        whole = path.read_bytes()
        path.write_bytes(whole[: len(whole) * 2 // 3])
    return path


def _describe(writer: GGUFWriter, layers: int) -> None:
    writer.add_name("Tiny")
    writer.add_license("apache-2.0")
    writer.add_context_length(_CONTEXT)
    writer.add_embedding_length(_WIDTH)
    writer.add_block_count(layers)
    writer.add_feed_forward_length(_INNER)
    writer.add_head_count(_HEADS)
    writer.add_head_count_kv(_HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(_WIDTH // _HEADS)
    writer.add_file_type(0)


def _vocabulary() -> tuple[list[str], list[int]]:
    """Three specials, two markers, every byte, and printable ASCII."""
    specials = [
        ("<unk>", TokenType.UNKNOWN),
        ("<s>", TokenType.CONTROL),
        ("</s>", TokenType.CONTROL),
        ("<|im_start|>", TokenType.CONTROL),
        ("<|im_end|>", TokenType.CONTROL),
    ]
    each_byte = [(f"<0x{byte:02X}>", TokenType.BYTE) for byte in range(256)]
    letters = [(chr(code), TokenType.NORMAL) for code in range(0x21, 0x7F)]
    blank = [("\u2581", TokenType.NORMAL), ("\u0120", TokenType.NORMAL)]
    entries = [*specials, *each_byte, *letters, *blank]
    return [text for text, _ in entries], [int(kind) for _, kind in entries]


def _add_tokenizer(
    writer: GGUFWriter, family: str, tokens: list[str], types: list[int]
) -> None:
    writer.add_tokenizer_model(family)
    if family == "gpt2":
        writer.add_token_merges(["a b"])
        writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokens)
    writer.add_token_scores([-float(number) for number in range(len(tokens))])
    writer.add_token_types(types)
    writer.add_unk_token_id(0)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_add_bos_token(value=True)


def _add_ends(
    writer: GGUFWriter, vocab: int, random: np.random.Generator, *, nan: bool
) -> None:
    output = _matrix(random, vocab, _WIDTH)
    writer.add_tensor("token_embd.weight", _matrix(random, vocab, _WIDTH))
    writer.add_tensor("output_norm.weight", np.ones(_WIDTH, np.float32))
    writer.add_tensor("output.weight", output * np.nan if nan else output)


def _add_layer(writer: GGUFWriter, block: str, random: np.random.Generator) -> None:
    for norm in ("attn_norm", "ffn_norm"):
        writer.add_tensor(f"{block}.{norm}.weight", np.ones(_WIDTH, np.float32))
    for part in ("attn_q", "attn_k", "attn_v", "attn_output"):
        writer.add_tensor(f"{block}.{part}.weight", _matrix(random, _WIDTH, _WIDTH))
    writer.add_tensor(f"{block}.ffn_gate.weight", _matrix(random, _INNER, _WIDTH))
    writer.add_tensor(f"{block}.ffn_up.weight", _matrix(random, _INNER, _WIDTH))
    writer.add_tensor(f"{block}.ffn_down.weight", _matrix(random, _WIDTH, _INNER))


def _matrix(random: np.random.Generator, rows: int, columns: int) -> np.ndarray:
    return random.normal(0, 0.5, (rows, columns)).astype(np.float32)
