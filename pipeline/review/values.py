"""What a person typed or selected, as the value of a field."""

import re
from collections.abc import Mapping
from typing import Any, Final

from pipeline.document.normalise import normalise
from pipeline.records.dates import dates_in
from pipeline.records.numbers import parse_area, parse_count, parse_money, parse_quantity
from pipeline.records.words import clean, project_name, unit_name
from schemas import Comparator, FieldSpec

_NUMBER: Final = re.compile(r"[-+]?[0-9][0-9,]{0,30}(\.[0-9]{1,30})?(e[-+]?[0-9]{1,3})?")
_BOOLEANS: Final = {"true": True, "false": False, "是": True, "否": False}
LONGEST: Final = 500
"""Characters of a selection beyond which nothing is read from it: it is no value."""
_BETWEEN: Final = re.compile(r"[、；;\n]")


def typed(spec: FieldSpec, raw: Any) -> Any:
    """The value that ``raw`` means: numbers and yes or no from their text, lists from their items; None for nothing.

    What means nothing in such a field is handed on as it is, for the schema to refuse.
    """
    if spec.many:
        items = _BETWEEN.split(raw) if isinstance(raw, str) else raw or ()
        if not (isinstance(items, list | tuple) and all(isinstance(item, str) for item in items)):
            return raw
        return [item.strip() for item in items if item.strip()]
    if not isinstance(raw, str):
        return raw
    text = raw.strip()
    if spec.comparator is Comparator.NUMBER and _NUMBER.fullmatch(text):
        return _number(text)
    if spec.comparator is Comparator.BOOLEAN:
        return _BOOLEANS.get(text, text or False)
    return text or None


def selected(type_name: str, spec: FieldSpec, printed: str) -> Mapping[str, Any]:
    """The values that follow from a selection for a field, by the rules that a run reads print with.

    Numbers bring their upper end, qualifier and unit word along. Nothing follows for a closed list, nor where no rule
    reads what is printed.
    """
    text = normalise(printed[: LONGEST + 1])
    if len(text) > LONGEST or spec.choices or spec.comparator is Comparator.BOOLEAN:
        return {}
    if spec.comparator is Comparator.DATE:
        dates = dates_in(text)
        return {spec.name: dates[0].value} if dates else {}
    if spec.comparator is Comparator.NUMBER:
        return _numbers(spec.name, text)
    name = _name(type_name, spec.name, text)
    return {spec.name: [name] if spec.many else name} if name else {}


def _number(text: str) -> int | float:
    plain = text.replace(",", "")
    return int(plain) if plain.lstrip("+-").isdigit() else float(plain)


def _numbers(field: str, text: str) -> Mapping[str, Any]:
    if field == "investment_cny":
        return _stated({field: parse_money(text)})
    if field == "area":
        area = parse_area(text)
        return {} if area is None else {field: area[0], "area_measure": area[1]}
    if field != "value":
        return _stated({field: parse_count(text)})
    quantity = parse_quantity(text)
    if quantity is None:
        return {}
    found = {"value": quantity.value, "value_max": quantity.value_max, "qualifier": quantity.qualifier}
    return found | _stated({"measure": quantity.measure})


def _name(type_name: str, field: str, text: str) -> str:
    if field == "unit":
        return unit_name(text)
    if (type_name, field) == ("project", "name"):
        return project_name(text)
    return clean(text)


def _stated(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
