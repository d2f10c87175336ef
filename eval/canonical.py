"""The canonical form of a value: what is left when spelling is taken away.

Text is NFKC, in simplified characters, without quotation marks and blanks, with one kind of dash and of
middle dot. Dates keep their precision. Numbers are in base units. Two values are equal at level ``norm`` when
these are equal.
"""

import re
import unicodedata
from collections.abc import Hashable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from eval.names import Names
from pipeline.document.normalise import simplify
from pipeline.records.numbers import canonical as plain_number
from pipeline.records.numbers import parse_quantity
from schemas import Comparator, FieldSpec

COMPARATOR_VERSION: Final = "1"
"""Raised with every change by which values compare or records pair otherwise; part of every signature."""

_QUOTES: Final = "\"'`´“”„‟‘’‚‛「」『』﹁﹂﹃﹄〝〞〟"
_BLANKS: Final = "\u200b\u200c\u200d\ufeff\u00ad"
_DASHES: Final = "‐‑‒–—―−─－"
_DOTS: Final = "•‧∙・･●⋅"
_FOLD: Final = (
    dict.fromkeys(map(ord, _QUOTES + _BLANKS))
    | dict.fromkeys(map(ord, _DASHES), "-")
    | dict.fromkeys(map(ord, _DOTS), "·")
)
_SCALES: Final = {
    "百": 100,
    "千": 1000,
    "万": 10**4,
    "百万": 10**6,
    "千万": 10**7,
    "亿": 10**8,
    "万亿": 10**12,
}
_SCALED: Final = re.compile(
    r"(万亿|[百千]?万|[百千亿])(元|人民币|人次|人|例次|例|名|台次|台|件|次|平方米|亩|张)"
)
_PRINTED_DATE: Final = re.compile(r"([0-9]{4})年(?:([0-9]{1,2})月(?:份|([0-9]{1,2})[日号])?)?")
_QUARTER: Final = re.compile(r"([0-9]{4})-Q([1-4])")
_CACHED: Final = 1 << 13


@lru_cache(_CACHED)
def canonical_text(text: str) -> str:
    """``text`` without what only spelling adds."""
    # Quotes go first: NFKC would turn some of them into blanks with accents.
    folded = unicodedata.normalize("NFKC", text.translate(_FOLD)).translate(_FOLD)
    return simplify("".join(folded.split()))


@lru_cache(_CACHED)
def canonical_date(text: str) -> str:
    """A partial date as the schemas write it; ``2023年5月`` is ``2023-05``, a quarter is its months."""
    plain = canonical_text(text)
    if printed := _PRINTED_DATE.fullmatch(plain):
        year, month, day = printed.groups()
        plain = "-".join([year, *(f"{int(part):02d}" for part in (month, day) if part)])
    return _QUARTER.sub(lambda found: _months(found[1], int(found[2])), plain)


@lru_cache(_CACHED)
def canonical_number(value: int | float | str) -> str:
    """A number without exponent and needless zeros; printed text is read: ``1.2亿`` is ``120000000``."""
    if isinstance(value, str):
        quantity = parse_quantity(value)
        return canonical_text(value) if quantity is None else plain_number(quantity.value)
    return plain_number(value)


def canonical_value(comparator: Comparator, value: Any, names: Names) -> Hashable:
    """The canonical form of one value that is not null and no list; names of one body become one name."""
    match comparator:
        case Comparator.NUMBER:
            return canonical_number(value)
        case Comparator.DATE:
            return canonical_date(value)
        case Comparator.ORGANIZATION | Comparator.PERSON_OR_ORGANIZATION:
            return names.one(canonical_text(value))
        case Comparator.PERSON | Comparator.TEXT:
            return canonical_text(value)
        case Comparator.BOOLEAN | Comparator.ENUM:
            return value if isinstance(value, bool) else str(value)


def canonical_field(spec: FieldSpec, value: Any, names: Names) -> Hashable | None:
    """The canonical form of a field: None for null and for an empty list, a frozenset for a list."""
    if value is None or (spec.many and not value):
        return None
    if spec.many:
        return frozenset(canonical_value(spec.comparator, item, names) for item in value)
    return canonical_value(spec.comparator, value, names)


def base_units(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """A record's values with the scale in the number, not the unit word: 1.2 亿元 is 120000000 元."""
    measure = values.get("measure")
    if not isinstance(measure, str) or not (scaled := _SCALED.fullmatch(canonical_text(measure))):
        return values
    factor = _SCALES[scaled[1]]
    amounts = {name: _times(values[name], factor) for name in ("value", "value_max") if name in values}
    return {**values, **amounts, "measure": scaled[2]}


def _times(value: Any, factor: int) -> Any:
    return None if value is None else float(Decimal(str(value)) * factor)


def _months(year: str, quarter: int) -> str:
    return f"{year}-{3 * quarter - 2:02d}/{year}-{3 * quarter:02d}"
