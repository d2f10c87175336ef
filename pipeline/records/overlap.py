"""One name read as two types: where the guide says which of them it is, the other is kept apart.

A building project is something built, not a status that is obtained; a service that is itself a named software system is a
system. The model is asked about each type and each sentence alone and cannot know what it said of the other.
"""

from collections.abc import Sequence
from typing import Final

from schemas import Accreditation, AnyRecord, Project, Rejected, Service, System

_BUILT: Final = ("date", "investment_cny", "area", "beds")
"""What is told of a building and not of a status."""


def settle(records: Sequence[AnyRecord]) -> tuple[tuple[AnyRecord, ...], tuple[Rejected, ...]]:
    """The records of a document that stand beside each other, and those that another type has already."""
    kept: list[AnyRecord] = []
    apart: list[Rejected] = []
    bodies = {body for record in records if (body := getattr(record, "organization", None))}
    for record in records:
        if isinstance(record, Accreditation) and record.designation in bodies:
            reason = f"designation: “{record.designation}” is an organization"
        else:
            reason = next((why for other in records if (why := _against(record, other))), "")
        if reason:
            apart.append(
                Rejected(
                    document=record.document or "",
                    type=record.type,
                    values=record.facts(),
                    evidence=record.evidence,
                    reasons=(reason,),
                )
            )
        else:
            kept.append(record)
    return tuple(kept), tuple(apart)


def _against(record: AnyRecord, other: AnyRecord) -> str:
    match record, other:
        case Project(), Accreditation() if all(getattr(record, field) is None for field in _BUILT):
            if other.designation.endswith(record.name) or other.unit == record.name:
                return f"name: “{record.name}” is the status “{other.designation}”, nothing built"
        case Service(), Accreditation() if record.name in (other.designation, other.unit):
            return f"name: “{record.name}” is the status “{other.designation}”"
        case Service(), Project() | System() if record.name == other.name:
            return f"name: “{record.name}” is a {other.type}"
    return ""
