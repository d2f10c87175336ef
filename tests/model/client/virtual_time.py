"""A clock that goes on when everybody waits for it."""

import asyncio
import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Final

_SETTLED: Final = 30
"""Turns of the event loop after which nothing happens any more but by the clock, without a network."""


@dataclass
class VirtualTime:
    """Seconds since the beginning; waits take no time, and end in the order in which they should."""

    now: float = 0.0
    _due: list[tuple[float, int, asyncio.Future[None]]] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=count)
    _driver: asyncio.Task[None] | None = None

    def clock(self) -> float:
        """The seconds now."""
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Wait until the clock shows so many seconds more."""
        end: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._due, (self.now + seconds, next(self._numbers), end))
        if self._driver is None or self._driver.done():
            self._driver = asyncio.create_task(self._go_on())
        await end

    async def _go_on(self) -> None:
        while self._due:
            for _ in range(_SETTLED):
                await asyncio.sleep(0)
            self.now, _, end = heapq.heappop(self._due)
            if not end.done():
                end.set_result(None)
