"""One question to one checked answer: cache, then the endpoint, through instructor on openai.

Who retries what: the SDK nothing; tenacity the transport (429, 5xx, timeouts, resets), at one pace for all
questions; instructor an answer that does not validate, at most twice. What an attempt may cost is set aside
before it is sent, and what it did cost is counted whatever comes of it. A finished answer is stored at once,
anything else never.
"""

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, Self
from weakref import WeakValueDictionary

import httpx2
import instructor
import openai
from instructor.core import retry_async
from instructor.core.exceptions import InstructorError, ResponseParsingError
from instructor.core.hooks import Hooks
from openai.types.chat import ChatCompletion
from pydantic import ValidationError
from tenacity import AsyncRetrying, retry_if_exception

from pipeline.errors import AnswerError, CacheError, EndpointRefused, EndpointUnreachable, ModelError
from pipeline.model.budget import Budget
from pipeline.model.cache import AnswerCache, Entry, Usage, key_of
from pipeline.model.endpoint import Endpoint
from pipeline.model.failures import as_ours, is_broken_connection, is_free, passes, wait
from pipeline.model.limits import Limits
from pipeline.model.pace import Pace, Patience
from pipeline.model.replies import REASK_BYTES, Meter, checked, constant_size, usage_of
from prompts.asked import Answer
from prompts.render import Message
from prompts.strict import strict_schema

REASKS: Final = 2
"""How often a question is asked again when its answer does not validate."""
ATTEMPTS: Final = 6
"""How often a request is sent while the transport fails, unless the user says otherwise."""
GIVEN_UP: Final = 3
"""After so many questions in a row that found the endpoint unreachable, one that has answered before counts as gone."""
CONNECT_SECONDS: Final = 20.0
"""An address that takes longer to connect to is not there."""

Create = Callable[..., Awaitable[ChatCompletion]]
"""Sends a request with its body's entries as keywords, and gives the reply."""

