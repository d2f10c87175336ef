"""How sure a figure is. The unit is the document: values of one article are not independent of each other.

Counts per document come as arrays of shape (documents, 3) with the columns TP, FP, FN; F1 is always pooled:
of their sums. Everything is seeded, so that a figure made again is the same figure.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

DRAWS: Final = 9999
SEED: Final = 20240229
ALPHA: Final = 0.05
"""A p below this is called significant; intervals hold 1 - ALPHA of the resampled figures."""

_POWER: Final = 1.959964 + 0.841621
"""Standard errors of a difference that a test at 5 % finds in 80 of 100 cases."""
_BLOCK: Final = 1000
"""Draws at a time: memory grows with the documents, not with documents times draws."""
_TIE: Final = 1e-12

Counts = NDArray[np.float64]


class Verdict(StrEnum):
    """What a comparison of two runs allows to be said."""

    BETTER = "BETTER"
    WORSE = "WORSE"
    SAME = "SAME"
    INCONCLUSIVE = "INCONCLUSIVE"


@dataclass(frozen=True, slots=True)
class Difference:
    """The F1 of a second run less that of a first, on the same documents.

    ``low`` and ``high``: bootstrap interval. ``p``: paired permutation test, two-sided. ``least_p``: the
    least that any p can be with the documents that differ. ``detectable``: the difference that such documents
    show in 80 of 100 cases, None where no difference can become significant.
    """

    first: float
    second: float
    low: float
    high: float
    p: float
    least_p: float
    detectable: float | None
    documents: int
    differing: int

    @property
    def change(self) -> float:
        """How much higher the second is."""
        return self.second - self.first

    @property
    def verdict(self) -> Verdict:
        """Better or worse only where it is significant."""
        if not self.differing:
            return Verdict.SAME
        if self.p >= ALPHA:
            return Verdict.INCONCLUSIVE
        return Verdict.BETTER if self.change > 0 else Verdict.WORSE

    @property
    def why(self) -> str:
        """The reason for the verdict, in a sentence."""
        of = f"{self.differing} of {self.documents} documents differ"
        match self.verdict:
            case Verdict.SAME:
                return "The counts of every document are the same."
            case Verdict.INCONCLUSIVE if self.least_p >= ALPHA:
                return (
                    f"{of}: even if all changed the same way, p could not fall below {self.least_p:.3f}; "
                    "no difference can be called significant."
                )
            case Verdict.INCONCLUSIVE:
                return (
                    f"{of}; p = {self.p:.3f} is not below {ALPHA}. "
                    f"A difference of about {self.detectable or 0:.3f} would show."
                )
            case Verdict.BETTER | Verdict.WORSE:
                return f"{of}; p = {self.p:.3f} is below {ALPHA}."


def pooled_f1(counts: Counts) -> NDArray[np.float64]:
    """F1 of sums of shape (…, 3); 0 where there is nothing at all."""
    tp, errors = counts[..., 0], counts[..., 1] + counts[..., 2]
    whole = 2 * tp + errors
    return np.divide(2 * tp, whole, out=np.zeros_like(whole), where=whole > 0)


def interval(counts: Counts, *, draws: int = DRAWS, seed: int = SEED) -> tuple[float, float] | None:
    """The bootstrap interval of the pooled F1; None with fewer than two documents, where nothing varies."""
    if len(counts) < 2:
        return None
    low, high = np.quantile(_resampled((counts,), pooled_f1, draws, seed), (ALPHA / 2, 1 - ALPHA / 2))
    return float(low), float(high)


def difference(first: Counts, second: Counts, *, draws: int = DRAWS, seed: int = SEED) -> Difference:
    """Two runs over the same documents, in the same order."""
    if first.shape != second.shape:
        raise ValueError(f"the runs have {len(first)} and {len(second)} documents")
    differing = int(np.any(first != second, axis=1).sum())
    spread = _resampled((first, second), lambda one, other: pooled_f1(other) - pooled_f1(one), draws, seed)
    low, high = np.quantile(spread, (ALPHA / 2, 1 - ALPHA / 2)) if len(first) else (0.0, 0.0)
    least = 2.0 ** (1 - differing) if differing else 1.0
    return Difference(
        first=float(pooled_f1(first.sum(axis=0))),
        second=float(pooled_f1(second.sum(axis=0))),
        low=float(low),
        high=float(high),
        p=permutation(first, second, draws=draws, seed=seed),
        least_p=least,
        detectable=float(_POWER * spread.std()) if least < ALPHA else None,
        documents=len(first),
        differing=differing,
    )


def permutation(first: Counts, second: Counts, *, draws: int = DRAWS, seed: int = SEED) -> float:
    """Of N random swaps of documents between the runs, c differ at least as much: (c + 1) / (N + 1)."""
    observed = abs(float(pooled_f1(second.sum(axis=0)) - pooled_f1(first.sum(axis=0))))
    generator = np.random.default_rng(seed)
    change, extreme = second - first, 0
    for size in _blocks(draws):
        moved = generator.integers(0, 2, size=(size, len(first))).astype(np.float64) @ change
        gap = np.abs(pooled_f1(second.sum(axis=0) - moved) - pooled_f1(first.sum(axis=0) + moved))
        extreme += int((gap >= observed - _TIE).sum())
    return (extreme + 1) / (draws + 1)


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """Holm's correction: what each p is worth when all are looked at."""
    adjusted: dict[str, float] = {}
    running = 0.0
    for rank, (name, p) in enumerate(sorted(p_values.items(), key=lambda item: (item[1], item[0]))):
        running = max(running, min(1.0, p * (len(p_values) - rank)))
        adjusted[name] = running
    return {name: adjusted[name] for name in p_values}


def _resampled(
    runs: Sequence[Counts], figure: Callable[..., NDArray[np.float64]], draws: int, seed: int
) -> NDArray[np.float64]:
    """The figure of each of ``draws`` samples of documents, drawn with replacement, the same for all runs."""
    documents = len(runs[0])
    if not documents:
        return np.zeros(draws)
    generator = np.random.default_rng(seed)
    even = np.full(documents, 1 / documents)
    found = []
    for size in _blocks(draws):
        times = generator.multinomial(documents, even, size=size).astype(np.float64)
        found.append(figure(*(times @ counts for counts in runs)))
    return np.concatenate(found)


def _blocks(draws: int) -> list[int]:
    whole, rest = divmod(draws, _BLOCK)
    return [_BLOCK] * whole + ([rest] if rest else [])
