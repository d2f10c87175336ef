"""What speaks against a candidate: rules over its values and the sentences it cites.

A candidate with a reason is kept apart with it, never dropped in silence. The rules look at form alone: required fields, names that
are none, numbers and dates that the text does not carry.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any, Final

from pydantic import ValidationError

from pipeline.records import words
from pipeline.records.candidate import Candidate
from pipeline.records.dates import dates_in
from pipeline.records.numbers import canonical, numbers_in
from pipeline.records.organizations import suffix_kind
from pipeline.records.people import is_person
from schemas import RECORD_TYPES, AnyRecord, Rejected, fields_of

_NOT_A_POST: Final = re.compile(r"(患者|病人|记者|作者|摄影|创建人|家属|团队|工作站|工作室|中心|科室|医院)$")
_VERB_START: Final = re.compile(
    r"^(通过|获得|获批|开展|推进|加强|不断|提升|提高|实现|坚持|完善|打造|推动|深化|进一步|全面|积极|作为|成为|将|与|把|为|让|使|着力|完成|提供|建立|推出|运用|利用|使用|应用|打破|抓住)"
)
_ABSTRACT_END: Final = re.compile(
    r"(能力|水平|需求|机遇|格局|作用|优势|工作|发展|建设|专业|质量|步伐|成绩|成效|经验|理念|精神|战略|目标|任务|问题|措施|开诊|启动)$"
)
_ANY_THING: Final = re.compile(
    r"(该|此|本|各|新|老|我|全|这些|卫生|健康|相关|多个|各类|其他|医疗|医院|大型|现代化|先进|信息|信息化|管理|专家|优质|便民|特色|专业|智能)*"
    r"(系统|平台|机器人|项目|工程|医院|门诊部?|病区|病房|科室?|院区|中心|服务|窗口|通道|设备|仪器|技术|手术|治疗|检查|预约|挂号|结算|住院|出院|大?楼|基地|院|室|区|部|所|机|仪|车|站)",
)
"""A name that names nothing in particular: a head word, and what any of its kind is called."""
_TOLD: Final = re.compile(r"^(率先|抽调|引领)|自从|积极|评为|承担")
"""Verbs of a clause that tells something; the name of a happening has none of them."""
_PRAISED: Final = re.compile(
    r"奖|称号|荣誉|先进|优秀|优胜|优质|排名|名次|第[一二三四五六七八九十\d]|之星|榜|标兵|模范|表彰|表扬|最美|十佳|百[强佳]|[满感]意|"
    r"案例|文明|先锋|[能名良]手|劳模|劳动|个人|集体|团队|单位|评[选价比]|测评|[竞大比]赛|冠军|卫士|楷模|示范|工匠|人才|学者|专家|名医|医[生师]|护士"
)
"""What a prize, a commendation or a ranking is called by."""
_NOT_A_SERVICE: Final = re.compile(r"(党日|办公室|[改办委]革?办|责任制|负责制|考核制度|评估制度)$")
_SYSTEM_HEAD: Final = re.compile(
    r"系统|平台|小程序|公众号|机器人|互联网|软件|地图|病历|导航|程序|[Aa][Pp]{2}|PACS|LIS|HIS|云|终端|数据库|信息化|网络|模块|服务号"
)
_LONGEST_NAME: Final = 40


def check(candidate: Candidate) -> AnyRecord | Rejected:
    """The record that a candidate is, without an id; or the candidate with every reason against it."""
    reasons = [
        *candidate.reasons,
        *_missing(candidate),
        *_RULES.get(candidate.type, _no_rule)(candidate.values, candidate),
    ]
    if not reasons:
        try:
            return RECORD_TYPES[candidate.type](  # type: ignore[return-value]
                document=candidate.document,
                evidence=candidate.evidence,
                checks=tuple(
                    one for one in candidate.checks if candidate.values.get(one.field) not in (None, ())
                ),
                **{name: value for name, value in candidate.values.items() if value is not None},
            )
        except ValidationError as error:
            reasons = [
                f"{'.'.join(map(str, each['loc'])) or 'record'}: {each['msg']}" for each in error.errors()
            ]
    return _rejected(candidate, [*reasons, *candidate.dropped])


def dropped(candidate: Candidate) -> Rejected | None:
    """What a candidate that became a record had to do without, or None where nothing was dropped."""
    return _rejected(candidate, candidate.dropped) if candidate.dropped else None


def _rejected(candidate: Candidate, reasons: Sequence[str]) -> Rejected:
    return Rejected(
        document=candidate.document,
        type=candidate.type,
        values=candidate.copied,
        evidence=candidate.evidence,
        reasons=tuple(dict.fromkeys(reasons)),
    )


def _missing(candidate: Candidate) -> list[str]:
    return [
        f"{spec.name}: required, and the sentence does not state it"
        for spec in fields_of(candidate.type)
        if spec.required
        and candidate.values.get(spec.name) in (None, "", ())
        and not any(reason.startswith(f"{spec.name}:") for reason in candidate.reasons)
    ]


def _no_rule(values: dict[str, Any], candidate: Candidate) -> list[str]:
    return []


def _appointment(values: dict[str, Any], candidate: Candidate) -> list[str]:
    reasons = []
    if values["person"] and not is_person(values["person"]):
        reasons.append(f"person: “{values['person']}” is not a person's full name")
    position = values["position"]
    if position and (_NOT_A_POST.search(position) or len(position) > 16):
        reasons.append(f"position: “{position}” is no post, title or membership")
    return reasons


def _accreditation(values: dict[str, Any], candidate: Candidate) -> list[str]:
    designation = values["designation"]
    if designation and (not words.designation_plausible(designation) or _VERB_START.match(designation)):
        return [f"designation: “{designation}” is no status that is obtained"]
    if designation and designation == values["organization"]:
        return [f"designation: “{designation}” is the organization itself"]
    return []


def _honour(values: dict[str, Any], candidate: Candidate) -> list[str]:
    honour = values["honour"]
    if honour and not _PRAISED.search(honour) and not values["rank"]:
        return [f"honour: “{honour}” is no prize, commendation or ranking"]
    return []


def _metric(values: dict[str, Any], candidate: Candidate) -> list[str]:
    value = values.get("value")
    if value is not None and canonical(value) not in numbers_in(candidate.text):
        return [f"value: {value} is not a number of the cited sentences"]
    if values.get("measure") == "岁":
        return [f"value: {value} is an age, which is no metric"]
    if values["indicator"] and re.fullmatch(r"[\d.,万亿%余近约个名例人次]+", values["indicator"]):
        return [f"indicator: “{values['indicator']}” is the number itself"]
    return []


def _named(
    field: str, head: re.Pattern[str] | None = None
) -> Callable[[dict[str, Any], Candidate], list[str]]:
    """The rule for a field that must be a name, with one of the type's head words in it where there are any."""

    def rule(values: dict[str, Any], candidate: Candidate) -> list[str]:
        name = values[field]
        if not name:
            return []
        if any(one.start == 0 and one.end == len(name) for one in dates_in(name)):
            return [f"{field}: “{name}” is a date"]
        if len(name) > _LONGEST_NAME or _VERB_START.match(name) or re.search("[，。、]", name):
            return [f"{field}: “{name}” is a clause, not a name"]
        if head and not head.search(name):
            return [f"{field}: “{name}” is nothing of this type"]
        if _ANY_THING.fullmatch(name):
            return [f"{field}: “{name}” could be any"]
        if _ABSTRACT_END.search(name):
            return [f"{field}: “{name}” is no thing with a name of its own"]
        if name == values.get("organization"):
            return [f"{field}: “{name}” is the organization itself"]
        return []

    return rule


