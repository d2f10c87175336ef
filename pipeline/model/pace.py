"""How fast requests go out: one pace for all questions of a client, slowed by what the endpoint says."""

import asyncio
import math
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

import openai

from pipeline.model.failures import is_overloaded, seconds_asked_for

LONGEST_WAIT: Final = 60.0
"""Most seconds for which requests are held back at once, whatever the endpoint asks for."""
SPREAD: Final = 1.0
"""Most seconds by which requests that were held back together set out apart."""
_FIRST_WAIT: Final = 0.5


class Pace:
    """Lets requests out: at most ``most`` at once, and none before the moment that the endpoint asked for.

    An endpoint that is overloaded holds all requests back, for as long as it says or twice as long each
    time, and halves how many may be on their way; the requests that were on their way together count once.
    Each round of answers then lets one more out (additive increase, multiplicative decrease, as TCP has it).

    ``sleep`` waits for seconds and ``clock`` tells them.
    """

    def __init__(
        self, most: int, *, sleep: Callable[[float], Awaitable[None]], clock: Callable[[], float]
    ) -> None:
        self._most = most
        self._sleep = sleep
        self._clock = clock
        self._turns = asyncio.Semaphore(most)
        self._withheld = 0
        self._allowed = float(most)
        self._opens = -math.inf
        self._slowed = 0
        self._in_a_row = 0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """One request, sent and answered inside; an error of the endpoint's is looked at as it goes by."""
        await self._turns.acquire()
        try:
            while (left := self._opens - self._clock()) > 0:
                await self._sleep(left + random.uniform(0, min(left, SPREAD)))
            slowed = self._slowed
            try:
                yield
            except openai.APIStatusError as error:
                if is_overloaded(error):
                    self._hold_back(error, is_news=slowed == self._slowed)
                raise
            self._answered()
        finally:
            self._give_back()

    def _hold_back(self, error: openai.APIStatusError, *, is_news: bool) -> None:
        if is_news:
            self._slowed += 1
            self._allowed = max(1.0, self._allowed / 2)
            self._in_a_row += 1
        seconds = seconds_asked_for(error)
        if seconds is None:
            seconds = _FIRST_WAIT * 2.0 ** (self._in_a_row - 1) if is_news else 0.0
        self._opens = max(self._opens, self._clock() + min(seconds, LONGEST_WAIT))

    def _answered(self) -> None:
        self._in_a_row = 0
        self._allowed = min(self._most, self._allowed + 1 / self._allowed)
        while self._withheld > self._most - int(self._allowed):
            self._withheld -= 1
            self._turns.release()

    def _give_back(self) -> None:
        if self._withheld < self._most - int(self._allowed):
            self._withheld += 1
        else:
            self._turns.release()
