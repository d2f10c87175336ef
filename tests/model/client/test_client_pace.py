"""One pace for all questions: what one is told of an overloaded endpoint holds for every other."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any, Final

import httpx2
import pytest

from pipeline.errors import AnswerError, EndpointUnreachable
from pipeline.model.cache import AnswerCache
from pipeline.model.client import ATTEMPTS, GIVEN_UP, Client, Question, Reply
from pipeline.model.limits import Limits, seconds_of
from pipeline.model.pace import LONGEST_WAIT, RETRY_SECONDS, SPREAD
from tests.chaos import long
from tests.model.client.fake_endpoint import EMPTY, answering, completion, question, reply, status
from tests.model.client.virtual_time import VirtualTime


@dataclass
class TimedEndpoint:
    """Answers some virtual time after a request; ``said`` gives another reply by a request's number."""

    said: Callable[[int], httpx2.Response | None]
    latency: float | Callable[[], float] = 0.25
    time: VirtualTime = field(default_factory=VirtualTime)
    sent: list[float] = field(default_factory=list)
    """When each request came."""
    flying: int = 0
    most: list[int] = field(default_factory=list)
    """How many were on their way when each request came, that one included."""
    told: list[float] = field(default_factory=list)
    """When a request was refused."""

    async def handle(self, request: httpx2.Request) -> httpx2.Response:
        """Answer one request."""
        self.sent.append(self.time.now)
        number = len(self.sent)
        self.flying += 1
        self.most.append(self.flying)
        try:
            await self.time.sleep(self.latency if isinstance(self.latency, float) else self.latency())
        finally:
            self.flying -= 1
        response = self.said(number) or reply(EMPTY)
        if response.status_code != 200:
            self.told.append(self.time.now)
        return response

    def client(self, cache: AnswerCache, **more: Any) -> Client:
        """A client whose time is the endpoint's."""
        transport = httpx2.MockTransport(self.handle)
        time = {"sleep": self.time.sleep, "clock": self.time.clock}
        return answering().client(cache, transport=transport, **time, **more)


def questions(number: int) -> list[Question]:
    """So many questions."""
    return [question(f"{each}号楼主任到场。") for each in range(number)]


async def asked(client: Client, all_of: Sequence[Question]) -> list[Reply | BaseException]:
    """All questions at once, and what became of each."""
    return await asyncio.gather(*map(client.ask, all_of), return_exceptions=True)


WAITS: Final[dict[str, tuple[httpx2.Response, float]]] = {
    "429 with seconds": (status(429, headers={"Retry-After": "30"}), 30),
    "429 with a date": (status(429, headers={"Retry-After": formatdate(1_000_040, usegmt=True)}), 40),
    "503 with seconds": (status(503, headers={"Retry-After": "30"}), 30),
    "429 without": (status(429), 1),
    "529": (status(529), 1),
}


@pytest.mark.parametrize(("overload", "seconds"), WAITS.values(), ids=WAITS.keys())
async def test_nobody_sends_before_the_moment_that_one_was_told(
    cache: AnswerCache, monkeypatch: pytest.MonkeyPatch, overload: httpx2.Response, seconds: float
) -> None:
    """The third of sixteen requests is refused: none is sent until the time is over, then all go on, and not at once."""
    monkeypatch.setattr("time.time", lambda: 1_000_000.0)
    endpoint = TimedEndpoint(lambda number: overload if number == 3 else None)
    async with endpoint.client(cache) as client:
        assert all(isinstance(each, Reply) for each in await asked(client, questions(15)))
    (told,) = endpoint.told
    after = [at for at in endpoint.sent if at > told]
    assert len(endpoint.sent) == 16 and len(after) >= 9
    assert told + seconds <= min(after) <= told + seconds + min(seconds, SPREAD)
    assert after[0] < after[1]


async def test_an_error_of_one_question_holds_up_no_other(cache: AnswerCache) -> None:
    """A 500 is waited for by the question that met it; the others go on meanwhile."""
    endpoint = TimedEndpoint(lambda number: status(500) if number == 3 else None)
    async with endpoint.client(cache) as client:
        await asked(client, questions(9))
    (told,) = endpoint.told
    assert min(at for at in endpoint.sent if at >= told) == told


