"""The one door to llama.cpp: a model in memory that reads tokens and picks the next.

It speaks to the C interface. The library's own `Llama` class, while it loads,
points the whole process's stdout and stderr at /dev/null (a screen goes blank),
compiles the file's chat template unasked, offers no `use_extra_bufts`, takes
every core for reading, and dies on a grammar that does not parse. Knows nothing
of chat, text streams or threads: one thread at a time may use a model.
"""

import ctypes
import logging
import os
from collections import deque
from collections.abc import Sequence
from math import isfinite
from pathlib import Path
from string import printable
from threading import Event

# llama.cpp would fork a debugger and dump its stack over the screen. It looks
# at this when it is loaded.
os.environ.setdefault("GGML_NO_BACKTRACE", "1")

from llama_cpp import __version__
from llama_cpp import llama_cpp as c

from assistant.errors import EngineError, SchemaError, WeightsRefusedError
from assistant.llm.engine import Sampling

BATCH_TOKENS = 512
_FIRST_ROOM = 1024  # tokens; most questions never need more
_PENALTY_TOKENS = 64
_ABORTED = 2
_NO, _YES = 0, 1

_log = logging.getLogger("assistant.llama_cpp")
_last_errors: deque[str] = deque(maxlen=8)
_stopping = Event()  # llama.cpp calls it an error when it stops as it was told
_LEVELS = {3: logging.WARNING, 4: logging.ERROR}  # ggml.h; the binding is behind


# The binding has no types.
@c.llama_log_callback  # type: ignore[untyped-decorator]
def _to_log(level: int, text: bytes, _: object) -> None:
    line = text.decode("utf-8", "replace").strip()
    if level in _LEVELS and line:
        _last_errors.append(line)
        _log.log(logging.DEBUG if _stopping.is_set() else _LEVELS[level], "%s", line)


c.llama_log_set(_to_log, ctypes.c_void_p(0))
c.llama_backend_init()


class StoppedError(EngineError):
    """Reading was cut off by `stop`."""