# instructor logs every failed attempt with what the server said, which may hold anything, the key included.
# Errors are told by us, once.
logging.getLogger("instructor").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: messages, the model an answer must satisfy, and a grammar where the engine takes one.

    ``in_full`` makes the JSON of an answer of what was written under the grammar.
    """

    messages: tuple[Message, ...]
    answer: type[Answer]
    grammar: str | None = None
    in_full: Callable[[str], str] = str


@dataclass(frozen=True, slots=True)
class Reply:
    """A checked answer, its tokens and seconds (of the call once paid), and whether the cache replayed it."""

    answer: Answer
    usage: Usage
    seconds: float
    replayed: bool


@dataclass(frozen=True, slots=True)
class Decoding:
    """How answers are generated: part of every cache key."""

    max_tokens: int = 1024
    temperature: float = 0.0
    seed: int = 0


class Client:
    """Asks questions of one model.

    ``identity`` names endpoint and model in cache keys (never a port or a key). ``connect`` returns the
    endpoint and is called when the first live answer is needed; ``reconnect``, where given, is called with an
    endpoint that went away and returns another one in its place, once in the client's life. ``sleep`` waits
    between the ``attempts`` of a request, and ``clock`` tells its seconds. ``budget`` is asked before anything
    is sent, and ``limits`` say how many requests and tokens may go out in a minute.
    """

    def __init__(
        self,
        identity: Mapping[str, str],
        connect: Callable[[], Awaitable[Endpoint]],
        cache: AnswerCache,
        *,
        decoding: Decoding,
        concurrency: int,
        offline: bool = False,
        timeout: float = 600.0,
        reconnect: Callable[[Endpoint], Awaitable[Endpoint]] | None = None,
        transport: httpx2.AsyncBaseTransport | None = None,
        attempts: int = ATTEMPTS,
        budget: Budget | None = None,
        limits: Limits | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._identity = dict(identity)
        self._connect = connect
        self._reconnect = reconnect
        self._cache = cache
        self._decoding = decoding
        self._offline = offline
        self._timeout = httpx2.Timeout(timeout, connect=min(timeout, CONNECT_SECONDS))
        self._transport = transport
        self._attempts = attempts
        self._budget = budget or Budget(None, None)
        self._sleep = sleep
        self._free = asyncio.Semaphore(concurrency)
        self._pace = Pace(concurrency, sleep=sleep, clock=clock, limits=limits)
        self._asking: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._opening = asyncio.Lock()
        self._opened: list[tuple[openai.AsyncOpenAI, Endpoint]] = []
        self._fatal: ModelError | CacheError | None = None
        self._served = False
        self._unreached = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for client, _endpoint in self._opened:
            await client.close()

    @property
    def cost(self) -> float | None:
        """US dollars spent so far, None where no prices are known."""
        return self._budget.cost

    def key(self, question: Question) -> str:
        """The cache key of a question: everything that decides its answer."""
        return key_of({"model": self._identity, **self._body(question)})

    def recorded(self, question: Question) -> Reply | None:
        """The answer of an earlier run, validated again, or None."""
        return self._recorded(question, self.key(question))

    def _recorded(self, question: Question, key: str) -> Reply | None:
        entry = self._cache.get(key)
        if entry is None:
            return None
        try:
            answer = question.answer.model_validate_json(entry.answer)
        except ValidationError:
            return None
        return Reply(answer, entry.usage, entry.seconds, replayed=True)

    async def ask(self, question: Question, meter: Meter | None = None, *, key: str | None = None) -> Reply:
        """The checked answer to a question, from the cache or live; ``meter`` counts what its attempts use.

        ``key`` is the question's key, where it is known already.

        Raises:
            AnswerError: this question got no usable answer.
            ModelError: there is no model to ask; the same for every question from then on.
            CacheError: answers cannot be kept, so nothing more is asked.
        """
        key = key or self.key(question)
        if reply := self._recorded(question, key):
            return reply
        if self._offline:
            raise AnswerError(
                "No recorded answer, and --offline asks no model.", next_step="Run again without --offline."
            )
        # Articles that print the same ask the same: one of them pays, and the others wait for its answer.
        asking = self._asking.setdefault(key, asyncio.Lock())
        is_asked = asking.locked()
        async with asking, self._free:
            reply = self._recorded(question, key) if is_asked else None
            return reply or await self._asked(question, key, meter or Meter())

    async def _asked(self, question: Question, key: str, meter: Meter) -> Reply:
        self._raise_if_fatal()
        try:
            answer, seconds = await self._live(question, meter)
        except EndpointUnreachable as error:
            self._unreached += 1
            if self._served and self._unreached < GIVEN_UP:
                # It answers other questions: what it cannot take is this one.
                raise AnswerError(error.message, next_step=error.next_step) from None
            self._fatal = error
            raise
        except ModelError as error:
            self._fatal = error
            raise
        self._served, self._unreached = True, 0
        entry = Entry(answer.model_dump_json(by_alias=True), meter.used, seconds)
        try:
            self._cache.put(key, entry)
        except CacheError as error:
            # This one is paid for, and used. What could not be kept either is not asked.
            self._fatal = error
        return Reply(answer, entry.usage, entry.seconds, replayed=False)

    def _raise_if_fatal(self) -> None:
        if self._fatal:
            raise self._fatal

    async def _live(self, question: Question, meter: Meter) -> tuple[Answer, float]:
        """A valid answer, and the seconds that it took."""
        client, endpoint = await self._open()
        try:
            return await self._answered(question, meter, client, endpoint)
        except EndpointUnreachable:
            if not await self._reopened(endpoint):
                raise
        return await self._answered(question, meter, *await self._open())

    async def _answered(
        self, question: Question, meter: Meter, client: openai.AsyncOpenAI, endpoint: Endpoint
    ) -> tuple[Answer, float]:
        started = time.monotonic()
        body = {"model": endpoint.model_name, **self._body(question)}
        create = self._sending(client, meter, self._most(body), endpoint, question.in_full)
        try:
            answer, first = await _first(create, body, question.answer)
            if first is not None:
                answer = await self._reasked(question, _behind(first, create), body)
        except (InstructorError, openai.OpenAIError) as error:
            # Without the foreign error beneath: it carries the request, and with it the key.
            raise as_ours(error, endpoint, sent=self._attempts, asked=REASKS + 1) from None
        assert answer is not None
        meter.answered = True
        return answer, round(time.monotonic() - started, 3)

    async def _reasked(self, question: Question, create: Create, body: Mapping[str, Any]) -> Answer | None:
        """instructor's loop of re-asks alone: its client makes a model and a schema anew for each call."""
        hooks = Hooks()
        hooks.on("completion:kwargs", constant_size(len(question.messages)))
        answer: Answer | None = await retry_async(
            create,
            question.answer,
            args=(),
            kwargs=dict(body),
            max_retries=REASKS,
            mode=instructor.Mode.JSON_SCHEMA,
            hooks=hooks,
        )
        return answer

    def _most(self, body: Mapping[str, Any]) -> Usage:
        """What one attempt may use at most, a re-ask too: no token is shorter than a byte."""
        size = len(json.dumps(body, ensure_ascii=False).encode()) + REASK_BYTES
        return Usage(prompt=size, completion=self._decoding.max_tokens)

    def _body(self, question: Question) -> dict[str, Any]:
        body: dict[str, Any] = {
            "messages": [dict(message) for message in question.messages],
            "max_tokens": self._decoding.max_tokens,
            "temperature": self._decoding.temperature,
            "seed": self._decoding.seed,
        }
        if question.grammar is not None:
            # The grammar says the same as the schema, and more.
            return {**body, "grammar": question.grammar, "response_format": {"type": "text"}}
        schema = {"name": "answer", "strict": True, "schema": strict_schema(question.answer)}
        return {**body, "response_format": {"type": "json_schema", "json_schema": schema}}

    async def _open(self) -> tuple[openai.AsyncOpenAI, Endpoint]:
        async with self._opening:
            self._raise_if_fatal()
            if not self._opened:
                self._use(await self._connect())
            return self._opened[-1]

    async def _reopened(self, failed: Endpoint) -> bool:
        """Whether there is another endpoint now in place of one that failed."""
        async with self._opening:
            self._raise_if_fatal()
            if self._opened[-1][1] != failed:
                return True
            if self._reconnect is None or not self._can_be_replaced(failed):
                return False
            self._use(await self._reconnect(failed))
            return True

    def _can_be_replaced(self, endpoint: Endpoint) -> bool:
        """Whether there is or can be another endpoint in place of this one: of the first, and never twice."""
        return self._reconnect is not None and endpoint == self._opened[0][1]

    def _use(self, endpoint: Endpoint) -> None:
        if not (endpoint.api_key.isascii() and endpoint.api_key.isprintable() and endpoint.api_key.strip()):
            raise EndpointRefused(
                "The API key is empty or holds a character that cannot be sent.",
                next_step="Check OPENAI_API_KEY.",
            )
        try:
            self._opened.append((self._client_for(endpoint), endpoint))
        except (ValueError, httpx2.InvalidURL) as error:
            raise EndpointRefused(
                f"The endpoint's address cannot be read: {error}.",
                next_step="Check the address (OPENAI_BASE_URL or --base-url).",
            ) from None

    def _client_for(self, endpoint: Endpoint) -> openai.AsyncOpenAI:
        # The environment's proxies are for the world outside, not for an engine on this machine.
        http = httpx2.AsyncClient(
            transport=self._transport,
            timeout=self._timeout,
            trust_env=not endpoint.is_local,
            # As many as there are requests on their way, and none is closed between two of them.
            limits=httpx2.Limits(max_connections=None, max_keepalive_connections=None),
            event_hooks={"response": [self._hear]},
        )
        return openai.AsyncOpenAI(
            base_url=endpoint.base_url,
            api_key=endpoint.api_key,
            max_retries=0,
            timeout=self._timeout,
            http_client=http,
        )

    async def _hear(self, response: httpx2.Response) -> None:
        self._pace.hear(response.headers)

    def _sending(
        self,
        client: openai.AsyncOpenAI,
        meter: Meter,
        most: Usage,
        endpoint: Endpoint,
        in_full: Callable[[str], str],
    ) -> Create:
        def helps(error: BaseException) -> bool:
            # To wait for a dead endpoint is time lost where another can be had in its place.
            return passes(error) and not (is_broken_connection(error) and self._can_be_replaced(endpoint))

        patience = Patience(self._attempts, self._pace)

        async def create(**body: Any) -> ChatCompletion:
            patience.ask()
            async for attempt in AsyncRetrying(
                retry=retry_if_exception(helps),
                wait=wait,
                stop=patience.is_over,
                sleep=self._sleep,
                reraise=True,
            ):
                with attempt:
                    async with self._pace.turn(most.prompt + most.completion) as taken:
                        patience.sent()
                        completion = await self._paid(client, meter, most, body)
                        if used := usage_of(completion):
                            taken.correct(used.prompt + used.completion)
                    return _in_full(checked(completion), in_full)
            raise AssertionError("tenacity ends with a result or an error")

        return create

    async def _paid(
        self, client: openai.AsyncOpenAI, meter: Meter, most: Usage, body: Mapping[str, Any]
    ) -> object:
        """What comes of one attempt, its tokens counted; for a reply that got lost, the budget counts the most."""
        held = await self._budget.hold(most)
        used: Usage | None = Usage()
        try:
            self._raise_if_fatal()
            used = None
            completion = await _completion(client, body)
            used = usage_of(completion)
            return completion
        except Exception as error:
            used = Usage() if is_free(error) else None
            raise
        finally:
            self._budget.settle(held, most, used)
            meter.attempts.append(used or Usage())


