"""The program `python -m llama_cpp.server`, made to live where it would crash.

llama.cpp repacks weights for a processor's matrix unit, and on some virtual
machines dies of it at the first real batch. The server has no option against it.

It also forgets what it read for the question before: what is remembered makes
for slightly other numbers, and now and then for another answer.
"""

from collections.abc import Iterator

from llama_cpp import Llama, llama_cpp
from llama_cpp.server.__main__ import main

_usual = llama_cpp.llama_model_default_params
_generate = Llama.generate


def _careful() -> object:
    params = _usual()
    params.use_extra_bufts = False
    return params


def _from_scratch(model: Llama, *words, **more) -> Iterator[int]:
    model.reset()
    yield from _generate(model, *words, **more)


if __name__ == "__main__":
    llama_cpp.llama_model_default_params = _careful
    Llama.generate = _from_scratch
    main()
