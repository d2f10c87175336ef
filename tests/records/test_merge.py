"""Facts said twice become one record with all its evidence, whatever the order of the answers."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.records.merge import merge
from schemas import (
    RECORD_TYPES,
    Accreditation,
    AnyRecord,
    Appointment,
    Check,
    Event,
    Evidence,
    Metric,
    Partnership,
    System,
    parse_record,
)

HOSPITAL, OTHER = "柳塘市第五医院", "云岭县中医院"


def evidence(start: int, text: str = "句子。") -> Evidence:
    """A sentence at an offset."""
    return Evidence(start=start, end=start + len(text), text=text)


def centre(at: int, **values: Any) -> Accreditation:
    """A passed accreditation, stated at an offset."""
    fixed: dict[str, Any] = {
        "document": "a",
        "organization": HOSPITAL,
        "designation": "国家级胸痛中心",
        "status": "passed",
        "evidence": (evidence(at),),
    }
    return Accreditation(**(fixed | values))


def test_a_fact_said_twice_is_one_record_with_both_places() -> None:
    """Equal keys are one fact; its evidence and checks are those of both, in the order stated."""
    first = centre(10, checks=(Check(field="organization", status="verbatim", start=10, end=17),))
    again = centre(50, date="2021-05", checks=(Check(field="date", status="derived", start=50, end=57),))
    (record,) = merge([again, first])
    assert [each.start for each in record.evidence] == [10, 50]
    assert [each.field for each in record.checks] == ["organization", "date"]
    assert isinstance(record, Accreditation) and record.date == "2021-05"


def test_the_first_value_stays_with_its_check() -> None:
    """Where two statements differ outside the key, the first counts, and no check of the other is kept."""
    first = centre(10, date="2021", checks=(Check(field="date", status="derived", start=10, end=12),))
    again = centre(50, date="2022", checks=(Check(field="date", status="derived", start=50, end=52),))
    (record,) = merge([first, again])
    assert isinstance(record, Accreditation) and record.date == "2021"
    assert [each.start for each in record.checks] == [10]


APART: list[tuple[str, AnyRecord, AnyRecord]] = [
    ("two steps of one accreditation", centre(10), centre(20, status="started")),
    ("two units", centre(10, unit="心内科"), centre(20, unit="急诊科")),
    ("two organizations", centre(10), centre(20, organization=OTHER)),
    (
        "two types",
        System(document="a", organization=HOSPITAL, name="随访系统", evidence=(evidence(1),)),
        Metric(
            document="a",
            subject=HOSPITAL,
            indicator="随访系统",
            value=1,
            kind="level",
            evidence=(evidence(1),),
        ),
    ),
    (
        "two values of one indicator",
        Metric(document="a", subject=HOSPITAL, indicator="门诊量", value=1, kind="level"),
        Metric(document="a", subject=HOSPITAL, indicator="门诊量", value=2, kind="level"),
    ),
]


@pytest.mark.parametrize(("one", "other"), [row[1:] for row in APART], ids=[row[0] for row in APART])
def test_different_facts_stay_two_records(one: AnyRecord, other: AnyRecord) -> None:
    """Facts whose keys differ are not united, and get ids of their own."""
    records = merge([one, other])
    assert len(records) == 2
    assert len({record.id for record in records}) == 2


def test_a_key_that_one_statement_leaves_open_does_not_part_them() -> None:
    """The same post without its unit is the same fact; the unit that is stated stays."""
    post: dict[str, Any] = {"document": "a", "person": "石一鸣", "position": "主任"}
    (record,) = merge([Appointment(**post), Appointment(**post, organization=HOSPITAL, unit="心内科")])
    assert isinstance(record, Appointment) and record.unit == "心内科"


def test_an_open_key_goes_to_one_of_two_facts() -> None:
    """A statement without a unit does not make one fact of two units."""
    records = merge([centre(10, unit="心内科"), centre(20, unit="急诊科"), centre(30)])
    assert [getattr(record, "unit", None) for record in records] == ["心内科", "急诊科"]


def test_parties_compare_as_a_set() -> None:
    """Two parties named in another order are the same arrangement."""
    one = Partnership(document="a", parties=(HOSPITAL, OTHER), form="joint")
    other = Partnership(document="a", parties=(OTHER, HOSPITAL), form="joint")
    assert len(merge([one, other])) == 1


def test_ids_depend_on_document_type_and_key_alone() -> None:
    """Evidence, dates and what else there is in the document do not change an id; the document does."""
    (plain,) = merge([centre(10)])
    (dated, _) = merge([centre(90, date="2021"), centre(200, status="started")])
    (elsewhere,) = merge([centre(10, document="b")])
    assert plain.id == dated.id
    assert plain.id != elsewhere.id


@st.composite
def records(draw: st.DrawFn) -> list[AnyRecord]:
    """Statements of few facts, so that many of them are the same."""
    found: list[AnyRecord] = []
    for _ in range(draw(st.integers(0, 7))):
        starts = draw(st.lists(st.integers(0, 3), min_size=1, max_size=2, unique=True))
        found.append(
            centre(
                0,
                unit=draw(st.sampled_from([None, "心内科", "急诊科"])),
                status=draw(st.sampled_from(["passed", "started"])),
                date=draw(st.sampled_from([None, "2021", "2022"])),
                evidence=tuple(evidence(start) for start in starts),
                checks=tuple(
                    Check(field="status", status="derived", start=start, end=start + 1) for start in starts
                ),
            )
        )
    return found


@given(data=st.data(), said=records())
def test_the_order_of_answers_changes_nothing(data: st.DataObject, said: list[AnyRecord]) -> None:
    """However the answers come in, the records are the same to the last byte, and nothing stated is lost."""
    shuffled = data.draw(st.permutations(said))
    once, again = merge(said), merge(shuffled)
    assert [each.model_dump_json() for each in once] == [each.model_dump_json() for each in again]
    assert {each for one in once for each in one.evidence} == {each for one in said for each in one.evidence}


@given(said=records())
def test_merging_again_changes_nothing(said: list[AnyRecord]) -> None:
    """What is merged has no repeats left, its ids stay, and its records are still valid."""
    once = merge(said)
    assert {each.id: each for each in merge(once)} == {each.id: each for each in once}
    assert all(parse_record(record.model_dump_json()) == record for record in once)
    assert len({record.id for record in once}) == len(once)


def test_every_type_can_be_merged() -> None:
    """No record type stands in the way: with no record there is none."""
    assert merge([]) == () and len(RECORD_TYPES) == 12


def test_a_headline_names_a_happening_shorter_than_its_text() -> None:
    """One name that ends in the other is one happening, unless their dates differ."""
    short, full = "医联体签约揭牌仪式", "云岭县中医院医联体签约揭牌仪式"
    told = Event(document="a", name=short, kind="ceremony", evidence=(evidence(0),))
    dated = Event(document="a", name=full, kind="ceremony", date="2024-05", evidence=(evidence(20),))
    (record,) = merge([told, dated])
    assert (record.date, len(record.evidence)) == ("2024-05", 2)  # type: ignore[union-attr]
    other = dated.model_copy(update={"name": short, "date": "2023-05"})
    assert len(merge([dated, other])) == 2
