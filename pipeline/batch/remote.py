"""The files and batches of an endpoint, with every request sent again while its transport fails."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import IO, Final, Self, TypeVar

import httpx2
import openai
from openai.pagination import AsyncCursorPage
from openai.types import Batch
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt, wait_exponential

from pipeline.batch.lines import COMPLETIONS
from pipeline.errors import AnswerError, EndpointRefused, PipelineError
from pipeline.model.endpoint import Endpoint
from pipeline.model.failures import as_ours, passes, seconds_asked_for, shown
from pipeline.model.pace import LONGEST_WAIT

T = TypeVar("T")

LABEL: Final = "pipeline"
"""Under this name a batch's metadata holds ours for it."""
_ENDED: Final = ("completed", "failed", "expired", "cancelled")
_WINDOW: Final = "24h"
_CONNECT_SECONDS: Final = 20.0
_SECONDS: Final = 600.0
_NO_BATCHES: Final = (404, 405, 501)
_backoff = wait_exponential(multiplier=1, max=LONGEST_WAIT)


@dataclass(frozen=True, slots=True)
class State:
    """How a batch at the endpoint stands."""

    id: str
    status: str
    answered: int
    failed: int
    input: str
    """Its input file."""
    results: tuple[str, ...]
    """Its output and its error file, where there are such."""
    wrong: tuple[str, ...]
    """Why it is not valid, in the endpoint's words."""

    @classmethod
    def of(cls, batch: Batch) -> Self:
        """What an endpoint says, as far as it can be relied on."""
        counts = batch.request_counts
        found = (batch.output_file_id, batch.error_file_id)
        errors = (batch.errors.data or []) if batch.errors else []
        return cls(
            id=_text(batch.id),
            status=_text(batch.status),
            answered=int(counts.completed) if counts else 0,
            failed=int(counts.failed) if counts else 0,
            input=_text(batch.input_file_id),
            results=tuple(_text(file) for file in found if file),
            wrong=tuple(f"{each.code}: {each.message}" for each in errors),
        )

    @property
    def has_ended(self) -> bool:
        """Whether nothing more comes of it."""
        return self.status in _ENDED


