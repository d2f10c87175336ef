"""The spending limit: set aside before, counted after, never passed."""

import asyncio
import json
import random
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import AnswerError
from pipeline.model.budget import Budget, Limit, Prices
from pipeline.model.cache import AnswerCache, Usage
from pipeline.model.client import Decoding, Reply
from tests.chaos import long
from tests.model.client.fake_endpoint import answering, completion, question, reply, status

PRICES = Prices(prompt=1.0, completion=4.0, cached=0.5)
MOST = Usage(prompt=100_000, completion=100_000)


def test_tokens_have_their_prices() -> None:
    """Cached prompt tokens have a price of their own, and the prompt's where none is given."""
    usage = Usage(prompt=3_000_000, cached=1_000_000, completion=500_000)
    assert PRICES.cost(usage) == pytest.approx(2.0 + 0.5 + 2.0)
    assert Prices(1.0, 4.0).cost(usage) == pytest.approx(3.0 + 2.0)


@pytest.mark.parametrize("price", [-1.0, float("nan"), float("inf")])
def test_a_price_that_would_lift_every_limit_is_refused(price: float) -> None:
    """A price is a number from 0 up, the one of cached tokens too."""
    for prices in ((price, 1.0, None), (1.0, price, None), (1.0, 1.0, price)):
        with pytest.raises(ValueError, match="from 0 up"):
            Prices(*prices)


LIMITS: dict[str, Limit] = {
    "5": Limit(5, "USD"),
    "0.25 usd": Limit(0.25, "USD"),
    "$.5": Limit(0.5, "USD"),
    "200_000tokens": Limit(200_000, "tokens"),
    "1 token": Limit(1, "tokens"),
    " 1.5M Tokens ": Limit(1_500_000, "tokens"),
    "20k tokens": Limit(20_000, "tokens"),
}


@pytest.mark.parametrize(("text", "limit"), LIMITS.items(), ids=LIMITS.keys())
def test_a_limit_is_read_in_dollars_or_tokens(text: str, limit: Limit) -> None:
    """A bare number is US dollars; what is shown is read back as the same."""
    assert Limit.parse(text) == limit == Limit.parse(str(limit))


@pytest.mark.parametrize(
    "text", ["", "five", "-5", "0", "0 tokens", "5 EUR", "1e3", "nan", "5 tokens more", "１"]
)
def test_what_is_no_limit_is_refused(text: str) -> None:
    """A budget that cannot be read, or is nothing, is a mistake and not a run without a limit."""
    with pytest.raises(ValueError, match="budget"):
        Limit.parse(text)


async def test_what_is_on_its_way_counts_against_the_limit() -> None:
    """With 1.2 USD two questions of 0.5 USD may be on their way; a third waits until one of them has used less."""
    budget = Budget(Limit(1.2, "USD"), PRICES)
    first, second = await budget.hold(MOST), await budget.hold(MOST)
    third = asyncio.create_task(budget.hold(MOST))
    await asyncio.sleep(0)
    assert not third.done()
    budget.settle(first, MOST, Usage(prompt=1000, completion=100))
    assert await third == second


async def test_who_waits_in_vain_is_refused() -> None:
    """Where those on their way use all that was set aside, the one who waited is told that nothing is left."""
    budget = Budget(Limit(1.2, "USD"), PRICES)
    held = [await budget.hold(MOST), await budget.hold(MOST)]
    third = asyncio.create_task(budget.hold(MOST))
    for each in held:
        budget.settle(each, MOST, None)
        await asyncio.sleep(0)
    with pytest.raises(AnswerError, match=r"budget of 1\.2 USD"):
        await third


async def test_a_question_without_an_answer_costs_all_that_was_set_aside() -> None:
    """Nobody says what a failed question used."""
    budget = Budget(Limit(1.0, "USD"), PRICES)
    budget.settle(await budget.hold(MOST), MOST, None)
    assert budget.cost == pytest.approx(0.5)


async def test_without_a_limit_everything_is_granted_and_counted() -> None:
    """Prices alone give the cost of a run; without prices there is none."""
    for limit in (None, Limit(1e9, "tokens")):
        counted = Budget(limit, PRICES)
        counted.settle(await counted.hold(MOST), MOST, MOST)
        assert counted.cost == pytest.approx(0.5)
    free = Budget(None, None)
    free.settle(await free.hold(MOST), MOST, MOST)
    assert free.cost is None


