"""Records as tasks of Label Studio, and back: nothing is lost on the way.

A record is a labelled span, its first evidence, under the record's id; further evidence hangs on it by the relation
``evidence``. Its values are choices and texts of that span, and each check is a span ``place`` that the relation with
the field's name leads to. Offsets are code points on both sides.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from pipeline.errors import UsageError
from pipeline.review.label_config import (
    ELSEWHERE,
    EVIDENCE,
    FOUND,
    LABELS,
    PLACE,
    TEXT,
    choices_of,
    control,
)
from pipeline.review.values import typed
from schemas import RECORD_TYPES, AnyRecord, Check, Evidence, fields_of, parse_record

Values = dict[str, Any]


def result_of(records: Iterable[AnyRecord]) -> list[Values]:
    """The regions and relations of the records. A record without evidence has no place in a text and is left out."""
    return [part for record in records if record.evidence for part in _parts(record)]


def more_of(records: Iterable[AnyRecord]) -> Values:
    """What records have beside values, evidence and checks, by their ids: kept in the task's data."""
    found = {}
    for record in records:
        told = {"id", "document", "type", "evidence", "checks", *record.facts()}
        more = {name: value for name, value in record.model_dump(mode="json", exclude=told).items() if value}
        if more:
            found[str(record.id)] = more
    return found


def records_in(
    result: Sequence[Values], document: str, text: str, more: Values, place: str
) -> list[AnyRecord]:
    """The records of an annotation's ``result``, in its order; their ids are those of their regions.

    Raises ``UsageError`` that begins with ``place`` where the result is not of this configuration, or a record is not valid.
    """
    try:
        return [_record(head, document, text, more) for head in _heads(result)]
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise UsageError(f"{place}: a record is not valid: {where}: {first['msg']}.") from None
    except (KeyError, TypeError, ValueError, IndexError, AttributeError):
        raise UsageError(
            f"{place}: the annotation is not one of this labelling configuration.",
            next_step="Use the configuration that is written beside the tasks.",
        ) from None


def _parts(record: AnyRecord) -> Iterator[Values]:
    head, *others = record.evidence
    name = str(record.id)
    yield _span(name, (head.start, head.end), head.text, record.type)
    for spec in fields_of(record.type):
        value = getattr(record, spec.name)
        if value is None or value == ():
            continue
        items = [_written(item) for item in (value if isinstance(value, tuple) else (value,))]
        kind = "choices" if choices_of(spec) else "textarea"
        yield _of_region(name, head, control(record.type, spec.name), kind, items)
    for number, piece in enumerate(others, 2):
        yield _span(f"{name}.e{number}", (piece.start, piece.end), piece.text, record.type)
        yield _relation(name, f"{name}.e{number}", EVIDENCE)
    for number, check in enumerate(record.checks, 1):
        yield from _place(name, f"{name}.c{number}", head, check)


def _place(record: str, name: str, head: Evidence, check: Check) -> Iterator[Values]:
    if check.start is None or check.end is None:
        span, status = (head.start, head.end), check.status + ELSEWHERE
    else:
        span, status = (check.start, check.end), str(check.status)
    yield _span(name, span, "", PLACE)
    yield {
        **_named(name, FOUND, "choices"),
        "value": {"start": span[0], "end": span[1], "choices": [status]},
    }
    yield _relation(record, name, check.field)


def _span(name: str, span: tuple[int, int], text: str, label: str) -> Values:
    value = {"start": span[0], "end": span[1], "text": text, "labels": [label]}
    return _named(name, LABELS, "labels") | {"value": value}


def _of_region(name: str, head: Evidence, control: str, kind: str, items: list[str]) -> Values:
    value = {"start": head.start, "end": head.end, "choices" if kind == "choices" else "text": items}
    return _named(name, control, kind) | {"value": value}


def _named(name: str, control: str, kind: str) -> Values:
    return {"id": name, "from_name": control, "to_name": TEXT, "type": kind}


def _relation(one: str, other: str, label: str) -> Values:
    return {"type": "relation", "from_id": one, "to_id": other, "direction": "right", "labels": [label]}


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


@dataclass(slots=True)
class _Region:
    """A span with what hangs on it."""

    id: str
    span: tuple[int, int]
    label: str
    values: dict[str, list[str]] = field(default_factory=dict)
    evidence: list["_Region"] = field(default_factory=list)
    places: list[tuple[str, "_Region"]] = field(default_factory=list)


def _heads(result: Sequence[Values]) -> list[_Region]:
    """The regions that are records, in their order, with all that belongs to them."""
    regions: dict[str, _Region] = {}
    for part in result:
        if part["type"] == "labels":
            value = part["value"]
            region = _Region(str(part["id"]), (value["start"], value["end"]), value["labels"][0])
            regions[region.id] = region
    pieces = set[str]()
    for part in result:
        if part["type"] in ("choices", "textarea"):
            items = part["value"]["choices" if part["type"] == "choices" else "text"]
            regions[str(part["id"])].values[part["from_name"]] = [items] if isinstance(items, str) else items
        elif part["type"] == "relation":
            one, other = regions[part["from_id"]], regions[part["to_id"]]
            for label in part.get("labels") or [EVIDENCE]:
                if label == EVIDENCE:
                    one.evidence.append(other)
                    pieces.add(other.id)
                else:
                    one.places.append((label, other))
    return [one for one in regions.values() if one.label in RECORD_TYPES and one.id not in pieces]


def _record(head: _Region, document: str, text: str, more: Mapping[str, Any]) -> AnyRecord:
    values: Values = {"id": head.id, "document": document, "type": head.label}
    for spec in fields_of(head.label):
        items = head.values.get(control(head.label, spec.name))
        if items:
            values[spec.name] = typed(spec, items if spec.many else "\n".join(items))
    values["evidence"] = [_evidence(one, text) for one in (head, *head.evidence)]
    values["checks"] = [_check(name, one) for name, one in head.places]
    return parse_record(values | dict(more.get(head.id, {})))


def _evidence(region: _Region, text: str) -> Values:
    start, end = region.span
    return {"start": start, "end": end, "text": text[start:end]}


def _check(name: str, region: _Region) -> Values:
    (status,) = region.values.get(FOUND) or ["derived"]
    plain = status.removesuffix(ELSEWHERE)
    start, end = (None, None) if status != plain else region.span
    return {"field": name, "status": plain, "start": start, "end": end}
