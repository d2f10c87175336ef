"""What decisions make of a document's records: each with its status, its values as they stand now, and its history."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from pydantic import ValidationError

from pipeline.output.stored import Stored
from pipeline.review.journal import Decision, Span
from pipeline.review.problems import problem, refused
from schemas import AnyRecord, Article, Evidence, fields_of, parse_record

ARTICLE: Final = "article"
"""What is known of the article itself, by the id under which it is corrected."""

Status = Literal["undecided", "agreed", "accepted", "corrected", "rejected", "added"]
DECIDED: Final = ("agreed", "accepted", "corrected", "rejected", "added")


@dataclass(frozen=True, slots=True)
class Item:
    """One record in review: as the run has it (None where it was added), and as it stands now."""

    id: str
    original: AnyRecord | None
    record: AnyRecord
    status: Status = "undecided"
    reason: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """A document in review: its records in the run's order, those added last, and the decisions in force.

    ``dismissed`` are ids of the other side's records of which a person said that they are none.
    """

    article: Article
    items: tuple[Item, ...]
    dismissed: frozenset[str]
    active: tuple[Decision, ...]

    def item(self, record: str) -> Item | None:
        """The item of that id."""
        return next((one for one in self.items if one.id == record), None)

    def settled(self, theirs: AnyRecord) -> bool:
        """Whether a record that only the other side has was taken over or dismissed."""
        return theirs.id in self.dismissed or self.item(theirs.id or "") is not None


def state_of(document: Stored, decisions: Iterable[Decision]) -> State:
    """What a run's own decisions about a document make of it, in their order. Raises :class:`Refused` where they cannot stand."""
    active = in_force(one for one in decisions if one.document == document.name)
    article = document.article
    items = {one.id or "": Item(one.id or "", one, one) for one in document.records}
    dismissed = set[str]()
    for decision in active:
        if decision.record == ARTICLE:
            article = _article(article, decision)
        elif decision.kind == "add":
            items[decision.record] = _added(document, decision)
        elif decision.record in items:
            items[decision.record] = _decided(document, items[decision.record], decision)
        elif decision.kind == "reject":
            dismissed.add(decision.record)
        else:
            raise problem("没有这条记录。", "There is no such record.")
    return State(article, tuple(items.values()), frozenset(dismissed), active)


def in_force(decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    """The decisions that were not taken back, in their order."""
    standing: dict[int, Decision] = {}
    for decision in decisions:
        if decision.kind == "undo":
            standing.pop(decision.undoes or 0, None)
        else:
            standing[decision.n] = decision
    return tuple(standing.values())


def changed(
    document: Stored,
    record: AnyRecord,
    values: Mapping[str, Any],
    places: Mapping[str, Sequence[Span]],
    evidence: Sequence[Span] | None,
) -> AnyRecord:
    """``record`` with other values, with the places where they were selected as its checks, and with other evidence.

    Raises :class:`Refused` where the whole is no record, or a span lies outside the text.
    """
    whole = record.model_dump(mode="json") | dict(values)
    whole["checks"] = [
        *(check for check in whole["checks"] if check["field"] not in values),
        *_checks(document, record.type, whole, places),
    ]
    if "entities" in whole:  # They belong to the names that stood there before.
        whole["entities"] = [one for one in whole["entities"] if one["field"] not in values]
    if evidence is not None:
        whole["evidence"] = [_evidence(document, span) for span in evidence]
    return _parsed(whole)


def _decided(document: Stored, item: Item, decision: Decision) -> Item:
    match decision.kind:
        case "accept":
            status: Status = item.status if item.status in ("corrected", "added") else "accepted"
            return replace(
                item, status=_unrejected(item) if item.status == "rejected" else status, by=decision.by
            )
        case "reject":
            return replace(item, status="rejected", reason=decision.reason, by=decision.by)
        case _:
            record = changed(document, item.record, decision.values, decision.places, decision.evidence)
            status = "added" if item.original is None else "corrected"
            return replace(item, record=record, status=status, reason=decision.reason, by=decision.by)


def _unrejected(item: Item) -> Status:
    if item.original is None:
        return "added"
    return "accepted" if item.record == item.original else "corrected"


def _added(document: Stored, decision: Decision) -> Item:
    if not decision.evidence:
        raise problem("先在原文中选出说明它的句子。", "Select the sentence that states it first.")
    head = {"id": decision.record, "document": document.name, "type": decision.type}
    whole = head | dict(decision.values)
    whole["evidence"] = [_evidence(document, span) for span in decision.evidence]
    whole["checks"] = _checks(document, str(decision.type), whole, decision.places)
    return Item(decision.record, None, _parsed(whole), "added", decision.reason, decision.by)


def _article(article: Article, decision: Decision) -> Article:
    if decision.kind != "correct":
        return article
    values = article.model_dump(mode="json") | dict(decision.values)
    try:
        return Article.model_validate(values)
    except ValidationError as error:
        raise refused(ARTICLE, error) from None


def _parsed(values: Mapping[str, Any]) -> AnyRecord:
    try:
        return parse_record(values)
    except ValidationError as error:
        raise refused(str(values["type"]), error) from None


def _evidence(document: Stored, span: Span) -> dict[str, Any]:
    return Evidence(start=span[0], end=span[1], text=_cut(document, span)).model_dump()


def _checks(
    document: Stored,
    type_name: str,
    values: Mapping[str, Any],
    places: Mapping[str, Sequence[Span]],
) -> list[dict[str, Any]]:
    """A check for each place: ``verbatim`` where the value stands there, else ``derived``."""
    found = []
    for spec in fields_of(type_name):
        value = values.get(spec.name)
        names = value if isinstance(value, list | tuple) else [value]
        for start, end in places.get(spec.name, ()):
            printed = "".join(_cut(document, (start, end)).split())
            status = "verbatim" if printed in names else "derived"
            found.append({"field": spec.name, "status": status, "start": start, "end": end})
    return found


def _cut(document: Stored, span: Span) -> str:
    start, end = span
    if not 0 <= start < end <= len(document.text):
        raise problem("所选的文字不在这篇文章里。", "The selection lies outside the text.")
    return document.text[start:end]
