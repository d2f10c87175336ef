"""Two scored runs held against each other: the difference as a whole and by type, and every change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eval.changes import Changes, compared
from eval.errors import EvalError
from eval.figures import vectors
from eval.runs import Run
from eval.score import DocumentScore
from eval.stats import Difference, difference, holm
from schemas import RECORD_TYPES


@dataclass(frozen=True, slots=True)
class Comparison:
    """``types``: per type its difference, and its p after Holm's correction over the types."""

    whole: Difference
    types: Mapping[str, tuple[Difference, float]]
    changes: Changes


def comparison(first: Sequence[DocumentScore], second: Sequence[DocumentScore]) -> Comparison:
    """From the first run to the second; both over the same documents, in the same order."""
    before, after = [one.counts for one in first], [one.counts for one in second]
    kinds = [kind for kind in RECORD_TYPES if any(kind in one.records for one in (*before, *after))]
    by_type = {kind: difference(vectors(before, [kind]), vectors(after, [kind])) for kind in kinds}
    adjusted = holm({kind: found.p for kind, found in by_type.items()})
    return Comparison(
        difference(vectors(before), vectors(after)),
        {kind: (found, adjusted[kind]) for kind, found in by_type.items()},
        compared(first, second),
    )


def over_one_split(first: Run, second: Run) -> None:
    """Raises EvalError where two runs cannot be compared."""
    if first.split != second.split:
        raise EvalError(f"The runs are over different splits: {first.split} and {second.split}.")
