"""From what a library found to facts: form is forgiven, substance is not."""

from typing import Any

import pytest

from eval.baselines.convert import convert, value_of
from eval.baselines.found import Item
from schemas import FieldSpec, fields_of


def spec(kind: str, name: str) -> FieldSpec:
    """A field of a type."""
    return next(one for one in fields_of(kind) if one.name == name)


VALUES: list[tuple[str, str, Any, Any]] = [
    ("metric", "value", "1.5万余", 15000),
    ("metric", "value", "320", 320),
    ("metric", "value", "7.2", 7.2),
    ("metric", "value", 12.0, 12),
    ("metric", "value", "1,200", 1200),
    ("metric", "value", "数百", None),
    ("metric", "value", True, None),
    ("project", "investment_cny", "2.3亿元", 230_000_000),
    ("project", "area", "4.6万平方米", 46_000),
    ("project", "beds", "500张", 500),
    ("honour", "date", "2022年9月", "2022-09"),
    ("honour", "date", "2022-09", "2022-09"),
    ("honour", "date", "2022年第三季度", "2022-Q3"),
    ("honour", "date", "10月8日", "--10-08"),
    ("honour", "date", "2022-13", None),
    ("honour", "date", "不久前", None),
    ("accreditation", "status", "passed", "passed"),
    ("accreditation", "status", "Passed", "passed"),
    ("accreditation", "status", "获批", "passed"),
    ("accreditation", "status", "挂牌", "awarded"),
    ("accreditation", "status", "好", None),
    ("accreditation", "level", "国家级", "national"),
    ("accreditation", "level", "省", "provincial"),
    ("accreditation", "organization", "“柳塘市第五 医院”", "柳塘市第五医院"),
    ("accreditation", "organization", "柳塘市\n第五醫院", "柳塘市第五医院"),
    ("accreditation", "unit", "无", None),
    ("accreditation", "unit", "null", None),
    ("accreditation", "unit", "", None),
    ("accreditation", "unit", None, None),
    ("accreditation", "unit", ["心内科", "心外科"], "心内科、心外科"),
    ("partnership", "parties", "云岭县中医院、柳塘市第五医院", ("云岭县中医院", "柳塘市第五医院")),
    ("partnership", "parties", ["云岭县中医院", "云岭县中医院", "无"], ("云岭县中医院",)),
    ("event", "participants", [], None),
    ("event", "participants", 3, None),
    ("appointment", "former", "true", True),
    ("appointment", "former", "否", False),
    ("appointment", "former", True, True),
]


@pytest.mark.parametrize(("kind", "name", "given", "expected"), VALUES)
def test_a_value_is_read_as_far_as_it_can_be(kind: str, name: str, given: Any, expected: Any) -> None:
    """Printed numbers and dates, Chinese words for choices, lists in one text; what cannot be read is nothing."""
    found = value_of(spec(kind, name), given)
    assert found == expected and type(found) is type(expected)


def test_what_is_printed_around_a_number_is_not_lost() -> None:
    """Qualifier and unit are taken from a printed value, unless they were given themselves."""
    printed = {"subject": "柳塘市第五医院", "indicator": "年门诊量", "value": "12.5万余人次", "kind": "level"}
    items = [
        Item("metric", printed),
        Item("metric", {**printed, "value": "300", "measure": "例", "qualifier": "about"}),
        Item("metric", {**printed, "value": 300}),
    ]
    found = [one.values for one in convert("a.txt", items, 10).facts.records]
    assert [one["value"] for one in found] == [125_000, 300, 300]
    assert [one["qualifier"] for one in found] == ["at_least", "about", "exact"]
    assert [one["measure"] for one in found] == ["人次", "例", None]


def test_records_that_are_alike_are_one_with_all_their_places() -> None:
    """A model that repeats itself is charged once."""
    values = {"person": "石一鸣", "position": "院长"}
    items = [Item("appointment", values, start=at, end=at + 3) for at in (0, 5, 0)]
    converted = convert("a.txt", [*items, Item("appointment", {**values, "former": "true"})], 10)
    assert [one.spans for one in converted.facts.records] == [((0, 3), (5, 8)), ()]
    assert [one.values["former"] for one in converted.facts.records] == [False, True]


@pytest.mark.parametrize(("start", "end"), [(None, None), (8, 11), (-1, 3), (4, 4)])
def test_a_place_outside_the_article_is_none(start: int | None, end: int | None) -> None:
    """What is cited there grounds nothing."""
    item = Item("appointment", {"person": "石一鸣", "position": "院长"}, start=start, end=end)
    assert [one.spans for one in convert("a.txt", [item], 10).facts.records] == [()]


def test_what_can_be_no_record_is_counted() -> None:
    """An unknown type, and a finding that says nothing of what identifies a record."""
    items = [Item("patient", {"name": "庄大爷"}), Item("event", {"place": "柳塘市"}), Item("event", {})]
    converted = convert("a.txt", items, 10)
    assert converted.unusable == 3 and not converted.facts.records


def test_a_record_without_a_required_field_still_counts() -> None:
    """Its other values may be right."""
    item = Item("accreditation", {"designation": "国家级胸痛中心", "unknown": "x"})
    (fact,) = convert("a.txt", [item], 10).facts.records
    assert fact.values["designation"] == "国家级胸痛中心" and fact.values["status"] is None
    assert set(fact.values) == {one.name for one in fields_of("accreditation")}
