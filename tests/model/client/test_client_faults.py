"""What the way to a model can do to a question, and the error of our own tree that comes of it."""

import asyncio
import logging
import time
import traceback
from email.utils import formatdate
from pathlib import Path
from typing import Any

import httpx2
import openai
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import AnswerError, EndpointRefused, EndpointUnreachable, ModelError, PipelineError
from pipeline.model.cache import AnswerCache
from pipeline.model.client import ATTEMPTS
from pipeline.model.endpoint import Endpoint
from pipeline.model.failures import passes, retry_after
from pipeline.model.pace import LONGEST_WAIT, SPREAD
from tests.model.client.fake_endpoint import (
    ENDPOINT,
    KEY,
    Step,
    answering,
    files_below,
    question,
    reply,
    status,
)

PASSING: dict[str, Step] = {
    "429": status(429),
    "408": status(408),
    "409": status(409),
    "500": status(500),
    "502 with a page": httpx2.Response(502, html="<h1>Bad gateway</h1>"),
    "503": status(503),
    "529": status(529),
    "no connection": httpx2.ConnectError("refused"),
    "a reset": httpx2.ReadError("reset"),
    "a reset while sending": httpx2.WriteError("reset"),
    "a reply without an end": httpx2.RemoteProtocolError("peer closed connection"),
    "a stalled connection": httpx2.ConnectTimeout("slow"),
    "a stalled reply": httpx2.ReadTimeout("slow"),
    "no free connection": httpx2.PoolTimeout("full"),
    "a proxy's error": httpx2.ProxyError("no"),
    "an error of the system": ConnectionResetError(104, "reset"),
}


@pytest.mark.parametrize("step", PASSING.values(), ids=PASSING.keys())
async def test_what_passes_is_waited_for_and_answered(cache: AnswerCache, step: Step) -> None:
    """Two failures, two waits, and the answer."""
    endpoint = answering(step, step, reply())
    async with endpoint.client(cache) as client:
        assert not (await client.ask(question())).replayed
    assert len(endpoint.requests) == 3
    first, second = endpoint.waits
    assert 0.5 <= first <= 2 and 1 <= second <= 3


@pytest.mark.parametrize("step", PASSING.values(), ids=PASSING.keys())
async def test_what_does_not_pass_ends_after_a_bounded_number_of_attempts(
    cache: AnswerCache, step: Step
) -> None:
    """Attempts are counted, and their number is the user's to set; then there is no model to ask."""
    endpoint = answering(step)
    async with endpoint.client(cache, attempts=3) as client:
        with pytest.raises(EndpointUnreachable) as raised:
            await client.ask(question())
    assert len(endpoint.requests) == 3 and len(endpoint.waits) == 2
    assert "model.invalid" in raised.value.message and "finished answers are kept" in raised.value.next_step


@pytest.mark.parametrize(
    ("header", "least", "most"),
    [
        ("7", 7, 7 + SPREAD),
        ("0", 0, 0),
        ("0.25", 0.25, 0.5),
        ("-5", 0, 0),
        ("86400", LONGEST_WAIT, LONGEST_WAIT + SPREAD),
        ("inf", LONGEST_WAIT, LONGEST_WAIT + SPREAD),
        (formatdate(time.time() + 3600, usegmt=True), LONGEST_WAIT, LONGEST_WAIT + SPREAD),
        (formatdate(0, usegmt=True), 0, 0),
        ("soon", 1, 2),
        ("", 1, 2),
    ],
)
async def test_a_server_that_says_when_is_heeded_within_bounds(
    cache: AnswerCache, header: str, least: float, most: float
) -> None:
    """Retry-After in seconds or as a date is waited for, up to a minute; anything else is no answer."""
    endpoint = answering(status(429, headers={"Retry-After": header}), reply())
    async with endpoint.client(cache) as client:
        await client.ask(question())
    assert least <= sum(endpoint.waits) <= most


