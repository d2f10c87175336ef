"""The report of a run: every record in its article, and figures over all documents; files that need no network.

Up to ``MOST`` documents are one file. Beyond that it is an index, and a file per document in the folder ``report``.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from tempfile import TemporaryFile
from typing import Any, Final

from jinja2 import Environment
from markupsafe import Markup, escape

from pipeline.output import drawing, labels
from pipeline.output.catalogue import Catalogue, in_a_script
from pipeline.output.figures import Counts
from pipeline.output.lines import writable
from pipeline.output.page import environment as templates
from pipeline.output.segments import Segment, cut
from pipeline.output.sheets import Sheet, sheets
from pipeline.output.stored import Entity, Stored, StoredRun
from pipeline.output.tables import Refused, Table, plain, refused, tables
from pipeline.output.words import words
from schemas import RECORD_TYPES, Failure, RunSummary, fields_of

MOST: Final = 50
"""How many documents, and how many unreadable ones, one page shows."""
REPORT: Final = "report.html"
PAGES: Final = "report"
"""The folder of the pages where there are more."""

_ALONE: Final = re.compile(r"\r(?!\n)")
_PIECE: Final = 500
"""Template fragments that are written at once."""


@dataclass(frozen=True, slots=True)
class Row:
    """What the overview says of a document."""

    number: int
    name: str
    title: str
    counts: Mapping[str, int]
    rejected: int
    failures: int


@dataclass(frozen=True, slots=True)
class View:
    """One document as the page shows it."""

    number: int
    name: str
    path: str
    title: str
    lang: str
    """The language tag of the article."""
    header: tuple[tuple[str, str, str], ...]
    """What is known of the article, as ``(label, field, text)``."""
    segments: Sequence[Segment]
    tables: Sequence[Table]
    refused: Sequence[Refused]
    sheets: Sequence[Sheet]
    failures: Sequence[Failure]
    entities: Sequence[Entity]
    sentences: Mapping[str, int]
    """Sentences by state."""
    missed: int
    """Sentences that no record cites."""
    questions: Mapping[str, int]
    """Questions by state."""


def write(
    run: StoredRun,
    summary: RunSummary,
    *,
    write: Callable[[str], None],
    write_page: Callable[[str, Iterable[str]], None],
) -> None:
    """Write the report of ``run``: the page ``report.html`` piece by piece, and a page per document where they are many.

    No more than ``MOST`` documents are in memory at once. Nothing in the pages depends on the clock.
    """
    count = run.count
    for piece in _single(run, summary) if count <= MOST else _index(run, summary, count, write_page):
        write(piece)


def environment(*further: str) -> Environment:
    """The page's templates with its words; packages named ``further`` may extend them."""
    known = {
        "types": {name: labels.TYPES[name] for name in RECORD_TYPES},
        "type_labels": labels.TYPES,
        "field_label": labels.field_label,
        "value_label": labels.value_label,
        "checks": labels.CHECKS,
        "words": words(),
        "pages": PAGES,
    }
    found = templates("pipeline.output", known, *further)
    found.filters |= {"plain": plain, "data": in_a_script, "printed": _printed}
    return found


def document_page(
    stored: Stored,
    count: int,
    *,
    template: str = "document_page.html",
    made: Environment | None = None,
    **more: Any,
) -> Iterator[str]:
    """The page of one of ``count`` documents, piece by piece; ``template`` may extend it, ``more`` are its values."""
    catalogue = Catalogue()
    lines = list(catalogue.lines(stored))
    return _pieces(
        template,
        made,
        view=view(stored),
        count=count,
        page_name=_namer(count),
        lines=lines,
        organizations=catalogue.organizations,
        **{"home": f"../{REPORT}"} | more,
    )


