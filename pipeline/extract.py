"""One document through all stages, with a line in the ledger for each of its sentences and questions."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final, ParamSpec, Protocol, TypeVar

from pipeline.document import chunk, prepare
from pipeline.document.text import Document, Source
from pipeline.errors import AnswerError, CacheError, ModelError
from pipeline.model.cache import Usage
from pipeline.model.client import Client, Question, Reply
from pipeline.model.replies import Meter
from pipeline.profiles import PROFILES, Profile
from pipeline.records.ask import HEADER, MOST_FACTS, Asking, askings
from pipeline.records.check import check, dropped
from pipeline.records.draft import Reading
from pipeline.records.ground import ground
from pipeline.records.header import article
from pipeline.records.lists import completed
from pipeline.records.merge import merge
from pipeline.records.overlap import settle
from pipeline.records.posts import read_off
from pipeline.records.stated import called
from pipeline.results import ChunkLine, DocumentResult, SentenceLine
from prompts.asked import Asked, AskedAppointment, answer_model
from prompts.grammar import copy_grammar, in_full
from prompts.render import messages, trained
from schemas import AnyRecord, Failure, Rejected

P = ParamSpec("P")
T = TypeVar("T")

_SHORT: Final = 2000
"""Characters from which on a document is long."""
_NOT_ASKED: Final = {
    "article": "no cue word of a record type asked for",
    "notice": "of a page's notices only notice is asked, where its cue words stand",
}


@dataclass(frozen=True, slots=True)
class Answered:
    """A question with its reply, or with the error that it ended in, and what its attempts used."""

    asking: Asking
    key: str
    reply: Reply | None
    error: AnswerError | CacheError | ModelError | None = None
    meter: Meter = field(default_factory=Meter)


class Progress(Protocol):
    """What a run tells while it goes on."""

    def planned(self, document: str, questions: int) -> None:
        """A document is read, and its questions are known."""

    def answered(self, answered: Answered) -> None:
        """A question has its answer, or has failed."""

    def finished(self, document: str, records: int) -> None:
        """A document is through all stages."""


async def extract(
    source: Source, *, client: Client, profile: Profile, types: Sequence[str], progress: Progress
) -> DocumentResult:
    """Everything that one document states, by way of all stages in order.

    Raises:
        DocumentError: the document cannot be read.
    """
    document = await _apart(source, prepare, source)
    sent = {asking: question(asking, profile) for asking in plan(document, profile, types)}
    keyed = [(asking, client.key(asked)) for asking, asked in sent.items()]
    # A line printed twice is one question.
    first = {key: asking for asking, key in reversed(keyed)}
    progress.planned(source.document, len(first))
    tasks = {
        key: asyncio.create_task(_ask(asking, key, sent[asking], client, progress))
        for key, asking in first.items()
    }
    try:
        await asyncio.gather(*tasks.values())
    finally:
        # Whatever ends the document ends its questions: none is paid for that nobody waits for.
        for task in tasks.values():
            task.cancel()
    answered = [_for(asking, tasks[key].result()) for asking, key in keyed]
    return await _apart(source, assemble, document, answered)


async def _apart(source: Source, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What ``work`` gives: in a thread for a long document, so that answers are heard meanwhile.

    A short one takes a millisecond, and less than the wait of two threads for each other.
    """
    if len(source.text) < _SHORT:
        return work(*args, **kwargs)
    return await asyncio.to_thread(work, *args, **kwargs)


def plan(document: Document, profile: Profile, types: Sequence[str]) -> tuple[Asking, ...]:
    """The questions that a profile asks of a document about the record types wanted."""
    chunks = chunk(
        document, sentences=profile.sentences, characters=profile.characters, context=profile.context
    )
    groups = [
        wanted for group in profile.groups if (wanted := tuple(kind for kind in group if kind in types))
    ]
    return askings(document, chunks, groups=groups, header=True)


def question(asking: Asking, profile: Profile) -> Question:
    """The question as it is sent."""
    texts = [sentence.text for sentence in asking.sentences]
    templates, most = asking.templates, asking.most
    if profile.style == "trained" and not all(map(trained, templates)):
        profile = PROFILES["small"]
    if not profile.copied_only:
        templates = tuple(each.whole() for each in templates)
    if profile.style == "trained":
        most = MOST_FACTS
    return Question(
        messages=tuple(
            messages(
                texts,
                templates,
                style=profile.style,
                context=[sentence.text for sentence in asking.context],
                compact=profile.copied_only,
            )
        ),
        answer=answer_model(asking.types, len(texts)),
        grammar=copy_grammar(texts, templates, facts=most) if profile.grammar else None,
        in_full=partial(in_full, templates=templates) if profile.grammar else str,
    )