def test_a_date_is_so_many_seconds_away() -> None:
    """A Retry-After date is measured from now."""
    assert retry_after("Thu, 01 Jan 1970 00:01:40 GMT", now=70) == 30


@given(st.text() | st.from_regex(r"[A-Z][a-z]{2}, \d+ Jan \d+ \d+:\d+:\d+ GMT"))
def test_no_header_is_beyond_reading(header: str) -> None:
    """Whatever stands in Retry-After, there is a number of seconds, none of them negative, or None."""
    asked = retry_after(header, now=0)
    assert asked is None or asked >= 0


REFUSED: dict[str, tuple[Step, str]] = {
    "wrong key": (status(401, f"Incorrect API key provided: {KEY}"), "OPENAI_API_KEY"),
    "no credit": (status(402, "Insufficient balance"), "no credit"),
    "quota used up": (status(429, "You exceeded your quota", code="insufficient_quota"), "no credit"),
    "not allowed": (status(403), "may not use"),
    "no such model or address": (status(404), "made-up-model"),
    "no such method": (status(405), "OPENAI_BASE_URL"),
    "moved": (httpx2.Response(308, headers={"location": "https://elsewhere.invalid"}), "OPENAI_BASE_URL"),
}


@pytest.mark.parametrize(("step", "next_step"), REFUSED.values(), ids=REFUSED.keys())
async def test_a_refusal_is_fatal_at_once_for_all_questions(
    cache: AnswerCache, step: Step, next_step: str
) -> None:
    """One request tells; the questions behind it are not sent, and what to do is in the error."""
    endpoint = answering(step)
    async with endpoint.client(cache, concurrency=1) as client:
        outcomes = await asyncio.gather(
            *(client.ask(question(f"{number}号楼主任到场。")) for number in range(20)), return_exceptions=True
        )
    assert len(endpoint.requests) == 1 and not endpoint.waits
    assert all(isinstance(outcome, EndpointRefused) for outcome in outcomes)
    assert next_step in str(outcomes[0]) and KEY not in str(outcomes)


async def test_after_a_fatal_error_stored_answers_are_still_replayed(cache: AnswerCache) -> None:
    """No model is needed for what is known already."""
    async with answering().client(cache) as client:
        await client.ask(question())
    async with answering(status(401)).client(cache) as client:
        with pytest.raises(EndpointRefused):
            await client.ask(question("院长不在。"))
        assert (await client.ask(question())).replayed


UNUSABLE: dict[str, Endpoint] = {
    "an address without a scheme": Endpoint("model.invalid/v1", KEY, "m"),
    "an address of another kind": Endpoint("ftp://model.invalid/v1", KEY, "m"),
    "half an address": Endpoint("http://[", KEY, "m"),
    "a port that is none": Endpoint("http://model.invalid:port/v1", KEY, "m"),
    "an empty key": Endpoint("http://model.invalid/v1", "", "m"),
    "a key with a line end": Endpoint("http://model.invalid/v1", KEY + "\n", "m"),
    "a key in Chinese": Endpoint("http://model.invalid/v1", "钥匙" + KEY, "m"),
}


@pytest.mark.parametrize("unusable", UNUSABLE.values(), ids=UNUSABLE.keys())
async def test_settings_that_cannot_work_are_named_without_the_key(
    cache: AnswerCache, unusable: Endpoint
) -> None:
    """A wrong address or key is no model to ask, found without a wait and told without a secret."""

    async def connect() -> Endpoint:
        return unusable

    endpoint = answering()
    # The real transport: it is what looks at addresses and headers.
    async with endpoint.client(cache, connect=connect, transport=None) as client:
        with pytest.raises(ModelError) as raised:
            await client.ask(question())
    assert not endpoint.waits and KEY not in str(raised.value)
    assert "OPENAI_API_KEY" in str(raised.value) or "OPENAI_BASE_URL" in str(raised.value)


def test_what_may_be_shown_of_an_address_is_no_secret() -> None:
    """A user and password, or a key in the query, stay out of messages."""
    endpoint = Endpoint(f"https://me:{KEY}@model.invalid:8443/v1?key={KEY}", "another", "m")
    assert endpoint.shown == "https://model.invalid:8443/v1"


