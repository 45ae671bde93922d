"""How well Hearth finds, quotes and abstains: `just evals`, or `just evals fit`."""

import sys
from collections.abc import Callable, Sequence
from statistics import fmean

from assistant.embeddings.opening import bundled_embedder
from assistant.knowledge.abstention import BGE_SMALL_GATE, Gate
from assistant.knowledge.crossencoder import BundledCrossEncoder
from assistant.knowledge.fusion import fuse_ranks
from assistant.knowledge.quotes import find_quote
from assistant.knowledge.rerank import Hit, rerank
from tests.evals.asked import REMOVED, Asked, ask_all
from tests.evals.claiming import caught
from tests.evals.fitting import fit
from tests.evals.floor import show_floor
from tests.evals.isolation import show_isolation
from tests.evals.library import EvalLibrary, read_library
from tests.evals.masking import show_masking
from tests.evals.measures import discounted_gain, found, separation
from tests.evals.questions import questions
from tests.evals.recalling import show_recalling
from tests.evals.remembering import score, small_talk, statements
from tests.evals.unseen import Half, by_kind, tally, unseen

_UNHURRIED = 60.0  # seconds; what the budget would cut off is not the question here

Order = Callable[[Asked], Sequence[int]]


def main(words: Sequence[str]) -> None:
    if "isolation" in words:
        show_isolation(*map(int, filter(str.isdecimal, words)))
        return
    if "memory" in words:
        show_memory()
        show_floor()
        return
    if "masking" in words:
        show_masking()
        return
    if "recall" in words:
        show_recalling()
        return
    embedder = bundled_embedder(threads=1)
    library = read_library(embedder)
    asked = list(ask_all(library, questions(), embedder))
    if "fit" in words:
        show_fit(asked)
        return
    answerable = [each for each in asked if each.has_answer]
    print(f"{len(library.pieces)} passages, {len(answerable)} questions with an answer")
    show_search(library, answerable)
    show_quotes(library, answerable)
    show_gate(asked, BGE_SMALL_GATE)


def show_memory() -> None:
    told, talk = statements(), small_talk()
    measured = score(told, talk)
    print(f"{len(told)} statements, {len(talk)} messages that say nothing")
    print(f"precision {measured.precision:.3f}, recall {measured.recall:.3f}")
    for mistake in measured.mistakes:
        print(f"  {mistake}")
    show_unseen(Half.SEEN, with_mistakes=True)
    show_unseen(Half.HELD_OUT, with_mistakes=False)


def show_unseen(half: Half, *, with_mistakes: bool) -> None:
    """The half to mend by shows its mistakes; the other is only ever counted."""
    messages = [message for message in unseen() if message.half is half]
    counted = tally(messages)
    print(f"\n{half:16}{'precision':>11}{'recall':>8}{'right':>7}{'wrong':>7}")
    for kind, each in {"all": counted, **by_kind(messages)}.items():
        figures = f"{each.precision:>11.3f}{each.recall:>8.3f}"
        print(f"{kind:16}{figures}{each.right:>7}{each.wrong:>7}")
    for mistake in counted.mistakes if with_mistakes else ():
        print(f"  {mistake}")


def show_search(library: EvalLibrary, asked: Sequence[Asked]) -> None:
    encoder = BundledCrossEncoder(threads=1)

    def reranked(each: Asked) -> Sequence[int]:
        hits = [
            Hit(id=hit.id, text=library.pieces[hit.id].chunk.indexed_text)
            for hit in each.fused
        ]
        text = each.question.question
        return rerank(text, hits, encoder, budget_seconds=_UNHURRIED).order

    orders: dict[str, Order] = {
        "keyword": lambda each: list(library.by_word(each.question.question)),
        "vector": lambda each: list(library.by_meaning(each.question.question)),
        "fused": lambda each: [hit.id for hit in each.fused],
        "fused by ranks": lambda each: fuse_ranks(
            [
                list(library.by_meaning(each.question.question)),
                list(library.by_word(each.question.question)),
            ]
        ),
        "reranked": reranked,
    }
    print(f"\n{'search':24}{'nDCG@10':>10}{'recall@1':>10}{'recall@10':>11}")
    for name, order in orders.items():
        ranked = [(order(each), each.right) for each in asked]
        gain = fmean(discounted_gain(one, right) for one, right in ranked)
        first = fmean(found(one, right, k=1) for one, right in ranked)
        ten = fmean(found(one, right) for one, right in ranked)
        print(f"{name:24}{gain:>10.3f}{first:>10.3f}{ten:>11.3f}")


def show_quotes(library: EvalLibrary, asked: Sequence[Asked]) -> None:
    by_word = ask_all(library, [each.question for each in asked], None)
    without = [each for each in by_word if each.has_answer]
    measures: dict[str, Callable[[Sequence[Asked]], float]] = {
        "answer in the first quote": lambda each: _answered(each, 1),
        "in the first three": lambda each: _answered(each, 3),
        "first from the right document": _precise,
    }
    print(f"\n{'quotes':34}{'by words':>10}{'and meaning':>12}")
    for name, measure in measures.items():
        print(f"{name:34}{measure(without):>10.3f}{measure(asked):>12.3f}")
    print("\nsentences with a reference")
    for name, share in caught(asked).items():
        print(f"  {name:42}{share:>6.3f}")


def show_gate(asked: Sequence[Asked], gate: Gate) -> None:
    confidence = [gate.confidence(each.signals) for each in asked]
    _show_separation(asked, confidence, gate.least)


def show_fit(asked: Sequence[Asked]) -> None:
    fitted = fit(asked)
    print(fitted.gate)
    kept = sorted(
        score
        for score, each in zip(fitted.unseen, asked, strict=True)
        if each.has_answer
    )
    print("\nquestions that had no part in their own fit")
    _show_separation(asked, fitted.unseen, kept[len(kept) // 10])


def _show_separation(
    asked: Sequence[Asked], scores: Sequence[float], least: float
) -> None:
    pairs = list(zip(asked, scores, strict=True))
    with_answer = [score for each, score in pairs if each.has_answer]
    kept = fmean(score >= least for score in with_answer)
    print(f"\n{'questions without an answer':34}{'AUROC':>8}{'refused':>10}")
    for kind in ("absent", "missing", REMOVED):
        without = [score for each, score in pairs if each.kind == kind]
        refused = fmean(score < least for score in without)
        print(f"{kind:34}{separation(with_answer, without):>8.3f}{refused:>10.3f}")
    print(f"with an answer, and answered: {kept:.3f}")


def _answered(asked: Sequence[Asked], k: int) -> float:
    return fmean(
        any(_holds_answer(each, place) for place in range(len(each.sentences[:k])))
        for each in asked
    )


def _holds_answer(asked: Asked, place: int) -> bool:
    sentence = asked.sentences[place]
    is_there = asked.source(sentence).document == asked.question.document
    return is_there and bool(find_quote(asked.question.answer, sentence.sentence.text))


def _precise(asked: Sequence[Asked]) -> float:
    return fmean(
        each.source(each.sentences[0]).document == each.question.document
        for each in asked
    )


if __name__ == "__main__":
    main(sys.argv[1:])
