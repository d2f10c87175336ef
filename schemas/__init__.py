"""Typed, evidence-bound records of Chinese hospital news: the library that other services import.

It needs pydantic and nothing else.

- ``Appointment`` … ``Notice``: the twelve record types; ``Record`` is what they have in common.
- ``AnyRecord``, ``parse_record``: any of the twelve; one from a dict or from a line of ``records.jsonl``.
- ``RECORD_TYPES``, ``RecordType``: the classes by name; the names as a type.
- ``Article``: the article itself.
- ``Evidence``, ``Check``: where a record stands in its document, and how each value was found.
- ``Named``: which entity of a run a name in a record means.
- ``Rejected``, ``Failure``, ``RunSummary``: what a run leaves beside its records.
- ``fields_of``, ``FieldSpec``, ``Comparator``: a type's fields: key, required, choices, how values compare.
- ``PartialDate``, ``date_bounds``: dates as precise as the text, and the days that one can mean.
- ``json_schemas``, ``write_json_schemas``: JSON Schemas of the records, kept in ``schemas/json``.
- ``SCHEMA_VERSION``: the version of all this.
"""

from schemas.article import Article
from schemas.base import Record
from schemas.dates import PartialDate, date_bounds
from schemas.enums import RecordType
from schemas.evidence import Check, Evidence, Named
from schemas.export import json_schemas, write_json_schemas
from schemas.fields import Comparator, FieldSpec
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
from schemas.run import Failure, Rejected, RunSummary
from schemas.union import RECORD_TYPES, AnyRecord, fields_of, parse_record
from schemas.version import SCHEMA_VERSION

__all__ = [
    "RECORD_TYPES",
    "SCHEMA_VERSION",
    "Accreditation",
    "AnyRecord",
    "Appointment",
    "Article",
    "Case",
    "Check",
    "Comparator",
    "Event",
    "Evidence",
    "Failure",
    "FieldSpec",
    "Honour",
    "Metric",
    "Named",
    "Notice",
    "PartialDate",
    "Partnership",
    "Project",
    "Record",
    "RecordType",
    "Rejected",
    "RunSummary",
    "Service",
    "System",
    "Technique",
    "date_bounds",
    "fields_of",
    "json_schemas",
    "parse_record",
    "write_json_schemas",
]