def assemble(document: Document, answered: Sequence[Answered]) -> DocumentResult:
    """Answers to records: grounded, checked, merged; and the ledger of how it went."""
    name = document.source.document
    facts = [
        (kind, fact, each.asking)
        for each in answered
        if each.reply
        for kind, fact in _told(each.reply.answer.facts(), each.asking)
    ]
    reading = Reading.of(
        document, [fact.person for _, fact, _ in facts if isinstance(fact, AskedAppointment)]
    )
    candidates = [ground(kind, fact, asking.sentences, reading, asking.chunk) for kind, fact, asking in facts]
    checked = [check(candidate) for candidate in candidates if candidate.type != HEADER]
    records, apart = settle(merge(one for one in checked if not isinstance(one, Rejected)))
    rejected = [
        one if isinstance(one, Rejected) else dropped(candidate)
        for candidate, one in zip((each for each in candidates if each.type != HEADER), checked, strict=True)
    ]
    return DocumentResult(
        document=document,
        article=article(document, reading.names, candidates, records),
        records=records,
        rejected=(*(one for one in rejected if one is not None), *apart),
        failures=tuple(_failure(name, each) for each in answered if each.error),
        bodies=tuple(reading.names.counts.items()),
        called=called(document.sentences, reading.names),
        sentences=_sentence_lines(document, answered, records),
        chunks=tuple(_chunk_line(each) for each in answered),
        usage=sum((each.meter.used for each in answered), Usage()),
        wasted=sum((each.meter.wasted for each in answered), Usage()),
    )


def _told(facts: Sequence[tuple[str, Asked]], asking: Asking) -> Iterator[tuple[str, Asked]]:
    """The facts of an answer, with those that the asked sentences print beside them."""
    posts = read_off(facts, asking.sentences) if "appointment" in asking.types else ()
    yield from completed(
        [*facts, *(("appointment", post) for post in posts)],
        "".join(sentence.text for sentence in asking.sentences),
    )


async def _ask(asking: Asking, key: str, sent: Question, client: Client, progress: Progress) -> Answered:
    meter = Meter()
    try:
        answered = Answered(asking, key, await client.ask(sent, meter, key=key), meter=meter)
    except (AnswerError, CacheError, ModelError) as error:
        # Without a model or a place for answers, too, what is answered is not lost: the question fails, the document goes on.
        answered = Answered(asking, key, None, error, meter)
    progress.answered(answered)
    return answered


def _for(asking: Asking, answered: Answered) -> Answered:
    """The answer to a question, for another place at which the same was asked: a replay there, and free."""
    if answered.asking is asking:
        return answered
    reply = answered.reply and replace(answered.reply, replayed=True)
    return replace(answered, asking=asking, reply=reply, meter=Meter())


def _failure(document: str, answered: Answered) -> Failure:
    error = answered.error
    assert error is not None
    return Failure(
        document=document,
        chunk=answered.asking.chunk,
        type=",".join(answered.asking.types),
        error=type(error).__name__,
        message=error.message,
        next_step=error.next_step,
    )


def _chunk_line(answered: Answered) -> ChunkLine:
    asking, reply = answered.asking, answered.reply
    return ChunkLine(
        chunk=asking.chunk,
        asked=asking.types,
        sentences=tuple(sentence.number for sentence in asking.sentences),
        state="failed" if reply is None else "replayed" if reply.replayed else "answered",
        key=answered.key,
        prompts=tuple(each.name for each in asking.templates),
        facts=len(reply.answer.facts()) if reply else 0,
        reason=str(answered.error or ""),
    )


def _sentence_lines(
    document: Document, answered: Sequence[Answered], records: Sequence[AnyRecord]
) -> tuple[SentenceLine, ...]:
    asked: dict[int, dict[str, None]] = {}
    answers: set[int] = set()
    failed: dict[int, str] = {}
    for each in answered:
        for sentence in each.asking.sentences:
            asked.setdefault(sentence.number, {}).update(dict.fromkeys(each.asking.types))
            if each.reply:
                answers.add(sentence.number)
            else:
                failed.setdefault(sentence.number, f"a question failed: {each.error}")
    cited = {(one.start, one.end) for record in records for one in record.evidence}
    lines = []
    for sentence in document.sentences:
        types = tuple(asked.get(sentence.number, ()))
        is_cited = any((piece.start, piece.end) in cited for piece in sentence.pieces)
        reason = failed.get(sentence.number, "" if types else _NOT_ASKED[sentence.section])
        state = "cited" if is_cited else "sent" if sentence.number in answers else "not sent"
        lines.append(
            SentenceLine(
                sentence=sentence.number,
                pieces=sentence.pieces,
                section=sentence.section,
                state=state,  # type: ignore[arg-type]
                asked=types,
                reason=reason,
                doubtful=sentence.doubtful,
            )
        )
    return tuple(lines)