async def test_as_many_as_were_refused_together_count_once(cache: AnswerCache) -> None:
    """Eight of eight refused: four may fly, not none; and with the answers the eight come back."""
    endpoint = TimedEndpoint(lambda number: status(429) if number <= 8 else None, latency=5.0)
    async with endpoint.client(cache, concurrency=8) as client:
        assert all(isinstance(each, Reply) for each in await asked(client, questions(70)))
    assert endpoint.most[:12] == [1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4]
    assert endpoint.most[12] == 4 and endpoint.most[-1] == 8


@dataclass
class Bucket:
    """A limit of requests a second, as providers set it: a bucket that fills steadily, and holds two seconds' worth."""

    time: VirtualTime
    rate: float
    held: float = 0.0
    at: float = 0.0

    def take(self, number: int) -> httpx2.Response | None:
        """A refusal without a word of when, where the bucket is empty."""
        self.held = min(2 * self.rate, self.held + (self.time.now - self.at) * self.rate)
        self.at = self.time.now
        if self.held < 1:
            return status(429)
        self.held -= 1
        return None


@pytest.mark.parametrize("rate", long([2.0], [0.5, 1.0, 2.0, 5.0, 20.0, 100.0]))
async def test_thirty_two_workers_live_with_a_limit_far_below_them(cache: AnswerCache, rate: float) -> None:
    """They could send 128 a second: all questions are answered, few requests refused, and little time lost."""
    number = long(50, 500)
    endpoint = TimedEndpoint(lambda number: None)
    endpoint.said = Bucket(endpoint.time, rate).take
    async with endpoint.client(cache, concurrency=32) as client:
        outcomes = await asked(client, questions(number))
    assert all(isinstance(each, Reply) for each in outcomes)
    assert len(endpoint.told) < 3 * number
    assert endpoint.time.now < 1.5 * number / rate + 10


async def test_a_question_that_breaks_the_endpoint_is_that_question(cache: AnswerCache) -> None:
    """All attempts at one question end in a 500: it fails, and what the endpoint answered before and after is used."""

    def handle(request: httpx2.Request) -> httpx2.Response:
        return status(500) if "2号楼" in request.content.decode() else reply(EMPTY)

    endpoint = answering(handle)
    async with endpoint.client(cache, concurrency=1) as client:
        outcomes = await asked(client, questions(5))
    assert [type(each) for each in outcomes] == [Reply, Reply, AnswerError, Reply, Reply]
    assert len(endpoint.requests) == 4 + ATTEMPTS


async def test_a_question_that_is_always_turned_away_is_given_up(cache: AnswerCache) -> None:
    """It alone fails, after a bounded number of attempts: more than a broken one has, while others are answered."""

    def handle(request: httpx2.Request) -> httpx2.Response:
        return status(503) if " 2号楼" in request.content.decode() else reply(EMPTY)

    endpoint = answering(handle)
    async with endpoint.client(cache, concurrency=2, attempts=3) as client:
        outcomes = await asked(client, questions(12))
    assert [number for number, each in enumerate(outcomes) if not isinstance(each, Reply)] == [2]
    assert 11 + 3 <= len(endpoint.requests) <= 11 + 5 * (3 - 1) + 1


STALLED: Final = 300.0
UNTIMELY: Final[dict[str, tuple[httpx2.Response | Exception, float]]] = {
    "errors at once": (status(500), 0.0),
    "refusals that ask for an hour": (status(429, headers={"retry-after": "3600"}), 0.0),
    "stalled replies": (httpx2.ReadTimeout("nothing came"), STALLED),
}


@pytest.mark.parametrize(("said", "latency"), UNTIMELY.values(), ids=UNTIMELY)
async def test_the_time_of_one_question_has_an_end(
    cache: AnswerCache, said: httpx2.Response | Exception, latency: float
) -> None:
    """With a thousand attempts allowed, its waits end after 20 minutes and the last one, and it fails by name."""

    def handle(request: httpx2.Request) -> httpx2.Response:
        endpoint.now += latency
        if isinstance(said, Exception):
            raise said
        return said

    endpoint = answering(handle)
    async with endpoint.client(cache, concurrency=1, attempts=1000) as client:
        outcomes = await asked(client, questions(1))
    assert [type(each) for each in outcomes] == [EndpointUnreachable]
    assert RETRY_SECONDS <= endpoint.now <= RETRY_SECONDS + LONGEST_WAIT + SPREAD + latency
    assert sum(endpoint.waits) <= RETRY_SECONDS + LONGEST_WAIT + SPREAD


