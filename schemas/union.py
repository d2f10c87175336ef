"""All record types as one: the union by ``type``, and the ways to look a type up."""

from collections.abc import Mapping
from typing import Annotated, Final

from pydantic import Field, TypeAdapter

from schemas.article import Article
from schemas.base import FactModel, Record
from schemas.fields import FieldSpec, field_specs
from schemas.records import (
    Accreditation,
    Appointment,
    Case,
    Event,
    Honour,
    Metric,
    Notice,
    Partnership,
    Project,
    Service,
    System,
    Technique,
)

#: Any of the twelve record types, told apart by ``type``.
AnyRecord = Annotated[
    Appointment
    | Accreditation
    | Honour
    | Metric
    | Partnership
    | Event
    | Project
    | System
    | Technique
    | Service
    | Case
    | Notice,
    Field(discriminator="type"),
]

#: The record classes by the name that stands in ``type``, in the order of the record guide.
RECORD_TYPES: Final[dict[str, type[Record]]] = {
    "appointment": Appointment,
    "accreditation": Accreditation,
    "honour": Honour,
    "metric": Metric,
    "partnership": Partnership,
    "event": Event,
    "project": Project,
    "system": System,
    "technique": Technique,
    "service": Service,
    "case": Case,
    "notice": Notice,
}

RECORD_ADAPTER: Final[TypeAdapter[AnyRecord]] = TypeAdapter(AnyRecord)


def parse_record(values: Mapping[str, object] | str | bytes) -> AnyRecord:
    """A record from its values, or from a line of ``records.jsonl``; ``type`` says which.

    Raises ``pydantic.ValidationError`` with every fault where the values are no record.
    """
    if isinstance(values, str | bytes):
        return RECORD_ADAPTER.validate_json(values)
    return RECORD_ADAPTER.validate_python(values)


def fields_of(type_name: str) -> tuple[FieldSpec, ...]:
    """The fields of a record type or of ``article``, in order. Raises ValueError for another name."""
    models: dict[str, type[FactModel]] = {**RECORD_TYPES, "article": Article}
    if type_name not in models:
        raise ValueError(f"{type_name!r} is no record type; there are {', '.join(models)}")
    return field_specs(models[type_name])
