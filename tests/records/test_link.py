"""Whom a record names, field by field."""

import pytest

from pipeline.records.link import names_of
from schemas import AnyRecord, Appointment, Case, Event, Honour, Notice

HOSPITAL = "柳塘市第五医院"


@pytest.mark.parametrize(
    ("record", "named"),
    [
        (
            Appointment(person="石一鸣", position="院长", organization=HOSPITAL, unit="心内科"),
            [("person", "person", "石一鸣"), ("organization", "organization", HOSPITAL)],
        ),
        (
            Honour(recipient="石一鸣", honour="劳动奖章", granted_by="柳塘市总工会"),
            [("recipient", "person", "石一鸣"), ("granted_by", "organization", "柳塘市总工会")],
        ),
        (
            Event(name="胸痛救治论坛", kind="meeting", participants=("顾长宁", HOSPITAL)),
            [("participants", "person", "顾长宁"), ("participants", "organization", HOSPITAL)],
        ),
        (
            Case(patient="82岁的庄大爷", clinicians=("顾长宁",)),
            [("clinicians", "person", "顾长宁")],
        ),
        (Notice(kind="lost_document", subject="身份证", declarant="个人"), []),
    ],
)
def test_a_record_names_bodies_and_persons(record: AnyRecord, named: list[tuple[str, str, str]]) -> None:
    """Each is told with its field and kind; patients, private declarants and departments are none."""
    assert list(names_of(record.type, record.facts())) == named