async def test_asking_again_gives_a_question_no_more_time(cache: AnswerCache) -> None:
    """Each of its three asks meets stalled replies and then one that is no answer: the first ask has used the time up."""

    def handle(request: httpx2.Request) -> httpx2.Response:
        endpoint.now += STALLED
        if len(endpoint.requests) % 5:
            raise httpx2.ReadTimeout("nothing came")
        return reply("no answer")

    endpoint = answering(handle)
    async with endpoint.client(cache, concurrency=1, attempts=1000) as client:
        outcomes = await asked(client, questions(1))
    assert not isinstance(outcomes[0], Reply)
    assert (
        len(endpoint.requests) <= RETRY_SECONDS / STALLED + 2 and endpoint.now < RETRY_SECONDS + 3 * STALLED
    )


async def test_waiting_for_a_turn_is_no_time_of_a_question(cache: AnswerCache) -> None:
    """At one request a minute the last of forty goes out after forty minutes; that it breaks once is its first failure."""
    endpoint = TimedEndpoint(lambda number: status(500) if number == 40 else None)
    async with endpoint.client(cache, concurrency=40, limits=Limits(1, None)) as client:
        outcomes = await asked(client, questions(40))
    assert endpoint.time.now > RETRY_SECONDS and all(isinstance(each, Reply) for each in outcomes)


async def test_an_endpoint_that_goes_away_for_good_is_given_up(cache: AnswerCache) -> None:
    """After three questions in a row that nothing answered, the others are not sent; what was answered is kept."""
    endpoint = answering(reply(EMPTY), reply(EMPTY), httpx2.ConnectError("refused"))
    async with endpoint.client(cache, concurrency=1) as client:
        outcomes = await asked(client, questions(20))
    assert [type(each) for each in outcomes] == [
        *2 * [Reply],
        *(GIVEN_UP - 1) * [AnswerError],
        *(20 - 1 - GIVEN_UP) * [EndpointUnreachable],
    ]
    assert len(endpoint.requests) == 2 + GIVEN_UP * ATTEMPTS
    async with answering(reply(EMPTY)).client(cache) as client:
        assert [each.replayed for each in await asked(client, questions(3)) if isinstance(each, Reply)] == [
            True,
            True,
            False,
        ]


def most_in_a_minute(sent: Sequence[float], of_each: float = 1) -> float:
    """The most that went out in any minute."""
    return max(of_each * sum(at <= other < at + 59.999 for other in sent) for at in sent)


@pytest.mark.parametrize("rpm", [6, 90])
async def test_no_minute_has_more_requests_than_are_allowed(cache: AnswerCache, rpm: int) -> None:
    """Two minutes' worth of questions: in no minute more than the limit, and hardly more time than it takes."""
    endpoint = TimedEndpoint(lambda number: None)
    async with endpoint.client(cache, concurrency=32, limits=Limits(rpm, None)) as client:
        outcomes = await asked(client, questions(2 * rpm))
    assert all(isinstance(each, Reply) for each in outcomes)
    assert most_in_a_minute(endpoint.sent) <= rpm
    assert endpoint.time.now < 121


async def test_no_minute_has_more_tokens_than_are_allowed(cache: AnswerCache) -> None:
    """Each question takes 110 tokens where it might take thousands: what they take in truth decides."""
    endpoint = TimedEndpoint(lambda number: None)
    async with endpoint.client(cache, concurrency=8, limits=Limits(None, 6600)) as client:
        outcomes = await asked(client, questions(120))
    assert all(isinstance(each, Reply) for each in outcomes)
    assert most_in_a_minute(endpoint.sent, 110) <= 6600
    assert endpoint.time.now < 1.25 * 120


