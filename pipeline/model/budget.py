"""A spending limit: what an attempt may use at most is set aside before it is sent, so that the limit is never passed."""

import asyncio
import math
import re
from dataclasses import dataclass
from typing import Final, Literal, Self

from pipeline.errors import AnswerError
from pipeline.model.cache import Usage

MILLION: Final = 1_000_000
_TIMES: Final = {"": 1, "k": 1000, "m": MILLION}
_LIMIT: Final = re.compile(
    r"\$?(?P<amount>\d[\d_]*(?:\.\d+)?|\.\d+) *(?P<times>[km]?) *(?P<unit>usd|tokens?)?", re.I | re.A
)


@dataclass(frozen=True, slots=True)
class Prices:
    """US dollars for a million tokens; ``cached`` prompt tokens cost what ``prompt`` ones do unless it is given."""

    prompt: float
    completion: float
    cached: float | None = None

    def __post_init__(self) -> None:
        if not all(0 <= each < math.inf for each in (self.prompt, self.completion, self.cached or 0.0)):
            raise ValueError("a price is a number from 0 up")

    def cost(self, usage: Usage) -> float:
        """US dollars for the tokens used."""
        cached = self.prompt if self.cached is None else self.cached
        fresh = usage.prompt - usage.cached
        return (fresh * self.prompt + usage.cached * cached + usage.completion * self.completion) / MILLION


@dataclass(frozen=True, slots=True)
class Limit:
    """The most that a run may use: US dollars, or tokens of questions and answers together."""

    amount: float
    unit: Literal["USD", "tokens"]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``5``, ``0.5 USD``, ``200000 tokens``, ``2M tokens``; ``ValueError`` for anything else, and for nothing."""
        found = _LIMIT.fullmatch(text.strip())
        if found is None:
            raise ValueError(f"{text} is no budget, such as 5 (US dollars) or 2M tokens")
        amount = float(found["amount"]) * _TIMES[found["times"].lower()]
        if not 0 < amount < math.inf:
            raise ValueError("a budget is more than nothing")
        return cls(amount, "tokens" if (found["unit"] or "").lower().startswith("token") else "USD")

    def __str__(self) -> str:
        return f"{self.amount:.12g} {self.unit}"


class Budget:
    """What one run has used and set aside. Without a ``limit`` everything is granted; with ``prices`` dollars are counted.

    A limit in US dollars needs prices.
    """

    def __init__(self, limit: Limit | None, prices: Prices | None) -> None:
        self._limit = limit
        self._prices = prices
        self._held: list[float] = []
        self._used = 0.0
        self._dollars = 0.0
        self._settled = asyncio.Event()

    async def hold(self, most: Usage) -> float:
        """Set aside what an attempt may use at most, in the limit's unit; to be given back with :meth:`settle`.

        Where it fits only once others have given back what they did not use, it waits for them: what is set
        aside is many times what an answer takes.

        Raises:
            AnswerError: the limit might be passed, whatever comes of those on their way.
        """
        amount = self._amount(most)
        while self._limit and self._used + math.fsum(self._held) + amount > self._limit.amount:
            if self._used + amount > self._limit.amount:
                raise AnswerError(
                    f"The budget of {self._limit} is used up: another question might pass it.",
                    next_step="Raise --budget and run again: finished answers are kept and cost nothing.",
                )
            await self._settled.wait()
        self._held.append(amount)
        return amount

    def settle(self, held: float, most: Usage, used: Usage | None) -> None:
        """Give back what was set aside for ``most`` and count what was ``used``.

        Without an answer nobody says what was used, so it is the most.
        """
        self._held.remove(held)
        counted = most if used is None else used
        self._used += self._amount(counted)
        if self._prices:
            self._dollars += self._prices.cost(counted)
        self._settled.set()
        self._settled = asyncio.Event()

    @property
    def cost(self) -> float | None:
        """US dollars spent so far, None where no prices are known."""
        return self._dollars if self._prices else None

    def _amount(self, usage: Usage) -> float:
        if self._limit and self._limit.unit == "tokens":
            return usage.prompt + usage.completion
        return self._prices.cost(usage) if self._prices else 0.0