class NativeModel:
    """Weights and one context. Prefixes already read are not read again.

    The context begins small and doubles when more is read, up to what was asked
    for: memory that is never read into is neither taken nor cleared.
    """

    def __init__(
        self, path: Path, *, context_tokens: int, threads: int, use_extra_bufts: bool
    ) -> None:
        self._model = _load(path, use_extra_bufts=use_extra_bufts)
        self._vocab = c.llama_model_get_vocab(self._model)
        self._stop = ctypes.create_string_buffer(2)
        self._threads = threads
        self._read: list[int] = []
        self._pieces: dict[int, bytes] = {}
        self.context_tokens = context_tokens
        self.vocabulary: int = c.llama_vocab_n_tokens(self._vocab)
        self._room = min(_FIRST_ROOM, context_tokens)
        try:
            self.context = self._new_context(self._room)
        except EngineError:
            c.llama_model_free(self._model)
            raise

    def close(self) -> None:
        """Free the memory; the model is of no use afterwards."""
        c.llama_free(self.context)
        c.llama_model_free(self._model)

    def use_threads(self, threads: int) -> None:
        self._threads = threads
        c.llama_set_n_threads(self.context, threads, threads)

    def stop(self) -> None:
        """Cut off reading within milliseconds. From any thread."""
        _stopping.set()
        self._stop.value = b"x"

    def resume(self) -> None:
        """Undo `stop`."""
        self._stop.value = b""
        _stopping.clear()

    def tokenize(self, text: str) -> list[int]:
        """Plain text only: markers in it stay text."""
        return _tokenize(self._vocab, text.encode("utf-8"))

    def piece(self, token: int) -> bytes:
        """The bytes a token stands for; none for a marker."""
        known = self._pieces.get(token)
        if known is None:
            known = self._pieces[token] = _piece(self._vocab, token)
        return known

    def is_end(self, token: int) -> bool:
        """Whether the model says with it that it is done."""
        return bool(c.llama_vocab_is_eog(self._vocab, token))

    def forget(self) -> None:
        """Hold nothing any more; what was held is overwritten."""
        c.llama_memory_clear(c.llama_get_memory(self.context), _YES)
        self._read.clear()

    def read(self, tokens: Sequence[int]) -> int:
        """Make the context hold exactly these; how many it held already.

        Raises `StoppedError` when it was told to stop.
        """
        self._make_room(len(tokens))
        kept = self._keep(tokens)
        for start in range(kept, len(tokens), BATCH_TOKENS):
            self._decode(tokens[start : start + BATCH_TOKENS])
        return kept

    def extend(self, token: int) -> None:
        """Read one more token."""
        self._make_room(len(self._read) + 1)
        self._decode((token,))

    def is_sane(self) -> bool:
        """Whether what it thinks of the next token are numbers at all."""
        logits = c.llama_get_logits_ith(self.context, -1)
        return all(isfinite(logits[token]) for token in range(min(64, self.vocabulary)))

    def sampler(
        self, sampling: Sampling, *, grammar: str | None = None
    ) -> "Sampler | HeldSampler":
        """A new way to pick tokens."""
        if grammar is None:
            return Sampler(self, self._vocab, sampling)
        self._refuse_unwritable(grammar)
        return HeldSampler(self, self._vocab, sampling, grammar=grammar)

    def _refuse_unwritable(self, grammar: str) -> None:
        """llama.cpp dies where a grammar demands what no token can write."""
        for char in {" ", *printable, *grammar}.difference("\t\n\r\v\f"):
            pieces = b"".join(map(self.piece, self.tokenize(char)))
            if not pieces.endswith(char.encode()):
                raise SchemaError(f"This model's vocabulary cannot write {char!r}")

    def _make_room(self, tokens: int) -> None:
        """A larger context that holds the same, if so many do not fit."""
        room = self._room
        while room < min(tokens, self.context_tokens):
            room = min(2 * room, self.context_tokens)
        if room == self._room:
            return
        held, state = self._read, _state_of(self.context)
        self._replace_context(room)
        if _put_state(self.context, state):
            self._read = held
        else:
            self.read(held)

    def _replace_context(self, room: int) -> None:
        """An empty one; the old one's memory is given back first."""
        c.llama_free(self.context)
        self._read = []
        try:
            self.context = self._new_context(room)
        except EngineError:
            self.context = self._new_context(self._room)
            raise
        self._room = room

    def _new_context(self, tokens: int) -> object:
        params = c.llama_context_default_params()
        params.n_ctx = tokens
        params.n_batch = params.n_ubatch = min(BATCH_TOKENS, tokens)
        params.n_threads = params.n_threads_batch = self._threads
        # On a processor it reads a little faster and writes three times slower
        # (measured after 2,500 tokens: 8 a second with it, 27 without).
        params.flash_attn_type = c.LLAMA_FLASH_ATTN_TYPE_DISABLED
        # llama.cpp asks this callback after every operation. `strlen` of a buffer
        # answers without Python and its lock: "" is 0, go on; "x" is 1, stop.
        strlen = ctypes.CDLL(None).strlen
        params.abort_callback = ctypes.cast(strlen, c.ggml_abort_callback)
        params.abort_callback_data = ctypes.addressof(self._stop)
        context = c.llama_init_from_model(self._model, params)
        if not context:
            raise EngineError(
                f"No memory for a context of {tokens:,} tokens",
                hint="Set models.context_tokens to a smaller number",
            )
        return context

    def _keep(self, tokens: Sequence[int]) -> int:
        """Drop from memory what does not begin like `tokens`."""
        same = 0
        # The last token is always read again: its thoughts are what is wanted.
        for held, wanted in zip(self._read, tokens[:-1], strict=False):
            if held != wanted:
                break
            same += 1
        memory = c.llama_get_memory(self.context)
        if not c.llama_memory_seq_rm(memory, 0, same, -1):
            # A recurrent model cannot forget a part.
            c.llama_memory_clear(memory, _YES)
            same = 0
        del self._read[same:]
        return same

    def _decode(self, tokens: Sequence[int]) -> None:
        array = (c.llama_token * len(tokens))(*tokens)
        code = c.llama_decode(self.context, c.llama_batch_get_one(array, len(tokens)))
        if code:
            self._forget_unread()
            if code == _ABORTED:
                raise StoppedError("The engine was stopped")
            raise EngineError(f"llama.cpp could not read {len(tokens)} tokens ({code})")
        self._read.extend(tokens)

    def _forget_unread(self) -> None:
        memory = c.llama_get_memory(self.context)
        if not c.llama_memory_seq_rm(memory, 0, len(self._read), -1):
            c.llama_memory_clear(memory, _YES)
            self._read.clear()


class Sampler:
    """Picks the next token from what the context thinks of each."""

    def __init__(self, model: NativeModel, vocab: object, sampling: Sampling) -> None:
        self._model = model
        penalties = c.llama_sampler_init_penalties(
            c.llama_vocab_n_tokens(vocab),
            _PENALTY_TOKENS,
            sampling.repeat_penalty,
            0.0,
            0.0,
        )
        self._chain = _chain(penalties, *_choice(sampling))

    def pick(self) -> int:
        """The next token, and remember it."""
        token: int = c.llama_sampler_sample(self._chain, self._model.context, -1)
        return token

    def accept(self, tokens: Sequence[int]) -> None:
        """Go on as though these had been picked."""
        for token in tokens:
            c.llama_sampler_accept(self._chain, token)

    def close(self) -> None:
        c.llama_sampler_free(self._chain)


