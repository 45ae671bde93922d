"""The baseline: llama-cpp-python with nothing around it.

Reads a request as JSON on standard input, streams the answer to standard output
and the measures, as JSON, to standard error. Written the way its documentation
shows, apart from the switch that keeps llama.cpp from crashing on processors that
report AMX and do not have it.
"""

import json
import sys
from time import perf_counter

import llama_cpp.llama_cpp
from llama_cpp import Llama

_default_params = llama_cpp.llama_cpp.llama_model_default_params


def _without_extra_buffers() -> llama_cpp.llama_cpp.llama_model_params:
    parameters = _default_params()
    parameters.use_extra_bufts = False
    return parameters


def main() -> Llama:
    """Answer everything asked; the model, for whoever wants to keep it."""
    request = json.load(sys.stdin)
    if not request["use_extra_bufts"]:
        llama_cpp.llama_cpp.llama_model_default_params = _without_extra_buffers
    llama = Llama(
        request["path"],
        n_ctx=request["context"],
        n_threads=request["threads"],
        n_threads_batch=request["threads"],
        verbose=False,
    )
    for held, more in request.get("readings", ()):
        print(json.dumps(reading(llama, held, more)), file=sys.stderr)
    for messages in request["conversations"]:
        print(json.dumps(answer(llama, messages, request)), file=sys.stderr)
    return llama


def reading(llama: Llama, held: int, more: int) -> dict:
    """How long the next tokens of a text take, after so many that are held."""
    tokens = [300 + place * 7919 % 40_000 for place in range(held + more)]
    llama.reset()
    llama.eval(tokens[:held])
    started = perf_counter()
    llama.eval(tokens[held:])
    return {"reading_ms": (perf_counter() - started) * 1000}


def answer(llama: Llama, messages: list[dict[str, str]], request: dict) -> dict:
    started = perf_counter()
    first = last = None
    pieces = 0
    for chunk in llama.create_chat_completion(
        messages,
        stream=True,
        temperature=0,
        repeat_penalty=1.1,
        max_tokens=request["max_tokens"],
    ):
        if piece := chunk["choices"][0]["delta"].get("content"):
            print(piece, end="", flush=True)
            last = perf_counter()
            first = first or last
            pieces += 1
    return {
        "first_token_ms": (first - started) * 1000,
        "tokens_per_second": (pieces - 1) / (last - first) if pieces > 1 else 0,
        "pieces": pieces,
    }


if __name__ == "__main__":
    main()