def view(stored: Stored) -> View:
    """A document as the templates want it."""
    return View(
        number=stored.number,
        name=stored.name,
        path=stored.path,
        title=stored.article.title or stored.name,
        lang="zh-Hant" if stored.script == "hant" else "zh-Hans",
        header=tuple(_header(stored)),
        segments=tuple(cut(stored)),
        tables=tuple(tables(stored)),
        refused=tuple(refused(stored)),
        sheets=tuple(sheets(stored)),
        failures=stored.failures,
        entities=tuple(dict.fromkeys(each for named in stored.entities.values() for each in named)),
        sentences=Counter(line.state for line in stored.sentences),
        missed=sum(line.state != "cited" for line in stored.sentences),
        questions=Counter(stored.questions),
    )


def _single(run: StoredRun, summary: RunSummary) -> Iterator[str]:
    documents, counts, catalogue = list(run.documents()), Counts(), Catalogue()
    for stored in documents:
        counts.add(stored)
    lines = [line for stored in documents for line in catalogue.lines(stored)]
    return _pieces(
        "report.html",
        listed="documents_table.html",
        home="",
        run=summary,
        rows=list(map(_row, documents)),
        views=map(view, documents),
        count=len(documents),
        page_name=_namer(0),
        lines=lines,
        organizations=catalogue.organizations,
        **_figures(counts),
        **_unread(run),
    )


def _index(
    run: StoredRun, summary: RunSummary, count: int, write_page: Callable[[str, Iterable[str]], None]
) -> Iterator[str]:
    counts, catalogue, name = Counts(), Catalogue(), _namer(count)
    rows = []
    with TemporaryFile("w+", encoding="utf-8", newline="\n") as lines:
        for stored in run.documents():
            write_page(name(stored.number), document_page(stored, count))
            counts.add(stored)
            rows.append(_row(stored))
            lines.writelines(line + "\n" for line in catalogue.lines(stored))
        lines.seek(0)
        yield from _pieces(
            "index.html",
            listed="documents_list.html",
            home="",
            run=summary,
            rows=rows,
            count=count,
            page_name=name,
            lines=map(str.rstrip, lines),
            organizations=catalogue.organizations,
            **_figures(counts),
            **_unread(run),
        )


def _pieces(template: str, made: Environment | None = None, **values: Any) -> Iterator[str]:
    stream = (made or _environment()).get_template(template).stream(**values)
    stream.enable_buffering(_PIECE)
    # A NUL is no character of HTML; a browser would show U+FFFD too.
    return (writable(piece).replace("\0", "\ufffd") for piece in stream)


def _namer(count: int) -> Callable[[int], str]:
    """What the page of a document is called, by its number, where there are ``count``."""
    digits = max(4, len(str(count)))
    return lambda number: f"{number:0{digits}}.html"


def _figures(counts: Counts) -> dict[str, Any]:
    columns = counts.columns()
    return {
        "columns": columns,
        "time": {kind: list(drawing.cells(counts, columns, kind)) for kind in counts.types()},
        "bodies": drawing.bodies(counts),
        "timeline": drawing.timeline(counts),
        "names_width": drawing.NAMES,
    }


def _unread(run: StoredRun) -> dict[str, Any]:
    return {"unread": run.unread[:MOST], "hidden_unread": max(0, len(run.unread) - MOST)}


def _row(stored: Stored) -> Row:
    return Row(
        number=stored.number,
        name=stored.name,
        title=stored.article.title or stored.name,
        counts=Counter(record.type for record in stored.records),
        rejected=len(stored.rejected),
        failures=len(stored.failures),
    )


def _header(stored: Stored) -> Iterator[tuple[str, str, str]]:
    """What is known of the article, its title apart."""
    for spec in fields_of("article"):
        value = getattr(stored.article, spec.name)
        if spec.name != "title" and value:
            text = labels.value_label("article", value) if spec.choices else plain(value)
            yield labels.field_label("article", spec.name), spec.name, text


def _printed(text: str) -> Markup:
    """A piece of the article, escaped so that a browser keeps every code point of it.

    A browser reads a carriage return as a line end: where one stands before a line feed it would be lost.
    """
    return Markup(_ALONE.sub("\n", escape(text)).replace("\r", "&#13;"))


@cache
def _environment() -> Environment:
    return environment()
