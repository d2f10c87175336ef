"""What the page's filters and figures know of a record: its organizations, its date, its words."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from pipeline.output.labels import value_label
from pipeline.output.segments import Shown, records_of
from pipeline.output.stored import Stored
from pipeline.output.tables import plain
from schemas import RECORD_TYPES, AnyRecord, Comparator, Rejected, fields_of

_NOT_A_BODY: Final = frozenset({"unit", "declarant"})
_TYPES: Final = tuple(RECORD_TYPES)
_IN_A_SCRIPT: Final = {ord("<"): "\\u003c", ord("\u2028"): "\\u2028", ord("\u2029"): "\\u2029"}
"""What must not stand in a block of data inside a page as it is."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One record as filters see it."""

    handle: str
    type: str
    organizations: tuple[str, ...]
    """Entities by name, or, where a run has none, the organizations that the record names."""
    date: str
    """The date or period of the fact, a partial date or an interval of two; nothing where none is told."""
    text: str
    """Its values as one line, those of closed lists in Chinese; dates apart."""


def entries(stored: Stored) -> Iterator[Entry]:
    """The records of a document, in their order."""
    for record in records_of(stored):
        yield _entry(stored, record)


def in_a_script(value: Any) -> str:
    """``value`` as JSON that can stand in a ``<script>`` of a page."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(_IN_A_SCRIPT)


class Catalogue:
    """Gives each record a line of data; names of organizations are told once, by number."""

    def __init__(self) -> None:
        self._organizations: dict[str, int] = {}

    @property
    def organizations(self) -> list[str]:
        """The organizations by number."""
        return list(self._organizations)

    def lines(self, stored: Stored) -> Iterator[str]:
        """The records of a document, type by type as its tables have them, each as JSON.

        Document, handle, type, organizations, date, text; type and organizations by number.
        """
        for entry in sorted(entries(stored), key=lambda each: _TYPES.index(each.type)):
            bodies = [self._number(name) for name in entry.organizations]
            kind = _TYPES.index(entry.type)
            yield in_a_script([stored.number, entry.handle, kind, bodies, entry.date, entry.text])

    def _number(self, organization: str) -> int:
        return self._organizations.setdefault(organization, len(self._organizations))


def _entry(stored: Stored, record: Shown) -> Entry:
    fact = record.fact
    assert not isinstance(fact, Rejected)
    return Entry(record.handle, fact.type, _organizations(stored, fact), _date(fact), _text(fact))


def _organizations(stored: Stored, record: AnyRecord) -> tuple[str, ...]:
    if entities := stored.entities.get(record.id or ""):
        return tuple(each.label for each in entities if each.kind == "organization")
    named: dict[str, None] = {}
    for spec in fields_of(record.type):
        if spec.comparator is Comparator.ORGANIZATION and spec.name not in _NOT_A_BODY:
            value = getattr(record, spec.name)
            named |= dict.fromkeys(value if isinstance(value, tuple) else filter(None, [value]))
    return tuple(named)


def _date(record: AnyRecord) -> str:
    first, *rest = [
        value
        for spec in fields_of(record.type)
        if spec.comparator is Comparator.DATE and (value := getattr(record, spec.name))
    ] or [""]
    return f"{first}/{rest[0]}" if rest and "/" not in first else str(first)


def _text(record: AnyRecord) -> str:
    values = ((spec, getattr(record, spec.name)) for spec in fields_of(record.type))
    return " ".join(
        value_label(record.type, value) if spec.choices else plain(value)
        for spec, value in values
        if value not in (None, (), False, True) and spec.comparator is not Comparator.DATE
    )
