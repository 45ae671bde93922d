"""Few hits are shown, and those for a reason."""

from assistant.entities.search import Hit, HitKind, Why
from assistant.knowledge.worth import worth_showing


def a_hit(
    name: str,
    *,
    near: float | None = None,
    rank: int | None = None,
    kind: HitKind = HitKind.MESSAGE,
) -> Hit:
    why = Why(keyword_rank=rank, vector_score=near)
    return Hit(kind=kind, id=name, title=name, text=name, score=1.0, why=why)


def shown(*hits: Hit, most: int = 9) -> list[str]:
    return [hit.id for hit in worth_showing(hits, most=most)]


def test_what_has_the_words_is_shown_however_far_its_meaning() -> None:
    assert shown(a_hit("near", near=0.9), a_hit("said", near=0.1, rank=4)) == [
        "near",
        "said",
    ]


def test_meaning_alone_must_be_nearly_the_nearest() -> None:
    near = [a_hit("first", near=0.7), a_hit("also", near=0.65), a_hit("far", near=0.4)]

    assert shown(*near) == ["first", "also"]


def test_each_kind_is_measured_by_itself() -> None:
    document = a_hit("page", near=0.3, kind=HitKind.PASSAGE)

    assert shown(a_hit("said", near=0.9), document) == ["said", "page"]


def test_no_kind_takes_the_room_of_another() -> None:
    said = [a_hit(f"said {number}", rank=number) for number in range(1, 5)]
    document = a_hit("page", rank=1, kind=HitKind.PASSAGE)

    assert shown(*said, document, most=2) == ["said 1", "said 2", "page"]


def test_without_an_embedder_words_alone_decide() -> None:
    assert shown(a_hit("one", rank=1), a_hit("two", rank=2)) == ["one", "two"]
    assert shown() == []
