"""Candidates that form alone can refuse, and what becomes of the others."""

from dataclasses import replace
from typing import Any

import pytest

from pipeline.records.candidate import Candidate
from pipeline.records.check import check
from schemas import RECORD_TYPES, Check, Evidence, Rejected, fields_of

TEXT = "柳塘市第五医院院长石一鸣说，2021年门诊量达12万人次，并与云岭县中医院合作。"
NOTICE = "柳塘市第五医院公章遗失，声明作废。"
SOUND: dict[str, dict[str, Any]] = {
    "appointment": {"person": "石一鸣", "position": "院长", "organization": "柳塘市第五医院"},
    "accreditation": {
        "organization": "柳塘市第五医院",
        "designation": "国家级胸痛中心",
        "status": "passed",
    },
    "honour": {"recipient": "石一鸣", "honour": "劳动奖章"},
    "metric": {"subject": "柳塘市第五医院", "indicator": "门诊量", "value": 120000, "kind": "level"},
    "partnership": {"parties": ("柳塘市第五医院", "云岭县中医院"), "form": "joint"},
    "event": {"name": "胸痛救治论坛", "kind": "meeting"},
    "project": {"name": "门诊楼", "status": "completed"},
    "system": {"organization": "柳塘市第五医院", "name": "智慧随访系统"},
    "technique": {"organization": "柳塘市第五医院", "name": "冠脉介入术"},
    "service": {"organization": "柳塘市第五医院", "name": "夜间门诊"},
    "case": {"patient": "82岁的庄大爷"},
    "notice": {"kind": "lost_seal", "subject": "公章"},
}


def candidate(kind: str, /, **changes: Any) -> Candidate:
    """A sound candidate of a type, with other values; ``reasons`` and ``checks`` are the candidate's own."""
    own = {name: changes.pop(name) for name in ("reasons", "checks") if name in changes}
    empty = {spec.name: () if spec.many else None for spec in fields_of(kind)}
    return Candidate(
        document="a.txt",
        chunk=1,
        type=kind,
        values=empty | SOUND[kind] | changes,
        copied={"句": [1], "人": "石一鸣"},
        sentences=(1,),
        text=NOTICE if kind == "notice" else TEXT,
        evidence=(Evidence(start=0, end=len(TEXT), text=TEXT),),
        **own,
    )


@pytest.mark.parametrize("kind", RECORD_TYPES)
def test_a_sound_candidate_becomes_a_record(kind: str) -> None:
    """Every type has its record, with document and evidence, and without an id of its own yet."""
    record = check(candidate(kind))
    assert not isinstance(record, Rejected)
    assert (record.type, record.document, record.id) == (kind, "a.txt", None)
    assert record.evidence[0].text == TEXT
    assert {name: value for name, value in record.facts().items() if name in SOUND[kind]} == SOUND[kind]


@pytest.mark.parametrize(
    ("kind", "field"),
    [(kind, spec.name) for kind in RECORD_TYPES for spec in fields_of(kind) if spec.required],
)
def test_without_a_required_field_there_is_no_record(kind: str, field: str) -> None:
    """A record without a field that its type needs is rejected, and the reason names the field."""
    result = check(candidate(kind, **{field: () if field == "parties" else None}))
    assert isinstance(result, Rejected)
    assert [reason.partition(":")[0] for reason in result.reasons] == [field]


# type, changed values, the field named in the reason
REFUSED: list[tuple[str, str, dict[str, Any], str]] = [
    ("a form of address is no full name", "appointment", {"person": "庄先生"}, "person"),
    ("a word of the trade is no person", "appointment", {"person": "医护人员"}, "person"),
    ("a patient is no post", "appointment", {"position": "患者"}, "position"),
    ("a reporter is no post", "appointment", {"position": "本报记者"}, "position"),
    ("a clause is no post", "appointment", {"position": "负责全院的医疗质量管理与持续改进工作"}, "position"),
    ("a verb phrase is no designation", "accreditation", {"designation": "通过胸痛中心"}, "designation"),
    ("a designation without a head word", "accreditation", {"designation": "大家的好评"}, "designation"),
    (
        "the organization itself is no designation",
        "accreditation",
        {"designation": "柳塘市第五医院"},
        "designation",
    ),
    ("a number that the sentence does not have", "metric", {"value": 130000}, "value"),
    ("an indicator that is the number", "metric", {"indicator": "12万人次"}, "indicator"),
    ("a clause is no project", "project", {"name": "建门诊楼，设床位"}, "name"),
    ("a quality is no project", "project", {"name": "学科建设水平"}, "name"),
    ("a system without a head word", "system", {"name": "胸痛中心"}, "name"),
    ("a verb phrase is no technique", "technique", {"name": "开展冠脉介入术"}, "name"),
    ("the organization itself is no service", "service", {"name": "柳塘市第五医院"}, "name"),
    ("a name of more than forty characters", "service", {"name": "夜间门诊" * 11}, "name"),
    ("a happening without a name", "event", {"name": "会议，之后"}, "name"),
    ("one party is no partnership", "partnership", {"parties": ("柳塘市第五医院",)}, "parties"),
    (
        "an end before the beginning",
        "event",
        {"date": "2022-06-08", "date_end": "2021-06-09"},
        "record",
    ),
    ("a value outside the list", "notice", {"kind": "stolen"}, "kind"),
    (
        "a centre of no scheme",
        "accreditation",
        {"designation": "高水平诊疗中心", "status": "held"},
        "designation",
    ),
    ("a prize is no designation", "accreditation", {"designation": "省级优秀示范单位"}, "designation"),
    ("a count is no designation", "accreditation", {"designation": "6个省级重点专科"}, "designation"),
    ("a service that lasts no time", "metric", {"indicator": "全面服务", "measure": "小时"}, "indicator"),
    ("money of a building", "metric", {"indicator": "项目总投资"}, "indicator"),
    ("a verb is not counted", "metric", {"indicator": "提供"}, "indicator"),
    ("a status is not built", "project", {"name": "卒中中心"}, "name"),
    ("an organization is not built", "project", {"name": "云岭县中医院"}, "name"),
    ("what any hospital offers", "service", {"name": "医保咨询"}, "name"),
    ("a happening like any other", "event", {"name": "现场观摩"}, "name"),
    ("a clause about what will happen", "event", {"name": "基地将开展培训"}, "name"),
    ("networks without a name", "partnership", {"parties": ("他们", "大家")}, "parties"),
    ("a hospital is no patient", "case", {"patient": "云岭县中医院"}, "patient"),
    ("a physician is no patient", "case", {"patient": "石一鸣医生"}, "patient"),
    ("nobody in particular is no patient", "case", {"patient": "急性心梗病人"}, "patient"),
    ("a clause is no designation", "accreditation", {"designation": "标志着该院胸痛中心"}, "designation"),
    ("who operated is no post", "appointment", {"position": "主刀医生"}, "position"),
    ("storeys are a building's", "metric", {"measure": "层"}, "value"),
    ("beds that are planned are a building's", "metric", {"indicator": "规划建设床位"}, "indicator"),
    ("a clause is not counted", "metric", {"indicator": "这在全国"}, "indicator"),
    ("a surgical robot is a device", "system", {"name": "骨科手术机器人系统"}, "name"),
    ("an operation done is no technique", "technique", {"name": "顺利完成了手术"}, "name"),
    ("an opening without a ceremony", "event", {"name": "城东院区启用"}, "name"),
    ("a happening of nobody named", "event", {"name": "该院成立"}, "name"),
    ("any hospitals", "partnership", {"parties": ("柳塘市第五医院", "基层医院")}, "parties"),
    ("a project like any other", "project", {"name": "市重点工程"}, "name"),
]


