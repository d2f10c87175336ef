"""One fact told by several records: what makes records of several documents one, and what they do not agree on.

Records are one fact where their type and what it hangs on agree: its key fields, bodies and persons by their entities. Dates,
numbers and the like beside these may differ; a year and a day in it do not, one is more precise. What does differ is listed
as a conflict and settled for nobody.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pipeline.join.forms import plain
from schemas import Comparator, FieldSpec, date_bounds, fields_of

Line = Mapping[str, Any]

_HANGS_ON_TOO: Final = {
    "metric": ("measure", "period"),
    "case": ("organization", "age", "condition"),
    "project": ("owner",),
    "event": ("organizers",),
}
"""Fields besides a type's key that tell one fact from another."""
_MAY_DIFFER: Final = {"metric": ("value",)}
"""Key fields on which sources of one fact may contradict each other."""
_NEEDS: Final = {"event": ("date", "organizers"), "case": ("organization",), "project": ("owner",)}
"""Without these a record of another document is another fact: 启动仪式 is held everywhere."""
_OWN: Final = frozenset({"notice"})
"""Types of which a record of another text is never the same fact: a lost receipt has no name."""
_GOES_WITH: Final = {"qualifier": "value", "value_max": "value", "area_measure": "area"}
"""Fields that say how another is meant: theirs is the value that stands beside the one that was taken."""
_COMPARED: Final = (Comparator.DATE, Comparator.NUMBER, Comparator.ENUM, Comparator.ORGANIZATION)


@dataclass(frozen=True, slots=True)
class Told:
    """A record as a source of a fact: its line, with entities."""

    line: Line


def fact_key(line: Line, text: str) -> str:
    """What the fact of a record hangs on: equal for records of one fact, before their numbers are looked at.

    ``text`` is the text that its document is: the first by name of it and its reprints.
    """
    type_name = line["type"]
    entities = {(one["field"], one["name"]): one["entity"] for one in line["entities"]}
    extra, apart = _HANGS_ON_TOO.get(type_name, ()), _MAY_DIFFER.get(type_name, ())
    values: list[object] = [type_name]
    for spec in fields_of(type_name):
        if (spec.key and spec.name not in apart) or spec.name in extra:
            values.append([spec.name, _hangs_on(spec, line.get(spec.name), entities)])
    open_to_others = type_name not in _OWN and all(line.get(name) for name in _NEEDS.get(type_name, ()))
    return json.dumps([*values, "" if open_to_others else text], ensure_ascii=False)


def _hangs_on(spec: FieldSpec, value: object, entities: Mapping[tuple[str, str], str]) -> object:
    if isinstance(value, list | tuple):
        return sorted(str(_hangs_on(spec, each, entities)) for each in value)
    if isinstance(value, str):
        if spec.comparator is Comparator.DATE:
            # Of one year: whether two days of it contradict each other is looked at afterwards.
            return value if value.startswith("--") else value[:4] if spec.name == "date" else value
        return entities.get((spec.name, value)) or plain(value)
    return value


def facts(key: str, told: Sequence[Told], reprints: Iterable[Sequence[str]]) -> Iterator[dict[str, Any]]:
    """The facts of the records with one key, by the rule that a document does not tell one fact twice.

    Where one text has several of the records (two numbers of one year), each value is a fact of its own.
    """
    ordered = sorted(told, key=lambda one: (str(one.line["document"]), str(one.line["id"])))
    held = [tuple(cluster) for cluster in reprints]
    documents = [one.line["document"] for one in ordered]
    if len(documents) == len(set(documents)):
        yield _fact(key, ordered, held)
        return
    apart = _MAY_DIFFER.get(str(ordered[0].line["type"]), ())
    values: defaultdict[str, list[Told]] = defaultdict(list)
    for at, one in enumerate(ordered):
        same = json.dumps([one.line[name] for name in apart] if apart else [one.line["document"], at])
        values[same].append(one)
    for same, sources in values.items():
        yield _fact(f"{key}{same if apart else sources[0].line['id']}", sources, held)


