"""How fast requests go out: one pace for all questions of a client, slowed by what the endpoint says."""

import asyncio
import math
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

import openai
from tenacity import RetryCallState

from pipeline.model.failures import is_overloaded, seconds_asked_for

LONGEST_WAIT: Final = 60.0
"""Most seconds for which requests are held back at once, whatever the endpoint asks for."""
SPREAD: Final = 1.0
"""Most seconds by which requests that were held back together set out apart."""
RETRY_SECONDS: Final = 1200.0
"""After so long no further attempt is begun; long enough for a second one where the first stalled."""
_FIRST_WAIT: Final = 1.0
_DOUBLINGS: Final = 6
_TURNED_AWAY: Final = 5
"""How many times as often a request is sent where the endpoint is overloaded, and answers others meanwhile."""


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
        self.in_a_row = 0
        """How often the endpoint has been overloaded since it last answered anything."""

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
            self.in_a_row += 1
        seconds = seconds_asked_for(error)
        if seconds is None:
            seconds = _FIRST_WAIT * 2.0 ** min(self.in_a_row - 1, _DOUBLINGS) if is_news else 0.0
        self._opens = max(self._opens, self._clock() + min(seconds, LONGEST_WAIT))

    def _answered(self) -> None:
        self.in_a_row = 0
        self._allowed = min(self._most, self._allowed + 1 / self._allowed)
        while self._withheld > self._most - int(self._allowed):
            self._withheld -= 1
            self._turns.release()

    def _give_back(self) -> None:
        if self._withheld < self._most - int(self._allowed):
            self._withheld += 1
        else:
            self._turns.release()


@dataclass(slots=True)
class Patience:
    """When a request that fails in passing is given up.

    A broken one is sent ``attempts`` times. One that an overloaded endpoint turns away is given up when all
    were turned away as often in a row; while others are answered its own turn will come.
    """

    attempts: int
    pace: Pace
    broken: int = 0
    turned_away: int = 0

    def is_over(self, state: RetryCallState) -> bool:
        """Whether the attempt that just failed was the last."""
        error = state.outcome.exception() if state.outcome else None
        if error and is_overloaded(error):
            self.turned_away += 1
            most = _TURNED_AWAY * (self.attempts - 1)
            over = self.turned_away > most or self.pace.in_a_row >= self.attempts
        else:
            self.broken += 1
            over = self.broken >= self.attempts
        return over or (state.seconds_since_start or 0) >= RETRY_SECONDS
