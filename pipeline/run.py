"""A run: articles in, records out. The whole way of the data, in reading order.

``read`` yields sources; each goes through :func:`pipeline.extract.extract` (document → questions → answers → records); the writer
puts the results in place at the end. Finished answers are in the cache at once, so a run that is killed at any moment continues
where it was.
"""

import asyncio
import contextlib
import sys
import time
import traceback
from collections import Counter, deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from itertools import islice
from pathlib import Path
from typing import Final

import httpx2

from pipeline.config import OPENAI_URL, Settings, cache_folder
from pipeline.document import read
from pipeline.document.text import Source
from pipeline.errors import CacheError, DocumentError, ModelCorrupt, PipelineError
from pipeline.extract import Progress, extract
from pipeline.fingerprint import fingerprint
from pipeline.join.listed import read_list
from pipeline.model.adapter import adapted, identity
from pipeline.model.budget import Budget
from pipeline.model.cache import AnswerCache, Usage
from pipeline.model.client import Client, Decoding
from pipeline.model.endpoint import Endpoint
from pipeline.model.files import ADAPTED_NAME, ModelFile, find_model
from pipeline.model.limits import Limits
from pipeline.model.local import LocalEngine
from pipeline.output.parts import Finished
from pipeline.output.write import Writer
from pipeline.results import DocumentResult
from pipeline.shard import Shard
from prompts.catalog import CURRENT, digest, paths
from schemas import Failure, RunSummary
from schemas.run import CallCounts, DocumentCounts, TokenCounts

REPOSITORY: Final = Path(__file__).resolve().parent.parent
SEEDS: Final = REPOSITORY / "seeds"
RECORDED: Final = SEEDS / "answers.ndjson"
"""Answers recorded for the bundled articles; absent from an installed wheel, like the articles."""

DOCUMENTS_IN_FLIGHT: Final = 4
"""How many documents are on their way at least; as many as questions may be, while they are short."""
CHARACTERS_IN_FLIGHT: Final = 1_000_000
"""No further document is begun where those on their way are as long together."""
PROMPT_TOKENS: Final = 6144
"""Room for a question of the embedded engine, beside its answer."""
_PACKAGES: Final = (
    *("openai", "instructor", "pydantic", "tenacity", "diskcache", "opencc", "openvino-genai", "ray"),
    *("pypdfium2", "trafilatura", "mammoth"),
)

Outcome = DocumentResult | Failure | Finished
Working = tuple[AsyncGenerator[Outcome, None], Callable[[], float | None]]
"""A run on its way: the outcome of each document in the order read, and the US dollars spent so far."""


@dataclass(slots=True)
class Tally:
    """Counts of a run as it goes on."""

    documents: Counter[str] = field(default_factory=Counter)
    records: Counter[str] = field(default_factory=Counter)
    calls: Counter[str] = field(default_factory=Counter)
    rejected: int = 0
    usage: Usage = field(default_factory=Usage)
    wasted: Usage = field(default_factory=Usage)
    failures: list[Failure] = field(default_factory=list)

    def add(self, result: DocumentResult) -> None:
        """Count one document that went through all stages."""
        self.documents["partial" if result.failures else "complete"] += 1
        self.records.update(record.type for record in result.records)
        self.calls.update(line.state for line in result.chunks)
        self.rejected += len(result.rejected)
        self.usage += result.usage
        self.wasted += result.wasted
        self.failures.extend(result.failures)

    def add_again(self, finished: Finished) -> None:
        """Count one document that an interrupted run has finished: nothing was asked for it."""
        self.documents["complete"] += 1
        self.records.update(finished.records)
        self.calls["replayed"] += finished.questions
        self.rejected += finished.rejected

    def raise_if_in_vain(self) -> None:
        """Raise the ``CacheError`` of a run in which no question could be asked or looked up."""
        broken = next((each for each in self.failures if each.error == CacheError.__name__), None)
        if broken and not self.calls["replayed"] and not self.calls["answered"]:
            raise CacheError(broken.message, next_step=broken.next_step)


async def run(
    paths: Sequence[str], settings: Settings, progress: Progress
) -> tuple[RunSummary, list[Failure]]:
    """Read, ask, and write; the summary and every failure.

    Raises:
        PipelineError: nothing could be done at all: usage, cache or output.
    """
    started, clock = datetime.now(UTC), time.monotonic()
    tally = Tally()
    found = sources(paths, settings.limit, settings.shard)
    listed = read_list(settings.entities) if settings.entities else ()
    with Writer(
        settings.out, fingerprint(settings, _identity(settings)), afresh=settings.fresh, listed=listed
    ) as writer:
        async with (
            _on_cluster(paths, settings, progress)
            if settings.engine == "ray"
            else _here(found, settings, progress, writer.finished)
        ) as (outcomes, spent):
            model = _model_hash(settings)
            async for outcome in outcomes:
                if isinstance(outcome, Finished):
                    writer.again(outcome)
                    tally.add_again(outcome)
                elif isinstance(outcome, DocumentResult):
                    writer.add(outcome)
                    tally.add(outcome)
                else:
                    writer.fail(outcome)
                    tally.documents["failed"] += 1
                    tally.failures.append(outcome)
            cost = spent()
        # Results of an earlier run are worth more than none.
        tally.raise_if_in_vain()
        summary = _summary(settings, model, started, time.monotonic() - clock, tally, cost)
        writer.finish(summary)
    return summary, tally.failures


