"""The kinds of documents there are, and the names that texts of a kind bear.

Only data. A name is believed only once the content is known to be a text.
"""

from collections.abc import Mapping
from enum import StrEnum


class Kind(StrEnum):
    """A kind of document, by its media type."""

    PLAIN = "text/plain"
    MARKDOWN = "text/markdown"
    SOURCE = "text/x-source"
    CSV = "text/csv"
    HTML = "text/html"
    JSON = "application/json"
    JSON_LINES = "application/jsonl"
    MAIL = "message/rfc822"
    PDF = "application/pdf"
    EPUB = "application/epub+zip"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    XLS = "application/vnd.ms-excel"
    ODS = "application/vnd.oasis.opendocument.spreadsheet"
    ZIP = "application/zip"
    """A container; what it holds says which of the above it is."""

    OLE = "application/x-ole-storage"
    """The container of older office files, and of encrypted new ones."""


STREAMED = frozenset({Kind.PLAIN, Kind.MARKDOWN, Kind.SOURCE, Kind.CSV})
"""Read line by line in this process, however large; all else goes to the child."""

_SOURCE_SUFFIXES = """
    .py .pyi .pyx .js .mjs .cjs .jsx .ts .tsx .c .h .cc .cpp .cxx .hpp .hh .cs .java
    .kt .kts .scala .go .rs .rb .php .swift .m .mm .pl .pm .lua .r .jl .hs .ml .mli
    .ex .exs .erl .clj .cljs .el .lisp .scm .vim .sh .bash .zsh .fish .ps1 .bat .cmd
    .sql .css .scss .sass .less .vue .svelte .dart .groovy .gradle .nim .zig .v .sv
    .vhd .asm .s .f90 .f .pas .proto .thrift .graphql .tf .hcl .nix .cmake .mk .toml
    .yaml .yml .ini .cfg .conf .env .properties .xml .xsd .xsl .svg .tcl .awk .sed
"""

SUFFIXES: Mapping[str, Kind] = {
    **dict.fromkeys(_SOURCE_SUFFIXES.split(), Kind.SOURCE),
    **dict.fromkeys((".md", ".markdown", ".mdx", ".rmd", ".qmd"), Kind.MARKDOWN),
    **dict.fromkeys((".html", ".htm", ".xhtml"), Kind.HTML),
    **dict.fromkeys((".csv", ".tsv"), Kind.CSV),
    **dict.fromkeys((".json", ".geojson", ".webmanifest"), Kind.JSON),
    **dict.fromkeys((".jsonl", ".ndjson"), Kind.JSON_LINES),
    **dict.fromkeys((".eml", ".mht", ".mhtml"), Kind.MAIL),
    **dict.fromkeys((".txt", ".text", ".log", ".rst", ".tex", ".org"), Kind.PLAIN),
}

SOURCE_NAMES = frozenset(
    {"makefile", "dockerfile", "justfile", "rakefile", "gemfile", "cmakelists.txt"}
)
