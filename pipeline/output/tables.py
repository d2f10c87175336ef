"""Records as the tables of the page: one per type, a row per record, a column per field in use."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pipeline.output.labels import TYPES, field_label, value_label
from pipeline.output.segments import Shown, records_of, rejected_of
from pipeline.output.sheets import pages_of
from pipeline.output.stored import Stored
from schemas import RECORD_TYPES, AnyRecord, Comparator, Evidence, FieldSpec, Rejected, fields_of

_SHORT: Final = {
    Comparator.BOOLEAN,
    Comparator.DATE,
    Comparator.NUMBER,
    Comparator.PERSON,
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of one record."""

    field: str
    text: str
    code: str
    """The value as the files have it, where ``text`` is its Chinese name; else nothing."""
    checks: tuple[str, ...]
    """How it stands in the document: statuses, each once."""
    short: bool
    """A number, a date, yes or no, or a person's name, which does not read well over two lines."""


@dataclass(frozen=True, slots=True)
class Row:
    """One record."""

    handle: str
    id: str
    number: int
    """1, 2, … within its type."""
    start: int | None
    """Where its evidence begins, None where it has none."""
    pages: tuple[int, ...]
    """The printed pages that its evidence stands on."""
    doubtful: bool
    """Some of its evidence was put together from a page's columns at a seam that may be wrong."""
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """All records of one type in one document."""

    type: str
    label: str
    columns: tuple[FieldSpec, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """A rejected candidate: its values as ``(label, field, text)``, and why it is no record."""

    handle: str
    type: str
    start: int | None
    values: tuple[tuple[str, str, str], ...]
    reasons: tuple[str, ...]


def tables(stored: Stored) -> Iterator[Table]:
    """A table per type that occurs, in the guide's order."""
    records = records_of(stored)
    for name in RECORD_TYPES:
        of_type = [each for each in records if each.fact.type == name]
        columns = tuple(
            spec
            for spec in fields_of(name)
            if any(getattr(each.fact, spec.name) not in (None, ()) for each in of_type)
        )
        if of_type:
            rows = tuple(_row(stored, each, columns) for each in of_type)
            yield Table(name, TYPES[name], columns, rows)


def refused(stored: Stored) -> Iterator[Refused]:
    """The rejected candidates, with the values that they have."""
    for each in rejected_of(stored):
        if isinstance(each.fact, Rejected):
            values = tuple(
                (field_label(each.fact.type, name), name, plain(value))
                for name, value in each.fact.values.items()
                if value not in (None, "", (), [])
            )
            yield Refused(each.handle, each.fact.type, _start(each), values, each.fact.reasons)


def plain(value: Any) -> str:
    """A value as people read it: lists with Chinese commas, 是 and 否, anything else as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
        return "、".join(value)
    return json.dumps(value, ensure_ascii=False, default=str)


def _row(stored: Stored, record: Shown, columns: Sequence[FieldSpec]) -> Row:
    fact = record.fact
    assert not isinstance(fact, Rejected)
    return Row(
        handle=record.handle,
        id=fact.id or "",
        number=record.number,
        start=_start(record),
        pages=pages_of(stored, fact.evidence),
        doubtful=_doubtful(stored, fact.evidence),
        cells=tuple(_cell(fact, spec) for spec in columns),
    )


def _doubtful(stored: Stored, evidence: Sequence[Evidence]) -> bool:
    return any(
        piece.start < where.end and where.start < piece.end
        for line in stored.sentences
        if line.doubtful
        for where in line.pieces
        for piece in evidence
    )


def _cell(fact: AnyRecord, spec: FieldSpec) -> Cell:
    value = getattr(fact, spec.name)
    checks = tuple(dict.fromkeys(check.status for check in fact.checks if check.field == spec.name))
    short = spec.comparator in _SHORT and not spec.many
    if value is None:
        return Cell(spec.name, "", "", checks, short)
    if spec.choices:
        return Cell(spec.name, value_label(fact.type, value), value, checks, short)
    return Cell(spec.name, plain(value), "", checks, short)


def _start(shown: Shown) -> int | None:
    return shown.fact.evidence[0].start if shown.fact.evidence else None
