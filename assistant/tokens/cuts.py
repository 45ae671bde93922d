r"""How each family of vocabularies cuts a text before pairs are merged.

The names are the ones llama.cpp writes into `tokenizer.ggml.pre`. Where it
cuts in several rounds, the rounds are folded into one expression: what a
later round would see as the end of its text is in the lookahead here.

A file without a name gets llama.cpp's own default. A name unknown here gets
LLAMA_3, the cut that most vocabularies of the last years vary.
"""

_SUFFIXES = "'s|'t|'re|'ve|'m|'ll|'d"
_SUFFIXES_ANY_CASE = "'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD]"
_TAIL = r" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
_CASED = r"[\p{L}&&[^a-z]]"
_LOWER = r"[\p{L}&&[^A-Z]]"
_HAN_AND_KANA = r"\u4E00-\u9FA5\u3040-\u309F\u30A0-\u30FF"
_INVISIBLE = r"[^\s\p{L}\p{M}\p{N}\p{P}\p{S}]"
_SIGNS = r"\p{P}$+<=>^~|"

GPT_2 = rf"{_SUFFIXES}| ?\p{{L}}+| ?\p{{N}}+| ?[^\s\p{{L}}\p{{N}}]+|\s+(?!\S)|\s+"

SMOLLM = (
    rf"\p{{N}}|{_SUFFIXES}| ?\p{{L}}+| ?[^\s\p{{L}}\p{{N}}]+"
    r"|\s+(?![^\s\p{N}])|\s+"
)

LLAMA_3 = rf"{_SUFFIXES_ANY_CASE}|[^\r\n\p{{L}}\p{{N}}]?\p{{L}}+|\p{{N}}{{1,3}}|{_TAIL}"

QWEN_2 = rf"{_SUFFIXES_ANY_CASE}|[^\r\n\p{{L}}\p{{N}}]?\p{{L}}+|\p{{N}}|{_TAIL}"

QWEN_35 = (
    rf"{_SUFFIXES_ANY_CASE}|[^\r\n\p{{L}}\p{{N}}]?[\p{{L}}\p{{M}}]+|\p{{N}}"
    r"| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)

TEKKEN = (
    rf"[^\r\n\p{{L}}\p{{N}}]?{_CASED}*{_LOWER}+"
    rf"|[^\r\n\p{{L}}\p{{N}}]?{_CASED}+{_LOWER}*"
    r"|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)

GPT_4O = (
    rf"[^\r\n\p{{L}}\p{{N}}]?{_CASED}*{_LOWER}+(?:{_SUFFIXES_ANY_CASE})?"
    rf"|[^\r\n\p{{L}}\p{{N}}]?{_CASED}+{_LOWER}*(?:{_SUFFIXES_ANY_CASE})?"
    r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)

DEEPSEEK_3 = (
    rf"\p{{N}}{{1,3}}|[{_HAN_AND_KANA}]+"
    r"|[!-/:-@\[-`{-~][A-Za-z]+"
    rf"|[^\r\n\p{{L}}\p{{P}}\p{{S}}\p{{N}}{_HAN_AND_KANA}]?"
    rf"[\p{{L}}\p{{M}}&&[^{_HAN_AND_KANA}]]+"
    rf"| ?[\p{{P}}\p{{S}}&&[^{_HAN_AND_KANA}]]+[\r\n]*"
    rf"|\s*[\r\n]+|\s+(?![^\s\p{{N}}{_HAN_AND_KANA}])|\s+"
    rf"|{_INVISIBLE}+(?![\p{{L}}\p{{M}}&&[^{_HAN_AND_KANA}]])|{_INVISIBLE}"
)

UNNAMED = (
    rf"[{_SIGNS}]+| ?\p{{L}}+|[0-9]{{3}}|(?:(?![0-9]{{3}})\p{{N}})+"
    rf"| ?[^\s\p{{L}}\p{{N}}{_SIGNS}]+|\s+(?![^\s{_SIGNS}])|\s"
)

_FAMILIES = {
    UNNAMED: ["", "default"],
    GPT_2: [
        *["gpt-2", "phi-2", "mpt", "olmo", "jais", "trillion", "granite-docling"],
        *["gigachat", "a.x-4.0", "mellum", "modern-bert", "exaone4", "roberta-bpe"],
        *["jina-es", "jina-de", "jina-v1-en", "jina-v2-es", "jina-v2-de"],
        *["jina-v2-code"],
    ],
    SMOLLM: [
        *["smollm", "starcoder", "refact", "command-r", "codeshell", "exaone"],
        *["minerva-7b", "mellum2"],
    ],
    LLAMA_3: [
        *["llama-bpe", "llama3", "llama-v3", "falcon3", "falcon-h1", "pixtral"],
        *["midm-2.0", "lfm2", "jina-v5-nano", "glm4", "glm5"],
        *["dbrx", "smaug-bpe", "chatglm-bpe"],
    ],
    QWEN_2: [
        *["qwen2", "stablelm2", "deepseek-r1-qwen", "kormo", "f2llmv2", "megrez"],
        *["hunyuan", "solar-open", "grok-2"],
    ],
    QWEN_35: ["qwen35"],
    TEKKEN: ["tekken"],
    GPT_4O: ["gpt-4o", "llama4", "kanana2", "talkie", "minimax-m2"],
    DEEPSEEK_3: ["deepseek-v3", "hunyuan-dense", "joyai-llm", "hy_v4"],
}

CUTS = {name: cut for cut, names in _FAMILIES.items() for name in names}
"""From llama.cpp's name to the expression."""

KEEPS_WHOLE_WORDS = {
    *["llama-bpe", "llama3", "llama-v3", "falcon3", "falcon-h1", "pixtral"],
    *["midm-2.0", "lfm2", "jina-v5-nano", "glm4", "glm5", "tekken"],
}
"""Families that take a word they know as it is, before they merge."""


def cut_for(pre_tokenizer: str) -> str:
    """The expression for a vocabulary; LLAMA_3 for a name unknown here."""
    return CUTS.get(pre_tokenizer, LLAMA_3)
