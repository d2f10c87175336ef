"""What changed between two runs: gold values that came right or went wrong, and new predictions."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from eval.align import Canonical
from eval.mistakes import faults, sentence, told
from eval.score import DocumentScore

Flip = Literal["fixed", "broken", "no longer predicted", "newly predicted"]
Place = tuple[str, str, str, int, str]
"""Document, type, the gold record in canonical form, which of several equal ones, field."""

_Record = tuple[str, str, tuple[Any, ...]]
"""Document, type, the values in canonical form."""


@dataclass(frozen=True, slots=True)
class State:
    """A gold value as one run has it."""

    right: bool
    gold: Any
    predicted: Any
    words: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Change:
    """One value or record that is not what it was; ``before`` and ``after`` are the predictions."""

    kind: Flip
    document: str
    type: str
    field: str
    gold: Any
    before: Any
    after: Any
    words: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Changes:
    """All changes, and how many gold values stayed right and stayed wrong."""

    changes: tuple[Change, ...]
    still_right: int
    still_wrong: int

    def count(self, kind: Flip) -> int:
        """How many changes of a kind."""
        return sum(one.kind == kind for one in self.changes)


def compared(first: Sequence[DocumentScore], second: Sequence[DocumentScore]) -> Changes:
    """The changes from one run to another over the same gold, level ``norm``."""
    before = {place: state for score in first for place, state in states(score)}
    after = {place: state for score in second for place, state in states(score)}
    flips = [
        _flip(place, state, after[place])
        for place, state in before.items()
        if place in after and state.right is not after[place].right
    ]
    same = [
        state.right for place, state in before.items() if place in after and state.right is after[place].right
    ]
    return Changes((*flips, *_spurious(first, second)), same.count(True), same.count(False))


def states(score: DocumentScore) -> Iterator[tuple[Place, State]]:
    """Every gold value of a document, and whether the run has it right."""
    seen: Counter[tuple[str, str]] = Counter()
    for kind, alignment in score.alignments.items():
        wrong = {id(pair.gold): {name: words for name, _, words in faults(pair)} for pair in alignment.pairs}
        partner = {id(pair.gold): pair.predicted.fact for pair in alignment.pairs}
        ours = [*(pair.gold for pair in alignment.pairs), *alignment.missed]
        for one in sorted(ours, key=lambda each: each.fact.order()):
            order = one.fact.order()
            number = seen[kind, order]
            seen[kind, order] += 1
            theirs = partner.get(id(one))
            for name, value in told(one.fact).items():
                words = "The record is missed." if theirs is None else wrong[id(one)].get(name, "")
                predicted = None if theirs is None else theirs.values[name]
                yield (
                    (score.counts.document, kind, order, number, name),
                    State(not words, value, predicted, words, sentence(one.fact, score.text)),
                )


def _flip(place: Place, before: State, after: State) -> Change:
    document, kind, _, _, name = place
    return Change(
        "fixed" if after.right else "broken",
        document,
        kind,
        name,
        after.gold,
        before.predicted,
        after.predicted,
        before.words if after.right else after.words,
        after.sentence,
    )


def _spurious(first: Sequence[DocumentScore], second: Sequence[DocumentScore]) -> Iterator[Change]:
    """Records that answer to nothing in gold, in one run only."""
    before, after = _left(first), _left(second)
    for gone, other, is_gone in ((before, after, True), (after, before, False)):
        rest = Counter({key: len(found) for key, found in gone.items()})
        rest.subtract({key: len(found) for key, found in other.items()})
        for key, times in rest.items():
            for one, score in gone.get(key, ())[: max(0, times)]:
                yield _record_change(one, score, is_gone=is_gone)


def _left(scores: Sequence[DocumentScore]) -> dict[_Record, list[tuple[Canonical, DocumentScore]]]:
    found: dict[_Record, list[tuple[Canonical, DocumentScore]]] = {}
    for score in scores:
        for alignment in score.alignments.values():
            for one in alignment.spurious:
                key = score.counts.document, one.fact.type, one.forms
                found.setdefault(key, []).append((one, score))
    return found


def _record_change(one: Canonical, score: DocumentScore, *, is_gone: bool) -> Change:
    values = told(one.fact)
    return Change(
        "no longer predicted" if is_gone else "newly predicted",
        score.counts.document,
        one.fact.type,
        "",
        None,
        values if is_gone else None,
        None if is_gone else values,
        "The record answers to nothing in gold.",
        sentence(one.fact, score.text),
    )