def _fact(key: str, told: Sequence[Told], reprints: Iterable[Sequence[str]]) -> dict[str, Any]:
    first = told[0].line
    documents = list(dict.fromkeys(str(one.line["document"]) for one in told))
    values: dict[str, Any] = {}
    conflicts: list[dict[str, Any]] = []
    for spec in fields_of(first["type"]):
        values[spec.name], against = _value(spec, told)
        if against:
            conflicts.append({"field": spec.name, "values": against})
    mine = ([each for each in cluster if each in documents] for cluster in reprints)
    return {
        "id": f"fact-{hashlib.sha256(key.encode()).hexdigest()[:12]}",
        "type": first["type"],
        "values": values,
        "records": [one.line["id"] for one in told],
        "documents": documents,
        "reprints": [cluster for cluster in mine if len(cluster) > 1],
        "conflicts": conflicts,
    }


def _value(spec: FieldSpec, told: Sequence[Told]) -> tuple[Any, list[dict[str, Any]]]:
    """A field's value from all sources, and what they do not agree on; with a conflict the value is None."""
    given = [one for one in told if one.line.get(spec.name) not in (None, [], ())]
    if not given:
        return told[0].line.get(spec.name), []
    if spec.many:
        return list(dict.fromkeys(each for one in given for each in one.line[spec.name])), []
    if spec.name in _GOES_WITH:
        fields = {each.name: each for each in fields_of(told[0].line["type"])}
        kept = _most_precise(fields[_GOES_WITH[spec.name]], told) or given[:1]
        return kept[0].line[spec.name] if len(kept) == 1 else None, []
    if spec.comparator not in _COMPARED:
        return given[0].line[spec.name], []
    kept = _most_precise(spec, given)
    if len(kept) == 1:
        return kept[0].line[spec.name], []
    # A value goes with what it is within; a year that holds several of the days goes with each.
    return None, [
        {
            "value": one.line[spec.name],
            "records": [each.line["id"] for each in given if _within(spec, each.line, one.line)],
        }
        for one in kept
    ]


def _most_precise(spec: FieldSpec, told: Sequence[Told]) -> list[Told]:
    """The sources of a field's values that no other source says more precisely; several where they contradict each other."""
    kept: list[Told] = []
    for one in told:
        if one.line.get(spec.name) is None or any(_within(spec, one.line, other.line) for other in kept):
            continue
        kept = [other for other in kept if not _within(spec, other.line, one.line)] + [one]
    return kept


def _within(spec: FieldSpec, one: Line, other: Line) -> bool:
    """Whether what ``other`` says of a field says all that ``one`` does: the same, or the same more precisely."""
    mine, its = one[spec.name], other[spec.name]
    if spec.comparator is Comparator.DATE:
        return _holds(mine, its)
    if spec.comparator is Comparator.ORGANIZATION:
        return _entity(spec, one) == _entity(spec, other)
    if spec.name == "value" and "qualifier" in one:
        low, high = _span(mine, one["qualifier"])
        least, most = _span(its, other["qualifier"])
        return low <= least and most <= high
    return bool(mine == its)


def _entity(spec: FieldSpec, line: Line) -> str:
    named = (each["entity"] for each in line["entities"] if each["field"] == spec.name)
    return next(named, plain(line[spec.name]))


def _holds(wide: str, narrow: str) -> bool:
    """Whether the second date lies within the first."""
    if wide == narrow or (wide.startswith("--") and narrow.endswith(wide[1:])):
        return True
    outer, inner = date_bounds(wide), date_bounds(narrow)
    return outer is not None and inner is not None and outer[0] <= inner[0] and inner[1] <= outer[1]


def _span(value: float, qualifier: str) -> tuple[float, float]:
    """What a printed number can mean: 1.5万余 lies between 15000 and 16000, its last digit but one more."""
    step = 1.0
    while value and value == int(value) and int(value) % int(step * 10) == 0:
        step *= 10
    low = value - step if qualifier in ("about", "at_most") else value
    high = value + step if qualifier in ("about", "at_least") else value
    return low, high