@dataclass
class Till:
    """An endpoint that adds up what it is owed, for answers that get lost too, with overloads in between."""

    draws: random.Random
    tokens: int = 0
    on_their_way: int = 0
    most_on_their_way: int = 0

    async def handle(self, request: httpx2.Request) -> httpx2.Response:
        """Answer after a while, or do not."""
        self.on_their_way += 1
        self.most_on_their_way = max(self.most_on_their_way, self.on_their_way)
        for _ in range(self.draws.randrange(1, 6)):
            await asyncio.sleep(0)
        self.on_their_way -= 1
        luck = self.draws.random()
        if luck < 0.1:
            return status(503)
        prompt = self.draws.randrange(50, 200)
        answer = self.draws.randrange(1, 1 + json.loads(request.content)["max_tokens"])
        self.tokens += prompt + answer
        if luck < 0.15:
            raise httpx2.ReadTimeout("slow")
        usage = {"prompt_tokens": prompt, "completion_tokens": answer, "total_tokens": prompt + answer}
        content = "好的。" if luck < 0.2 else None
        return reply(content, usage=usage) if content else httpx2.Response(200, json=completion(usage=usage))


async def asked(cache: AnswerCache, till: Till, limit: Limit | None, questions: int) -> list[Any]:
    """What becomes of so many questions, 64 of them on their way at once."""
    # The transport takes a coroutine as well as a function.
    handle: Callable[[httpx2.Request], Coroutine[None, None, httpx2.Response]] = till.handle
    async with answering().client(
        cache,
        concurrency=64,
        decoding=Decoding(max_tokens=8000),
        budget=Budget(limit, None),
        transport=httpx2.MockTransport(handle),
    ) as client:
        return await asyncio.gather(
            *(client.ask(question(f"{number}号楼主任到场。")) for number in range(questions)),
            return_exceptions=True,
        )


@pytest.mark.parametrize("seed", range(long(1, 50)))
async def test_a_limit_is_not_passed_with_64_questions_on_their_way(cache: AnswerCache, seed: int) -> None:
    """Whatever gets lost or asked again, the endpoint is owed no more than the limit, and most of it is used.

    The rest is answered when the limit is gone; no finished answer is asked for again.
    """
    limit, till = Limit(400_000, "tokens"), Till(random.Random(seed))
    outcomes = await asked(cache, till, limit, 130)
    answered = [outcome for outcome in outcomes if isinstance(outcome, Reply)]
    refused = [outcome for outcome in outcomes if "budget" in str(outcome)]
    assert till.tokens <= limit.amount and till.most_on_their_way > 10
    assert till.tokens > limit.amount / 2 and refused
    assert all(isinstance(outcome, Reply | AnswerError) for outcome in outcomes)
    assert "Raise --budget" in refused[0].next_step

    again = await asked(cache, Till(random.Random(seed + 1)), None, 130)
    replayed = [outcome for outcome in again if isinstance(outcome, Reply) and outcome.replayed]
    assert len(replayed) == len(answered)


@given(
    st.lists(st.tuples(st.integers(1, 50), st.floats(0, 1), st.booleans()), min_size=1, max_size=40),
    st.integers(1, 200),
)
def test_no_order_of_answers_passes_a_limit_or_leaves_anyone_waiting(
    attempts: list[tuple[int, float, bool]], limit: int
) -> None:
    """Attempts of any size that use any share of it and end in any order: all are granted or refused, none too many."""
    budget, used = Budget(Limit(limit, "tokens"), None), 0

    async def attempt(size: int, share: float, quick: bool) -> None:
        nonlocal used
        most = Usage(prompt=size)
        held = await budget.hold(most)
        await asyncio.sleep(0 if quick else 0.0001)
        used += int(size * share)
        budget.settle(held, most, Usage(prompt=int(size * share)))

    async def all_of_them() -> None:
        async with asyncio.timeout(20):
            await asyncio.gather(*(attempt(*each) for each in attempts), return_exceptions=True)

    asyncio.run(all_of_them())
    assert used <= limit
