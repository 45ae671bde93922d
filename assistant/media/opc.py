"""What office files share: a package of parts, relations between them, a title."""

from collections.abc import Iterator, Mapping
from posixpath import dirname, join, normpath

from assistant.media.archive import Archive
from assistant.media.rows import cell_of
from assistant.media.xml import Event, Start, Text, events

_UNTITLED = {"untitled", "title", "document", "powerpoint presentation"}


def related(archive: Archive, part: str) -> Mapping[str, str]:
    """The parts that one refers to, by the id it uses for them."""
    folder, _, name = part.rpartition("/")
    relations = f"{folder}/_rels/{name}.rels".lstrip("/")
    if relations not in archive.names:
        return {}
    return {
        event.attributes["Id"]: resolve(part, event.attributes["Target"])
        for event in part_events(archive, relations)
        if isinstance(event, Start)
        and event.name == "Relationship"
        and {"Id", "Target"} <= event.attributes.keys()
    }


def main_part(archive: Archive) -> str:
    """The part that the whole document hangs from; empty in other containers."""
    if "_rels/.rels" not in archive.names:
        return ""
    for event in part_events(archive, "_rels/.rels"):
        match event:
            case Start("Relationship", {"Type": kind, "Target": target}):
                if kind.endswith("/officeDocument"):
                    return resolve("", target)
            case _:
                pass
    return ""


def resolve(part: str, target: str) -> str:
    """A part's name, from how another part refers to it."""
    return normpath(join("/" + dirname(part), target)).lstrip("/")


def part_events(
    archive: Archive, part: str, *, of: frozenset[str] | None = None
) -> Iterator[Event]:
    """The XML of one part: all of it, or text and the elements named."""
    return events(archive.blocks(part), of=of)


def title(archive: Archive) -> str:
    """What its properties say, unless it is what the program put there."""
    if "docProps/core.xml" not in archive.names:
        return ""
    found, within = "", False
    for event in part_events(archive, "docProps/core.xml"):
        match event:
            case Start(name):
                within = name == "title"
            case Text(text) if within:
                found += text
            case _:
                within = False
    title = cell_of(found)
    return "" if title.lower() in _UNTITLED else title
