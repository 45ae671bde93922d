"""A vocabulary of byte pairs without a model, in a file that engines can read.

Its pairs are learnt from a text without regard to words, so that they cross
every place where a text may be cut: a wrong cut shows in the count.
"""

from collections import Counter
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
from gguf import GGUFWriter, TokenType

SPECIALS = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")

_PRINTABLE = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}


def _letters() -> list[str]:
    """For each byte the letter that stands for it."""
    others = iter(range(256, 512))
    return [
        chr(byte) if byte in _PRINTABLE else chr(next(others)) for byte in range(256)
    ]


@cache
def learnt_merges(text: str, count: int) -> tuple[tuple[str, str], ...]:
    """The commonest pairs of a text, the commonest first."""
    letters = _letters()
    pieces = [letters[byte] for byte in text.encode()]
    merges: list[tuple[str, str]] = []
    for _ in range(count):
        pairs = Counter(pairwise(pieces))
        pair, often = pairs.most_common(1)[0]
        if often < 2:
            break
        merges.append(pair)
        pieces = _merged(pieces, pair)
    return tuple(merges)


def _merged(pieces: Sequence[str], pair: tuple[str, str]) -> list[str]:
    merged: list[str] = []
    for piece in pieces:
        if merged and (merged[-1], piece) == pair:
            merged[-1] = "".join(pair)
        else:
            merged.append(piece)
    return merged


def write_pair_gguf(
    path: Path,
    *,
    pre_tokenizer: str,
    learnt_from: str,
    merges: int = 900,
    without: Sequence[int] = (),
    whole_words: Sequence[str] = (),
    user_defined: Sequence[str] = (),
) -> Path:
    """Write one.

    Bytes in `without` have no token, `whole_words` have one no merge leads to,
    and `user_defined` are taken out of a text before it is cut.
    """
    pairs = learnt_merges(learnt_from, merges)
    letters = [x for byte, x in enumerate(_letters()) if byte not in without]
    words = dict.fromkeys(["".join(pair) for pair in pairs] + [*whole_words])
    kinds = dict.fromkeys(SPECIALS, TokenType.CONTROL)
    kinds |= dict.fromkeys(user_defined, TokenType.USER_DEFINED)
    kinds |= dict.fromkeys([*letters, *words], TokenType.NORMAL)
    tokens = list(kinds)
    writer = GGUFWriter(path, "llama")
    writer.add_context_length(64)
    writer.add_embedding_length(8)
    writer.add_block_count(1)
    writer.add_feed_forward_length(8)
    writer.add_head_count(1)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(pre_tokenizer)
    writer.add_token_list(tokens)
    writer.add_token_types([int(kind) for kind in kinds.values()])
    writer.add_token_merges([" ".join(pair) for pair in pairs])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_add_bos_token(value=False)
    writer.add_tensor("token_embd.weight", np.zeros((len(tokens), 8), np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path
