"""Submit, ask after, collect: what the three commands do, each to be killed at any moment and given again.

Submitting: planned in the journal → uploaded → created at the endpoint → on its way. A command that finds a batch planned looks for it at
the endpoint by its name: one that is there was paid for and is adopted, one that is not is forgotten with its file. Collecting: replies
go into the journal, from there by way of the run's own client into the cache; only then are they dropped.
"""

import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from uuid import uuid4

from pipeline.batch.asking import Asked, ask_all
from pipeline.batch.brought import Brought, Unreadable
from pipeline.batch.draft import Draft, Part, Waiting, half
from pipeline.batch.journal import Batch, Journal, held, now
from pipeline.batch.remote import Remote, State
from pipeline.config import Settings, cache_folder
from pipeline.errors import ModelError, UsageError
from pipeline.model.cache import Usage
from pipeline.model.endpoint import Endpoint
from pipeline.model.failures import shown
from pipeline.run import RemoteModel, sources

Tell = Callable[[str], None]

_SHOWN: Final = 10
"""How many different reasons are told."""
_LIVE: Final = "`batch submit` sends them again, `run` asks them live"


@dataclass(frozen=True, slots=True)
class Desk:
    """What the commands work with."""

    settings: Settings
    endpoint: Endpoint
    journal: Journal
    remote: Remote
    tell: Tell

    def batches(self, *states: str) -> list[Batch]:
        """The batches at this endpoint in one of these states."""
        return [each for each in self.journal.batches(self.endpoint.shown) if each.state in states]


@asynccontextmanager
async def _desk(settings: Settings, tell: Tell) -> AsyncIterator[Desk]:
    if settings.embedded:
        raise UsageError(
            "Batches are for an endpoint that takes them; the embedded model has none.",
            next_step="Set OPENAI_API_KEY and name a --model.",
        )
    if settings.offline or settings.fresh:
        raise UsageError(
            "Batches are sent to an endpoint and kept in the cache: not with offline or fresh set.",
            next_step="Unset it in pipeline.toml or in the environment.",
        )
    endpoint = await RemoteModel(settings).connect()
    with Journal(folder()) as journal:
        async with Remote(endpoint, attempts=settings.attempts) as remote:
            yield Desk(settings, endpoint, journal, remote, tell)


def folder() -> Path:
    """Where the journal lies: beside the answers."""
    return cache_folder().parent / "batches"


async def submit(paths: Sequence[str], settings: Settings, *, agree: Callable[[], bool], tell: Tell) -> bool:
    """Submit every question about the documents that has no answer and is not on its way; whether nothing was left out.

    ``agree`` is asked when the cost has been told, before anything is paid.

    Raises:
        PipelineError: settings, cache or endpoint; what was submitted before is on its way.
    """
    with held(folder()):
        async with _desk(settings, tell) as desk:
            await _settle(desk)
            with _draft(desk) as draft:
                asked = await _ask_all(paths, desk, draft)
                _tell_asked(asked, tell)
                tell(f"Without an answer: {draft.on_their_way:,} on their way, {draft.unsent:,} in no batch")
                if draft.left_out:
                    tell(f"Left out: {draft.left_out:,}. {draft.why}")
                complete = not (draft.left_out or asked.unread or asked.failed)
                if not draft.parts:
                    tell("Nothing is submitted.")
                    return complete
                tell(_estimate(draft, desk))
                if not agree():
                    tell("Nothing is submitted.")
                    return False
                for part in draft.parts:
                    await _submit(part, desk)
                tell("An answer may take a day: `batch status` asks after it, `batch collect` fetches it.")
                return complete


async def status(settings: Settings, tell: Tell) -> list[str]:
    """A line for each batch at the endpoint, the oldest first: id, state, answers, tokens and cost, what went wrong."""
    async with _desk(settings, tell) as desk:
        return [await _status(batch, desk) for batch in desk.batches("planned", "submitted", "ended")]


async def collect(paths: Sequence[str], settings: Settings, *, keep: bool, tell: Tell) -> bool:
    """Fetch what has ended and store its answers; whether every question about the documents has one now.

    The files of a batch are deleted at the endpoint once its replies are here, unless they are to be kept.
    """
    with held(folder()):
        async with _desk(settings, tell) as desk:
            await _settle(desk)
            for batch in desk.batches("submitted"):
                await _collect(batch, desk, keep)
            await _delete(desk)
            waiting = Waiting(desk.journal)
            asked = await _ask_all(paths, desk, waiting)
            _tell_asked(asked, tell)
            tell(f"Without an answer: {waiting.on_their_way:,} on their way, {waiting.unsent:,} in no batch")
            if waiting.unsent:
                tell(f"Those in no batch: {_LIVE}.")
            return not (asked.unread or asked.failed or waiting.on_their_way or waiting.unsent)