def _project(values: dict[str, Any], candidate: Candidate) -> list[str]:
    name = values["name"]
    if name and suffix_kind(name):
        return [f"name: “{name}” is an organization, not what it builds"]
    return _named("name")(values, candidate)


def _service(values: dict[str, Any], candidate: Candidate) -> list[str]:
    name = values["name"]
    if name and _NOT_A_SERVICE.search(name):
        return [f"name: “{name}” is no service to patients"]
    return _named("name")(values, candidate)


def _event(values: dict[str, Any], candidate: Candidate) -> list[str]:
    name = values["name"]
    if name and (len(name) < 3 or re.search("[，。]", name) or _TOLD.search(name)):
        return [f"name: “{name}” is not the name of a happening"]
    return []


def _partnership(values: dict[str, Any], candidate: Candidate) -> list[str]:
    parties = values["parties"] or ()
    if parties and sum(not is_person(party) for party in parties) < 2:
        return ["parties: two or more named organizations, teams or governments are expected"]
    return []


_RULES: Final[dict[str, Callable[[dict[str, Any], Candidate], list[str]]]] = {
    "appointment": _appointment,
    "accreditation": _accreditation,
    "honour": _honour,
    "metric": _metric,
    "partnership": _partnership,
    "event": _event,
    "project": _project,
    "system": _named("name", _SYSTEM_HEAD),
    "technique": _named("name"),
    "service": _service,
}
