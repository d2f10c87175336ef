"""How fast requests go out: one pace for all questions of a client, slowed by what the endpoint says."""

import asyncio
import math
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

import openai
from tenacity import RetryCallState

from pipeline.model.failures import is_overloaded, seconds_asked_for
from pipeline.model.limits import Limits, Taken

LONGEST_WAIT: Final = 60.0
"""Most seconds for which requests are held back at once, whatever the endpoint asks for."""
SPREAD: Final = 1.0
"""Most seconds by which requests that were held back together set out apart."""
RETRY_SECONDS: Final = 1200.0
"""So long after a question's first attempt no failed one is repeated; long enough for a second where the first stalled."""
SLOWER: Final = 3.0
"""An endpoint that takes so many times as long for a round of answers as for its quickest has too much to do."""
_ROUND: Final = 32
"""Answers at least that make a round: how long one takes depends on much else."""
_FORGOTTEN: Final = 1.05
"""By how much the quickest round counts for longer with each round that goes by."""
_LOOKED_AGAIN: Final = 1.0
"""Seconds after which a limit is looked at again: what is on its way may have taken far less than it might have."""
_FIRST_WAIT: Final = 1.0
_DOUBLINGS: Final = 6
_TURNED_AWAY: Final = 5
"""How many times as often a request is sent where the endpoint is overloaded, and answers others meanwhile."""


class Pace:
    """Lets requests out: at most ``most`` at once, none before the moment that the endpoint asked for, within ``limits``.

    An endpoint that is overloaded holds all requests back, for as long as it says or twice as long each
    time, and halves how many may be on their way; the requests that were on their way together count once.
    One that runs into timeouts, or answers far more slowly than it did, is sent half as many, too, down to a quarter.
    Each round of answers then lets one more out (additive increase, multiplicative decrease, as TCP has it).

    ``sleep`` waits for seconds and ``clock`` tells them.
    """

    def __init__(
        self,
        most: int,
        *,
        sleep: Callable[[float], Awaitable[None]],
        clock: Callable[[], float],
        limits: Limits | None = None,
    ) -> None:
        self._most = most
        self._sleep = sleep
        self.clock = clock
        self._limits = limits or Limits(None, None)
        self._gate = asyncio.Lock()
        self._turns = asyncio.Semaphore(most)
        self._withheld = 0
        self._allowed = float(most)
        self._opens = -math.inf
        self._slowed = 0
        self._round: list[float] = []
        self._quickest = math.inf
        self.in_a_row = 0
        """How often the endpoint has been overloaded since it last answered anything."""

    def hear(self, headers: Mapping[str, str]) -> None:
        """Learn what the head of a reply says of the endpoint's limits."""
        self._limits.hear(headers, self.clock())

    @asynccontextmanager
    async def turn(self, tokens: float = 0.0) -> AsyncIterator[Taken]:
        """One request of at most so many ``tokens``, sent and answered inside; an error of the endpoint's is seen as it goes by.

        What is yielded takes the tokens that were used.
        """
        await self._turns.acquire()
        try:
            taken = await self._let_out(tokens)
            slowed, started = self._slowed, self.clock()
            try:
                yield taken
            except openai.APIStatusError as error:
                if is_overloaded(error):
                    self._hold_back(error, is_news=slowed == self._slowed)
                raise
            except openai.APITimeoutError:
                if slowed == self._slowed:
                    self._fewer(least=max(1.0, self._most / 4))
                raise
            self._answered(self.clock() - started, is_news=slowed == self._slowed)
        finally:
            self._give_back()

    async def _let_out(self, tokens: float) -> Taken:
        """Wait until a request may go out, and count it."""
        while True:
            while (left := self._opens - self.clock()) > 0:
                await self._sleep(left + random.uniform(0, min(left, SPREAD)))
            async with self._gate:  # One waits for the limits, and the others behind it in their order.
                while (left := self._limits.wait(tokens, self.clock())) > 0:
                    await self._sleep(min(left, _LOOKED_AGAIN))
                if self._opens <= (now := self.clock()):
                    return self._limits.take(tokens, now)

    def _hold_back(self, error: openai.APIStatusError, *, is_news: bool) -> None:
        if is_news:
            self._fewer(least=1.0)
            self.in_a_row += 1
        seconds = seconds_asked_for(error)
        if seconds is None:
            seconds = _FIRST_WAIT * 2.0 ** min(self.in_a_row - 1, _DOUBLINGS) if is_news else 0.0
        self._opens = max(self._opens, self.clock() + min(seconds, LONGEST_WAIT))

    def _fewer(self, *, least: float) -> None:
        self._slowed += 1
        self._allowed = min(self._allowed, max(least, self._allowed / 2))
        self._round.clear()

    def _answered(self, seconds: float, *, is_news: bool) -> None:
        self.in_a_row = 0
        if is_news:
            self._compare(seconds)
        self._allowed = min(self._most, self._allowed + 1 / self._allowed)
        while self._withheld > self._most - int(self._allowed):
            self._withheld -= 1
            self._turns.release()

    def _compare(self, seconds: float) -> None:
        """Take in how long an answer took, and at the end of a round whether the endpoint has become slow."""
        self._round.append(seconds)
        if len(self._round) < max(_ROUND, self._allowed):
            return
        mean = math.fsum(self._round) / len(self._round)
        self._round.clear()
        self._quickest = min(mean, self._quickest * _FORGOTTEN)
        if mean > SLOWER * self._quickest:
            self._fewer(least=max(2.0, self._most / 4))

    def _give_back(self) -> None:
        if self._withheld < self._most - int(self._allowed):
            self._withheld += 1
        else:
            self._turns.release()


@dataclass(slots=True)
class Patience:
    """When a question's request that fails in passing is given up: after so many attempts, or so many seconds.

    A broken one is sent ``attempts`` times. One that an overloaded endpoint turns away is given up when all
    were turned away as often in a row; while others are answered its own turn will come. When a question is asked again
    after an answer that is none, it has new attempts, and no more time.
    """

    attempts: int
    pace: Pace
    broken: int = 0
    turned_away: int = 0
    since: float = math.inf
    """The clock at the first attempt."""

    def ask(self) -> None:
        """The question is asked, or asked again."""
        self.broken = self.turned_away = 0

    def sent(self) -> None:
        """A request goes out."""
        self.since = min(self.since, self.pace.clock())

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
        return over or self.pace.clock() - self.since >= RETRY_SECONDS
