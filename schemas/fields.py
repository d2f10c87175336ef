"""What a field is judged by, declared on the field itself and read back as a ``FieldSpec``.

A field of a record is written ``name: Annotated[TYPE, BY_TEXT, Field(description=...)]``. Nothing here
compares values: evaluation does, and looks up here which comparator it must use.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import NoneType
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo


class Comparator(StrEnum):
    """How two values of a field are compared."""

    PERSON = "person"
    ORGANIZATION = "organization"
    PERSON_OR_ORGANIZATION = "person_or_organization"
    TEXT = "text"
    DATE = "date"
    NUMBER = "number"
    BOOLEAN = "boolean"
    ENUM = "enum"


@dataclass(frozen=True, slots=True)
class Judged:
    """Field metadata: which comparator judges the value, and whether the field is part of the key."""

    comparator: Comparator
    key: bool = False


BY_PERSON = Judged(Comparator.PERSON)
BY_ORGANIZATION = Judged(Comparator.ORGANIZATION)
BY_PERSON_OR_ORGANIZATION = Judged(Comparator.PERSON_OR_ORGANIZATION)
BY_TEXT = Judged(Comparator.TEXT)
BY_DATE = Judged(Comparator.DATE)
BY_NUMBER = Judged(Comparator.NUMBER)
BY_BOOLEAN = Judged(Comparator.BOOLEAN)
BY_ENUM = Judged(Comparator.ENUM)

KEY_PERSON = Judged(Comparator.PERSON, key=True)
KEY_ORGANIZATION = Judged(Comparator.ORGANIZATION, key=True)
KEY_PERSON_OR_ORGANIZATION = Judged(Comparator.PERSON_OR_ORGANIZATION, key=True)
KEY_TEXT = Judged(Comparator.TEXT, key=True)
KEY_DATE = Judged(Comparator.DATE, key=True)
KEY_NUMBER = Judged(Comparator.NUMBER, key=True)
KEY_ENUM = Judged(Comparator.ENUM, key=True)


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field of a record type, as prompts and evaluation need to know it.

    ``many``: the value is a list, compared as a set, item by item with ``comparator``.
    ``choices``: the allowed values of a closed list, else empty.
    """

    name: str
    comparator: Comparator
    key: bool
    required: bool
    description: str
    many: bool
    choices: tuple[str, ...]


@cache
def field_specs(model: type[BaseModel]) -> tuple[FieldSpec, ...]:
    """The judged fields of ``model`` in the order of their declaration; other fields are left out."""
    specs = (_field_spec(name, info) for name, info in model.model_fields.items())
    return tuple(spec for spec in specs if spec is not None)


def _field_spec(name: str, info: FieldInfo) -> FieldSpec | None:
    judged = next((item for item in info.metadata if isinstance(item, Judged)), None)
    if judged is None:
        return None
    return FieldSpec(
        name=name,
        comparator=judged.comparator,
        key=judged.key,
        required=info.is_required(),
        description=info.description or "",
        many=get_origin(info.annotation) is tuple,
        choices=_choices(info.annotation),
    )


def _choices(annotation: Any) -> tuple[str, ...]:
    alternatives = (annotation, *get_args(annotation))
    closed = (item for item in alternatives if item is not NoneType and get_origin(item) is Literal)
    return next((get_args(item) for item in closed), ())
