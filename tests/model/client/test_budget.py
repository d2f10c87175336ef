"""The spending limit: set aside before, counted after, never passed."""

import pytest

from pipeline.errors import AnswerError
from pipeline.model.budget import Budget, Prices
from pipeline.model.cache import Usage

PRICES = Prices(prompt=1.0, completion=4.0, cached=0.5)
MOST = Usage(prompt=100_000, completion=100_000)


def test_tokens_have_their_prices() -> None:
    """Cached prompt tokens have a price of their own, and the prompt's where none is given."""
    usage = Usage(prompt=3_000_000, cached=1_000_000, completion=500_000)
    assert PRICES.cost(usage) == pytest.approx(2.0 + 0.5 + 2.0)
    assert Prices(1.0, 4.0).cost(usage) == pytest.approx(3.0 + 2.0)


def test_what_is_on_its_way_counts_against_the_limit() -> None:
    """With 1.2 USD two questions of 0.5 USD may be on their way, not three, and a third may follow when one is done."""
    budget = Budget(1.2, PRICES)
    first, _ = budget.hold(MOST), budget.hold(MOST)
    with pytest.raises(AnswerError, match=r"budget of 1\.2 USD"):
        budget.hold(MOST)
    budget.settle(first, Usage(prompt=1000, completion=100))
    budget.hold(MOST)


def test_a_question_without_an_answer_costs_all_that_was_set_aside() -> None:
    """Nobody says what a failed question used."""
    budget = Budget(1.0, PRICES)
    budget.settle(budget.hold(MOST), None)
    assert budget.cost == pytest.approx(0.5)


def test_without_a_limit_everything_is_granted_and_counted() -> None:
    """Prices alone give the cost of a run; without prices there is none."""
    counted = Budget(None, PRICES)
    counted.settle(counted.hold(MOST), MOST)
    assert counted.cost == pytest.approx(0.5)
    free = Budget(None, None)
    free.settle(free.hold(MOST), MOST)
    assert free.cost is None