@dataclass
class TellingBucket(Bucket):
    """A limit of requests a minute that is told with every reply, of which others use a part."""

    others: float = 0.0

    def take(self, number: int) -> httpx2.Response | None:
        """An answer, or a refusal, with the limit in its head."""
        limit = 60 * self.rate
        refill = (self.time.now - self.at) * (self.rate - self.others)
        self.held, self.at = min(limit, self.held + refill), self.time.now
        refused = self.held < 1
        self.held -= 0 if refused else 1
        headers = {
            "x-ratelimit-limit-requests": f"{limit:.0f}",
            "x-ratelimit-remaining-requests": f"{self.held:.0f}",
            "x-ratelimit-reset-requests": f"{(limit - self.held) / self.rate:.3f}s",
        }
        said = status(429) if refused else reply(EMPTY)
        return httpx2.Response(said.status_code, headers={**said.headers, **headers}, content=said.content)


@pytest.mark.parametrize("others", [0.0, 1.0], ids=["alone", "half of it used by others"])
async def test_a_limit_that_the_endpoint_tells_is_kept_to(cache: AnswerCache, others: float) -> None:
    """Nothing is given: after the first answers the limit is known, and of 180 requests hardly one is refused."""
    endpoint = TimedEndpoint(lambda number: None)
    bucket = TellingBucket(endpoint.time, rate=2.0, held=120.0, others=others)
    endpoint.said = bucket.take
    async with endpoint.client(cache, concurrency=32) as client:
        outcomes = await asked(client, questions(180))
    assert all(isinstance(each, Reply) for each in outcomes)
    assert len(endpoint.told) <= 3
    assert endpoint.time.now < 1.6 * 60 / (2 - others) + 60


@pytest.mark.parametrize(
    "headers",
    [
        {"x-ratelimit-limit-requests": "unlimited"},
        {"x-ratelimit-limit-requests": "-1", "x-ratelimit-remaining-requests": "0"},
        {"x-ratelimit-limit-tokens": "nan", "x-ratelimit-reset-tokens": "soon"},
        {"x-ratelimit-limit-tokens": "0", "x-ratelimit-remaining-tokens": "0"},
        {"x-ratelimit-limit-requests": "1e999", "x-ratelimit-remaining-requests": "1e999"},
    ],
    ids=str,
)
async def test_a_limit_that_makes_no_sense_is_none(cache: AnswerCache, headers: dict[str, str]) -> None:
    """Whatever stands in a reply's head, the questions are asked, and at once."""
    endpoint = TimedEndpoint(lambda number: httpx2.Response(200, headers=headers, json=completion(EMPTY)))
    async with endpoint.client(cache, concurrency=8) as client:
        assert all(isinstance(each, Reply) for each in await asked(client, questions(40)))
    assert endpoint.time.now == pytest.approx(40 / 8 * 0.25)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("1s", 1), ("6m0s", 360), ("20ms", 0.02), ("1h2m3.5s", 3723.5), ("59.56s", 59.56), ("30", 30)]
    + [(text, None) for text in ("", "soon", "1d", "-1s", "2026-11-22T10:00:00Z", None)],
)
def test_how_long_until_a_limit_is_whole_again(text: str | None, seconds: float | None) -> None:
    """Durations as endpoints write them; anything else says nothing."""
    found = seconds_of(text)
    assert found == (seconds if seconds is None else pytest.approx(seconds))


async def test_an_endpoint_that_becomes_slow_is_sent_less_and_then_more_again(cache: AnswerCache) -> None:
    """From one moment on it takes eight times as long while more than eight requests are on their way."""
    endpoint = TimedEndpoint(lambda number: None)

    def latency() -> float:
        slow = 100 < len(endpoint.sent) <= 300 and endpoint.flying > 8
        return 2.0 if slow else 0.25

    endpoint.latency = latency
    async with endpoint.client(cache, concurrency=32) as client:
        await asked(client, questions(600))
    assert endpoint.most[90] == 32
    assert min(endpoint.most[200:300]) <= 8
    assert endpoint.most[-40] > 16


async def test_timeouts_halve_what_is_on_its_way(cache: AnswerCache) -> None:
    """Eight requests of eight that nothing comes of: four go out next, after their own waits."""

    def said(number: int) -> httpx2.Response | None:
        if len(endpoint.sent) <= 8:
            raise httpx2.ReadTimeout("nothing came")
        return None

    endpoint = TimedEndpoint(said, latency=5.0)
    async with endpoint.client(cache, concurrency=8) as client:
        assert all(isinstance(each, Reply) for each in await asked(client, questions(40)))
    assert max(endpoint.most[8:14]) == 4