class HeldSampler:
    """Picks the next token among those that a grammar allows.

    To hold every token of a vocabulary against a grammar takes longer than to
    decode one. So the model's own choice is looked at first, and mostly it fits.
    Nothing is punished for coming again: quotes and commas must.
    """

    def __init__(
        self, model: NativeModel, vocab: object, sampling: Sampling, *, grammar: str
    ) -> None:
        self._model = model
        self._grammar = c.llama_sampler_init_grammar(vocab, grammar.encode(), b"root")
        if not self._grammar:
            raise SchemaError("The engine cannot follow this JSON schema")
        self._free = _chain(*_choice(sampling))
        self._held = _chain(self._grammar, *_choice(sampling))

    def pick(self) -> int:
        """The next token, and remember it."""
        token: int = c.llama_sampler_sample(self._free, self._model.context, -1)
        if self._allows(token):
            self.accept((token,))
        else:
            token = c.llama_sampler_sample(self._held, self._model.context, -1)
        return token

    def accept(self, tokens: Sequence[int]) -> None:
        """Go on as though these had been picked."""
        for token in tokens:
            c.llama_sampler_accept(self._held, token)

    def close(self) -> None:
        c.llama_sampler_free(self._free)
        c.llama_sampler_free(self._held)

    def _allows(self, token: int) -> bool:
        one = c.llama_token_data(token, 0.0, 0.0)
        some = c.llama_token_data_array(ctypes.pointer(one), 1, -1, _NO)
        c.llama_sampler_apply(self._grammar, ctypes.byref(some))
        return isfinite(one.logit)


def _chain(*samplers: object) -> object:
    chain = c.llama_sampler_chain_init(c.llama_sampler_chain_default_params())
    for sampler in samplers:
        c.llama_sampler_chain_add(chain, sampler)
    return chain


def _choice(sampling: Sampling) -> Sequence[object]:
    """The samplers that leave one token."""
    if sampling.temperature <= 0:
        return (c.llama_sampler_init_greedy(),)
    seed = c.LLAMA_DEFAULT_SEED if sampling.seed is None else sampling.seed
    return (
        c.llama_sampler_init_top_k(sampling.top_k),
        c.llama_sampler_init_top_p(sampling.top_p, 1),
        c.llama_sampler_init_min_p(sampling.min_p, 1),
        c.llama_sampler_init_temp(sampling.temperature),
        c.llama_sampler_init_dist(seed & 0xFFFFFFFF),
    )


def _load(path: Path, *, use_extra_bufts: bool) -> object:
    params = c.llama_model_default_params()
    params.use_extra_bufts = use_extra_bufts
    _last_errors.clear()
    model = c.llama_model_load_from_file(os.fsencode(path), params)
    if not model:
        raise WeightsRefusedError(
            f"{path} cannot be loaded by llama-cpp-python {__version__}: {_reason()}"
        )
    return model


def _reason() -> str:
    said = [line for line in _last_errors if "error" in line.lower()]
    return said[0].rpartition("error loading model: ")[2] if said else "no reason given"


def _state_of(context: object) -> "ctypes.Array[ctypes.c_uint8]":
    """All that a context has read, as bytes."""
    size: int = c.llama_state_seq_get_size(context, 0)
    state = (ctypes.c_uint8 * size)()
    c.llama_state_seq_get_data(context, state, len(state), 0)
    return state


def _put_state(context: object, state: "ctypes.Array[ctypes.c_uint8]") -> bool:
    """Whether the context took it; one of another kind may not."""
    return bool(c.llama_state_seq_set_data(context, state, len(state), 0))


def _tokenize(vocab: object, text: bytes) -> list[int]:
    room = len(text) + 2
    tokens = (c.llama_token * room)()
    found = c.llama_tokenize(vocab, text, len(text), tokens, room, _NO, _NO)
    if found < 0:
        raise EngineError(f"llama.cpp could not cut {len(text):,} bytes into tokens")
    return tokens[:found]


def _piece(vocab: object, token: int) -> bytes:
    size = 64
    while True:
        buffer = ctypes.create_string_buffer(size)
        length: int = c.llama_token_to_piece(vocab, token, buffer, size, 0, _NO)
        if length >= 0:
            return buffer.raw[:length]
        size = -length
