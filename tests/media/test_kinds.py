"""What a file is, is told by its content; its name only chooses among texts."""

import pytest

from assistant.errors import DocumentRefusedError
from assistant.media.kinds import sniff
from assistant.media.suffixes import Kind

MAIL = "From: a@b.example\nTo: c@d.example\nSubject: hi\nDate: today\n\nHello\n"


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("<!DOCTYPE html><p>x", "a.txt", Kind.HTML),
        ("<!-- old -->\n<html lang=en>", "download", Kind.HTML),
        (MAIL, "a.txt", Kind.MAIL),
        ('{"a": 1}\n{"a": 2}\n', "a.log", Kind.JSON_LINES),
        ('{"a": [1, 2]}', "download", Kind.JSON),
        ("[1, 2, 3]", "download", Kind.JSON),
        ("[see the notes] for more", "download", Kind.PLAIN),
        ("# One\n\ntext\n\n## Two\n", "README", Kind.MARKDOWN),
        ("# a comment\nkey = value\n", "settings", Kind.PLAIN),
        ("#!/bin/sh\n# One\n## Two\n", "run", Kind.SOURCE),
        ("a,b,c\n1,2,3\n4,5,6\n7,8,9\n", "download", Kind.CSV),
        ("One, two, three.\nFour.\nFive, six.\nSeven.\n", "download", Kind.PLAIN),
        ("all: build\n", "Makefile", Kind.SOURCE),
        ("def f(): pass\n", "a.py", Kind.SOURCE),
        ("print", "a.txt", Kind.PLAIN),
    ],
)
def test_a_text_is_what_it_plainly_is_else_what_its_name_says(
    text: str, name: str, kind: Kind
) -> None:
    assert sniff(text.encode(), name)[0] is kind


@pytest.mark.parametrize(
    ("head", "what"),
    [
        (b"\x89PNG\r\n", "a PNG picture"),
        (b"\xff\xd8\xff\xe0", "a JPEG picture"),
        (b"RIFF\x00\x00\x00\x00WAVE", "a sound recording"),
        (b"\x7fELF\x02", "a program"),
        (b"SQLite format 3\x00", "a database"),
        (b"GGUF\x03", "a language model"),
        (b"\x1f\x8b\x08", "a compressed file; unpack it first"),
        (b"{\\rtf1", "a Rich Text file; save it as DOCX"),
    ],
)
def test_what_is_no_document_is_refused_by_the_name_people_have_for_it(
    head: bytes, what: str
) -> None:
    with pytest.raises(DocumentRefusedError) as refused:
        sniff(head + bytes(40), "notes.txt")

    assert refused.value.reason == f"it is {what}"