def _in_full(completion: ChatCompletion, in_full: Callable[[str], str]) -> ChatCompletion:
    """A reply with the JSON of what was written, whichever attempt it comes of."""
    for choice in completion.choices:
        if choice.message.content:
            choice.message.content = in_full(choice.message.content)
    return completion


async def _first(
    create: Create, body: Mapping[str, Any], model: type[Answer]
) -> tuple[Answer | None, ChatCompletion | ResponseParsingError | None]:
    """The answer of a first reply that is one as it stands, else that reply: instructor reads it with more patience.

    Nearly every reply is one, and to set instructor's loop up costs more than all that is done here for a call.
    """
    try:
        completion = await create(**body)
    except ResponseParsingError as error:
        return None, error
    choice = completion.choices[0]
    if choice.finish_reason == "stop" and choice.message.content:
        with suppress(ValidationError):
            return model.model_validate_json(choice.message.content, strict=True), None
    return None, completion


def _behind(first: ChatCompletion | ResponseParsingError, create: Create) -> Create:
    """``create``, whose first reply is there already."""
    there = [first]

    async def reply(**body: Any) -> ChatCompletion:
        if not there:
            return await create(**body)
        if isinstance(told := there.pop(), ResponseParsingError):
            raise told
        return told

    return reply


async def _completion(client: openai.AsyncOpenAI, body: Mapping[str, Any]) -> object:
    try:
        # Not by way of ``chat.completions``, which looks through every message for what it might have to turn into JSON.
        return await client.post("/chat/completions", body=body, cast_to=ChatCompletion)
    except ValueError as error:
        # The body is not JSON, or not UTF-8: the SDK lets these through as they are.
        raise ResponseParsingError("the reply's body is not JSON", mode="JSON_SCHEMA") from error
