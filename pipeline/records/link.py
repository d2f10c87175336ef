"""One body or person under its names: entities of a document, and the records that name them."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from pipeline.records.people import is_person
from schemas import AnyRecord, Comparator, fields_of

Kind = Literal["organization", "person"]

_KINDS: Final[dict[Comparator, Kind]] = {Comparator.ORGANIZATION: "organization", Comparator.PERSON: "person"}
_NOT_A_BODY: Final = frozenset({"unit", "declarant"})


@dataclass(frozen=True, slots=True)
class Entity:
    """A body or person under its names in one document, and the records that name it."""

    id: str
    kind: Kind
    name: str
    aliases: tuple[str, ...]
    document: str
    records: tuple[str, ...]
    """Ids of the records that name it."""


def link(
    document: str, records: Sequence[AnyRecord], aliases: Mapping[str, Sequence[str]]
) -> tuple[Entity, ...]:
    """The organizations and persons that the records of one document name, each with its other names in it.

    ``aliases`` maps a full name to the other names that the document itself gives it. Order: as first named.
    """
    named: dict[tuple[Kind, str], dict[str, None]] = {}
    for record in records:
        for _, kind, name in names_of(record.type, record.facts()):
            named.setdefault((kind, name), {})[record.id or ""] = None
    return tuple(
        Entity(
            id=f"{kind}-{hashlib.sha256(f'{document}|{kind}|{name}'.encode()).hexdigest()[:12]}",
            kind=kind,
            name=name,
            aliases=tuple(aliases.get(name, ())),
            document=document,
            records=tuple(ids),
        )
        for (kind, name), ids in named.items()
    )


def names_of(type_name: str, values: Mapping[str, Any]) -> Iterator[tuple[str, Kind, str]]:
    """(field, kind, name) for every body and person that a record of a type names, in the order of its fields."""
    for spec in fields_of(type_name):
        if spec.name in _NOT_A_BODY:
            continue
        value = values.get(spec.name)
        for name in value if isinstance(value, tuple | list) else (value,):
            if name and (kind := _kind(spec.comparator, name)):
                yield spec.name, kind, name


def _kind(comparator: Comparator, name: str) -> Kind | None:
    if comparator is Comparator.PERSON_OR_ORGANIZATION:
        return "person" if is_person(name) else "organization"
    return _KINDS.get(comparator)
