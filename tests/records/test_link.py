"""The organizations and persons of a document under all their names."""

from pipeline.records.link import link
from schemas import Accreditation, AnyRecord, Appointment, Case, Event, Honour, Notice

HOSPITAL = "柳塘市第五医院"
RECORDS: list[AnyRecord] = [
    Appointment(id="1", person="石一鸣", position="院长", organization=HOSPITAL, unit="心内科"),
    Accreditation(id="2", organization=HOSPITAL, designation="胸痛中心", status="held"),
    Honour(id="3", recipient="石一鸣", honour="劳动奖章", granted_by="柳塘市总工会"),
    Event(id="4", name="胸痛救治论坛", kind="meeting", participants=("顾长宁", HOSPITAL)),
    Case(id="5", patient="82岁的庄大爷", clinicians=("顾长宁",)),
    Notice(id="6", kind="lost_document", subject="身份证", declarant="个人"),
]


def test_everyone_named_is_one_entity_with_all_records() -> None:
    """Each organization and person comes once, in the order first named, with the records that name it."""
    found = link("a.txt", RECORDS, {})
    assert [(each.kind, each.name, each.records) for each in found] == [
        ("person", "石一鸣", ("1", "3")),
        ("organization", HOSPITAL, ("1", "2", "4")),
        ("organization", "柳塘市总工会", ("3",)),
        ("person", "顾长宁", ("4", "5")),
    ]


def test_private_people_and_units_are_no_entities() -> None:
    """A patient, a private declarant and a department are not linked."""
    names = {each.name for each in link("a.txt", RECORDS, {})}
    assert names.isdisjoint({"82岁的庄大爷", "个人", "心内科"})


def test_an_entity_has_its_other_names() -> None:
    """Other names that the document gives an organization stand beside its full name."""
    found = {each.name: each.aliases for each in link("a.txt", RECORDS, {HOSPITAL: ("市五院", "五院")})}
    assert found[HOSPITAL] == ("市五院", "五院")
    assert found["石一鸣"] == ()


def test_ids_are_stable_and_belong_to_one_document() -> None:
    """An entity's id depends on document, kind and name, not on the records around it."""
    whole = {each.name: each.id for each in link("a.txt", RECORDS, {})}
    alone = {each.name: each.id for each in link("a.txt", RECORDS[1:2], {})}
    other = {each.name: each.id for each in link("b.txt", RECORDS, {})}
    assert alone[HOSPITAL] == whole[HOSPITAL]
    assert len(set(whole.values())) == len(whole)
    assert not set(whole.values()) & set(other.values())
