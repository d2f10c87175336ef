"""What each line of a run's files says, as rows of the tables."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final

from opencc import OpenCC

from pipeline.output.export.reading import in_one_line
from pipeline.output.export.tables import table_of
from schemas import Article, Comparator, Evidence, Rejected, date_bounds, fields_of, parse_record

Line = Mapping[str, Any]
Row = tuple[str, Sequence[object]]
"""The name of a table, and the values of its columns in their order; a number in a key may be left to the database."""

JOINED: Final = "；"
"""Between the items of a list in one cell."""


def of_document(line: Line) -> Iterator[Row]:
    """A document, its pages and where their lines stand."""
    name = line["document"]
    head = (name, line["path"], line["encoding"], line["sha256"], line["script"])
    yield "documents", (*head, _json(line["metadata"]), line["text"])
    for page in line.get("pages", ()):
        yield "pages", (name, page["page"], page["width"], page["height"])
        for start, end, *box in page["lines"]:
            yield "page_lines", (name, start, end, page["page"], *box)


def of_article(line: Line) -> Iterator[Row]:
    """An article, and the items of its lists."""
    article = Article.model_validate(line)
    facts = article.facts()
    yield "articles", (article.document, *_cells("article", facts))
    yield from _items("article_items", article.document, facts)


def of_record(line: Line) -> Iterator[Row]:
    """A record: what it is, its values, the items of its lists, its evidence, its checks, its entities."""
    record = parse_record(line)
    facts = record.facts()
    printed = "\n".join(piece.text for piece in record.evidence)
    yield "records", (record.id, record.document, record.type, in_one_line(_simplified(printed)) or None)
    yield table_of(record.type), (record.id, record.document, *_cells(record.type, facts))
    yield from _items("record_items", record.id, facts)
    for number, piece in enumerate(record.evidence, 1):
        yield "evidence", (record.id, number, record.document, *_span(piece), *(None,) * 5)
    for number, check in enumerate(record.checks, 1):
        yield "checks", (record.id, number, check.field, check.status, check.start, check.end)
    for named in record.entities:
        yield "record_entities", (record.id, named.field, named.name, named.entity)


def of_rejected(number: int, line: Line) -> Iterator[Row]:
    """A candidate that was rejected, the ``number``-th of the run, and what it cites."""
    rejected = Rejected.model_validate(line)
    head = (number, rejected.document, rejected.type)
    yield "rejected", (*head, _json(rejected.values), JOINED.join(rejected.reasons))
    for at, piece in enumerate(rejected.evidence, 1):
        yield "rejected_evidence", (number, at, *_span(piece))


def of_entity(line: Line) -> Iterator[Row]:
    """An entity, its aliases with their evidence, and its mentions; also as runs had it whose entities are of one document."""
    entity = line["id"]
    yield "entities", (entity, line["kind"], line["name"], line.get("region"), line.get("source"))
    for number, row in enumerate(_aliases(line["aliases"], line.get("evidence", ())), 1):
        yield "aliases", (entity, number, *row)
    for mention in line.get("mentions", (line,)):
        for record in mention["records"] or (None,):
            yield "mentions", (None, entity, mention["document"], mention["name"], record)


def of_fact(line: Line) -> Iterator[Row]:
    """A fact, the records and documents that tell it, and what they do not agree on."""
    fact = line["id"]
    texts = _texts(line["documents"], line.get("reprints", ()))
    counts = (len(line["records"]), len(texts), len(set(texts.values())))
    yield "facts", (fact, line["type"], _json(line["values"]), *counts)
    for record in line["records"]:
        yield "fact_records", (fact, record)
    for document, number in texts.items():
        yield "fact_documents", (fact, document, number)
    for conflict in line.get("conflicts", ()):
        for number, told in enumerate(conflict["values"], 1):
            yield "conflicts", (fact, conflict["field"], number, _plain(told["value"]))
            for record in told["records"]:
                yield "conflict_records", (fact, conflict["field"], number, record)


def of_ambiguous(number: int, line: Line) -> Iterator[Row]:
    """A name that was left apart, the ``number``-th of the run, and what it could stand for."""
    yield "ambiguous", (number, line["name"], line["document"], line["reason"])
    for entity in line["candidates"]:
        yield "ambiguous_candidates", (number, entity)


def of_run(summary: Line) -> Iterator[Row]:
    """The run itself, from its ``run.json``."""
    settings = summary["settings"]
    head = (summary["started"], summary["seconds"], summary["schema_version"])
    yield "run", (*head, *(settings.get(name) for name in ("profile", "model", "endpoint")))


def _unnumbered(rows: Callable[[Line], Iterator[Row]]) -> Callable[[int, Line], Iterator[Row]]:
    return lambda number, line: rows(line)


FILES: Final[dict[str, Callable[[int, Line], Iterator[Row]]]] = {
    "documents.jsonl": _unnumbered(of_document),
    "articles.jsonl": _unnumbered(of_article),
    "records.jsonl": _unnumbered(of_record),
    "rejected.jsonl": of_rejected,
    "entities.jsonl": _unnumbered(of_entity),
    "ambiguous.jsonl": of_ambiguous,
    "facts.jsonl": _unnumbered(of_fact),
}
"""The files of lines, and what a line of each says, given its number from 1."""


def _cells(type_name: str, facts: Mapping[str, Any]) -> Iterator[object]:
    for spec in fields_of(type_name):
        value = facts[spec.name]
        yield JOINED.join(value) or None if spec.many else value
        if spec.comparator is Comparator.DATE:
            yield from _days(value)


def _days(text: str | None) -> tuple[str | None, str | None]:
    """The first and the last day of a partial date as ``YYYY-MM-DD``; nothing where its year is not known."""
    bounds = date_bounds(text) if text else None
    return (bounds[0].isoformat(), bounds[1].isoformat()) if bounds else (None, None)


def _items(table: str, owner: str | None, facts: Mapping[str, Any]) -> Iterator[Row]:
    for field, value in facts.items():
        for number, item in enumerate(value if isinstance(value, tuple) else (), 1):
            yield table, (owner, field, number, item)


def _span(piece: Evidence) -> tuple[int, int, str]:
    return piece.start, piece.end, piece.text


def _aliases(names: Iterable[str], evidence: Iterable[Line]) -> Iterator[Sequence[object]]:
    """Aliases with the places that state them; one without a place (from a user's list) stands alone."""
    stated = {line["alias"] for line in evidence}
    for line in evidence:
        place = (line["document"], line["start"], line["end"], line["text"])
        yield line["alias"], *place, line.get("how")
    for name in names:
        if name not in stated:
            yield name, *(None,) * 5


def _texts(documents: Iterable[str], reprints: Iterable[Iterable[str]]) -> dict[str, int]:
    """Documents by the number of the text that they print: 1, 2, …"""
    same = {document: min(group) for group in map(list, reprints) for document in group}
    numbers: dict[str, int] = {}
    return {each: numbers.setdefault(same.get(each, each), len(numbers) + 1) for each in documents}


def _plain(value: object) -> str | None:
    return value if value is None or isinstance(value, str) else _json(value)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _simplified(text: str) -> str:
    return str(_converter().convert(text))


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")