async def _settle(desk: Desk) -> None:
    """Find out what became of batches in whose submission a command was ended."""
    for batch in desk.batches("planned"):
        there = await desk.remote.find(batch.name)
        if there is None:
            for file in {*filter(None, [batch.file]), *await desk.remote.uploads(batch.name)}:
                await desk.remote.delete(file)
            # One that was still on its way to the endpoint has come now, or cannot without its file.
            there = await desk.remote.find(batch.name)
        if there is None:
            desk.journal.drop(batch.name)
        else:
            desk.journal.submitted(batch.name, there.id, there.input)
            desk.tell(f"Batch {there.id}, whose submission was interrupted, is on its way.")


def _draft(desk: Desk) -> Draft:
    settings = desk.settings
    return Draft(
        desk.journal,
        requests=settings.batch_requests,
        size=settings.batch_bytes,
        limit=settings.budget,
        prices=half(settings.price),
    )


async def _ask_all(paths: Sequence[str], desk: Desk, unanswered: Waiting) -> Asked:
    found = sources(paths, desk.settings.limit, desk.settings.shard)
    return await ask_all(found, desk.settings, desk.endpoint.base_url, desk.journal, unanswered)


async def _submit(part: Part, desk: Desk) -> None:
    prices = half(desk.settings.price)
    name = f"records-{uuid4().hex}"
    batch = Batch(
        name=name,
        endpoint=desk.endpoint.shown,
        model=desk.endpoint.model_name,
        planned=now(),
        state="planned",
        requests=len(part.requests),
        most_prompt=part.most.prompt,
        most_completion=part.most.completion,
        estimate=prices.cost(part.most) if prices else None,
    )
    desk.journal.plan(batch, part.requests)
    file = await desk.remote.upload(name, part.file)
    desk.journal.uploaded(name, file)
    identity = await desk.remote.create(name, file)
    desk.journal.submitted(name, identity, file)
    desk.tell(f"Batch {identity} is submitted: {len(part.requests):,} requests.")


async def _status(batch: Batch, desk: Desk) -> str:
    state, answered, failed = batch.outcome, batch.answered, batch.failed
    said = batch.said
    if batch.state == "planned":
        state, said = "not submitted yet", "the next `batch submit` or `batch collect` settles it"
    elif batch.id and batch.state == "submitted":
        there = await desk.remote.batch(batch.id)
        state = there.status if there else "unknown to this key"
        answered, failed = (there.answered, there.failed) if there else (0, 0)
        said = "`batch collect` fetches it" if there and there.has_ended else ""
    return "\t".join(
        (
            batch.id or batch.name,
            state,
            f"{answered:,} of {batch.requests:,} answered, {failed:,} failed",
            _cost(batch),
            said,
        )
    ).rstrip("\t")


async def _collect(batch: Batch, desk: Desk, keep: bool) -> None:
    assert batch.id is not None
    there = await desk.remote.batch(batch.id)
    if there is None:
        desk.tell(
            f"Batch {batch.id} is not known to {desk.endpoint.shown} under this key. "
            "Use the key with which it was submitted; `run` asks its questions live."
        )
    elif not there.has_ended:
        done = f"{there.answered:,} of {batch.requests:,} answered"
        desk.tell(f"Batch {batch.id} is on its way: {there.status}, {done}.")
    else:
        await _fetch(batch, there, desk, keep)


async def _fetch(batch: Batch, there: State, desk: Desk, keep: bool) -> None:
    """The replies of an ended batch into the journal."""
    brought = Brought(desk.journal.requests(batch.name))
    with ExitStack() as files:
        downloaded = [files.enter_context(tempfile.TemporaryFile()) for _ in there.results]
        for result, file in zip(there.results, downloaded, strict=True):
            await desk.remote.download(result, file)
        try:
            outcome = desk.journal.ended(
                brought.replies(downloaded),
                lambda: _outcome(batch, there, brought, desk),
                # What could not be read stays where somebody may look at it.
                lambda: [there.input, *there.results] if brought.is_whole and not keep else [],
            )
        except Unreadable:
            desk.tell(
                f"Batch {batch.id} has ended, but what came for its results is none. They stay at the endpoint "
                f"({', '.join(there.results)}): collect once more, or let `run` ask its questions live."
            )
            return
    desk.tell(
        f"Batch {batch.id} {outcome.outcome}: {outcome.answered:,} of {outcome.requests:,} answered; "
        f"{_cost(outcome)}."
    )
    for line in _wrong(there, brought, desk.endpoint):
        desk.tell(f"  {line}")
    if not brought.is_whole:
        desk.tell(f"  Its files stay at the endpoint: {', '.join(there.results)}.")


