"""The bodies and persons that a record names."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal

from pipeline.records.people import is_person
from schemas import Comparator, fields_of

Kind = Literal["organization", "person"]

_KINDS: Final[dict[Comparator, Kind]] = {Comparator.ORGANIZATION: "organization", Comparator.PERSON: "person"}
_NOT_A_BODY: Final = frozenset({"unit", "declarant"})


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
