"""Documents and collections by what people call them.

A title is what a person remembers, an id what a program keeps; both are taken.
Nothing is searched here, only named.
"""

from dataclasses import dataclass
from pathlib import PurePath

from assistant.entities.audience import Audience
from assistant.entities.search import Named
from assistant.errors import NotFoundError, UsageError
from assistant.knowledge.library import Library

_HINT = "See what there is: hearth documents list"


def offered(
    library: Library, beginning: str, audience: Audience, *, limit: int = 8
) -> list[Named]:
    """What may be meant by the letters typed so far: collections, then documents.

    Names that begin with them come before those that only hold them.
    """
    wanted = beginning.casefold()
    every = [*_collections(library, audience), *_documents(library, audience)]
    fitting = [each for each in every if each.holds(wanted)]
    fitting.sort(key=lambda each: not each.begins(wanted))
    return [each.named for each in fitting[:limit]]


def document_named(library: Library, name: str, audience: Audience) -> Named:
    """The one of this id, title or file name, or the only one that is called alike.

    Raises NotFoundError, or UsageError when several are.
    """
    wanted = name.casefold()
    alike = [each for each in _documents(library, audience) if each.holds(wanted)]
    exact = [each for each in alike if wanted in each.names]
    fitting = exact or alike
    if len(fitting) > 1:
        titles = ", ".join(each.named.title for each in fitting[:3])
        raise UsageError(f"Several documents are called {name!r}: {titles}", hint=_HINT)
    if fitting:
        return fitting[0].named
    document = library.open(name, audience)
    return Named(title=document.title, document_id=document.id)


def collection_named(library: Library, name: str, audience: Audience) -> Named:
    """The collection of this name. Raises NotFoundError when nothing is in it."""
    for each in _collections(library, audience):
        if each.named.collection == name:
            return each.named
    raise NotFoundError(f"No document is in a collection {name!r}", hint=_HINT)


@dataclass(frozen=True, slots=True)
class _Called:
    """Something of the library, and every name it goes by, in small letters."""

    named: Named
    names: tuple[str, ...]

    def holds(self, wanted: str) -> bool:
        return any(wanted in name for name in self.names)

    def begins(self, wanted: str) -> bool:
        return any(name.startswith(wanted) for name in self.names)


def _collections(library: Library, audience: Audience) -> list[_Called]:
    return [
        _Called(Named(title=name, collection=name), (name.casefold(),))
        for name in library.desk.documents.collections(audience)
        if name
    ]


def _documents(library: Library, audience: Audience) -> list[_Called]:
    return [
        _Called(
            Named(title=each.title, document_id=each.id),
            (each.title.casefold(), PurePath(each.source).name.casefold()),
        )
        for each in library.desk.documents.titles(audience)
    ]