@contextlib.asynccontextmanager
async def _here(
    found: Iterable[Source | DocumentError],
    settings: Settings,
    progress: Progress,
    known: Callable[[Source], Finished | None],
) -> AsyncIterator[Working]:
    """The outcomes of a run on this machine, and what it has cost so far."""
    async with (
        opened(settings) as client,
        # Closed before the client is, so that no question is left on its way when the engine stops.
        contextlib.aclosing(_in_order(found, settings, client, progress, known)) as outcomes,
    ):
        yield outcomes, lambda: client.cost


def _on_cluster(
    paths: Sequence[str], settings: Settings, progress: Progress
) -> contextlib.AbstractAsyncContextManager[Working]:
    from pipeline import cluster  # It takes the stages from here, and Ray is there for those who ask for it.

    return cluster.working(paths, settings, progress)


@contextlib.asynccontextmanager
async def opened(
    settings: Settings,
    answers: AnswerCache | None = None,
    *,
    transport: httpx2.AsyncBaseTransport | None = None,
) -> AsyncIterator[Client]:
    """The client of a run; the embedded engine behind it starts with the first live question and always stops.

    ``answers`` is the cache, where it is another than the user's on this machine; ``transport`` takes the network's place.
    """
    profile = settings.chosen_profile
    async with contextlib.AsyncExitStack() as stack:
        cache = stack.enter_context(
            answers
            or AnswerCache(
                cache_folder(), recorded=RECORDED if settings.embedded else None, fresh=settings.fresh
            )
        )
        model = EmbeddedModel(settings) if settings.embedded else RemoteModel(settings)
        stack.push_async_callback(model.stop)
        client = Client(
            model.identity(),
            model.connect,
            cache,
            reconnect=model.reconnect if isinstance(model, EmbeddedModel) else None,
            decoding=Decoding(max_tokens=profile.max_tokens),
            concurrency=settings.in_flight,
            offline=settings.offline,
            transport=transport,
            attempts=settings.attempts,
            budget=Budget(settings.budget, settings.price),
            limits=Limits(settings.rpm, settings.tpm),
        )
        yield await stack.enter_async_context(client)


class EmbeddedModel:
    """The embedded model as a run uses it: named at once, started when the first answer is needed."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._engine: LocalEngine | None = None

    def identity(self) -> dict[str, str]:
        """What stands for endpoint and model in cache keys: what the model is made of, known for the default without its file."""
        return {"endpoint": "embedded", "model": self._sha256}

    @cached_property
    def _sha256(self) -> str:
        name = self._settings.model_name
        return identity() if name == ADAPTED_NAME else find_model(name).sha256

    def _found(self) -> ModelFile:
        """The model's file, as long as it is the one under whose hash answers are kept."""
        name = self._settings.model_name
        model = adapted() if name == ADAPTED_NAME else find_model(name)
        if model.sha256 != self._sha256:
            raise ModelCorrupt(
                f"The model file {model.path} was replaced while the run was going on.",
                next_step="Run again: what the new file answers is kept apart from what the old one did.",
            )
        return model

    async def connect(self) -> Endpoint:
        """Start the engine, unless it runs."""
        model = await asyncio.to_thread(self._found)
        profile = self._settings.chosen_profile
        self._engine = LocalEngine(
            model,
            in_flight=self._settings.in_flight,
            context_tokens=profile.max_tokens + PROMPT_TOKENS,
        )
        return await self._engine.start()

    async def reconnect(self, failed: Endpoint) -> Endpoint:
        """Start the engine again after it died in use."""
        assert self._engine is not None
        await asyncio.to_thread(self._found)
        return await self._engine.restart(failed)

    async def stop(self) -> None:
        """Stop the engine, if it was started."""
        if self._engine is not None:
            await self._engine.stop()


class RemoteModel:
    """A model behind an OpenAI-compatible address."""

    def __init__(self, settings: Settings) -> None:
        key = settings.api_key.get_secret_value() if settings.api_key else "none"
        self._endpoint = Endpoint(settings.base_url or OPENAI_URL, key, settings.model_name)

    def identity(self) -> dict[str, str]:
        """What stands for endpoint and model in cache keys; never the key."""
        return {"endpoint": self._endpoint.base_url, "model": self._endpoint.model_name}

    async def connect(self) -> Endpoint:
        """The endpoint as configured; nothing is sent yet."""
        return self._endpoint

    async def stop(self) -> None:
        """Nothing was started here."""


