"""What a review's page shows: the report's page of one document, and beside it how each record stands."""

import base64
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from pipeline.output import report
from pipeline.output.labels import TYPES, field_label, value_label
from pipeline.output.stored import Stored
from pipeline.review.desk import Desk
from pipeline.review.differences import Pair
from pipeline.review.label_config import BOOLEANS, choices_of
from pipeline.review.state import ARTICLE, DECIDED, Item
from schemas import RECORD_TYPES, AnyRecord, Evidence, FieldSpec, Rejected, fields_of

Values = dict[str, Any]
_YES_NO = dict(zip(BOOLEANS, ("是", "否"), strict=True))


@dataclass(frozen=True, slots=True)
class Shown:
    """A page, and the Content-Security-Policy to send with it."""

    html: str
    policy: str


def document(desk: Desk, stored: Stored, reviewer: str) -> Shown:
    """The page of one document: the report's, with the records as they stand, and the panel that decides about them."""
    state = desk.state(stored)
    now = replace(stored, article=state.article, records=tuple(item.record for item in state.items))
    made = _environment()
    policy = "; ".join(
        (
            "default-src 'none'",
            f"style-src '{made.globals['style_hash']}' '{made.globals['review_style_hash']}'",
            f"script-src '{made.globals['script_hash']}' '{made.globals['review_script_hash']}'",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    pieces = report.document_page(
        now,
        len(desk.run.documents),
        template="review.html",
        made=made,
        policy=policy,
        review=data(desk, stored, reviewer),
        review_types=types(),
    )
    return Shown("".join(pieces), f"{policy}; frame-ancestors 'none'")


def next_open(desk: Desk, after: int = 0) -> int | None:
    """The number of the next document with something to look at, from the first one on again after the last; None where none is."""
    documents = desk.run.documents
    for document in (*documents[after:], *documents[:after]):
        if _is_open(desk, document):
            return document.number
    return None


def data(desk: Desk, document: Stored, reviewer: str) -> Values:
    """How a document stands, for the page's script: records in the order of the page's rows, then the other side's.

    ``open`` of a record says that it is to be looked at: it is undecided, or, where there is another side, differs from it.
    """
    state = desk.state(document)
    pairs = {pair.ours.id: pair for pair in desk.compared(document) if pair.ours}
    return {
        "number": document.number,
        "count": len(desk.run.documents),
        "name": document.name,
        "reviewer": reviewer,
        "side": desk.side,
        "undo": len(state.active),
        "items": [
            {"handle": f"r{document.number}-{at}"} | _item(item) | _compared(desk, item, pairs)
            for at, item in enumerate(state.items, 1)
        ],
        "others": [
            _record(pair.theirs) | {"open": not state.settled(pair.theirs)}
            for pair in desk.compared(document)
            if pair.theirs and not pair.ours
        ],
        "candidates": [
            {"handle": f"x{document.number}-{at}"} | _candidate(one)
            for at, one in enumerate(document.rejected, 1)
        ],
        "article": state.article.model_dump(mode="json", exclude={"document"}),
    }


def types() -> Values:
    """The record types and ``article`` with their fields, as the page's forms need them."""
    return {
        name: {"label": TYPES[name], "fields": [_field(name, spec) for spec in fields_of(name)]}
        for name in (*RECORD_TYPES, ARTICLE)
    }


def _is_open(desk: Desk, document: Stored) -> bool:
    """Whether anything in a document is to be looked at."""
    state = desk.state(document)
    pairs = desk.compared(document)
    differs = {pair.ours.id for pair in pairs if pair.ours and pair.differs}
    return any(
        item.status not in DECIDED and (desk.side is None or item.id in differs) for item in state.items
    ) or any(pair.theirs and not pair.ours and not state.settled(pair.theirs) for pair in pairs)


def _item(item: Item) -> Values:
    return _record(item.record) | {"status": item.status, "reason": item.reason, "by": item.by}


def _record(record: AnyRecord) -> Values:
    return {
        "id": record.id,
        "type": record.type,
        "values": record.model_dump(mode="json", include=set(record.facts())),
        "evidence": [_piece(piece) for piece in record.evidence],
    }


def _compared(desk: Desk, item: Item, pairs: Mapping[str | None, Pair]) -> Values:
    pair = pairs.get(item.id)
    if desk.side is None or pair is None:
        return {"theirs": None, "differs": [], "open": desk.side is None and item.status not in DECIDED}
    return {
        "theirs": _record(pair.theirs)["values"] if pair.theirs else None,
        "differs": pair.fields,
        "open": pair.differs and item.status not in DECIDED,
    }


def _candidate(one: Rejected) -> Values:
    known = [spec.name for spec in fields_of(one.type)]
    values = {name: one.values[name] for name in known if one.values.get(name) not in (None, "", [], ())}
    return {"type": one.type, "values": values, "evidence": [_piece(piece) for piece in one.evidence]}


def _piece(piece: Evidence) -> Values:
    return {"start": piece.start, "end": piece.end, "text": piece.text}


def _field(type_name: str, spec: FieldSpec) -> Values:
    return {
        "name": spec.name,
        "label": field_label(type_name, spec.name),
        "hint": spec.description,
        "required": spec.required,
        "key": spec.key,
        "many": spec.many,
        "choices": list(_choices(type_name, spec)),
    }


def _choices(type_name: str, spec: FieldSpec) -> Iterator[tuple[str, str]]:
    for value in choices_of(spec):
        yield value, value_label(type_name, value) if spec.choices else _YES_NO[value]


@cache
def _environment() -> Environment:
    made = report.environment("pipeline.review")
    assert made.loader is not None
    for name, file in (("review_style", "review.css"), ("review_script", "review.js")):
        text = made.loader.get_source(made, file)[0]
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        made.globals |= {name: Markup(text), f"{name}_hash": f"sha256-{digest}"}
    return made