def subclasses(root: type[Exception]) -> list[type[Exception]]:
    """A class and everything below it."""
    return [root, *(one for child in root.__subclasses__() for one in subclasses(child))]


FOREIGN = {
    error.__name__: error("made up")
    for error in (
        *subclasses(httpx2.HTTPError),
        httpx2.InvalidURL,
        httpx2.CookieConflict,
        OSError,
        TimeoutError,
        UnicodeEncodeError,
        RuntimeError,
        RecursionError,
        ValueError,
        KeyError,
        openai.OpenAIError,
        openai.LengthFinishReasonError,
    )
    if error not in (httpx2.HTTPStatusError, UnicodeEncodeError, openai.LengthFinishReasonError)
}


@pytest.mark.parametrize("error", FOREIGN.values(), ids=FOREIGN.keys())
async def test_no_foreign_error_escapes(cache: AnswerCache, error: Exception) -> None:
    """Whatever the transport raises arrives as an error of ours with a next step, after bounded attempts."""
    endpoint = answering(error)
    async with endpoint.client(cache) as client:
        with pytest.raises(PipelineError) as raised:
            await client.ask(question())
    assert isinstance(raised.value, ModelError | AnswerError)
    assert raised.value.next_step and len(endpoint.requests) <= ATTEMPTS


@pytest.mark.parametrize("code", [*range(300, 309), *range(400, 432), 451, *range(500, 512), 529, 599])
async def test_no_status_escapes_and_only_what_may_pass_is_sent_again(cache: AnswerCache, code: int) -> None:
    """Every status becomes an error of ours; all but overload and breakdown are sent once."""
    endpoint = answering(status(code))
    async with endpoint.client(cache, attempts=2) as client:
        with pytest.raises(PipelineError):
            await client.ask(question())
    assert len(endpoint.requests) == (2 if code in (408, 409, 429) or code >= 500 else 1)


def test_an_error_of_a_transports_own_code_does_not_pass() -> None:
    """Only a broken connection is worth another attempt; a cassette without the request, say, is not."""
    request = httpx2.Request("POST", "http://model.invalid")
    broken = openai.APIConnectionError(request=request)
    broken.__cause__ = KeyError("not recorded")
    assert not passes(broken)


async def test_a_terminal_obeys_nothing_that_a_server_says(cache: AnswerCache) -> None:
    """One line, no escapes, of bounded length."""
    endpoint = answering(status(400, "\x1b[2Jcleared\x07 " + "long " * 500 + "\nsecond line"))
    async with endpoint.client(cache) as client:
        with pytest.raises(AnswerError) as raised:
            await client.ask(question())
    assert raised.value.message.isprintable() and "cleared" in raised.value.message
    assert len(raised.value.message) < 300


LEAKS: dict[str, tuple[Step, ...]] = {
    "answered": (reply(),),
    "refused with the key repeated": (status(401, f"Incorrect API key provided: {KEY}."),),
    "failed with the key repeated": (status(500, KEY), status(400, f"{KEY} is not valid")),
    "unreachable": (httpx2.ConnectError(f"cannot reach http://x:{KEY}@model.invalid"),),
}


@pytest.mark.parametrize("steps", LEAKS.values(), ids=LEAKS.keys())
async def test_the_key_is_in_no_file_no_error_and_no_log(
    cache: AnswerCache, folder: Path, caplog: pytest.LogCaptureFixture, steps: tuple[Step, ...]
) -> None:
    """With all logs on, a canary key is sent to the endpoint and shows up nowhere else."""
    caplog.set_level(logging.DEBUG)
    endpoint = answering(*steps)
    shown = ""
    async with endpoint.client(cache) as client:
        try:
            await client.ask(question())
        except PipelineError as error:
            shown = f"{error!r} {error}" + "".join(traceback.format_exception(error))
    assert endpoint.requests[0].headers["authorization"] == f"Bearer {KEY}"
    assert KEY not in shown
    assert not [record for record in caplog.records if KEY in record.getMessage()]
    assert not [content for content in files_below(folder) if KEY.encode() in content]


