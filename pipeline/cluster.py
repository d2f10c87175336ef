"""The stages on a Ray cluster: the same outcomes in the same order as ``run`` has them on one machine.

Ray Data reads the documents, on the node where the run was started, hands each to a *worker* (a process with a client of its own,
on any node) and brings the outcomes back in the order read. The cache stays one: the *keeper*, a process on the node of the
run, looks answers up and stores them for all workers. An answer is on that node's disk before its document goes on, so a
worker or another node may be killed at any moment: its documents go to others, which find what was paid for. No database is
shared over a network, and a run on one machine finds the same answers afterwards.
"""

import asyncio
import contextlib
import importlib
import logging
import os
import pickle
import signal
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Self, TypeVar

from pipeline import errors
from pipeline.config import Settings, cache_folder
from pipeline.document.paths import STDIN
from pipeline.document.text import Source
from pipeline.errors import CacheError, DocumentError, PipelineError, UsageError
from pipeline.extract import Answered, Progress
from pipeline.model.cache import AnswerCache, Entry, Usage
from pipeline.model.client import Client, Reply
from pipeline.records.ask import Asking
from pipeline.results import ChunkLine, DocumentResult
from pipeline.run import DOCUMENTS_IN_FLIGHT, RECORDED, one, opened, sources, unread
from pipeline.shard import Shard
from prompts.asked import Answer
from schemas import Failure

T = TypeVar("T")

_SHARE_OF_A_PROCESSOR: Final = 0.5
"""What a worker takes of a processor in Ray's books: when a node is lost, its workers find room on the others."""
_ENVIRONMENT: Final = {
    "RAY_USAGE_STATS_ENABLED": "0",
    # What becomes of a run is told by us, once.
    "RAY_BACKEND_LOG_LEVEL": "fatal",
}
_CONTINUES: Final = "Finished answers are kept: the same command continues."


@dataclass(frozen=True, slots=True)
class Stopped:
    """An error of ours on its way from another process; Ray would wrap it in one of its own."""

    error: str
    message: str
    next_step: str

    @classmethod
    def by(cls, error: PipelineError) -> Self:
        """What is needed to raise ``error`` elsewhere."""
        return cls(type(error).__name__, error.message, error.next_step)

    def again(self) -> PipelineError:
        """The error, to be raised here."""
        kind: type[PipelineError] = getattr(errors, self.error)
        return kind(self.message, next_step=self.next_step)


@dataclass(frozen=True, slots=True)
class Delivered:
    """What a worker sends back for a document, with the US dollars it has spent since it last sent something."""

    outcome: DocumentResult | Failure | Stopped
    cost: float | None


class Keeper:
    """The answer cache of all workers, in a process of its own. Errors are returned, as :class:`Stopped`.

    With ``fresh``, answers of earlier runs are not looked up; those of this run are, for a worker in a dead one's place.
    """

    def __init__(self, folder: Path, recorded: Path | None, fresh: bool) -> None:
        self._folder, self._recorded, self._fresh = folder, recorded, fresh
        self._stored: set[str] = set()

    @cached_property
    def _cache(self) -> AnswerCache:
        return AnswerCache(self._folder, recorded=self._recorded)

    def get(self, key: str) -> Entry | Stopped | None:
        """The stored or recorded answer, or None."""
        if self._fresh and key not in self._stored:
            return None
        try:
            return self._cache.get(key)
        except CacheError as error:
            return Stopped.by(error)

    def put(self, key: str, entry: Entry) -> Stopped | None:
        """Store an answer; on return it is on disk."""
        try:
            self._cache.put(key, entry)
        except CacheError as error:
            return Stopped.by(error)
        if self._fresh:
            self._stored.add(key)
        return None


class KeptAnswers(AnswerCache):
    """The keeper's cache, as a worker's client uses it: nothing of it lies where the worker runs."""

    def __init__(self, keeper: Any) -> None:
        super().__init__(Path())
        self._keeper = keeper

    def get(self, key: str) -> Entry | None:
        """The stored or recorded answer, or None."""
        entry: Entry | None = self._said(self._keeper.get.remote(key))
        return entry

    def put(self, key: str, entry: Entry) -> None:
        """Store an answer; on return it is on the keeper's disk."""
        self._said(self._keeper.put.remote(key, entry))

    @staticmethod
    def _said(reference: Any) -> Any:
        ray = _ray()
        try:
            said = ray.get(reference)
        except ray.exceptions.RayError as error:
            raise CacheError(
                f"The process that keeps the answers is gone ({type(error).__name__}).", next_step=_CONTINUES
            ) from None
        if isinstance(said, Stopped):
            raise said.again()
        return said


