"""Turns of questions at the slots of an engine."""

import asyncio
from collections.abc import Sequence

import pytest

from pipeline.model.turns import Turns


class Slots:
    """Keeps who has a turn, in the order in which turns began."""

    def __init__(self, number: int) -> None:
        self.turns = Turns(number)
        self.begun: list[str] = []
        self._end: dict[int, asyncio.Event] = {}

    async def take(self, beginning: str) -> None:
        """Have a turn until it is ended."""
        async with self.turns.turn(beginning):
            number = len(self.begun)
            self.begun.append(beginning)
            await self._end.setdefault(number, asyncio.Event()).wait()

    def let_end(self, number: int) -> None:
        """Let the turn that began as this one end as soon as the event loop goes on."""
        self._end.setdefault(number, asyncio.Event()).set()

    async def end(self, number: int) -> None:
        """End the turn that began as this one, and let the next begin."""
        self.let_end(number)
        await settled()


async def settled() -> None:
    """Let the event loop do all that it can."""
    for _ in range(10):
        await asyncio.sleep(0)


async def taking(slots: Slots, beginnings: Sequence[str]) -> list[asyncio.Task[None]]:
    """One who waits for a turn for each beginning."""
    tasks = [asyncio.create_task(slots.take(each)) for each in beginnings]
    await settled()
    return tasks


async def test_a_turn_goes_to_the_first_whose_beginning_no_other_has() -> None:
    """Of aabbc with two slots a and b begin; then c, which nobody has, and what is left in its order."""
    slots = Slots(2)
    tasks = await taking(slots, "aabbc")
    assert slots.begun == ["a", "b"]
    await slots.end(0)
    assert slots.begun == ["a", "b", "a"]
    await slots.end(2)
    assert slots.begun == ["a", "b", "a", "c"]
    await slots.end(1)
    assert slots.begun == ["a", "b", "a", "c", "b"]
    for each in (3, 4):
        await slots.end(each)
    await asyncio.gather(*tasks)


async def test_no_slot_is_empty_while_anybody_waits() -> None:
    """Where all begin alike, as many as there are slots are answered at once."""
    slots = Slots(3)
    tasks = await taking(slots, "aaaa")
    assert slots.begun == ["a", "a", "a"]
    for each in range(4):
        await slots.end(each)
    await asyncio.gather(*tasks)


@pytest.mark.parametrize("at", ["waiting", "as a turn ends", "just let through", "inside"])
async def test_who_is_cancelled_keeps_no_slot(at: str) -> None:
    """Wherever a question is given up, its turn is another's."""
    slots = Slots(1)
    first, second, third = await taking(slots, "abc")
    if at == "waiting":
        second.cancel()
        await slots.end(0)
    elif at == "as a turn ends":
        slots.let_end(0)
        second.cancel()
    elif at == "just let through":
        first.cancel()
        await asyncio.sleep(0)
        second.cancel()
    else:
        await slots.end(0)
        second.cancel()
    await settled()
    assert slots.begun[-1] == "c" and slots.begun.count("c") == 1
    third.cancel()
    await asyncio.gather(first, second, third, return_exceptions=True)
