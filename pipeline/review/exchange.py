"""A review handed to Label Studio and taken back: the file of tasks, and the decisions that an annotation stands for."""

import json
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from pipeline.errors import UsageError
from pipeline.output.folder import writing
from pipeline.output.stored import Stored
from pipeline.review.desk import Desk
from pipeline.review.journal import Journal
from pipeline.review.label_config import label_config
from pipeline.review.label_studio import more_of, records_in, result_of
from pipeline.review.problems import Refused
from pipeline.review.state import DECIDED, Item, State, changed, state_of
from schemas import AnyRecord

Values = dict[str, Any]
_REMOVED: Final = "removed in Label Studio"
_FOREIGN: Final = "label-studio-"


def write_tasks(desk: Desk, path: Path) -> Path:
    """A task for each document: its records as they stand as a prediction, and as an annotation where all are decided.

    The labelling configuration is written beside it; its path. Raises ``OutputError``; ``UsageError`` where ``path`` is its.
    """
    config = path.with_suffix(".xml")
    if path.suffix.casefold() == config.suffix:
        raise UsageError(
            f"{path}: the labelling configuration is written there.",
            next_step=f"Name the tasks {path.with_suffix('.json').name}.",
        )
    tasks = [_task(desk, document) for document in desk.run.documents]
    with writing(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(tasks, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        config.write_text(label_config(), encoding="utf-8")
    return config


def read_tasks(desk: Desk, journal: Journal, path: Path) -> int:
    """Write down what the annotations of a file of tasks say otherwise than the review does now; how many decisions.

    Nothing is written where any part of the file is not valid. Raises ``UsageError``.
    """
    planned = journal.planned(one for task in _tasks(path) for one in _decisions(desk, *task))
    for document in desk.run.documents:
        try:
            state_of(document, [*desk.own(document), *planned])
        except Refused as refusal:
            raise UsageError(f"{path}: {document.name}: {refusal.problems[0].english}") from None
    journal.append(planned)
    return len(planned)


def _task(desk: Desk, document: Stored) -> Values:
    state = desk.state(document)
    kept = [item.record for item in state.items if item.status != "rejected"]
    data = {
        "text": document.text,
        "document": document.name,
        "sha256": document.sha256,
        "run": desk.run.hash,
        "more": more_of(kept),
    }
    result = result_of(kept)
    task: Values = {
        "data": data,
        "predictions": [{"model_version": f"run {desk.run.hash[:12]}", "result": result}],
    }
    if state.active and all(item.status in DECIDED for item in state.items):
        task["annotations"] = [{"result": result}]
    return task


def _tasks(path: Path) -> Iterator[tuple[str, Values]]:
    try:
        tasks = json.loads(path.read_bytes())
    except (OSError, ValueError):
        raise UsageError(
            f"{path}: this cannot be read as JSON.", next_step="Export from Label Studio as JSON."
        ) from None
    if not isinstance(tasks, list) or not all(isinstance(task, dict) for task in tasks):
        raise UsageError(
            f"{path}: a list of tasks is expected.", next_step="Export from Label Studio as JSON."
        )
    seen = set[str]()
    for number, task in enumerate(tasks, 1):
        place = f"{path}, task {number}"
        try:
            done = [one for one in task.get("annotations") or () if not one.get("was_cancelled")]
            data, more = dict(task["data"]), dict(task["data"].get("more") or {})
            result = list(done[-1].get("result") or ()) if done else None
        except (AttributeError, KeyError, TypeError, ValueError):
            raise UsageError(f"{place}: this is no task of Label Studio.") from None
        if result is None:
            continue
        if (name := str(data.get("document"))) in seen:
            raise UsageError(f"{place}: {name} has an annotation in an earlier task already.")
        seen.add(name)
        yield place, data | {"more": more, "result": result}


def _decisions(desk: Desk, place: str, data: Values) -> list[Values]:
    document = next((one for one in desk.run.documents if one.name == data.get("document")), None)
    if document is None:
        raise UsageError(f"{place}: this run has no document of that name.")
    if data.get("text") != document.text:
        raise UsageError(f"{place}: its text is not that of {document.name} in this run.")
    records = records_in(data["result"], document.name, document.text, data["more"], place)
    return list(_changes(document, desk.state(document), records, place))


def _changes(document: Stored, state: State, records: Sequence[AnyRecord], place: str) -> Iterator[Values]:
    head = {"document": document.name}
    known = {item.id for item in state.items}
    annotated = {_name(str(record.id), known): record for record in records}
    for item in state.items:
        record = annotated.pop(item.id, None)
        about = head | {"record": item.id}
        if record is None or record.type != item.record.type:
            if item.status != "rejected" and item.record.evidence:
                yield about | {"kind": "reject", "reason": _REMOVED}
            if record is not None:
                annotated[_name(item.id, set())] = record
        elif record.facts() != item.record.facts() or _spans(record) != _spans(item.record):
            yield about | {"kind": "correct"} | _difference(document, item, record, place)
        elif item.status in ("undecided", "rejected"):
            yield about | {"kind": "accept"}
    for name, record in annotated.items():
        values = record.model_dump(mode="json", include=set(record.facts()))
        yield head | {
            "record": name,
            "kind": "add",
            "type": record.type,
            "values": values,
            "places": _places(record),
            "evidence": _spans(record),
        }


def _name(region: str, known: Collection[str]) -> str:
    """A record's id: that of its region where it is known here, else one that says where it comes from."""
    return region if region in known else f"{_FOREIGN}{region}"


def _difference(document: Stored, item: Item, record: AnyRecord, place: str) -> Values:
    before, now = item.record.facts(), record.model_dump(mode="json", include=set(record.facts()))
    values = {name: value for name, value in now.items() if getattr(record, name) != before[name]}
    old, new = _places(item.record), _places(record)
    # Where a changed value is still said to stand where the old one stood, nobody has said so.
    places = {name: spans for name, spans in new.items() if name in values and spans != old.get(name)}
    found: Values = {"values": values, "places": places}
    if _spans(record) != _spans(item.record):
        found["evidence"] = _spans(record)
    try:
        changed(document, item.record, values, found["places"], found.get("evidence"))
    except Refused as refusal:
        raise UsageError(f"{place}: {refusal.problems[0].english}") from None
    return found


def _spans(record: AnyRecord) -> tuple[tuple[int, int], ...]:
    return tuple((piece.start, piece.end) for piece in record.evidence)


def _places(record: AnyRecord) -> dict[str, list[tuple[int, int]]]:
    found: dict[str, list[tuple[int, int]]] = {}
    for check in record.checks:
        if check.start is not None and check.end is not None:
            found.setdefault(check.field, []).append((check.start, check.end))
    return found
