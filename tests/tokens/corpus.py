"""Texts that tokenizers cut differently."""

import random

ENGLISH = """\
It wasn't the first time she'd asked; they're sure I'll say no, and we've said
it's late. HE'S LOUD, DON'T YOU THINK? O'Brien's "quotes" — and dashes… don’t.
The year 2024 had 366 days, 12,345.67 dollars, 3.14159 and 1e-9 or 0xDEADBEEF.
"""
CODE = '''\
def fit(messages: list[str], *, budget: int = 4_096) -> list[str]:
\t"""Keep the newest."""
    if not messages or budget <= 0:
        return []   # nothing fits
    getElementById = XMLHttpRequest(iPhone, parseHTTPResponse, camelCase, PascalCase)
    room = {k: v**2 for k, v in enumerate(messages) if k % 3 != 0}
\treturn [*room.values()][::-1]


#include <stdio.h>
int main(void) { printf("%d\\n", 1<<20); return 0; }   // ok
<div class="x-1">&nbsp;</div>\r\nSELECT * FROM t WHERE a='it''s';\r\n
'''
CHINESE_JAPANESE_KOREAN = """\
今天天气很好，我们去公园散步吧。一共花了123元！ＡＢＣ１２３
日本語のテキストです。「カタカナ」・ひらがな・漢字ー〜。
안녕하세요, 오늘은 2024년 5월 3일입니다. 中文mixed with English和数字42。
"""
SCRIPTS = """\
Ελληνικά, Русский язык, עברית, العربية ١٢٣, हिन्दी में १२, ไทย, Ђорђе, İstanbul ſtraße
Café Ångström naïve ÉCOLE Ærø ŒUVRE Straße ŁÓDŹ café e\u0301 a\u030a n\u0303o
re\u0301sume\u0301 nai\u0308ve cafe\u0301s senorin\u0303o nai\u0308ver
"""
EMOJI = (
    "😀👍🏽 👩\u200d👩\u200d👧\u200d👦 🇩🇪🏳️\u200d🌈❤️ ☃️ ✓ → ∑∞≠ ½ ² Ⅷ ① 𝒳 𝟙𝟚𝟛 🂡\n"
    "\u200d\u200da \u00ad\u00ad\u00ad! \u200e1 \ufe0f\u200d中 \U000e0041x\n"
)
BLANKS = (
    "a  b   c    d\t\te\n\n\nf \n g\r\nh\r\n\r\ni  \n  j\u00a0k\u2003l\u3000m"
    "\u200bn\ufeffo"
    "   1  22   333    4444     \n\t \x0b\x0c\x1c\x85 end   "
)
DIGITS = (
    "0 12 345 6789 1234567890 00001 1.000.000 1,000 ٣٤٥ ⁴⁵ 7a8b9c x1y22z333 1st 2nd\n"
)
SIGNS = (
    "!!! ??? ... --- === *** ___ ((([[[{{{ <|>|< $$$ ^^^ ~~~ ``` @@@ a+b=c <a/b> "
    "x^2|y /n\n"
)
CHAT = "<|im_start|>user\nWhat's 2+2?<|im_end|>\n<|im_start|>assistant\n4<|im_end|>\n"

TEXTS = {
    "english": ENGLISH,
    "code": CODE,
    "chinese, japanese, korean": CHINESE_JAPANESE_KOREAN,
    "other scripts": SCRIPTS,
    "emoji": EMOJI,
    "blanks": BLANKS,
    "digits": DIGITS,
    "signs": SIGNS,
    "a chat": CHAT,
    "nothing": "",
    "a null": "a\x00b",
}

ORDINARY = "".join(
    [ENGLISH, CODE, CHINESE_JAPANESE_KOREAN, SCRIPTS, EMOJI, BLANKS, DIGITS, SIGNS]
)
"""All of it but the chat, whose names of special tokens are not for learning."""


def shuffled(count: int, *, seed: int) -> list[str]:
    """Short texts of parts that never stood side by side."""
    chance = random.Random(seed)
    return ["".join(_parts(chance, ORDINARY + CHAT)) for _ in range(count)]


def _parts(chance: random.Random, text: str) -> list[str]:
    places = [chance.randrange(len(text)) for _ in range(chance.randrange(1, 12))]
    return [text[place : place + chance.randrange(1, 6)] for place in places]
