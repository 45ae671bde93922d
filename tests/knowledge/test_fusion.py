"""Fusion: laws that hold whatever was found."""

from collections.abc import Mapping

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from assistant.knowledge.fusion import Fused, fuse_ranks, fuse_scores

ids = st.integers(0, 30)
# Real scores differ by more than the last bit that a stretched one can show.
bm25 = st.dictionaries(ids, st.integers(0, 40_000).map(lambda n: n / 1000), max_size=15)
cosines = st.dictionaries(
    ids, st.integers(-10_000, 10_000).map(lambda n: n / 10_000), max_size=15
)
weights = st.floats(0, 1)
rankings = st.lists(st.lists(ids, unique=True, max_size=12), max_size=4)


def order(hits: list[Fused[int]]) -> list[int]:
    return [hit.id for hit in hits]


@given(bm25, cosines, weights)
def test_fusion_invents_nothing_and_loses_nothing(
    keyword: Mapping[int, float], vector: Mapping[int, float], weight: float
) -> None:
    fused = fuse_scores(keyword, vector, weight=weight)

    assert sorted(order(fused)) == sorted({*keyword, *vector})


@given(bm25, cosines, weights)
def test_scores_lie_between_nothing_and_all_and_fall(
    keyword: Mapping[int, float], vector: Mapping[int, float], weight: float
) -> None:
    scores = [hit.score for hit in fuse_scores(keyword, vector, weight=weight)]

    assert all(0 <= score <= 1 + 1e-9 for score in scores)
    assert scores == sorted(scores, reverse=True)


@given(bm25, weights.filter(lambda weight: weight < 1))
def test_keywords_alone_keep_their_order(
    keyword: Mapping[int, float], weight: float
) -> None:
    fused = fuse_scores(keyword, {}, weight=weight)

    assert [keyword[each] for each in order(fused)] == sorted(
        keyword.values(), reverse=True
    )


@given(cosines, weights.filter(lambda weight: weight > 0))
def test_vectors_alone_keep_their_order(
    vector: Mapping[int, float], weight: float
) -> None:
    fused = fuse_scores({}, vector, weight=weight)
    cosines_in_order = [vector[each] for each in order(fused)]

    assert cosines_in_order == sorted(vector.values(), reverse=True)


@given(bm25, cosines)
def test_a_search_of_no_weight_moves_nothing_the_other_found(
    keyword: Mapping[int, float], vector: Mapping[int, float]
) -> None:
    found = list(order(fuse_scores(keyword, vector, weight=0)))
    scores = [keyword[each] for each in found if each in keyword]

    assert scores == sorted(scores, reverse=True)


@given(bm25, cosines, weights, st.floats(0.1, 50), st.integers(-5, 5))
def test_the_unit_of_a_score_does_not_matter(
    keyword: Mapping[int, float],
    vector: Mapping[int, float],
    weight: float,
    factor: float,
    shift: int,
) -> None:
    assume(len(set(keyword.values())) > 1)
    assume(max(keyword.values()) - min(keyword.values()) > 1e-3)
    scaled = {each: score * factor + shift for each, score in keyword.items()}

    plain = {hit.id: hit.score for hit in fuse_scores(keyword, vector, weight=weight)}
    other = {hit.id: hit.score for hit in fuse_scores(scaled, vector, weight=weight)}

    assert other == pytest.approx(plain, abs=1e-6)


@given(bm25, cosines, weights, st.randoms())
def test_the_order_hits_come_in_does_not_matter_to_their_scores(
    keyword: Mapping[int, float], vector: Mapping[int, float], weight: float, random
) -> None:
    shuffled = list(keyword.items())
    random.shuffle(shuffled)

    plain = fuse_scores(keyword, vector, weight=weight)
    other = fuse_scores(dict(shuffled), vector, weight=weight)

    assert {hit.id: hit.score for hit in plain} == {hit.id: hit.score for hit in other}


@given(bm25, cosines, weights, st.data())
def test_a_better_score_never_means_a_worse_place(
    keyword: Mapping[int, float], vector: Mapping[int, float], weight: float, data
) -> None:
    # The best may not rise further: that would press down all others alike.
    inner = [each for each, s in keyword.items() if s < max(keyword.values())]
    assume(len(inner) > 1)
    lowest = min(keyword.values())
    risen = data.draw(st.sampled_from([e for e in inner if keyword[e] >= lowest]))
    better = {**keyword, risen: max(keyword.values())}
    assume(min(better.values()) == lowest)

    before = order(fuse_scores(keyword, vector, weight=weight)).index(risen)
    after = order(fuse_scores(better, vector, weight=weight)).index(risen)

    assert after <= before


@given(bm25, cosines, weights)
def test_every_hit_says_what_each_search_said_of_it(
    keyword: Mapping[int, float], vector: Mapping[int, float], weight: float
) -> None:
    for hit in fuse_scores(keyword, vector, weight=weight):
        assert hit.keyword_score == keyword.get(hit.id)
        assert hit.vector_score == vector.get(hit.id)
        assert (hit.keyword_rank is None) == (hit.id not in keyword)
        assert (hit.vector_rank is None) == (hit.id not in vector)


def test_ranks_count_from_one_by_score() -> None:
    hits = {hit.id: hit for hit in fuse_scores({1: 2.0, 2: 9.0}, {2: 0.1}, weight=0.5)}

    assert (hits[1].keyword_rank, hits[1].vector_rank) == (2, None)
    assert (hits[2].keyword_rank, hits[2].vector_rank) == (1, 1)


def test_what_both_found_beats_what_either_found_alone() -> None:
    keyword = {"both": 8.0, "words": 9.0, "weak": 1.0}
    vector = {"both": 0.8, "meaning": 0.85, "weak": 0.3}

    assert fuse_scores(keyword, vector, weight=0.5)[0].id == "both"


def test_a_single_weak_hit_is_not_taken_for_a_perfect_one() -> None:
    [weak] = fuse_scores({"a": 0.4}, {"a": 0.2}, weight=0.5)
    [strong] = fuse_scores({"a": 20.0}, {"a": 0.9}, weight=0.5)

    assert weak.score < 0.2
    assert strong.score > 0.8


def test_a_lone_keyword_hit_does_not_outrank_the_best_by_meaning() -> None:
    vector = {each: 0.9 - each / 100 for each in range(20)}

    assert fuse_scores({19: 0.3}, vector, weight=0.5)[0].id == 0


@pytest.mark.parametrize("weight", [-0.1, 1.1, float("nan")])
def test_a_weight_that_is_no_share_is_refused(weight: float) -> None:
    with pytest.raises(ValueError, match="share"):
        fuse_scores({}, {}, weight=weight)


@given(rankings)
def test_fusing_ranks_invents_nothing_and_loses_nothing(
    lists: list[list[int]],
) -> None:
    assert sorted(fuse_ranks(lists)) == sorted({hit for each in lists for hit in each})


@given(st.lists(ids, unique=True))
def test_one_ranking_is_left_as_it_was(ranking: list[int]) -> None:
    assert fuse_ranks([ranking]) == ranking