@pytest.mark.parametrize(
    ("kind", "changes", "field"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_what_form_can_refuse_is_refused_with_its_field(
    kind: str, changes: dict[str, Any], field: str
) -> None:
    """Each rule speaks against the field that breaks it."""
    result = check(candidate(kind, **changes))
    assert isinstance(result, Rejected)
    assert [reason.partition(":")[0] for reason in result.reasons] == [field]


def test_every_reason_is_kept_once() -> None:
    """Reasons of grounding and of form stand together, each once, and the model's copy with them."""
    result = check(
        candidate(
            "appointment",
            person="庄先生",
            position="患者",
            reasons=("organization: “甲院” does not stand in the cited sentences",) * 2,
        )
    )
    assert isinstance(result, Rejected)
    assert [reason.partition(":")[0] for reason in result.reasons] == ["organization", "person", "position"]
    assert result.values == {"句": [1], "人": "石一鸣"}
    assert result.evidence[0].text == TEXT


def test_a_field_is_not_called_missing_where_its_copy_was_refused() -> None:
    """The reason that a value does not stand in the text is enough: it is not missing as well."""
    result = check(candidate("service", name=None, reasons=("name: “晨间门诊” does not stand there",)))
    assert isinstance(result, Rejected)
    assert result.reasons == ("name: “晨间门诊” does not stand there",)


def test_a_record_keeps_only_checks_of_the_values_it_has() -> None:
    """A place noted for a value that came to nothing is left out."""
    record = check(
        candidate(
            "service",
            checks=(
                Check(field="name", status="verbatim", start=0, end=2),
                Check(field="date", status="derived", start=3, end=5),
            ),
        )
    )
    assert [each.field for each in record.checks] == ["name"]  # type: ignore[union-attr]


def test_a_number_in_another_form_is_the_same_number() -> None:
    """120000 is what ``12万`` says."""
    assert not isinstance(check(candidate("metric", value=120000.0)), Rejected)


def test_an_article_is_no_number_and_a_rank_no_metric() -> None:
    """«一种» counts nothing, and «位居全国第76位» tells a place in a ranking."""
    for text, copied, value, measure in (
        ("中心是一种救治体系。", "一种", 1, "种"),
        ("医院综合排名位居全省76位。", "76位", 76, "位"),
    ):
        made = replace(candidate("metric", value=value, measure=measure), text=text, copied={"value": copied})
        result = check(made)
        assert isinstance(result, Rejected) and result.reasons[0].startswith("value: ")


def test_what_a_building_is_all_at_once_is_not_built_by_itself() -> None:
    """Of a house that unites wards and laboratories for one, the house is the project."""
    text = "医院新建集门诊、住院病房、检验中心于一体的综合楼。"
    for name, refused in (("住院病房", True), ("检验中心", True), ("综合楼", False)):
        result = check(
            replace(candidate("project", name=name, status="started"), text=text, copied={"name": name})
        )
        assert isinstance(result, Rejected) == refused
        assert not refused or "one of the functions" in result.reasons[0]  # type: ignore[union-attr]


def test_what_is_no_notice_is_refused() -> None:
    """An announcement of results that an article tells of is no lost document."""
    result = check(replace(candidate("notice"), text="总部发布通过认证单位公告。"))
    assert isinstance(result, Rejected) and result.reasons == ("subject: the sentence is no notice",)
