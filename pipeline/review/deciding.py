"""From what the page asks for to decisions in the journal: checked first as a whole, then written down."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from pipeline.output.stored import Stored
from pipeline.review.desk import Desk
from pipeline.review.journal import Journal, Span
from pipeline.review.problems import problem
from pipeline.review.state import ARTICLE, State, state_of
from pipeline.review.values import selected, typed
from schemas import FieldSpec, fields_of
from schemas.enums import RecordType
from schemas.evidence import Offset

Values = dict[str, Any]


class _Asked(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Selection(_Asked):
    """What was selected in the article: a span in code points, and the text that the reader saw there."""

    start: Offset
    end: Offset
    text: str = ""


class Decide(_Asked):
    """One act of the reviewer. ``values`` are as typed; ``rest`` accepts every record that is still undecided."""

    kind: Literal["accept", "correct", "reject", "add", "undo", "rest"]
    record: str = ""
    type: RecordType | None = None
    values: Mapping[str, Any] = Field(default_factory=dict)
    places: Mapping[str, tuple[Selection, ...]] = Field(default_factory=dict)
    evidence: tuple[Selection, ...] | None = None
    reason: Annotated[str, Field(max_length=500)] = ""


class Propose(_Asked):
    """A selection for a field of a record type, or of ``article``."""

    type: RecordType | Literal["article"]
    field: str
    selection: Selection


def decide(desk: Desk, journal: Journal, document: Stored, asked: Decide) -> int:
    """Write down what was asked for; how many decisions. Raises :class:`Refused` where it cannot stand, and writes nothing."""
    state = desk.state(document)
    planned = journal.planned(_planned(desk, document, state, asked))
    state_of(document, [*desk.own(document), *planned])
    journal.append(planned)
    return len(planned)


def propose(document: Stored, asked: Propose) -> Values:
    """The values that follow from a selection; none where no rule reads it."""
    spec = next((one for one in fields_of(asked.type) if one.name == asked.field), None)
    if spec is None:
        raise problem("没有这个字段。", "There is no such field.")
    start, end = _span(document, asked.selection)
    return dict(selected(asked.type, spec, document.text[start:end]))


def _planned(desk: Desk, document: Stored, state: State, asked: Decide) -> Iterator[Values]:
    head: Values = {"document": document.name, "kind": asked.kind, "record": asked.record}
    match asked.kind:
        case "accept":
            _known(state, asked.record)
            yield head
        case "rest":
            for item in state.items:
                if item.status == "undecided":
                    yield head | {"kind": "accept", "record": item.id}
        case "reject":
            if not asked.reason.strip():
                raise problem("请写明不采纳的理由。", "Say why it is rejected.", "reason")
            if asked.record not in _other_ids(desk, document):
                _known(state, asked.record)
            yield head | {"reason": asked.reason.strip()}
        case "correct":
            type_name = ARTICLE if asked.record == ARTICLE else _known(state, asked.record)
            yield head | _filled(document, type_name, asked)
        case "add":
            if asked.type is None:
                raise problem("先选记录的类型。", "Choose the type of the record first.", "type")
            filled = _filled(document, asked.type, asked)
            taken = asked.record in _other_ids(desk, document) and state.item(asked.record) is None
            record = asked.record if taken else _new_id(state, asked.type, filled)
            yield head | filled | {"type": asked.type, "record": record}
        case "undo":
            last = next((one for one in reversed(state.active) if asked.record in ("", one.record)), None)
            if last is None:
                raise problem("没有可以撤销的决定。", "There is nothing to undo.")
            yield head | {"record": last.record, "undoes": last.n}


def _known(state: State, record: str) -> str:
    """The type of the record of that id."""
    item = state.item(record)
    if item is None:
        raise problem("没有这条记录。", "There is no such record.")
    return item.record.type


def _other_ids(desk: Desk, document: Stored) -> set[str]:
    """The ids of records that only the other side has."""
    return {pair.theirs.id or "" for pair in desk.compared(document) if pair.theirs and not pair.ours}


def _filled(document: Stored, type_name: str, asked: Decide) -> Values:
    specs: dict[str, FieldSpec] = {spec.name: spec for spec in fields_of(type_name)}
    if unknown := [name for name in (*asked.values, *asked.places) if name not in specs]:
        raise problem("没有这个字段。", f"There is no field {unknown[0]}.")
    found: Values = {
        "values": {name: typed(specs[name], raw) for name, raw in asked.values.items()},
        "places": {name: _spans(document, spans) for name, spans in asked.places.items()},
        "reason": asked.reason.strip(),
    }
    if asked.evidence is not None:
        if not asked.evidence:
            raise problem(
                "先在原文中选出说明它的句子。", "Select the sentence that states it first.", "evidence"
            )
        found["evidence"] = _spans(document, asked.evidence)
    return found


def _spans(document: Stored, selections: Sequence[Selection]) -> list[Span]:
    return [_span(document, one) for one in selections]


def _span(document: Stored, one: Selection) -> Span:
    """The span of a selection; refused where another text stands there than the reader saw."""
    there = document.text[one.start : one.end].replace("\0", "\ufffd")  # As a browser shows it.
    if (
        one.start >= one.end
        or one.end > len(document.text)
        or "".join(there.split()) != "".join(one.text.split())
    ):
        raise problem(
            "所选的文字与原文不符，请重新选择。", "The selection is not what stands there; select it again."
        )
    return one.start, one.end


def _new_id(state: State, type_name: str, filled: Values) -> str:
    taken = {item.id for item in state.items} | {one.record for one in state.active}
    number = 1
    while True:
        seed = f"{number} {filled.get('evidence')} {filled['values']}"
        name = f"{type_name}-{hashlib.sha256(seed.encode('utf-8', 'replace')).hexdigest()[:12]}"
        if name not in taken:
            return name
        number += 1
