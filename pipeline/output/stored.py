"""A run's folder read back, one document at a time: what the report, and whoever works on a finished run, is made from."""

import json
from collections import defaultdict
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from pipeline.document.text import PrintedLine, PrintedPage, Span
from pipeline.errors import UsageError
from pipeline.results import SentenceLine
from schemas import AnyRecord, Article, Failure, Rejected, RunSummary, parse_record

SUMMARY: Final = "run.json"
_BY_DOCUMENT: Final = ("articles.jsonl", "records.jsonl", "rejected.jsonl", "ledger.jsonl")
"""Files whose lines come in the order of ``documents.jsonl``."""
_AGAIN: Final = "Make the run again: python -m pipeline run PATH --out DIR."

_Model = TypeVar("_Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Entity:
    """A body or person of the run."""

    id: str
    kind: str
    """``organization`` or ``person``."""
    name: str
    aliases: tuple[str, ...]
    label: str
    """Its name, with its region where several bodies have that name."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A document as the files of its run tell it; offsets point into ``text``, in code points."""

    number: int
    """1, 2, … in the run."""
    name: str
    """Its id, unique in the run."""
    path: str
    sha256: str
    script: str
    text: str
    article: Article
    records: tuple[AnyRecord, ...]
    rejected: tuple[Rejected, ...]
    failures: tuple[Failure, ...]
    sentences: tuple[SentenceLine, ...]
    questions: tuple[str, ...]
    """What became of each question: ``answered``, ``replayed`` or ``failed``."""
    dropped: tuple[tuple[Span, str], ...]
    """Text that is in no sentence, with the reason."""
    pages: tuple[PrintedPage, ...]
    entities: Mapping[str, tuple[Entity, ...]]
    """Who is named by a record, by the record's id."""


class StoredRun:
    """The files of a run by name: those of a finished run's folder, or new ones that are not in place yet.

    Raises ``UsageError`` where a file is missing, or a line of it is not as a run writes it.
    """

    def __init__(self, files: Mapping[str, Path]) -> None:
        self._files = files
        self._failures: dict[str, list[Failure]] = defaultdict(list)
        for line in _models(self._path("failures.jsonl"), Failure):
            self._failures[line.document].append(line)

    @classmethod
    def of(cls, folder: Path) -> "StoredRun":
        """The run that ``folder`` holds."""
        return cls({path.name: path for path in folder.glob("*.json*")})

    @property
    def summary(self) -> RunSummary:
        """The summary of a finished run."""
        path = self._path(SUMMARY)
        with _readable(str(path)):
            return RunSummary.model_validate_json(path.read_bytes())

    @property
    def count(self) -> int:
        """How many documents the run has."""
        with self._path("documents.jsonl").open("rb") as file:
            return sum(1 for _ in file)

    @property
    def unread(self) -> list[Failure]:
        """What is known of documents that could not be read at all."""
        return [one for failures in self._failures.values() for one in failures if one.chunk is None]

    def documents(self) -> Iterator[Stored]:
        """The documents in their order, one at a time in memory."""
        with ExitStack() as stack:
            groups = {name: _Grouped(self._path(name)) for name in _BY_DOCUMENT}
            for group in groups.values():
                stack.callback(group.close)
            entities = _Entities(self._path("entities.jsonl"))
            for number, (place, line) in enumerate(_lines(self._path("documents.jsonl")), 1):
                with _readable(place):
                    taken = {name: group.take(line["document"]) for name, group in groups.items()}
                    failures = self._failures.get(line["document"], ())
                    made = _stored(number, line, taken, tuple(failures), entities)
                yield made
            for group in groups.values():
                group.ended()

    def _path(self, name: str) -> Path:
        if name not in self._files:
            raise UsageError(f"This is no run's folder: it has no {name}.", next_step=_AGAIN)
        return self._files[name]


class _Grouped:
    """A file's lines, taken document by document in the order in which they stand."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lines = _lines(path)
        self._head = next(self._lines, None)

    def take(self, document: str) -> list[dict[str, Any]]:
        """The lines that come next, as far as they are of ``document``."""
        taken = []
        while self._head and self._head[1].get("document") == document:
            taken.append(self._head[1])
            self._head = next(self._lines, None)
        return taken

    def ended(self) -> None:
        """Raise ``UsageError`` where lines are left that belong to no document."""
        if self._head:
            raise UsageError(f"{self._head[0]}: of no document, or out of order.", next_step=_AGAIN)

    def close(self) -> None:
        """Let the file go."""
        self._lines.close()


class _Entities:
    """The entities of a run, and which of them a record names."""

    def __init__(self, path: Path) -> None:
        self._by_id: dict[str, Entity] = {}
        namesakes: dict[str, list[tuple[Entity, str]]] = defaultdict(list)
        for place, line in _lines(path):
            with _readable(place):
                made = Entity(line["id"], line["kind"], line["name"], tuple(line["aliases"]), line["name"])
                namesakes[made.name].append((made, line["region"] or made.id))
        for name, group in namesakes.items():
            for entity, where in group:
                told = name if len(group) == 1 else f"{name}（{where}）"
                self._by_id[entity.id] = replace(entity, label=told)

    def of(self, record: AnyRecord) -> tuple[Entity, ...]:
        """Each entity that a record names, once."""
        return tuple(self._by_id[one] for one in dict.fromkeys(each.entity for each in record.entities))


def _stored(
    number: int,
    line: Mapping[str, Any],
    taken: Mapping[str, Sequence[dict[str, Any]]],
    failures: tuple[Failure, ...],
    entities: _Entities,
) -> Stored:
    articles, ledger = taken["articles.jsonl"], taken["ledger.jsonl"]
    records = tuple(map(parse_record, taken["records.jsonl"]))
    return Stored(
        number=number,
        name=line["document"],
        path=line["path"],
        sha256=line["sha256"],
        script=line["script"],
        text=line["text"],
        article=Article.model_validate(articles[0]) if articles else Article(document=line["document"]),
        records=records,
        rejected=tuple(map(Rejected.model_validate, taken["rejected.jsonl"])),
        failures=failures,
        sentences=tuple(_sentence(each) for each in ledger if each["kind"] == "sentence"),
        questions=tuple(each["state"] for each in ledger if each["kind"] == "question"),
        dropped=tuple(
            (span, each["reason"]) for each in ledger if each["kind"] == "dropped" for span in _spans(each)
        ),
        pages=tuple(map(_page, line.get("pages", ()))),
        entities={record.id: found for record in records if record.id and (found := entities.of(record))},
    )


def _sentence(line: Mapping[str, Any]) -> SentenceLine:
    return SentenceLine(
        sentence=line["sentence"],
        pieces=_spans(line),
        section=line["section"],
        state=line["state"],
        asked=tuple(line["asked"]),
        reason=line["reason"],
        doubtful=line["doubtful"],
    )


def _spans(line: Mapping[str, Any]) -> tuple[Span, ...]:
    return tuple(Span(int(start), int(end)) for start, end in line["spans"])


def _page(page: Mapping[str, Any]) -> PrintedPage:
    lines = tuple(PrintedLine(*line) for line in page["lines"])
    return PrintedPage(int(page["page"]), float(page["width"]), float(page["height"]), lines)


def _models(path: Path, model: type[_Model]) -> Iterator[_Model]:
    for place, line in _lines(path):
        with _readable(place):
            made = model.model_validate(line)
        yield made


def _lines(path: Path) -> Generator[tuple[str, dict[str, Any]], None, None]:
    """The values of each line of a file, each with its place for messages."""
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            place = f"{path}, line {number}"
            with _readable(place):
                values = json.loads(line)
                if not isinstance(values, dict):
                    raise TypeError
            yield place, values


@contextmanager
def _readable(place: str) -> Iterator[None]:
    """Turn what a faulty line raises into a ``UsageError`` that names its place; nothing of the line is shown."""
    try:
        yield
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise UsageError(
            f"{place}: not as a run writes it: {where}: {first['msg']}.", next_step=_AGAIN
        ) from None
    except (KeyError, TypeError, ValueError, AttributeError):
        raise UsageError(f"{place}: not as a run writes it.", next_step=_AGAIN) from None