class Remote:
    """Uploads, submits, asks after and fetches batches; as a context manager. ``sleep`` waits between attempts.

    Every method raises ``ModelError`` where the endpoint refuses or cannot be reached.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        attempts: int,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._endpoint = endpoint
        self._attempts = attempts
        self._sleep = sleep

    @cached_property
    def _api(self) -> openai.AsyncOpenAI:
        timeout = httpx2.Timeout(_SECONDS, connect=_CONNECT_SECONDS)
        return openai.AsyncOpenAI(
            base_url=self._endpoint.base_url,
            api_key=self._endpoint.api_key,
            max_retries=0,
            timeout=timeout,
            http_client=httpx2.AsyncClient(timeout=timeout, trust_env=not self._endpoint.is_local),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if "_api" in vars(self):
            await self._api.close()

    async def upload(self, name: str, file: IO[bytes]) -> str:
        """Upload the input file of the batch called ``name``; the file's id."""
        tried = False

        async def send() -> str:
            nonlocal tried
            if tried:
                # Whatever of the last attempt has arrived.
                for left in await self._uploads(name):
                    await self._delete(left)
            tried = True
            file.seek(0)
            return _text((await self._api.files.create(file=(_file_name(name), file), purpose="batch")).id)

        return await self._done(send)

    async def create(self, name: str, file: str) -> str:
        """Submit an uploaded file as the batch called ``name``, once; the batch's id."""
        tried = False

        async def send() -> str:
            nonlocal tried
            # When an attempt ends without an answer, the batch may be there all the same.
            if tried and (there := await self._find(name)):
                return there.id
            tried = True
            batch = await self._api.batches.create(
                input_file_id=file, endpoint=COMPLETIONS, completion_window=_WINDOW, metadata={LABEL: name}
            )
            return State.of(batch).id

        return await self._done(send)

    async def find(self, name: str) -> State | None:
        """The batch called ``name``, if it was submitted."""
        return await self._done(lambda: self._find(name))

    async def uploads(self, name: str) -> list[str]:
        """The ids of the files uploaded for the batch called ``name``."""
        return await self._done(lambda: self._uploads(name))

    async def batch(self, identity: str) -> State | None:
        """A batch as it stands; None where the endpoint does not know it."""

        async def send() -> State | None:
            try:
                return State.of(await self._api.batches.retrieve(identity))
            except openai.NotFoundError:
                return None

        return await self._done(send)

    async def download(self, file: str, into: IO[bytes]) -> None:
        """Write the content of a file ``into`` another, from its beginning."""

        async def send() -> None:
            into.seek(0)
            into.truncate()
            async with self._api.files.with_streaming_response.content(file) as response:
                try:
                    async for block in response.iter_bytes():
                        into.write(block)
                except httpx2.TransportError as error:
                    raise openai.APIConnectionError(request=error.request) from error

        await self._done(send)
        into.seek(0)

    async def delete(self, file: str) -> None:
        """Delete a file; one that is not there is deleted."""
        await self._done(lambda: self._delete(file))

    async def _find(self, name: str) -> State | None:
        async for batch in _entries(await self._api.batches.list(limit=100)):
            if (batch.metadata or {}).get(LABEL) == name:
                return State.of(batch)
        return None

    async def _uploads(self, name: str) -> list[str]:
        files = _entries(await self._api.files.list(purpose="batch"))
        return [_text(file.id) async for file in files if file.filename == _file_name(name)]

    async def _delete(self, file: str) -> None:
        with suppress(openai.NotFoundError):
            await self._api.files.delete(file)

    async def _done(self, send: Callable[[], Awaitable[T]]) -> T:
        async def once() -> T:
            # tenacity awaits what is a coroutine function by its form.
            return await send()

        try:
            return await AsyncRetrying(
                retry=retry_if_exception(_passes),
                wait=_wait,
                stop=stop_after_attempt(self._attempts),
                sleep=self._sleep,
                reraise=True,
            )(once)
        except (openai.OpenAIError, ValueError, TypeError, AttributeError) as error:
            # Without the foreign error beneath: it carries the request, and with it the key.
            raise self._as_ours(error) from None

    def _as_ours(self, error: Exception) -> PipelineError:
        ours = as_ours(error, self._endpoint, sent=self._attempts, asked=1)
        if isinstance(error, openai.APIStatusError) and error.status_code in _NO_BATCHES:
            step = "It may take no batches: ask it live, with `python -m pipeline run`."
            return EndpointRefused(ours.message, next_step=step)
        if isinstance(ours, AnswerError):
            said = shown(str(error), self._endpoint, otherwise=type(error).__name__)
            return EndpointRefused(
                f"{self._endpoint.shown} refuses what a batch needs: {said}",
                next_step="Ask it live, with `python -m pipeline run`.",
            )
        return ours


async def _entries(page: AsyncCursorPage[T]) -> AsyncIterator[T]:
    """The entries of a list, page by page. What is no list must not be taken for an empty one."""
    while True:
        if not isinstance(page.data, list):
            raise ValueError("the reply is no list")
        for entry in page.data:
            yield entry
        if not page.has_next_page():
            return
        page = await page.get_next_page()


def _text(value: object) -> str:
    """A string, which is what it should be: servers send anything."""
    if not isinstance(value, str):
        raise ValueError("the reply is neither a file nor a batch")
    return value


def _file_name(name: str) -> str:
    return f"{name}.jsonl"


def _passes(error: BaseException) -> bool:
    without = isinstance(error, openai.APIStatusError) and error.status_code in _NO_BATCHES
    return passes(error) and not without


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked = seconds_asked_for(error) if isinstance(error, openai.APIStatusError) else None
    return min(LONGEST_WAIT, _backoff(state) if asked is None else asked)
