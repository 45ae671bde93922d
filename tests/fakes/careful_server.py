"""The program `python -m llama_cpp.server`, made to live where it would crash.

llama.cpp repacks weights for a processor's matrix unit, and on some virtual
machines dies of it at the first real batch. The server has no option against it.
"""

from llama_cpp import llama_cpp
from llama_cpp.server.__main__ import main

_usual = llama_cpp.llama_model_default_params


def _careful() -> object:
    params = _usual()
    params.use_extra_bufts = False
    return params


if __name__ == "__main__":
    llama_cpp.llama_model_default_params = _careful
    main()
