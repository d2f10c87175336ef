"""A spending limit: what a question may cost at most is set aside before it is sent, so that the limit is never passed."""

from dataclasses import dataclass

from pipeline.errors import AnswerError
from pipeline.model.cache import Usage

MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Prices:
    """US dollars for a million tokens; ``cached`` prompt tokens cost what ``prompt`` ones do unless it is given."""

    prompt: float
    completion: float
    cached: float | None = None

    def cost(self, usage: Usage) -> float:
        """US dollars for the tokens used."""
        cached = self.prompt if self.cached is None else self.cached
        fresh = usage.prompt - usage.cached
        return (fresh * self.prompt + usage.cached * cached + usage.completion * self.completion) / MILLION


class Budget:
    """Money spent and set aside in one run. Without ``limit`` (US dollars) everything is granted and counted."""

    def __init__(self, limit: float | None, prices: Prices | None) -> None:
        self._limit = limit
        self._prices = prices
        self._held = 0.0
        self.spent = 0.0

    def hold(self, most: Usage) -> float:
        """Set aside what a question may cost at most, in US dollars; to be given back with :meth:`settle`.

        Raises:
            AnswerError: the limit would be passed.
        """
        amount = self._prices.cost(most) if self._prices else 0.0
        if self._limit is not None and self.spent + self._held + amount > self._limit:
            raise AnswerError(
                f"The budget of {self._limit:g} USD is used up ({self.spent:.4f} USD spent).",
                next_step="Raise --budget and run again: finished answers are kept and cost nothing.",
            )
        self._held += amount
        return amount

    def settle(self, held: float, used: Usage | None) -> None:
        """Give back what was set aside and count what was used.

        Without an answer nobody says what was used, so it is all that was set aside.
        """
        self._held -= held
        if self._prices:
            self.spent += held if used is None else self._prices.cost(used)

    @property
    def cost(self) -> float | None:
        """US dollars spent so far, None where no prices are known."""
        return self.spent if self._prices else None