class Worker:
    """Takes documents through all stages, several at once: Ray calls it in threads, the work is done in one event loop.

    Nothing is closed at the end: that comes with the process's end, and an embedded engine ends with its parent.
    """

    def __init__(self, settings: Settings, keeper: Any) -> None:
        self._settings = settings
        self._told: float | None = None
        self._stopped: Stopped | None = None
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        try:
            # Held, since a context manager that is let go of is closed.
            self._opening = opened(settings, KeptAnswers(keeper))
            self._client: Client = self._done(self._opening.__aenter__())
        except PipelineError as error:
            self._stopped = Stopped.by(error)

    def __call__(self, row: Mapping[str, bytes]) -> dict[str, bytes]:
        """Ray Data's form: a pickled document, or the failure to read it, for a pickled :class:`Delivered`."""
        item = pickle.loads(row["item"])
        delivered = Delivered(item, None) if isinstance(item, Failure) else self._done(self._delivered(item))
        return {"outcome": pickle.dumps(delivered)}

    async def _delivered(self, source: Source) -> Delivered:
        if self._stopped:
            return Delivered(self._stopped, None)
        try:
            outcome = await one(source, self._settings, self._client, Unheard())
        except PipelineError as error:
            return Delivered(Stopped.by(error), None)
        # Nothing is awaited from here on: documents that are done at once share no dollar.
        told, self._told = self._told, self._client.cost
        return Delivered(outcome, None if self._told is None else self._told - (told or 0.0))

    def _done(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()


class Unheard:
    """Progress in a worker: the run tells of it when the document is back."""

    def planned(self, document: str, questions: int) -> None:
        """Nothing."""

    def answered(self, answered: Answered) -> None:
        """Nothing."""

    def finished(self, document: str, records: int) -> None:
        """Nothing."""


class Spent:
    """US dollars that the workers have told of; None where no prices are known."""

    def __init__(self) -> None:
        self.cost: float | None = None

    def add(self, cost: float | None) -> None:
        """Count what came with a document."""
        if cost is not None:
            self.cost = (self.cost or 0.0) + cost


Outcomes = AsyncGenerator[DocumentResult | Failure, None]


@contextlib.asynccontextmanager
async def working(
    paths: Sequence[str], settings: Settings, progress: Progress
) -> AsyncIterator[tuple[Outcomes, Callable[[], float | None]]]:
    """The outcomes of a run on the cluster, and what it has cost so far.

    Raises:
        UsageError: Ray is not installed, its cluster does not answer, or standard input is to be read.
        PipelineError: as a run on one machine; or Ray gave up.
    """
    if STDIN in paths:
        raise UsageError("--engine ray cannot read standard input.", next_step="Name a file or a folder.")
    spent = Spent()
    with _connected() as ray:
        dataset = _dataset(ray, paths, settings)
        async with contextlib.aclosing(_outcomes(dataset, progress, spent)) as outcomes:
            yield outcomes, lambda: spent.cost


def _ray() -> Any:
    try:
        importlib.import_module("ray.data")
        return importlib.import_module("ray")
    except ImportError as error:
        raise UsageError(
            f"--engine ray needs Ray, which is not installed ({error}).",
            next_step="Install it: pip install 'hospital-news-records[ray]'",
        ) from None


@contextlib.contextmanager
def _connected() -> Iterator[Any]:
    """Ray, connected to the cluster of ``RAY_ADDRESS``, or to one that is started here and ends with the run."""
    for name, value in _ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    ray = _ray()
    address = os.environ.get("RAY_ADDRESS", "").strip()
    own: dict[str, Any] = {"include_dashboard": False, "_node_ip_address": "127.0.0.1"}
    handler = signal.getsignal(signal.SIGTERM)
    try:
        ray.init(
            address=address or "local",
            log_to_driver=False,
            logging_level=logging.CRITICAL,
            **({} if address else own),
        )
    except (ConnectionError, RuntimeError, ValueError) as error:
        raise UsageError(
            f"There is no Ray cluster at {address or 'this machine'}: {_first_line(error)}.",
            next_step="Check RAY_ADDRESS, or unset it to start one on this machine.",
        ) from None
    finally:
        # Ray takes the signal for itself; here it ends a run as Ctrl-C does.
        signal.signal(signal.SIGTERM, handler)
    try:
        yield ray
    finally:
        ray.shutdown()


def _dataset(ray: Any, paths: Sequence[str], settings: Settings) -> Any:
    """Read, then extract: nothing is done before the rows are asked for."""
    logging.getLogger("ray.data").setLevel(logging.CRITICAL)
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    context.execution_options.preserve_order = True
    # A document is a block: it goes to whichever worker is free, and comes back as soon as it is done.
    context.target_max_block_size = 1
    here = {"ray.io/node-id": ray.get_runtime_context().get_node_id()}
    keeper = (
        ray.remote(Keeper)
        .options(num_cpus=0, max_restarts=-1, max_task_retries=-1, label_selector=here)
        .remote(cache_folder().absolute(), RECORDED if settings.embedded else None, settings.fresh)
    )
    workers, in_flight = shares(settings, _processors(ray))
    return (
        ray.data.from_items([{"run": 0}])
        .map_batches(
            _reading,
            fn_kwargs={
                "paths": tuple(paths),
                "limit": settings.limit,
                "shard": settings.shard,
                "folder": os.getcwd(),
            },
            num_cpus=0,
            label_selector=here,
        )
        .map(
            Worker,
            fn_constructor_kwargs={
                "settings": settings.model_copy(update=_share(settings, workers, in_flight)),
                "keeper": keeper,
            },
            num_cpus=_SHARE_OF_A_PROCESSOR,
            compute=ray.data.ActorPoolStrategy(
                size=workers,
                max_concurrent_calls_per_actor=DOCUMENTS_IN_FLIGHT,
                enable_true_multi_threading=True,
            ),
        )
    )


def shares(settings: Settings, processors: Sequence[int]) -> tuple[int, int]:
    """How many workers there are, and how many questions each may have in flight, on nodes with so many ``processors``.

    An embedded engine is one on each node: Ray spreads workers over the nodes. For an endpoint there is a worker on each processor, and the
    questions in flight are those of the whole run, divided among them.
    """
    if settings.embedded:
        return len(processors), settings.in_flight
    workers = min(sum(processors), settings.in_flight)
    return workers, settings.in_flight // workers


def _share(settings: Settings, workers: int, in_flight: int) -> dict[str, int | None]:
    """What one of the workers may do of what the run may do at once, and in a minute."""
    rpm, tpm = (limit and max(1, limit // workers) for limit in (settings.rpm, settings.tpm))
    return {"concurrency": in_flight, "rpm": rpm, "tpm": tpm}


def _processors(ray: Any) -> list[int]:
    """The processors of each node that has any for us."""
    found = [int(node["Resources"].get("CPU", 0)) for node in ray.nodes() if node["Alive"]]
    return [count for count in found if count] or [1]


def _reading(
    _: Any, *, paths: Sequence[str], limit: int | None, shard: Shard | None, folder: str
) -> Iterator[dict[str, list[bytes]]]:
    """The documents one after the other, read in the folder of the run."""
    with contextlib.chdir(folder):
        for item in sources(paths, limit, shard):
            yield {"item": [pickle.dumps(unread(item) if isinstance(item, DocumentError) else item)]}


async def _outcomes(dataset: Any, progress: Progress, spent: Spent) -> Outcomes:
    async with contextlib.aclosing(_rows(dataset)) as rows:
        async for row in rows:
            delivered: Delivered = pickle.loads(row["outcome"])
            spent.add(delivered.cost)
            if isinstance(delivered.outcome, Stopped):
                raise delivered.outcome.again()
            if isinstance(delivered.outcome, DocumentResult):
                _tell(progress, delivered.outcome)
            yield delivered.outcome


async def _rows(dataset: Any) -> AsyncGenerator[Mapping[str, bytes], None]:
    """Ray Data's rows, waited for in a thread, so that a signal is heard meanwhile."""
    ray = _ray()
    rows = iter(dataset.iter_rows())
    try:
        while (row := await _next(rows)) is not None:
            yield row
    except ray.exceptions.RayError as error:
        raise PipelineError(
            f"Ray has given up the run: {type(error).__name__}: {_first_line(error)}.", next_step=_CONTINUES
        ) from None


def _next(rows: Iterator[T]) -> asyncio.Future[T | None]:
    """The next row, or None after the last. No process waits at its end for this thread: Ray need not wake it when it is shut down."""
    row: Future[T | None] = Future()
    row.set_running_or_notify_cancel()

    def wait() -> None:
        try:
            row.set_result(next(rows, None))
        except Exception as error:
            row.set_exception(error)

    threading.Thread(target=wait, daemon=True).start()
    return asyncio.wrap_future(row)


def _tell(progress: Progress, result: DocumentResult) -> None:
    """What a run on one machine says of a document while it goes on, said when it is back."""
    document = result.document.source.document
    # A line printed twice was one question.
    first = {line.key: line for line in reversed(result.chunks)}
    progress.planned(document, len(first))
    for line in reversed(first.values()):
        progress.answered(_answered(document, line))
    progress.finished(document, len(result.records))


def _answered(document: str, line: ChunkLine) -> Answered:
    """A question's outcome as far as the ledger has it."""
    asking = Asking(document, line.chunk, line.asked, ())
    reply = Reply(Answer(), Usage(), 0.0, replayed=line.state == "replayed")
    return Answered(asking, line.key, None if line.state == "failed" else reply)


def _first_line(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")
