"""The record classes: what makes a record, what breaks one, and how it is written out."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from schemas import RECORD_TYPES, Article, Check, Evidence, Metric, Partnership, Record, parse_record

HOSPITAL = "云汀市第三医院"

#: The least that each type can be made of: its required fields.
LEAST: dict[str, dict[str, Any]] = {
    "appointment": {"person": "江小禾", "position": "主任"},
    "accreditation": {"organization": HOSPITAL, "designation": "国家级创伤中心", "status": "passed"},
    "honour": {"recipient": HOSPITAL, "honour": "市科技进步奖"},
    "metric": {"subject": HOSPITAL, "indicator": "年手术量", "value": 15000, "kind": "level"},
    "partnership": {"parties": [HOSPITAL, "云汀大学"], "form": "joint"},
    "event": {"name": "护理技能大赛", "kind": "other"},
    "project": {"name": "感染楼", "status": "planned"},
    "system": {"organization": HOSPITAL, "name": "云药房平台"},
    "technique": {"organization": HOSPITAL, "name": "经皮肾镜碎石术"},
    "service": {"organization": HOSPITAL, "name": "夜间门诊"},
    "case": {"patient": "七旬老人"},
    "notice": {"kind": "lost_seal", "subject": "财务章"},
}

REQUIRED = [(name, field) for name, values in LEAST.items() for field in values]


def made(name: str, /, **more: Any) -> Record:
    """A record of a type from its required fields and ``more``."""
    return parse_record({"type": name, **LEAST[name], **more})


@pytest.mark.parametrize("name", RECORD_TYPES)
def test_the_required_fields_make_a_record(name: str) -> None:
    """A record needs its required fields and nothing else; what is not said is None or an empty list."""
    record = made(name)
    assert type(record) is RECORD_TYPES[name]
    assert (record.id, record.document, record.type) == (None, None, name)
    assert (record.evidence, record.checks) == ((), ())
    unsaid = {field: value for field, value in record.facts().items() if field not in LEAST[name]}
    defaults: dict[str, Any] = {"former": False, "qualifier": "exact"}
    assert all(value in (None, (), defaults.get(field)) for field, value in unsaid.items())


@pytest.mark.parametrize(("name", "field"), REQUIRED)
def test_no_record_without_a_required_field(name: str, field: str) -> None:
    """A required field that is missing, null or empty leaves no record."""
    without = {key: value for key, value in LEAST[name].items() if key != field}
    with pytest.raises(ValidationError, match=field):
        parse_record({"type": name, **without})
    for nothing in (None, "", "  "):
        with pytest.raises(ValidationError, match=field):
            made(name, **{field: nothing})


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        pytest.param("service", {"price": "免费"}, "price", id="a field of no such name"),
        pytest.param("appointment", {"unit": ""}, "unit", id="an optional text is null rather than empty"),
        pytest.param("appointment", {"former": "false"}, "former", id="a truth value in words"),
        pytest.param("accreditation", {"status": "通过"}, "status", id="an enum in Chinese"),
        pytest.param("accreditation", {"level": "town"}, "level", id="a level that the guide does not have"),
        pytest.param("metric", {"value": "1.5万"}, "value", id="a number as printed"),
        pytest.param("metric", {"value": 90, "value_max": 80}, "less than", id="a range that falls"),
        pytest.param("metric", {"qualifier": None}, "qualifier", id="a number of no qualifier"),
        pytest.param("metric", {"period": "两年间"}, "period", id="a period that is no date"),
        pytest.param("partnership", {"parties": [HOSPITAL]}, "two or more", id="an arrangement with itself"),
        pytest.param(
            "event",
            {"date": "2023-05", "date_end": "2023-04-30"},
            "lies before",
            id="an event that ends first",
        ),
        pytest.param("project", {"beds": -1}, "0 or more", id="a negative number of beds"),
        pytest.param("case", {"age": "8岁"}, "age", id="an age as printed"),
        pytest.param("notice", {"kind": "lost"}, "kind", id="a notice of an unknown kind"),
        pytest.param("case", {"id": ""}, "id", id="an empty id"),
    ],
)
def test_what_breaks_a_record(name: str, values: dict[str, Any], message: str) -> None:
    """A fault in one field is an error that names it."""
    with pytest.raises(ValidationError, match=message):
        made(name, **values)


@pytest.mark.parametrize(
    ("date", "date_end"),
    [
        pytest.param("2023-05-01", "2023-05-03", id="days in order"),
        pytest.param("2023-05", "2023", id="a vaguer end that may be later"),
        pytest.param("--12-30", "2024-01-02", id="a beginning without a year"),
        pytest.param(None, "2024-01-02", id="an end alone"),
    ],
)
def test_an_event_may_end(date: str | None, date_end: str) -> None:
    """An end is refused only where it surely lies before the beginning."""
    assert made("event", date=date, date_end=date_end).facts()["date_end"] == date_end


def test_a_type_that_is_unknown_or_missing_is_refused() -> None:
    """The union is closed: a record says which of the twelve types it is."""
    with pytest.raises(ValidationError, match="type"):
        parse_record({"type": "rumour", "name": "x"})
    with pytest.raises(ValidationError, match="type"):
        parse_record({"name": "夜间门诊"})


def test_records_are_frozen_and_can_be_counted() -> None:
    """A record never changes, and two of the same values are one member of a set."""
    record = made("partnership")
    with pytest.raises(ValidationError, match="frozen"):
        record.document = "a.txt"
    assert len({record, made("partnership"), made("service")}) == 2


@pytest.mark.parametrize("name", RECORD_TYPES)
def test_a_line_of_records_comes_back(name: str) -> None:
    """A record written as a line of JSON is read back as the same record."""
    text = "云汀市"
    record = made(
        name,
        id="r1",
        document="a.txt",
        evidence=[{"start": 4, "end": 7, "text": text}],
        checks=[{"field": next(iter(LEAST[name])), "status": "verbatim", "start": 4, "end": 7}],
    )
    line = record.model_dump_json()
    assert parse_record(line) == record
    assert parse_record(line.encode()) == record
    assert parse_record(json.loads(line)) == record
    assert parse_record(record.model_dump()) == record


@pytest.mark.parametrize("name", RECORD_TYPES)
def test_a_line_reads_from_general_to_particular(name: str) -> None:
    """A line has id, document and type, then the facts in the guide's order, then evidence and checks."""
    record = made(name)
    expected = ["id", "document", "type", *record.facts(), "evidence", "checks", "entities"]
    assert list(json.loads(record.model_dump_json())) == expected
    assert list(record.model_dump(exclude={"id"})) == expected[1:]


