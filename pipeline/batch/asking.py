"""Every question of a run, asked through the run's own client, with batches in the network's place.

What the client would send is looked up among the replies that batches have brought. So an answer is checked, asked again about
and stored exactly as a live one is; and a request that has no reply yet, a re-ask like any other, is one for the next batch.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import httpx2

from pipeline.batch.journal import Journal
from pipeline.batch.lines import request_id
from pipeline.config import Settings
from pipeline.document import prepare
from pipeline.document.text import Source
from pipeline.errors import AnswerError, DocumentError
from pipeline.extract import plan, question
from pipeline.model.client import Client, Question
from pipeline.run import opened

_NOT_YET: Final = 425
"""Too Early: a status that concerns one question and after which nothing is sent again."""


class Unanswered(Protocol):
    """Takes requests that have no reply."""

    async def take(self, custom_id: str, body: Mapping[str, Any]) -> None:
        """A request, perhaps for a second time."""


@dataclass(slots=True)
class Asked:
    """What came of all questions; ``failed`` and ``unread`` say why, in words to be shown, and how often."""

    documents: int = 0
    questions: int = 0
    known: int = 0
    """Answered by the cache."""
    stored: int = 0
    """Answered by a batch, and in the cache now."""
    failed: Counter[str] = field(default_factory=Counter)
    """Replies that came, and are no answer."""
    unread: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Way:
    """The requests of one question: those that had a reply, and whether the last had none."""

    replied: list[str] = field(default_factory=list)
    waits: bool = False


_way: ContextVar[_Way] = ContextVar("_way")


class Replies(httpx2.AsyncBaseTransport):
    """Answers the client's requests with what batches have brought; what they have not goes to ``unanswered``."""

    def __init__(self, address: str, journal: Journal, unanswered: Unanswered) -> None:
        self._address = address
        self._journal = journal
        self._unanswered = unanswered

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """The reply to a request, or 425."""
        body = json.loads(await request.aread())
        custom_id = request_id(self._address, body)
        reply = self._journal.reply(custom_id)
        if reply is not None:
            _way.get().replied.append(custom_id)
            return httpx2.Response(200, headers={"content-type": "application/json"}, content=reply.encode())
        _way.get().waits = True
        await self._unanswered.take(custom_id, body)
        return httpx2.Response(_NOT_YET, json={"error": {"message": "waits for a batch"}})


async def ask_all(
    found: Iterable[Source | DocumentError],
    settings: Settings,
    address: str,
    journal: Journal,
    unanswered: Unanswered,
) -> Asked:
    """Ask all questions about the documents; replies that have done their work leave the journal.

    Raises:
        CacheError: answers cannot be kept; the replies stay.
        ModelError: the settings name no endpoint that could be asked.
    """
    asked = Asked()
    # The budget is for what is submitted, and an endpoint's limits for what is sent: here nothing is.
    settings = settings.model_copy(update={"budget": None, "rpm": None, "tpm": None})
    async with opened(settings, transport=Replies(address, journal, unanswered)) as client:
        for source in found:
            try:
                questions = await _questions(source, settings)
            except DocumentError as error:
                asked.unread.append(str(error))
                continue
            asked.documents += 1
            by_key = {client.key(each): each for each in questions}
            asked.questions += len(by_key)
            ways = await asyncio.gather(*(_ask(key, each, client, asked) for key, each in by_key.items()))
            # Only now: their answers are in the cache, or there is none to come.
            if replied := [each for way in ways for each in way]:
                journal.forget(replied)
    return asked


async def _questions(source: Source | DocumentError, settings: Settings) -> list[Question]:
    if isinstance(source, DocumentError):
        raise source
    document = await asyncio.to_thread(prepare, source)
    profile = settings.chosen_profile
    return [question(asking, profile) for asking in plan(document, profile, settings.types)]


async def _ask(key: str, asking: Question, client: Client, asked: Asked) -> list[str]:
    """Ask one question; the requests whose replies have done their work."""
    way = _Way()
    _way.set(way)
    try:
        reply = await client.ask(asking, key=key)
        if not reply.replayed:
            # A live run goes on with an answer that could not be stored. Here the reply must stay: this raises then.
            await client.ask(asking, key=key)
    except AnswerError as error:
        if way.waits:
            # Its replies so far lead to the re-ask that waits.
            return []
        asked.failed[str(error)] += 1
    else:
        asked.known += reply.replayed
        asked.stored += not reply.replayed
    return way.replied
