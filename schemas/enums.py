"""The closed lists of values, one name each; a field's description says in Chinese what a value means."""

from typing import Annotated, Literal, get_args

from pydantic import AfterValidator

RecordType = Literal[
    "appointment",
    "accreditation",
    "honour",
    "metric",
    "partnership",
    "event",
    "project",
    "system",
    "technique",
    "service",
    "case",
    "notice",
]


def _known_type(name: str) -> str:
    if name not in (*get_args(RecordType), "article"):
        raise ValueError(f"{name!r} is no record type")
    return name


#: The name of a record type, or ``article``, where callers hold it as a ``str``.
TypeName = Annotated[str, AfterValidator(_known_type)]

Level = Literal["international", "national", "provincial", "municipal", "county"]

AccreditationStatus = Literal["planned", "started", "applied", "passed", "awarded", "renewed", "held"]

MetricKind = Literal["level", "increase", "decrease", "multiple", "share"]

Qualifier = Literal["exact", "about", "at_least", "at_most"]

PartnershipForm = Literal["trusteeship", "joint", "alliance", "agreement", "assistance", "exchange", "other"]

PartnershipStatus = Literal["planned", "active"]

EventKind = Literal["meeting", "visit", "ceremony", "launch", "training", "review", "campaign", "other"]

ProjectStatus = Literal["planned", "started", "completed", "in_use"]

SystemAction = Literal["launched", "upgraded", "in_use", "planned"]

NoticeKind = Literal["lost_document", "lost_seal", "other"]

Script = Literal["hans", "hant"]