def test_the_key_is_the_key_fields() -> None:
    """Keys agree where the key fields do, whatever the others say and in whatever order a list stands."""
    one = Partnership(parties=("乙院", "甲院"), form="joint", subject="急救")
    two = Partnership(parties=("甲院", "乙院"), form="joint", date="2024")
    assert one.key() == two.key() == (("乙院", "甲院"), "joint")
    assert one.key() != Partnership(parties=("甲院", "乙院"), form="alliance").key()
    assert made("metric").key() == (HOSPITAL, "年手术量", 15000, "level")
    assert made("appointment").key() == ("江小禾", "主任", None, None)


def test_facts_are_the_fields_of_the_type() -> None:
    """Facts hold every field of the guide and nothing of the bookkeeping."""
    metric = Metric(id="m1", document="a.txt", subject="甲院", indicator="床位", value=800.0, kind="level")
    assert metric.facts() == {
        "subject": "甲院",
        "indicator": "床位",
        "value": 800,
        "value_max": None,
        "measure": None,
        "kind": "level",
        "qualifier": "exact",
        "period": None,
    }


def test_an_article_may_say_nothing() -> None:
    """No field of an article is required; what is given is checked like a record's."""
    assert set(Article(document="a.txt").facts().values()) == {None, ()}
    article = Article(authors=("江小禾", "江小禾"), date="2024-03-01", script="hant")
    assert article.authors == ("江小禾",)
    for wrong in ({"script": "latin"}, {"date": "三月"}, {"type": "article"}):
        with pytest.raises(ValidationError):
            Article.model_validate(wrong)


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({"start": 5, "end": 5, "text": ""}, id="an empty span"),
        pytest.param({"start": 5, "end": 3, "text": "甲乙"}, id="a span that runs backwards"),
        pytest.param({"start": -1, "end": 1, "text": "甲乙"}, id="a span before the file"),
        pytest.param({"start": 0, "end": 3, "text": "甲乙"}, id="text of another length"),
        pytest.param({"start": "0", "end": 2, "text": "甲乙"}, id="an offset in words"),
        pytest.param({"start": 0, "end": 2}, id="no text"),
    ],
)
def test_evidence_is_as_long_as_its_span(values: dict[str, Any]) -> None:
    """Evidence is a piece of the file: its text fills its span, code point by code point."""
    with pytest.raises(ValidationError):
        Evidence.model_validate(values)


def test_evidence_counts_code_points() -> None:
    """A character outside the basic plane is one offset."""
    assert Evidence(start=0, end=2, text="𠮷院").end == 2


@pytest.mark.parametrize(
    ("values", "message"),
    [
        pytest.param({"status": "verbatim"}, "stands somewhere", id="verbatim nowhere"),
        pytest.param({"status": "derived", "start": 3}, "together", id="half a span"),
        pytest.param({"status": "derived", "end": 0}, "together", id="the other half"),
        pytest.param({"status": "derived", "start": 3, "end": 3}, "empty", id="an empty span"),
        pytest.param({"status": "guessed", "start": 0, "end": 1}, "status", id="a status of no such name"),
    ],
)
def test_what_breaks_a_check(values: dict[str, Any], message: str) -> None:
    """A check has a whole span or none, and a verbatim value always has one."""
    with pytest.raises(ValidationError, match=message):
        Check.model_validate({"field": "date", **values})


def test_a_check_is_about_a_field_of_the_record() -> None:
    """A record takes checks for its own facts alone, one or several for a field."""
    twice = [{"field": "parties", "status": "verbatim", "start": n, "end": n + 1} for n in (0, 5)]
    assert len(made("partnership", checks=[*twice, {"field": "date", "status": "resolved"}]).checks) == 3
    for other in ("rank", "id", "evidence"):
        with pytest.raises(ValidationError, match=f"no field {other}"):
            made("partnership", checks=[{"field": other, "status": "resolved"}])


def test_entities_name_fields_of_their_record() -> None:
    """A record says whom its own facts name, and no other field; without that it is whole as before."""
    named = {"field": "organization", "name": "青禾市第九医院", "entity": "organization-1"}
    assert made("system", entities=[named]).entities[0].entity == "organization-1"
    assert made("system").entities == ()
    with pytest.raises(ValidationError, match="person"):
        made("system", entities=[named | {"field": "person"}])