class Engines:
    """An engine that can be started again: each start has another address."""

    def __init__(self, *, starts: int = 9) -> None:
        self.left = starts
        self.failed: list[Endpoint] = []

    async def restart(self, failed: Endpoint) -> Endpoint:
        """Another endpoint in place of a dead one."""
        self.failed.append(failed)
        if not self.left:
            raise ModelError("The engine does not start.", next_step="Try again.")
        self.left -= 1
        return Endpoint("http://again.invalid/v1", KEY, "made-up-model")


def dead_first(request: httpx2.Request) -> httpx2.Response:
    """The first address is dead, the next one answers."""
    if request.url.host == "model.invalid":
        raise httpx2.ConnectError("refused")
    return reply()


def dead(request: httpx2.Request) -> httpx2.Response:
    """No address answers."""
    raise httpx2.ConnectError("refused")


async def test_an_engine_that_died_is_started_again_once_for_all(cache: AnswerCache) -> None:
    """Six questions meet a dead engine: one restart, no wait, six answers."""
    endpoint, engines = answering(dead_first), Engines()
    async with endpoint.client(cache, reconnect=engines.restart) as client:
        asked = [question(f"{number}号楼主任到场。") for number in range(6)]
        replies = await asyncio.gather(*map(client.ask, asked))
    assert len(replies) == 6 and engines.failed == [ENDPOINT] and not endpoint.waits


async def test_an_engine_that_dies_again_is_the_end(cache: AnswerCache) -> None:
    """After one restart the new address gets its attempts, and then there is no model to ask."""
    endpoint, engines = answering(dead), Engines()
    async with endpoint.client(cache, reconnect=engines.restart) as client:
        for _ in range(2):
            with pytest.raises(EndpointUnreachable, match=r"again\.invalid"):
                await client.ask(question())
    assert len(engines.failed) == 1
    assert len(endpoint.requests) == 1 + ATTEMPTS


async def test_an_engine_that_does_not_start_again_says_why(cache: AnswerCache) -> None:
    """The error of the restart is the one that is told, to all questions; it is tried once."""
    engines = Engines(starts=0)
    async with answering(dead).client(cache, reconnect=engines.restart) as client:
        asked = [question(f"{number}号楼主任到场。") for number in range(6)]
        outcomes = await asyncio.gather(*map(client.ask, asked), return_exceptions=True)
    assert all("does not start" in str(outcome) for outcome in outcomes)
    assert len(engines.failed) == 1


async def test_an_engine_that_does_not_start_is_started_once(cache: AnswerCache) -> None:
    """Six questions wait for an engine that cannot start: one attempt, six errors."""
    attempts = 0

    async def connect() -> Endpoint:
        nonlocal attempts
        attempts += 1
        await asyncio.sleep(0)
        raise ModelError("The engine does not start.", next_step="Try again.")

    async with answering().client(cache, connect=connect) as client:
        asked = [question(f"{number}号楼主任到场。") for number in range(6)]
        outcomes = await asyncio.gather(*map(client.ask, asked), return_exceptions=True)
    assert all(isinstance(outcome, ModelError) for outcome in outcomes) and attempts == 1


async def test_a_question_that_fails_leaves_the_others_alone(cache: AnswerCache) -> None:
    """An unusable answer is one question's failure; the client goes on."""

    def handle(request: httpx2.Request) -> httpx2.Response:
        return status(400) if "三号楼" in request.content.decode() else reply()

    async with answering(handle).client(cache) as client:
        asked = [question(f"{number}号楼主任到场。") for number in "一二三四"]
        outcomes: list[Any] = await asyncio.gather(*map(client.ask, asked), return_exceptions=True)
    assert [isinstance(outcome, AnswerError) for outcome in outcomes] == [False, False, True, False]
