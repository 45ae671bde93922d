"""Which sentences of a message are its writer's own.

Code, quotations and what was pasted in to be worked on are somebody else's words, or
nobody's. A sentence that holds any of them is left out whole. Places stay exact.
"""

import re
from collections.abc import Iterator

from assistant.knowledge.sentences import Sentence, sentences_of

_GONE = "\ufffc"  # stands for a foreign character, so that places stay

_FENCED = re.compile(
    r"^[ \t]*(`{3,}|~{3,}).*?(?:^[ \t]*\1[`~]*[ \t]*$|\Z)", re.S | re.M
)
_BLOCK_QUOTE = re.compile(r"^[ \t]*>.*$", re.M)
_INLINE_CODE = re.compile(r"`[^`\n]+`")
_SPEECH = re.compile(
    r"\"[^\"\n]{2,}\"|\u201c[^\u201d\n]{2,}\u201d|\u00ab[^\u00bb\n]{2,}\u00bb"
    r"|\u201e[^\u201c\n]{2,}\u201c|(?<!\w)'[^'\n]{2,}'(?!\w)|"
    r"\u2018[^\u2019\n]{2,}\u2019(?!\w)"
)
_MARKUP = re.compile(r"<(\w+)[^<>]*>.*?</\1>|<[^<>\n]+>", re.S)
_MAIL_HEAD = re.compile(r"^(?:From|To|Subject|Sent|Date|Von|Betreff):[ \t]*\S", re.M)
_FORWARDED = re.compile(r"^#{1,6} \S|^-{3,}|^On .{5,80} wrote:\s*$|^_{5,}$", re.M)
_WORK = (
    r"summari[sz]e|translate|proofread|rewrite|reword|rephrase|paraphrase|correct|edit|"
    r"fix|improve|shorten|expand|explain|analy[sz]e|classify|categori[sz]e|review|"
    r"check|"
    r"reply to|respond to|answer|continue|complete|finish|format|convert|extract|"
    r"polish|critique|read|repeat|say|print|type|quote|parse|tag|label"
)
_THING = (
    r"this|these|following|below|text|e-?mail|letter|paragraph|sentence|message|post|"
    r"article|essay|note|review|story|poem|lyrics|transcript|bio|passage|document|"
    r"after me"
)
_ASKS_FOR_WORK = re.compile(
    rf"\b(?:{_WORK})\b[^.!?\n]{{0,80}}?\b(?:{_THING})\b|"
    rf"\b(?:{_WORK})\b[^.!?\n]{{0,60}}:|"
    r"^[^.!?\n]{0,60}\b(?:says?|said|wrote|writes|reads|goes|states|text|e-?mail|"
    r"letter|message|article|output|log|quote|lyrics|transcript|example)\b"
    r"[^.!?\n]{0,40}:(?:\s|$)",
    re.I | re.M,
)
_INVENTED = re.compile(
    r"\b(?:write|compose|draft|tell|make up|create|invent|generate|give|come up with)\b"
    r"[^.!?\n]{0,40}\b(?:story|poem|song|joke|dialogue|scene|novel|character|letter|"
    r"e-?mail|essay|speech|script|bio|biography|blurb|tweet|post|haiku|limerick|"
    r"profile|review|prompt|sentence|sentences|example|examples)\b|"
    r"\b(?:role-?play|pretend|imagine|act as|you are (?:an?|my|the) [\w ]{1,20} and|"
    r"suppose|let's say|let us say|"
    r"hypothetical(?:ly)?|(?:in|for|from) (?:my|our|the|this|an?) (?:[\w&'-]+ ){0,2}?"
    r"(?:story|novel|book|game|dream|play|film|movie|screenplay|campaign|sketch|comic|"
    r"role-?play|rpg)\b|(?:i'm|i am|as) the narrator|"
    r"my (?:character|protagonist|hero|heroine|narrator|"
    r"avatar|persona))\b",
    re.I,
)
_TAKEN_BACK = re.compile(
    r"\b(?:just|only) (?:kidding|joking|messing|testing)\b|\bjk\b|\bi'?m (?:only |"
    r"just )?"
    r"(?:kidding|joking)\b|\b(?:not|n't) true\b|\bi (?:lied|made (?:that|it) up)\b|"
    r"\bapril fool|(?:^|\s)/s(?:\s|$)",
    re.I,
)
_LONGEST_TYPED = 1200
"""Beyond it, what comes after the first blank line was hardly typed."""


def own_sentences(text: str) -> list[Sentence]:
    """Those that may be taken as the writer's word; none of what was taken back."""
    text = text.replace("\u2019", "'")
    if _TAKEN_BACK.search(text):
        return []
    visible = without_foreign(text)
    return list(_until_work_begins(visible))


def without_foreign(text: str) -> str:
    """The same length, with code, quotations and forwarded parts struck out."""
    for pattern in (_FENCED, _BLOCK_QUOTE, _MARKUP, _INLINE_CODE, _SPEECH):
        text = pattern.sub(_struck, text)
    for pattern in (_MAIL_HEAD, _FORWARDED):
        if (head := pattern.search(text)) is not None:
            text = text[: head.start()] + _GONE * (len(text) - head.start())
    if len(text) > _LONGEST_TYPED:
        text = _first_paragraph(text)
    return text


def _struck(match: re.Match[str]) -> str:
    """Line breaks stay, so that lines around it are still lines."""
    return "".join("\n" if letter == "\n" else _GONE for letter in match.group())


def _first_paragraph(text: str) -> str:
    head, gap, _ = text.partition("\n\n")
    if not gap or len(head) > _LONGEST_TYPED:
        head = ""
    return head + _GONE * (len(text) - len(head))


def _until_work_begins(text: str) -> Iterator[Sentence]:
    """After a request to work on something or to make something up, all is material."""
    for sentence in sentences_of(text):
        if _ASKS_FOR_WORK.search(sentence.text) or _INVENTED.search(sentence.text):
            return
        if _GONE not in sentence.text:
            yield sentence
