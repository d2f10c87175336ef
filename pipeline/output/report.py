"""The page that shows every record in its article: one file that works from disk, without a network."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from jinja2 import Environment

from pipeline.output import labels
from pipeline.output.lines import LINES, writable
from pipeline.output.page import environment
from pipeline.output.segments import Segment, cut, records_of, rejected_of
from pipeline.output.tables import Refused, Table, plain, refused, tables
from pipeline.results import DocumentResult
from schemas import RECORD_TYPES, Failure, RunSummary, fields_of

MOST: Final = 50
"""How many documents, and how many unreadable ones, one page shows."""

_PIECE: Final = 500
"""Template fragments that are written at once."""


@dataclass(frozen=True, slots=True)
class View:
    """One document as the page shows it."""

    number: int
    """1, 2, … on the page."""
    name: str
    path: str
    title: str
    header: tuple[tuple[str, str], ...]
    """What is known of the article, as ``(label, text)``."""
    segments: Sequence[Segment]
    tables: Sequence[Table]
    refused: Sequence[Refused]
    failures: Sequence[Failure]
    entities: Sequence[tuple[str, tuple[str, ...]]]
    """Names with their aliases."""
    counts: Mapping[str, int]
    """Records by type."""
    sentences: Mapping[str, int]
    """Sentences by state."""
    questions: Mapping[str, int]
    """Questions by state."""


class Report:
    """Takes in a run's documents, the first 50 to be shown, the others to be counted."""

    def __init__(self) -> None:
        self._results: list[DocumentResult] = []
        self._unread: list[Failure] = []
        self._documents = 0
        self._failed = 0

    def add(self, result: DocumentResult) -> None:
        """Take in a document."""
        self._documents += 1
        if len(self._results) < MOST:
            self._results.append(result)

    def fail(self, failure: Failure) -> None:
        """Take in a document that could not be read."""
        self._failed += 1
        if len(self._unread) < MOST:
            self._unread.append(failure)

    def pieces(self, summary: RunSummary) -> Iterator[str]:
        """The page, piece by piece; nothing in it depends on the clock."""
        page = _environment().get_template("report.html")
        stream = page.stream(
            run=summary,
            rows=[_overview(at, result) for at, result in enumerate(self._results, 1)],
            views=(_view(at, result) for at, result in enumerate(self._results, 1)),
            hidden=self._documents - len(self._results),
            unread=self._unread,
            hidden_unread=self._failed - len(self._unread),
        )
        stream.enable_buffering(_PIECE)
        # A NUL is no character of HTML; a browser would show U+FFFD too.
        return (writable(piece).replace("\0", "\ufffd") for piece in stream)


def _overview(number: int, result: DocumentResult) -> dict[str, Any]:
    """A document's row in the table at the top of the page."""
    return {
        "number": number,
        "title": result.article.title or result.document.source.document,
        "name": result.document.source.document,
        "counts": Counter(record.type for record in result.records),
        "rejected": len(result.rejected),
        "failures": len(result.failures),
    }


def _view(number: int, result: DocumentResult) -> View:
    records, candidates = records_of(result, number), rejected_of(result, number)
    source, article = result.document.source, result.article
    return View(
        number=number,
        name=source.document,
        path=source.path,
        title=article.title or source.document,
        header=tuple(_header(result)),
        segments=tuple(cut(result, number)),
        tables=tuple(tables(records)),
        refused=tuple(refused(candidates)),
        failures=result.failures,
        entities=[(entity.name, entity.aliases) for entity in result.entities],
        counts=Counter(record.type for record in result.records),
        sentences=Counter(line.state for line in result.sentences),
        questions=Counter(line.state for line in result.chunks),
    )


def _header(result: DocumentResult) -> Iterator[tuple[str, str]]:
    """What is known of the article, its title apart."""
    for spec in fields_of("article"):
        value = getattr(result.article, spec.name)
        if spec.name != "title" and value:
            text = labels.value_label("article", value) if spec.choices else plain(value)
            yield labels.field_label("article", spec.name), text


@cache
def _environment() -> Environment:
    """Templates with the words of the page."""
    words = {
        "types": {name: labels.TYPES[name] for name in RECORD_TYPES},
        "type_labels": labels.TYPES,
        "field_label": labels.field_label,
        "checks": labels.CHECKS,
        "states": labels.STATES,
        "line_files": tuple(LINES),
    }
    found = environment("pipeline.output", words)
    found.filters["plain"] = plain
    return found
