"""Whose turn it is among questions that wait for one of a few slots.

A slot computes what its question begins with, unless it has just done so: of questions that begin alike only one is answered at
once, as long as others wait.
"""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Turns:
    """``slots`` turns at once. One that is free goes to the first who waits with a beginning that no other has now, else to the first."""

    def __init__(self, slots: int) -> None:
        self._free = slots
        self._taken: Counter[str] = Counter()
        self._waiting: deque[tuple[str, asyncio.Future[None]]] = deque()

    @asynccontextmanager
    async def turn(self, beginning: str) -> AsyncIterator[None]:
        """Wait for a turn, and have it inside."""
        loop = asyncio.get_running_loop()
        place = beginning, loop.create_future()
        self._waiting.append(place)
        loop.call_soon(self._go_on)  # Not before all that come at once wait.
        try:
            await place[1]
        except asyncio.CancelledError:
            if place[1].cancelled():
                self._waiting.remove(place)
            else:  # It had its turn already, and does not take it.
                self._end(beginning)
            raise
        try:
            yield
        finally:
            self._end(beginning)

    def _go_on(self) -> None:
        while self._free and (waiting := [one for one in self._waiting if not one[1].cancelled()]):
            place = next((one for one in waiting if not self._taken[one[0]]), waiting[0])
            self._waiting.remove(place)
            beginning, waits = place
            self._free -= 1
            self._taken[beginning] += 1
            waits.set_result(None)

    def _end(self, beginning: str) -> None:
        self._free += 1
        self._taken[beginning] -= 1
        self._go_on()
