"""EPUB: chapter by chapter in reading order, named as the table of contents does."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from assistant.entities.knowledge import Location
from assistant.errors import DocumentRefusedError, Refusal
from assistant.media import html, opc
from assistant.media.archive import Archive
from assistant.media.encoding import decoded
from assistant.media.parts import Part, Title
from assistant.media.rows import cell_of
from assistant.media.xml import End, Start, Text, events

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_FONT_SCRAMBLING = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc")


def parts(archive: Archive) -> Iterator[Part]:
    """The title, then what each chapter holds."""
    _refuse_if_locked(archive)
    package = _read_package(archive)
    if package.title:
        yield Title(package.title)
    names = _chapter_names(archive, package)
    for chapter in package.chapters:
        if chapter not in archive.names:
            continue
        text, notices = decoded(archive.read(chapter))
        heading = names.get(chapter, "")
        place = Location(headings=(heading,) if heading else ())
        yield from (p for p in html.parts(text, place) if not isinstance(p, Title))
        yield from notices


def _refuse_if_locked(archive: Archive) -> None:
    if _ENCRYPTION not in archive.names:
        return
    for event in opc.part_events(archive, _ENCRYPTION):
        if isinstance(event, Start) and event.name == "EncryptionMethod":
            method = event.attributes.get("Algorithm", "")
            if not method.startswith(_FONT_SCRAMBLING):
                raise DocumentRefusedError(
                    Refusal.PASSWORD, "it is locked by copy protection"
                )


@dataclass(slots=True)
class _Package:
    """What the book's package file says."""

    title: str = ""
    chapters: list[str] = field(default_factory=list)
    contents: str = ""


def _read_package(archive: Archive) -> _Package:
    root = next(
        (
            event.attributes.get("full-path", "")
            for event in opc.part_events(archive, _CONTAINER)
            if isinstance(event, Start) and event.name == "rootfile"
        ),
        "",
    )
    package, items, in_title = _Package(), dict[str, str](), False
    for event in opc.part_events(archive, root):
        match event:
            case Start("item", attributes):
                name = opc.resolve(root, unquote(attributes.get("href", "")))
                items[attributes.get("id", "")] = name
                if _is_contents(attributes):
                    package.contents = name
            case Start("itemref", attributes) if attributes.get("idref") in items:
                package.chapters.append(items[attributes["idref"]])
            case Start("title"):
                in_title = not package.title
            case Text(text) if in_title:
                package.title = cell_of(f"{package.title} {text}")
            case End("title"):
                in_title = False
            case _:
                pass
    return package


def _is_contents(item: Mapping[str, str]) -> bool:
    return "nav" in item.get("properties", "").split() or (
        item.get("media-type") == "application/x-dtbncx+xml"
    )


def _chapter_names(archive: Archive, package: _Package) -> Mapping[str, str]:
    """Chapters by file: from the newer kind of contents (links) or the older."""
    names: dict[str, str] = {}
    if package.contents not in archive.names:
        return names
    target, label, within = "", "", False
    for event in events(archive.blocks(package.contents), typed=True):
        match event:
            case Start("a" | "text"):
                target = event.attributes.get("href", "")
                label, within = "", True
            case Text(text) if within:
                label += text
            case End("a" | "text"):
                within = False
                _name(names, opc.resolve(package.contents, unquote(target)), label)
            case Start("content"):
                target = unquote(event.attributes.get("src", ""))
                _name(names, opc.resolve(package.contents, target), label)
            case _:
                pass
    return names


def _name(names: dict[str, str], target: str, label: str) -> None:
    """The first name given to a file is its chapter's; later ones are sections'."""
    chapter = target.partition("#")[0]
    if chapter and cell_of(label):
        names.setdefault(chapter, cell_of(label))
