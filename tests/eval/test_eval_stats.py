"""Intervals, tests, and what a small gold can show."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.stats import ALPHA, Counts, Verdict, difference, holm, interval, permutation, pooled_f1


def runs(documents: int, *, worse: int = 0) -> tuple[Counts, Counts]:
    """Counts of two runs over some documents; the second loses ``worse`` values in each."""
    first = np.array([[80.0 + n % 7, 20, 20] for n in range(documents)]).reshape(-1, 3)
    return first, first + np.array([-worse, worse, worse])


def test_f1_is_of_the_sums() -> None:
    """Pooled F1 weighs documents by their values; nothing at all is 0."""
    assert pooled_f1(np.array([10.0, 5, 5])) == pytest.approx(2 / 3)
    assert pooled_f1(np.zeros(3)) == 0


def test_the_same_seed_gives_the_same_figures() -> None:
    """A figure made again is the same figure, and another seed gives another interval."""
    first, second = runs(9, worse=1)
    second[3] += 2
    assert interval(first) == interval(first)
    assert difference(first, second) == difference(first, second)
    assert interval(first, seed=1) != interval(first, seed=2)


def test_the_interval_holds_the_figure() -> None:
    """The pooled F1 lies inside its interval, which is narrower with more documents of the same kind."""
    generator = np.random.default_rng(1)
    counts = generator.integers(1, 50, size=(10, 3)).astype(np.float64)
    low, high = interval(counts) or (0, 0)
    assert low < float(pooled_f1(counts.sum(axis=0))) < high
    more_low, more_high = interval(np.tile(counts, (10, 1))) or (0, 0)
    assert more_high - more_low < (high - low) / 2


@pytest.mark.parametrize("documents", [0, 1])
def test_with_fewer_than_two_documents_there_is_no_interval(documents: int) -> None:
    """One document says nothing about others."""
    assert interval(runs(documents)[0]) is None


def test_the_permutation_test_agrees_with_all_permutations() -> None:
    """The random swaps give what trying every swap gives, within their own error."""
    generator = np.random.default_rng(5)
    first, second = generator.integers(5, 40, size=(2, 6, 3)).astype(np.float64)
    observed = abs(float(pooled_f1(second.sum(0)) - pooled_f1(first.sum(0))))
    gaps = []
    for swap in itertools.product((False, True), repeat=6):
        taken = np.array(swap)[:, None]
        one, other = np.where(taken, second, first), np.where(taken, first, second)
        gaps.append(abs(float(pooled_f1(other.sum(0)) - pooled_f1(one.sum(0)))))
    exact = float(np.mean(np.array(gaps) >= observed - 1e-12))
    assert permutation(first, second) == pytest.approx(exact, abs=0.02)


def test_p_is_never_zero() -> None:
    """(c + 1) / (N + 1): the runs as they are count as one of the permutations."""
    first, second = runs(60, worse=30)
    assert permutation(first, second, draws=99) == 0.01


def test_five_documents_prove_nothing() -> None:
    """Even where every document is worse the verdict is open, and the reason says why it must be."""
    found = difference(*runs(5, worse=30))
    assert found.verdict is Verdict.INCONCLUSIVE
    assert found.least_p == 0.0625 > ALPHA
    assert found.detectable is None
    assert "could not fall below 0.062" in found.why
    assert found.high < 0


def test_many_documents_show_a_difference() -> None:
    """Thirty documents that are all a little worse are worse, and the other way round better."""
    first, second = runs(30, worse=2)
    worse, better = difference(first, second), difference(second, first)
    assert (worse.verdict, better.verdict) == (Verdict.WORSE, Verdict.BETTER)
    assert worse.change == pytest.approx(-better.change)
    assert "below 0.05" in worse.why


def test_noise_is_not_taken_for_a_difference() -> None:
    """Changes to and fro are inconclusive, and the reason says how large a difference would show."""
    first, _ = runs(30)
    second = first + np.random.default_rng(3).integers(-9, 10, size=(30, 3))
    found = difference(first, second)
    assert found.verdict is Verdict.INCONCLUSIVE
    assert found.detectable is not None and found.detectable > abs(found.change)
    assert f"{found.detectable:.3f}" in found.why


def test_equal_counts_are_the_same() -> None:
    """No document differs: that is a verdict of its own."""
    first, _ = runs(5)
    found = difference(first, first)
    assert (found.verdict, found.change, found.low, found.high, found.p) == (Verdict.SAME, 0, 0, 0, 1)


def test_runs_over_other_documents_are_refused() -> None:
    """A pairing needs the same documents on both sides."""
    with pytest.raises(ValueError, match="5 and 6 documents"):
        difference(runs(5)[0], runs(6)[0])


def test_holm_multiplies_the_smallest_most() -> None:
    """The textbook example: sorted p times the number of those left, never falling."""
    assert holm({"a": 0.01, "b": 0.04, "c": 0.03, "d": 0.005}) == pytest.approx(
        {"a": 0.03, "b": 0.06, "c": 0.06, "d": 0.02}
    )


@given(st.dictionaries(st.text(max_size=2), st.floats(0, 1), max_size=8))
def test_holm_keeps_order_and_never_helps(p_values: dict[str, float]) -> None:
    """A corrected p is at least the plain one, at most 1, and in the same order."""
    adjusted = holm(p_values)
    assert all(p_values[name] <= adjusted[name] <= 1 for name in p_values)
    ordered = sorted(p_values, key=lambda name: (p_values[name], name))
    assert [adjusted[name] for name in ordered] == sorted(adjusted.values())