def sources(
    paths: Sequence[str], limit: int | None, shard: Shard | None = None
) -> Iterable[Source | DocumentError]:
    """The first documents of the shard that ``paths`` name; raises as :func:`pipeline.document.read.read`."""
    found = read(paths)
    return islice(filter(shard.holds, found) if shard else found, limit)


async def _in_order(
    found: Iterable[Source | DocumentError],
    settings: Settings,
    client: Client,
    progress: Progress,
    known: Callable[[Source], Finished | None],
) -> AsyncGenerator[Outcome, None]:
    """The outcome of each document, in the order read, with so many on their way at once that questions are not short."""
    waiting: deque[tuple[int, asyncio.Task[DocumentResult | Failure] | Finished]] = deque()
    most = max(DOCUMENTS_IN_FLIGHT, settings.in_flight)
    try:
        for source in found:
            characters, finished = 0, None
            if isinstance(source, Source):
                characters, finished = len(source.text), known(source)
            waiting.append(
                (characters, finished or asyncio.create_task(one(source, settings, client, progress)))
            )
            while len(waiting) >= most or (
                len(waiting) >= DOCUMENTS_IN_FLIGHT
                and sum(each for each, _ in waiting) > CHARACTERS_IN_FLIGHT
            ):
                yield await _outcome(waiting.popleft()[1])
        while waiting:
            yield await _outcome(waiting.popleft()[1])
    finally:
        tasks = [each for _, each in waiting if isinstance(each, asyncio.Task)]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _outcome(of: asyncio.Task[DocumentResult | Failure] | Finished) -> Outcome:
    if isinstance(of, asyncio.Task):
        return await of
    await asyncio.sleep(0)  # A signal is heard also while a run finds its place.
    return of


async def one(
    source: Source | DocumentError, settings: Settings, client: Client, progress: Progress
) -> DocumentResult | Failure:
    """The outcome of one document.

    Raises:
        PipelineError: what concerns every document: the cache, the settings.
    """
    if isinstance(source, DocumentError):
        return unread(source)
    try:
        result = await extract(
            source, client=client, profile=settings.chosen_profile, types=settings.types, progress=progress
        )
    except DocumentError as error:
        return unread(error)
    except PipelineError:
        raise
    except Exception as error:
        # A fault of ours in one document must not cost the others; what it says may hold the article's text.
        return _fault(source.document, error)
    progress.finished(source.document, len(result.records))
    return result


def unread(error: DocumentError) -> Failure:
    """The outcome of a document that cannot be read."""
    return Failure(
        document=error.document, error=type(error).__name__, message=error.message, next_step=error.next_step
    )


def _fault(document: str, error: Exception) -> Failure:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return Failure(
        document=document,
        error="Fault",
        message=f"{type(error).__name__} in {Path(frame.filename).name}, line {frame.lineno}: a fault of the pipeline.",
        next_step="Please report it; the other documents are complete.",
    )


def _summary(
    settings: Settings,
    model: dict[str, str],
    started: datetime,
    seconds: float,
    tally: Tally,
    cost: float | None,
) -> RunSummary:
    return RunSummary(
        started=started,
        seconds=round(seconds, 3),
        settings=settings.public(),
        versions=_versions(),
        hashes={path: digest(path) for path in paths()} | model,
        documents=DocumentCounts(**tally.documents),
        records=dict(sorted(tally.records.items())),
        rejected=tally.rejected,
        calls=CallCounts(
            replayed=tally.calls["replayed"], live=tally.calls["answered"], failed=tally.calls["failed"]
        ),
        tokens=TokenCounts(
            prompt=tally.usage.prompt,
            cached=tally.usage.cached,
            completion=tally.usage.completion,
            wasted=tally.wasted.prompt + tally.wasted.completion,
        ),
        cost=cost,
    )


def _identity(settings: Settings) -> dict[str, str]:
    """What stands for endpoint and model; never a key."""
    return (EmbeddedModel(settings) if settings.embedded else RemoteModel(settings)).identity()


def _model_hash(settings: Settings) -> dict[str, str]:
    """The hash of what the model is made of; what runs behind an address has none."""
    return {"model": _identity(settings)["model"]} if settings.embedded else {}


def _versions() -> dict[str, str]:
    found = {"python": ".".join(map(str, sys.version_info[:3]))}
    for name in _PACKAGES:
        with contextlib.suppress(PackageNotFoundError):
            found[name] = version(name)
    return found | {f"prompt {kind}": f"v{number}" for kind, number in CURRENT.items()}
