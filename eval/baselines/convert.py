"""What a library found, as facts that the scorer takes: form is forgiven, substance is not.

- Text loses white space, quotation marks and full width, and is put into simplified characters; ``无``, ``null`` and
  the like are nothing.
- A number may be printed (``1.5万余``); what is printed around it fills ``qualifier`` and ``measure`` where these are
  empty. A date may be printed (``2023年5月``). What is still no number or no date is left out.
- A choice may be given by one of the Chinese words that the field's description has for it.
- A list may be one text with ``、`` or commas. ``former`` and ``qualifier`` have the schemas' defaults.
- A required field may be missing: the rest of the record counts. Records that are alike in all fields are one, with
  the places of both.
- A place outside the article is none. A record of an unknown type, or without any key field, is left out and counted.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from eval.baselines.found import Item
from eval.canonical import canonical_date
from eval.facts import DocumentFacts, Fact, Spans
from pipeline.document.normalise import normalise
from pipeline.records.dates import dates_in
from pipeline.records.numbers import parse_area, parse_money, parse_quantity
from pipeline.records.words import clean
from schemas import RECORD_TYPES, Comparator, FieldSpec, date_bounds, fields_of

_NOTHING: Final = frozenset(
    {"", "-", "/", "null", "none", "n/a", "无", "未知", "不详", "未提及", "未提供", "未说明"}
)
_TRUE: Final = frozenset({"true", "1", "是"})
_SEPARATORS: Final = re.compile("[、，,；;\n]")
_CHOICE: Final = re.compile("([a-z_]+) ([^·a-z]+)")
_LEAST_WORD: Final = 2
"""A word of one character is found in too many others to tell a choice."""


@dataclass(frozen=True, slots=True)
class Converted:
    """The facts of one document, and how many findings could not become one."""

    facts: DocumentFacts
    unusable: int


def convert(document: str, items: Sequence[Item], length: int) -> Converted:
    """The findings in an article of ``length`` code points as facts."""
    merged: dict[str, Fact] = {}
    unusable = 0
    for item in items:
        fact = _fact(item, length)
        if fact is None:
            unusable += 1
            continue
        same = Fact(fact.type, fact.values).order()
        spans = merged[same].spans if same in merged else ()
        merged[same] = Fact(fact.type, fact.values, tuple(dict.fromkeys((*spans, *fact.spans))))
    return Converted(DocumentFacts(document, records=tuple(merged.values())), unusable)


def value_of(spec: FieldSpec, given: Any) -> Any:
    """A value as the schemas have it; None where it is nothing or cannot be read."""
    if spec.many:
        return _texts(given)
    if isinstance(given, list | tuple):
        given = "、".join(map(str, given))
    if isinstance(given, str):
        given = clean(normalise(given))
        if given.lower() in _NOTHING:
            return None
    if given is None:
        return None
    match spec.comparator:
        case Comparator.NUMBER:
            return _number(spec.name, given)
        case Comparator.DATE:
            return _date(str(given))
        case Comparator.BOOLEAN:
            return given if isinstance(given, bool) else str(given).lower() in _TRUE
        case Comparator.ENUM:
            return _choice(spec, str(given))
        case _:
            return str(given)


def _fact(item: Item, length: int) -> Fact | None:
    if item.type not in RECORD_TYPES:
        return None
    specs = fields_of(item.type)
    values = {spec.name: value_of(spec, item.values.get(spec.name)) for spec in specs}
    if not any(values[spec.name] is not None for spec in specs if spec.key):
        return None
    return Fact(item.type, {**values, **_filled(item, values)}, _spans(item, length))


def _spans(item: Item, length: int) -> Spans:
    start, end = item.start, item.end
    return ((start, end),) if start is not None and end is not None and 0 <= start < end <= length else ()


def _filled(item: Item, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Fields that follow from how a value is printed, and those with a default."""
    if item.type == "appointment":
        return {"former": bool(values["former"])}
    if item.type != "metric":
        return {}
    printed = item.values.get("value")
    quantity = parse_quantity(normalise(printed)) if isinstance(printed, str) else None
    return {
        "qualifier": values["qualifier"] or (quantity.qualifier if quantity else "exact"),
        "measure": values["measure"] or (quantity.measure if quantity else None),
    }


def _texts(given: Any) -> tuple[str, ...] | None:
    items = (
        given
        if isinstance(given, list | tuple)
        else _SEPARATORS.split(given)
        if isinstance(given, str)
        else ()
    )
    plain = (clean(normalise(str(item))) for item in items)
    return tuple(dict.fromkeys(item for item in plain if item.lower() not in _NOTHING)) or None


def _number(name: str, given: Any) -> int | float | None:
    if isinstance(given, str):
        try:
            given = float(given.replace(",", ""))
        except ValueError:
            given = _printed_number(name, given)
    if given is None or isinstance(given, bool):
        return None
    return int(given) if given == int(given) else float(given)


def _printed_number(name: str, printed: str) -> int | float | None:
    if name == "investment_cny":
        return parse_money(printed)
    if name == "area" and (area := parse_area(printed)):
        return area[0]
    quantity = parse_quantity(printed)
    return quantity.value if quantity else None


def _date(given: str) -> str | None:
    for text in (given, canonical_date(given), *(found.value for found in dates_in(given))):
        try:
            date_bounds(text)
        except ValueError:
            continue
        return text
    return None


def _choice(spec: FieldSpec, given: str) -> str | None:
    if given.lower() in spec.choices:
        return given.lower()
    words = _words(spec)
    if given in words:
        return words[given]
    held = {choice for word, choice in words.items() if len(word) >= _LEAST_WORD and word in given}
    return held.pop() if len(held) == 1 else None


@cache
def _words(spec: FieldSpec) -> Mapping[str, str]:
    """The Chinese words of a field's description, each with the choice that it stands for."""
    return {
        word: choice
        for choice, words in _CHOICE.findall(spec.description)
        if choice in spec.choices
        for word in re.split("[、，；\\s]", words)
        if word
    }
