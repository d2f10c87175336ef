"""One fact told by several articles is one fact with several sources; what they do not agree on is listed."""

from pathlib import Path
from typing import Any, Final

import pytest

from pipeline.join.facts import fact_key
from schemas import Accreditation, AnyRecord, Event, Metric, Notice, parse_record
from tests.join.made_up import Made, joined

HOSPITAL: Final = "云溪市人民医院"
ARTICLE: Final = (
    "市第一医院昨日迎来一批新的住院医师。他们来自六所院校，将在内科、外科、儿科和急诊轮转三年。带教老师为每个人准备了一本手册，"
    "上面写着值班电话、常用处方和食堂的开饭时间。院方说，去年结业的学员大多留在了本地的县级医院，成为那里的骨干。"
)

PAGE: Final = "。".join(f"{one}路公交车{other}站点改到街对面" for one in "一二三四五" for other in "东西南北")
"""Other news on the page of an article."""


def passed(name: str, date: str | None, organization: str = HOSPITAL, **values: Any) -> Made:
    """A document that tells when a hospital passed a review."""
    record = Accreditation(
        organization=organization, designation="国家级胸痛中心", status="passed", date=date, **values
    )
    return Made(name, f"{organization}通过国家级胸痛中心评审。", (record,))


def counted(name: str, *values: float, period: str | None = "2023", **more: Any) -> Made:
    """A document that tells how many patients a hospital saw."""
    made = (
        Metric(
            subject=HOSPITAL,
            indicator="年门诊量",
            value=value,
            measure="人次",
            kind="level",
            period=period,
            **more,
        )
        for value in values
    )
    return Made(name, f"{HOSPITAL}年门诊量公布。", tuple(made))


def test_one_fact_of_two_articles_has_two_sources(tmp_path: Path) -> None:
    """The fact names its records and documents; a year and a day in it are no conflict, the day stays."""
    (fact,) = joined(tmp_path, [passed("a.txt", "2023"), passed("b.txt", "2023-05-06")])["facts.jsonl"]
    assert (fact["records"], fact["documents"]) == (["a.txt-0", "b.txt-0"], ["a.txt", "b.txt"])
    assert (fact["values"]["date"], fact["conflicts"], fact["reprints"]) == ("2023-05-06", [], [])


def test_two_dates_of_one_accreditation_are_listed_and_not_settled(tmp_path: Path) -> None:
    """Each date stands with the records that give it, a year with both days in it, and the value is left open."""
    documents = [passed("a.txt", "2023-05"), passed("b.txt", "2023-06"), passed("c.txt", "2023")]
    (fact,) = joined(tmp_path, documents)["facts.jsonl"]
    assert fact["values"]["date"] is None
    (conflict,) = fact["conflicts"]
    assert conflict == {
        "field": "date",
        "values": [
            {"value": "2023-05", "records": ["a.txt-0", "c.txt-0"]},
            {"value": "2023-06", "records": ["b.txt-0", "c.txt-0"]},
        ],
    }


@pytest.mark.parametrize(
    ("one", "other", "value"),
    [
        (counted("a.txt", 15000, qualifier="at_least"), counted("b.txt", 15234), 15234),
        (counted("a.txt", 15000), counted("b.txt", 15000), 15000),
        (counted("a.txt", 15000), counted("b.txt", 16000), None),
        (counted("a.txt", 15000, qualifier="at_least"), counted("b.txt", 18000), None),
    ],
)
def test_two_numbers_of_one_metric_are_listed_unless_one_is_the_other_rounded(
    tmp_path: Path, one: Made, other: Made, value: float | None
) -> None:
    """1.5万余 and 15234 are one number, 1.5万 and 1.6万 are a conflict."""
    (fact,) = joined(tmp_path, [one, other])["facts.jsonl"]
    assert fact["values"]["value"] == value
    assert bool(fact["conflicts"]) is (value is None)


def test_numbers_of_two_years_are_two_facts(tmp_path: Path) -> None:
    """What another period is told of is another fact."""
    documents = [counted("a.txt", 15000), counted("b.txt", 16000, period="2024")]
    assert len(joined(tmp_path, documents)["facts.jsonl"]) == 2


def test_a_document_does_not_contradict_itself(tmp_path: Path) -> None:
    """Two numbers in one document are two facts, and another document's joins the one that is equal."""
    found = joined(
        tmp_path, [counted("a.txt", 15000, 18000, period=None), counted("b.txt", 18000, period=None)]
    )
    assert sorted(fact["records"] for fact in found["facts.jsonl"]) == [["a.txt-0"], ["a.txt-1", "b.txt-0"]]
    assert not any(fact["conflicts"] for fact in found["facts.jsonl"])


def test_facts_of_two_hospitals_of_one_short_name_stay_two(tmp_path: Path) -> None:
    """Records of bodies that are not known to be one are no sources of one fact."""
    documents = [passed("a.txt", "2023", "市第一医院"), passed("b.txt", "2023", "市第一医院")]
    assert len(joined(tmp_path, documents)["facts.jsonl"]) == 2


def test_a_reprint_is_the_same_text_and_tells_the_same_facts(tmp_path: Path) -> None:
    """An article printed again, with another headline and a line more, is one text; a page that holds it is not."""
    told: tuple[AnyRecord, ...] = (
        Event(name="欢迎会", kind="meeting"),
        Notice(kind="lost_document", subject="收据", declarant="个人"),
        Accreditation(organization="市第一医院", designation="住培基地", status="held"),
    )
    documents = [
        Made("a.txt", ARTICLE, told),
        Made("b.txt", f"（转载）本地新闻\n{ARTICLE}", told),
        Made("c.txt", ARTICLE + PAGE, told),
    ]
    found = joined(tmp_path, documents)["facts.jsonl"]
    assert [fact["documents"] for fact in found] == [["a.txt", "b.txt"]] * 3 + [["c.txt"]] * 3
    assert all(fact["reprints"] == [["a.txt", "b.txt"]] for fact in found[:3])
    assert not any(fact["reprints"] for fact in found[3:])


def test_a_happening_without_an_organizer_is_of_its_own_text() -> None:
    """启动仪式 is held everywhere: without its day and its organizers a record of another text is another fact."""

    def key(text: str, *organizers: str) -> str:
        record = Event(name="启动仪式", kind="ceremony", date="2023-05-06", organizers=organizers)
        return fact_key(record.model_dump(mode="json"), text)

    assert key("a") != key("b")
    assert key("a", HOSPITAL) == key("b", HOSPITAL) != key("b", "东屏市中医院")


def test_every_record_is_in_one_fact_and_carries_its_entities_last(tmp_path: Path) -> None:
    """Records come back through the schema with whom they name, and facts and records tell of each other."""
    documents = [
        passed("a.txt", "2023", unit="心内科", issuer="中国胸痛中心联盟"),
        counted("b.txt", 1, 2),
        passed("c.txt", None),
    ]
    found = joined(tmp_path, documents)
    records = [parse_record(line) for line in found["records.jsonl"]]
    assert [one.field for one in records[0].entities] == ["organization", "issuer"]
    assert all(list(line)[-1] == "entities" for line in found["records.jsonl"])
    told = [each for fact in found["facts.jsonl"] for each in fact["records"]]
    assert sorted(told) == sorted(record.id or "" for record in records)
    known = {line["id"] for line in found["entities.jsonl"]}
    assert {one.entity for record in records for one in record.entities} == known
