"""One question to one checked answer: cache, then the endpoint, through instructor on openai.

Who retries what: the SDK nothing; tenacity the transport (429 with ``Retry-After``, 5xx, timeouts, resets); instructor an answer
that does not validate, at most twice. A finished answer is stored at once, anything else never.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

import httpx2
import instructor
import openai
from instructor.core.exceptions import IncompleteOutputException, InstructorRetryException
from openai.types.chat import ChatCompletion
from pydantic import ValidationError
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception,
    stop_after_attempt,
    stop_after_delay,
    wait_exponential_jitter,
)

from pipeline.errors import AnswerError, EndpointRefused, EndpointUnreachable, ModelError, PipelineError
from pipeline.model.cache import AnswerCache, Entry, Usage, key_of
from pipeline.model.endpoint import Endpoint
from prompts.asked import Answer
from prompts.render import Message
from prompts.strict import strict_schema

REASKS: Final = 2

# instructor logs every failed attempt, with the answer in it, to whoever listens; errors are reported by us, once.
logging.getLogger("instructor").addHandler(logging.NullHandler())
logging.getLogger("instructor").propagate = False


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: messages, the model that an answer must satisfy, and a grammar where the engine takes one."""

    messages: tuple[Message, ...]
    answer: type[Answer]
    grammar: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """A checked answer, its tokens (of the call that was once paid), and whether it was replayed from the cache."""

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


@dataclass(frozen=True, slots=True)
class Retry:
    """How a request that failed in passing is repeated: waits double up to the longest, with jitter."""

    attempts: int = 6
    """Most attempts, the first included."""
    seconds: float = 300.0
    """After so long no further attempt is begun."""
    first_wait: float = 0.5
    longest_wait: float = 60.0
    """Seconds; also the most that a server's ``Retry-After`` is heeded."""

    def wait(self, state: RetryCallState) -> float:
        """Seconds until the next attempt: what the server asks for, bounded, else exponential with jitter."""
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, openai.APIStatusError):
            asked = retry_after(error.response.headers.get("retry-after"), time.time())
            if asked is not None:
                return min(asked, self.longest_wait)
        backoff = wait_exponential_jitter(
            initial=self.first_wait, max=self.longest_wait, jitter=2 * self.first_wait
        )
        return float(backoff(state))