async def _delete(desk: Desk) -> None:
    """Delete the files of collected batches; what cannot be deleted now is left to the next command."""
    files = desk.journal.files(desk.endpoint.shown)
    for file in files:
        try:
            await desk.remote.delete(file)
        except ModelError as error:
            desk.tell(
                f"Files that stay at the endpoint until the next `batch collect`: {', '.join(files)}. {error}"
            )
            return
        desk.journal.deleted(file)


def _outcome(batch: Batch, there: State, brought: Brought, desk: Desk) -> Batch:
    if not brought.is_result(there.answered + there.failed):
        raise Unreadable
    prices = half(desk.settings.price)
    return replace(
        batch,
        state="ended",
        outcome=there.status,
        said="; ".join(_wrong(there, brought, desk.endpoint)),
        answered=brought.answered,
        failed=batch.requests - brought.answered,
        prompt=brought.usage.prompt,
        cached=brought.usage.cached,
        completion=brought.usage.completion,
        cost=prices.cost(brought.usage) if prices else None,
    )


def _wrong(there: State, brought: Brought, endpoint: Endpoint) -> list[str]:
    """What went wrong with a batch, as it may be shown."""
    said = (*there.wrong[:_SHOWN], *list(brought.wrong())[:_SHOWN])
    return [shown(line, endpoint, otherwise="no reason") for line in said]


def _tell_asked(asked: Asked, tell: Tell) -> None:
    tell(
        f"Questions: {asked.questions:,} about {asked.documents:,} documents; {asked.known:,} have an answer, "
        f"{asked.stored:,} got theirs from a batch, {sum(asked.failed.values()):,} got none that can be used"
    )
    for reason, count in asked.failed.most_common(_SHOWN):
        tell(f"  {count:,} without a usable answer: {reason}")
    if asked.failed:
        tell(f"Those without a usable answer: {_LIVE}.")
    for line in asked.unread[:_SHOWN]:
        tell(f"  {line}")
    if (more := len(asked.unread) - _SHOWN) > 0:
        tell(f"  … and {more:,} more documents that cannot be read")


def _estimate(draft: Draft, desk: Desk) -> str:
    requests = sum(len(part.requests) for part in draft.parts)
    size = sum(part.size for part in draft.parts) / 1e6
    said = (
        f"To be submitted: {requests:,} requests ({size:,.1f} MB, batches: {len(draft.parts):,}); "
        f"at most {_tokens(draft.most)}{_dollars(draft.cost)}"
    )
    usual = _usual(requests, desk)
    prices = half(desk.settings.price)
    if usual is None:
        return said
    return f"{said}; by what earlier batches took {_tokens(usual)}{_dollars(prices.cost(usual) if prices else None)}"


def _usual(requests: int, desk: Desk) -> Usage | None:
    """What so many requests use, if they are like those of earlier batches of the same model; None before there is one."""
    earlier = [each for each in desk.batches("ended") if each.model == desk.endpoint.model_name]
    answered = sum(each.answered for each in earlier)
    if not answered:
        return None
    used = sum((each.used for each in earlier), Usage())
    return Usage(
        *(round(tokens * requests / answered) for tokens in (used.prompt, used.cached, used.completion))
    )


def _cost(batch: Batch) -> str:
    """What a batch cost, or may cost, in words."""
    most = f"at most {_tokens(batch.most)}{_dollars(batch.estimate)}"
    return f"{_tokens(batch.used)}{_dollars(batch.cost)} ({most})" if batch.state == "ended" else most


def _tokens(usage: Usage) -> str:
    cached = f" ({usage.cached:,} cached)" if usage.cached else ""
    return f"{usage.prompt:,} tokens in{cached}, {usage.completion:,} out"


def _dollars(amount: float | None) -> str:
    return "" if amount is None else f", ${amount:,.4f}"
