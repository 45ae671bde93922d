"""Dot products of one int8 vector with very many: the inner loop of a search.

By numkong's SIMD kernels where they were built for this machine, else by numpy
in blocks that fit the processor's cache, two or three times slower.
"""

import numpy as np
from numpy.typing import NDArray

try:
    import numkong
except ImportError:  # no wheel for this machine
    numkong = None  # type: ignore[assignment]

_BLOCK = 512  # 768 KB as floats


def simd_dots(codes: NDArray[np.int8], query: NDArray[np.int8]) -> NDArray[np.float32]:
    """`query` has one row; the answer one number for each row of `codes`."""
    products = numkong.cdist(codes, query, "dot", out_dtype="float32")
    return np.asarray(products, np.float32).reshape(len(codes))


def block_dots(codes: NDArray[np.int8], query: NDArray[np.int8]) -> NDArray[np.float32]:
    """The same, without numkong."""
    wide = query[0].astype(np.float32)
    products = np.empty(len(codes), np.float32)
    floats = np.empty((min(_BLOCK, len(codes)), codes.shape[1]), np.float32)
    for start in range(0, len(codes), _BLOCK):
        block = codes[start : start + _BLOCK]
        room = floats[: len(block)]
        np.copyto(room, block)
        np.dot(room, wide, out=products[start : start + _BLOCK])
    return products


def dots(codes: NDArray[np.int8], query: NDArray[np.int8]) -> NDArray[np.float32]:
    """By the fastest means this machine has."""
    if numkong is None or not len(codes):
        return block_dots(codes, query)
    return simd_dots(codes, query)


def _spare_the_matrix_unit() -> None:
    """Some virtual machines announce AMX and crash when it is used."""
    able = numkong.get_capabilities()
    for unit in ("sapphireamx", "graniteamx"):
        if able.get(unit):
            numkong.disable_capability(unit)


if numkong is not None:
    _spare_the_matrix_unit()