class Client:
    """Asks questions of one model.

    ``identity`` names endpoint and model in cache keys (never a port or a key); ``connect`` returns the endpoint and is called
    when the first live answer is needed; ``reconnect``, where given, is called once for an endpoint that went away.
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
        retry: Retry | None = None,
    ) -> None:
        self._identity = dict(identity)
        self._connect = connect
        self._reconnect = reconnect
        self._cache = cache
        self._decoding = decoding
        self._offline = offline
        self._timeout = timeout
        self._transport = transport
        self._retry = retry or Retry()
        self._free = asyncio.Semaphore(concurrency)
        self._opening = asyncio.Lock()
        self._endpoint: Endpoint | None = None
        self._openai: openai.AsyncOpenAI | None = None
        self._fatal: ModelError | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._openai is not None:
            await self._openai.close()

    def key(self, question: Question) -> str:
        """The cache key of a question: everything that decides its answer."""
        return key_of({"model": self._identity, **self._body(question)})

    def recorded(self, question: Question) -> Reply | None:
        """The answer of an earlier run, validated again, or None."""
        entry = self._cache.get(self.key(question))
        if entry is None:
            return None
        try:
            answer = question.answer.model_validate_json(entry.answer)
        except ValidationError:
            return None
        return Reply(answer, entry.usage, entry.seconds, replayed=True)

    async def ask(self, question: Question) -> Reply:
        """The checked answer to a question, from the cache or live.

        Raises:
            AnswerError: this question got no usable answer.
            ModelError: there is no model to ask; the same for every question from then on.
            CacheError: the answer cannot be kept.
        """
        if reply := self.recorded(question):
            return reply
        if self._offline:
            raise AnswerError(
                "No recorded answer, and --offline asks no model.", next_step="Run again without --offline."
            )
        async with self._free:
            if self._fatal:
                raise self._fatal
            try:
                return await self._live(question)
            except ModelError as error:
                self._fatal = error
                raise

    async def _live(self, question: Question) -> Reply:
        started = time.monotonic()
        client, endpoint = await self._open()
        create = instructor.patch(create=self._sending(client), mode=instructor.Mode.JSON_SCHEMA)
        asked = instructor.AsyncInstructor(client=client, create=create, mode=instructor.Mode.JSON_SCHEMA)
        messages = [dict(message) for message in question.messages]
        asked.on("completion:kwargs", _constant_size(len(messages)))
        body = self._body(question)
        try:
            answer, completion = await asked.chat.completions.create_with_completion(
                model=endpoint.model_name,
                messages=messages,  # type: ignore[arg-type]
                response_model=question.answer,
                max_retries=REASKS,
                max_tokens=self._decoding.max_tokens,
                temperature=self._decoding.temperature,
                seed=self._decoding.seed,
                extra_body={name: body[name] for name in ("response_format", "grammar") if name in body},
            )
        except (InstructorRetryException, IncompleteOutputException) as error:
            raise _as_ours(error, endpoint, self._retry.attempts) from error
        entry = Entry(
            answer.model_dump_json(by_alias=True), _usage(completion), round(time.monotonic() - started, 3)
        )
        self._cache.put(self.key(question), entry)
        return Reply(answer, entry.usage, entry.seconds, replayed=False)

    def _body(self, question: Question) -> dict[str, Any]:
        body: dict[str, Any] = {
            "messages": list(question.messages),
            "max_tokens": self._decoding.max_tokens,
            "temperature": self._decoding.temperature,
            "seed": self._decoding.seed,
        }
        if question.grammar is not None:
            # llama.cpp refuses a grammar beside a schema; the grammar says the same and more.
            return {**body, "grammar": question.grammar, "response_format": {"type": "text"}}
        schema = {"name": "answer", "strict": True, "schema": strict_schema(question.answer)}
        return {**body, "response_format": {"type": "json_schema", "json_schema": schema}}

    async def _open(self) -> tuple[openai.AsyncOpenAI, Endpoint]:
        async with self._opening:
            if self._openai is None or self._endpoint is None:
                self._endpoint = await self._connect()
                self._openai = self._client_for(self._endpoint)
            return self._openai, self._endpoint

    def _client_for(self, endpoint: Endpoint) -> openai.AsyncOpenAI:
        # The environment's proxies are for the world outside, not for an engine on this machine.
        http = httpx2.AsyncClient(
            transport=self._transport, timeout=self._timeout, trust_env=not endpoint.is_local
        )
        return openai.AsyncOpenAI(
            base_url=endpoint.base_url,
            api_key=endpoint.api_key,
            max_retries=0,
            timeout=self._timeout,
            http_client=http,
        )

    def _sending(self, client: openai.AsyncOpenAI) -> Callable[..., Awaitable[ChatCompletion]]:
        async def create(*args: Any, **kwargs: Any) -> ChatCompletion:
            async for attempt in AsyncRetrying(
                retry=retry_if_exception(_passing),
                wait=self._retry.wait,
                stop=stop_after_attempt(self._retry.attempts) | stop_after_delay(self._retry.seconds),
                reraise=True,
            ):
                with attempt:
                    completion: ChatCompletion = await client.chat.completions.create(*args, **kwargs)
            return completion

        return create


def _constant_size(asked: int) -> Callable[..., None]:
    """A hook that keeps only the latest failed answer and its correction in a re-ask, so that it does not grow."""

    def trim(**kwargs: Any) -> None:
        messages = kwargs["messages"]
        del messages[asked : max(asked, len(messages) - 2)]

    return trim


def _passing(error: BaseException) -> bool:
    """Whether asking the same again may help."""
    if isinstance(error, openai.APIStatusError):
        return error.status_code in (408, 409, 429) or error.status_code >= 500
    return isinstance(error, openai.APIConnectionError)


def retry_after(header: str | None, now: float) -> float | None:
    """Seconds that a ``Retry-After`` header (seconds or an HTTP date) asks to wait from ``now`` (Unix time), or None."""
    if not header:
        return None
    try:
        return max(0.0, float(header))
    except ValueError:
        pass
    from email.utils import parsedate_to_datetime

    try:
        return max(0.0, parsedate_to_datetime(header).timestamp() - now)
    except ValueError:
        return None


def _as_ours(error: Exception, endpoint: Endpoint, attempts: int) -> PipelineError:
    """The error of our own tree for what instructor raised; the cause is inside it."""
    if isinstance(error, IncompleteOutputException):
        return AnswerError(
            "The answer was cut at the token limit and is not used.",
            next_step="Ask for less at once (a profile with smaller chunks) or allow more tokens.",
        )
    cause = error.__cause__ or error
    if isinstance(cause, openai.APIStatusError):
        return _status_error(cause, endpoint, attempts)
    if isinstance(cause, openai.APIConnectionError):
        return EndpointUnreachable(
            f"Nothing answers at {endpoint.base_url}: {cause.__cause__ or cause}.",
            next_step="Check the address (OPENAI_BASE_URL or --base-url) and the network; finished answers are kept.",
        )
    return AnswerError(
        f"No valid answer in {REASKS + 1} attempts: {_first_line(cause)}",
        next_step="See `python -m pipeline probe` for what the endpoint enforces, or use a stronger model.",
    )


def _status_error(error: openai.APIStatusError, endpoint: Endpoint, attempts: int) -> PipelineError:
    said = f"{endpoint.base_url} answered {error.status_code}"
    steps = {
        401: "Check OPENAI_API_KEY.",
        403: "The key may not use this model or address.",
        404: f"Check the address and the model name ({endpoint.model_name}).",
    }
    if error.status_code in steps:
        return EndpointRefused(f"{said}: {_first_line(error)}", next_step=steps[error.status_code])
    if _passing(error):
        return EndpointUnreachable(
            f"{said} in the last of {attempts} attempts.",
            next_step="Try again later; finished answers are kept.",
        )
    return AnswerError(
        f"{said}: {_first_line(error)}", next_step="The endpoint may not take this question's form."
    )


def _first_line(error: BaseException) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        return f"{'.'.join(str(part) for part in first['loc']) or 'answer'}: {first['msg']}"
    if isinstance(error, openai.APIStatusError):
        body = error.body if isinstance(error.body, dict) else {}
        return str(body.get("message", error.message)).splitlines()[0][:200]
    return (str(error).splitlines() or [type(error).__name__])[0][:200]


def _usage(completion: ChatCompletion) -> Usage:
    usage = completion.usage
    if usage is None:
        return Usage()
    details = usage.prompt_tokens_details
    return Usage(usage.prompt_tokens, (details.cached_tokens or 0) if details else 0, usage.completion_tokens)
