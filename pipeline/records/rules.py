"""What speaks against the values of each record type: names that are none, parts of names, clauses, hopes, counts.

The rules look at form alone, at the value and at the words around it in the cited sentences. They are rules of the genre: each
was held against all annotated values of two sets of articles before it was taken.
"""

import re
from collections.abc import Callable
from typing import Any, Final

from pipeline.lexicon import lexicon
from pipeline.records import words
from pipeline.records.candidate import Candidate
from pipeline.records.dates import dates_in
from pipeline.records.numbers import canonical, numbers_in
from pipeline.records.organizations import suffix_kind
from pipeline.records.people import is_person
from pipeline.records.phrases import ending, words_of

_NOT_A_POST: Final = re.compile(
    r"(患者|病人|记者|作者|摄影|创建人|家属|团队|工作站|工作室|中心|科室|医院|主刀.*|术者|相关.*)$"
)
_VERB_START: Final = re.compile(
    r"^(创新(?=构建|建立|推出|开展|打造)|通过|获得|获批|开展|推进|加强|不断|提升|提高|实现|坚持|完善|打造|推动|深化|进一步|全面|积极|作为|成为|将|与|把|为|让|使|着力|代表|完成|提供|协助|配合|参与|建立|推出|运用|利用|使用|应用|打破|抓住|构建|组建|引入|开设|创设|新增|整合|牵头|从|在(?!体)|对(?!口|外))"
)
_ABSTRACT_END: Final = re.compile(
    r"(能力|水平|需求|机遇|格局|作用|优势|工作|发展|建设|专业|质量|步伐|成绩|成效|经验|理念|精神|战略|目标|任务|问题|措施|开诊|启动)$"
)
_ANY_THING: Final = re.compile(
    r"(该|此|本|各|新|老|我|全|这些|卫生|健康|相关|多个|各类|其他|医疗|医院|大型|现代化|先进|信息|信息化|管理|专家|优质|便民|特色|专业|智能)*"
    r"(系统|平台|机器人|项目|工程|医院|门诊部?|病区|病房|科室?|院区|中心|服务|窗口|通道|设备|仪器|技术|手术|治疗|检查|预约|挂号|结算|住院|出院|大?楼|基地|院|室|区|部|所|机|仪|车|站)",
)
"""A name that names nothing in particular: a head word, and what any of its kind is called."""
_TOLD: Final = re.compile(r"^(率先|抽调|引领)|^通过(?:.*、|此|本)|自从|积极|评为|承担")
"""Verbs of a clause that tells something; the name of a happening has none of them."""
_OPENED: Final = re.compile(r"(?:开诊|投用|启用|投入使用|竣工|落成)$")
_PRAISED: Final = re.compile(
    r"奖|称号|荣誉|先进|优秀|优胜|优质|排名|名次|第[一二三四五六七八九十\d]|之星|榜|标兵|模范|表彰|表扬|最美|十佳|百[强佳]|[满感]意|"
    r"案例|文明|先锋|[能名良]手|劳模|劳动|个人|集体|团队|单位|评[选价比]|测评|[竞大比]赛|冠军|卫士|楷模|示范|工匠|人才|学者|专家|名医|医[生师]|护士"
)
"""What a prize, a commendation or a ranking is called by."""
_CARER: Final = re.compile(r"(医生|医师|护士|主任|教授|院长|专家|团队|科室?)$")
_NOT_A_SERVICE: Final = re.compile(r"(党日|办公室|[改办委]革?办|责任制|负责制|考核制度|评估制度)$")
_SYSTEM_HEAD: Final = re.compile(
    r"系统|平台|小程序|公众号|机器人|互联网|软件|地图|病历|导航|程序|[Aa][Pp]{2}|PACS|LIS|HIS|云|终端|数据库|信息化|网络|模块|服务号"
)
_CLAUSE_END: Final = re.compile("[，。；！？：,;]")
_LONGEST_NAME: Final = 40
_ANY_SERVICE: Final = re.compile(r"(?!.*(?:门诊|热线|专线|窗口)$).{1,4}|急诊门诊")
"""A short name that the text does not quote is what any hospital offers: 挂号, 转诊服务."""
_SCHEME: Final = re.compile(
    r"级|甲等|乙等|资[质格]|准入|认证|达标|示范|标准|重点|试点|实验室|分中心|(成员|建设|合作|协作|协同|挂靠|创建|培育|培训|输出|牵头|网络)(单位|医院)|"
    r"(教学|培训|实习|试验|科普|实践)(中心|基地)|[批期].*项目|(胸痛|卒中|创伤|心衰|心力衰竭|房颤|高血压|心脏康复|VTE|血栓|孕产妇|新生儿|肿瘤|"
    r"介入|麻醉|疼痛|重症|泛血管|急性[\u4e00-\u9fff]{1,6})[^，。]{0,8}(中心|单元)"
)
"""What a recognised status is called by: its grade, its scheme, or one of the centres that hospitals are reviewed as."""
_TITLED: Final = re.compile("(?:中心|基地|机构|单位|医院|学科|专科|项目|[站室区院])$")
"""How a status ends that somebody has without an act of review being told."""
_HOPED: Final = re.compile(r"打造|旨在|力争|致力于?|着力|迈[上向]|为目标|为抓手|争创|助力|助推|推动|引领")
"""Words of goals and praise before a title in its clause."""
_IS_BUILT: Final = re.compile(
    r"[”’、]?[^，。；]{0,40}?(?:建设)?(?:项目|工程)|(?:正式|顺利)?(?:开工|奠基|动工|封顶|竣工)"
)
"""What makes of a hospital's name before it the name of a building."""
_AS_GOAL: Final = re.compile(r"为(?:抓手|目标|契机|引领|重点|导向)")
_GOES_ON: Final = re.compile(
    r"(?:医院|卫生院|大学)|[”’]?(?:联盟|专家组|学会|协会|高地|龙头|办公室|大厅|质控会|研讨会)"
)
"""What makes of a title before it the name of something else."""
_SEEN: Final = re.compile("走访|参观|考察|看望|视察|共同为[^。]*揭牌")
_SIGNED: Final = re.compile("签|协议|合作|托管|共建|结为|结成|帮扶|支援|派驻|进修|战略")
_ARRANGED: Final = re.compile(
    r"合作|共建|联盟|医联体|医共体|托管|协议|签约|签署|帮扶|支援|派驻|进修|交流|联系|对口|结为|联合|共同|携手|集团|驻点|坐诊|指导|援|协作|框架|发起|捐赠|签订"
)
_BODY: Final = re.compile(r"(中心|团队|[省市县区])$")
"""How a party is called beside the words of organizations."""
_MONEY_OR_AREA: Final = re.compile(r"投资|占地|建筑面积|总建筑")
_DURATIONS: Final = frozenset(("秒", "分钟", "小时", "天", "周", "个月", "年"))
_A_STATUS: Final = re.compile(
    r"重点专科|救治基地|区域医疗中心|临床医学研究中心|[三四五六七八]大中心|(胸痛|卒中|心衰|房颤|创伤|血栓[\u4e00-\u9fff]{0,2}|VTE[^，]{0,9}|达标|疼痛|重症监护|介入|肿瘤)中心$"
)
"""What is reviewed and not built, unless money, area or beds are told of it."""
_OFFERED: Final = re.compile(r"(?:开设|设立|新增|推出|开通|引入|增设)[^，。]*$")
_ONE_PATIENT: Final = re.compile(r"\d岁|化名|先生|女士|大爷|大妈|老人家")
_OFFERED_TO_ALL: Final = re.compile(r"首例|首次|开展|常规|可以|能够|填补")
_ANY_EVENT: Final = re.compile(
    r"(?:开展|组织|牵头|现场|理论|规范化|健康|专题|学术|医技|各类|业务|全员|集中|定期|相关|系列|主题)*(?:活动|培训|学习|会议|检查|观摩|交流|义诊|讲座|宣教|演练|座谈|考核|调研|成立|启动|建设活动)"
)
_CLAUSE_IN: Final = re.compile(r"为了|将|已于|不仅|多次|进校园|定期")
_TELLS: Final = re.compile(r"(?<!线上)提供|授予|为了|举措$|[（(][^）)]*$")
_ALL_IN_ONE: Final = re.compile("集[^，。；！]{2,60}?[于为]一[体身]")
"""What a building or a hospital is all at once: ``集医疗、教学、科研于一体``."""
_PRIZE: Final = re.compile(r"优秀|十佳|百佳|先进(集体|单位|个人)|最美|称号$|奖(?:$|[和及、])|[一二三]等奖")
_HAPPENED: Final = re.compile(
    r"仪式|标志[着著]?|[该我本]院|[该我本]中心|方面|\d月\d|举行|召开|^与|(?:医院|委|局)与|^跻身|全面达到|(?:主任|院长|书记|医师|护士长)|提升(?!工程|项目|行动|计划|单位)|成员单位，"
)
"""Words of a clause that a title does not have."""
_PRONOUN: Final = re.compile("^(?:[该我此这其]|本(?![地科市省县区])|双方|两院|大家)")
_DEVICE: Final = re.compile(
    r"照明|空调|供氧|消防|供[电水暖]|排水|净化|通风|(?:手术|达芬奇|穿刺|腔镜|骨科)[^，]{0,6}机器人|机器人[^，]{0,4}手术"
)
_LOST: Final = re.compile(r"遗失|丢失|作废|声明|注销|挂失|补办|启事")
_RANKED: Final = re.compile(r"(?:位居|位列|名列|排名|居|上升|前进|提升|排|第)[\u4e00-\u9fff]{0,4}\s*$")
_BUILDING_MEASURE: Final = re.compile(
    r"(?:用地|占地|建筑|建设|投资)[\u4e00-\u9fff]{0,3}(?:面积|规模|额)|(?:规划|拟|设计|[一二三]期|新增|建设)[\u4e00-\u9fff]{0,4}(?:床位|病床)|^地[上下]$|^(?:设计|规划|预计)|[停车]车?位$|接待能力$"
)
_SOMEBODY: Final = re.compile(
    r"\d岁|化名|某|先生|女士|小姐|大[爷妈娘叔伯]|老[人汉]|奶奶|爷爷|阿姨|小伙|姑娘|[男女]孩|[男女]子|患儿|婴|宝宝|产妇|孕妇|村民|居民|市民|司机|学生|[一1两2]名|[一1]位|家住"
)
"""How a text tells of one patient and not of patients."""
_LONGEST_PATIENT: Final = 8
"""Characters of a patient who is told of by name alone."""
_ANYBODY: Final = re.compile(
    r"(?:上述|\d+家|基层|上级|下级|各级?|多家|全[市县省]|两家|双方|当地|有关|相关|大型|知名|三甲|成员|合作|兄弟|周边)*"
    r"(?:医院|医疗机构|卫生院|单位|企业|高校|学校|院校|专家|患者|机构|部门)"
)
_NEW_BUILDING: Final = re.compile("新(?:院区?|大?楼|门诊楼|住院楼|病房楼|综合楼|外科楼|急诊楼)")
_COUNT: Final = re.compile(r"^\d+余?[个家所项]|[一二三四五六七八九十两]大中心$")
_TOLD_OF: Final = re.compile(r"的|.是|对\d|已成为|落户|合作共建|开设|实现|进一步|[）)][\u4e00-\u9fff]{2,}已")


def reasons_against(candidate: Candidate) -> list[str]:
    """What the rules of its type have against a candidate, each reason with the field that it is about."""
    return _RULES.get(candidate.type, _no_rule)(candidate.values, candidate)


def _no_rule(values: dict[str, Any], candidate: Candidate) -> list[str]:
    return []


def _appointment(values: dict[str, Any], candidate: Candidate) -> list[str]:
    reasons = []
    if values["person"] and not is_person(values["person"]):
        reasons.append(f"person: “{values['person']}” is not a person's full name")
    position = values["position"]
    if _is_of_another(candidate):
        return [*reasons, f"position: “{position}” stands in another clause, before somebody else"]
    if position and (_NOT_A_POST.search(position) or len(position) > 16 or re.search(r"\d", position)):
        reasons.append(f"position: “{position}” is no post, title or membership")
    return reasons


def _is_of_another(candidate: Candidate) -> bool:
    """Whether a post stands only in clauses before that of its holder."""
    person, post = (str(candidate.copied.get(field) or "") for field in ("person", "position"))
    before, found, after = candidate.text.partition(person or "\0")
    if not found or not post or post in after:
        return False
    return post in before and post not in _CLAUSE_END.split(before)[-1]


def _accreditation(values: dict[str, Any], candidate: Candidate) -> list[str]:
    designation = values["designation"]
    if designation and (not words.designation_plausible(designation) or _VERB_START.match(designation)):
        return [f"designation: “{designation}” is no status that is obtained"]
    if designation and not ending(candidate.text, str(candidate.copied.get("designation", ""))).whole:
        return [f"designation: “{designation}” ends inside a word"]
    if not designation:
        return []
    if designation == values["organization"]:
        return [f"designation: “{designation}” is the organization itself"]
    obtained = values["status"] in ("passed", "awarded", "renewed", "applied") or values["level"]
    named = values["status"] != "held" or _TITLED.search(designation)
    told = values["status"] is not None and not (obtained and named)
    if told and not _SCHEME.search(designation):
        return [f"designation: “{designation}” names no recognised status, and no act of review is told"]
    before, after = _clause(candidate, "designation")
    if told and _HOPED.search(before):
        return [f"designation: “{designation}” is hoped for, which is no fact"]
    if _GOES_ON.match(after):
        return [f"designation: “{designation}” is a part of a longer name"]
    if re.search("医联体|医共体|联合体", designation):
        return [f"designation: “{designation}” is an arrangement of several, no status"]
    if _TOLD_OF.search(designation) or _HAPPENED.search(designation):
        return [f"designation: “{designation}” is a clause, not a title"]
    if _PRIZE.search(designation):
        return [f"designation: “{designation}” is a prize or a commendation"]
    if _COUNT.search(designation) or re.search("\\d+余?[个家所]", designation):
        return [f"designation: “{designation}” is a number of things without names"]
    return []


def _clause(candidate: Candidate, field: str) -> tuple[str, str]:
    """What stands before and behind a copied value in its clause; two empty strings where it is in no cited sentence."""
    before, found, after = candidate.text.partition(str(candidate.copied.get(field) or "\0"))
    if not found:
        return "", ""
    return _CLAUSE_END.split(before)[-1], _CLAUSE_END.split(after)[0]


def _honour(values: dict[str, Any], candidate: Candidate) -> list[str]:
    honour = values["honour"]
    if honour and (re.search("^对|^\\d|奖金|得到|予以|给予|\\d元", honour)):
        return [f"honour: “{honour}” is a clause, not what a prize is called"]
    if honour and not _PRAISED.search(honour) and not values["rank"]:
        return [f"honour: “{honour}” is no prize, commendation or ranking"]
    return []


def _metric(values: dict[str, Any], candidate: Candidate) -> list[str]:
    value = values.get("value")
    if value is not None and canonical(value) not in numbers_in(candidate.text):
        return [f"value: {value} is not a number of the cited sentences"]
    if values.get("measure") == "岁":
        return [f"value: {value} is an age, which is no metric"]
    if re.match(r"一[种个项名位家](?![\d十百千万])", str(candidate.copied.get("value", ""))):
        return [f"value: “{candidate.copied['value']}” is an article, nothing that is counted"]
    if values.get("measure") == "层":
        return [f"value: {value} storeys are told of a building"]
    before = candidate.text.partition(str(candidate.copied.get("value") or "\0"))[0]
    if values.get("measure") in ("位", "名") and before != candidate.text and _RANKED.search(before):
        return [f"value: {value} is a rank"]
    indicator = values["indicator"]
    if indicator and (_PRONOUN.match(indicator) or re.match("[但而）”“]", indicator)):
        return [f"indicator: “{indicator}” is a clause"]
    if indicator and (_MONEY_OR_AREA.search(indicator) or _BUILDING_MEASURE.search(indicator)):
        return [f"indicator: “{indicator}” is told of a building project"]
    if indicator and values.get("measure") in _DURATIONS and not re.search("[时日期龄程天]", indicator):
        return [f"indicator: “{indicator}” lasts no time"]
    if indicator and not _nominal(indicator):
        return [f"indicator: “{indicator}” is a verb, nothing that is counted"]
    if values["indicator"] and re.fullmatch(r"[\d.,万亿%余近约个名例人次]+", values["indicator"]):
        return [f"indicator: “{values['indicator']}” is the number itself"]
    return []


def _nominal(indicator: str) -> bool:
    """Whether there is a noun among the words of what is counted, or a word that the lexicon does not know."""
    known = lexicon()
    return len(indicator) > 2 or any(
        known.class_of(word) not in ("v", "d", "p", "c", "u", "r") for word in words_of(indicator)
    )


def _quoted(name: str, text: str) -> bool:
    return re.search(f"[“‘「]{re.escape(name)}[”’」]", text) is not None


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
        if len(name) > _LONGEST_NAME or _VERB_START.match(name) or re.search("[，。、的]", name):
            return [f"{field}: “{name}” is a clause, not a name"]
        if head and not head.search(name):
            return [f"{field}: “{name}” is nothing of this type"]
        if _ANY_THING.fullmatch(name) and not (values.get("owner") and _NEW_BUILDING.fullmatch(name)):
            return [f"{field}: “{name}” could be any"]
        if _ABSTRACT_END.search(name):
            return [f"{field}: “{name}” is no thing with a name of its own"]
        if name == values.get("organization"):
            return [f"{field}: “{name}” is the organization itself"]
        if any(name in one for one in _ALL_IN_ONE.findall(candidate.text)):
            return [f"{field}: “{name}” is one of the functions of something else"]
        if _COUNT.search(name) or _TELLS.search(name):
            return [f"{field}: “{name}” tells of several things, or of what is done"]
        return _part(field, candidate)

    return rule


def _part(field: str, candidate: Candidate) -> list[str]:
    """What speaks against a name that was cut off where its phrase goes on."""
    copied = str(candidate.copied.get(field) or "")
    end = ending(candidate.text, copied)
    if not end.whole:
        return [f"{field}: “{copied}” ends inside the word “{end.next}”"]
    return [f"{field}: “{copied}” is only a part of “{copied}{end.next}”"] if end.next else []


def _project(values: dict[str, Any], candidate: Candidate) -> list[str]:
    name = values["name"]
    before, after = _clause(candidate, "name")
    if name and suffix_kind(name) and not _IS_BUILT.match(after):
        return [f"name: “{name}” is an organization, not what it builds"]
    if name and re.fullmatch(
        r"[国省市县区]?(?:重[点大]|民生|实事|主体|辅助|附属|配套|基础|安装)(?:工程|项目|结构).*", name
    ):
        return [f"name: “{name}” could be any"]
    if name and values["status"] == "started" and (_HOPED.search(before) or _AS_GOAL.search(after)):
        return [f"name: “{name}” is hoped for, which is no fact"]
    built = any(values[field] is not None for field in ("investment_cny", "area", "beds"))
    if name and not built and _A_STATUS.search(name):
        return [f"name: “{name}” is a status that is obtained, nothing built"]
    if (
        name
        and not built
        and re.search("(门诊|服务区|预约中心|服务中心|窗口)$", name)
        and _OFFERED.search(before)
    ):
        return [f"name: “{name}” is a service"]
    return _named("name")(values, candidate)


def _technique(values: dict[str, Any], candidate: Candidate) -> list[str]:
    name = values["name"]
    if name and (
        _PRONOUN.match(name) or re.search("(?:顺利|成功|完成)了?(?=.{2})|教授|医生|前来|指导", name)
    ):
        return [f"name: “{name}” is a clause, not a name"]
    if name and _ONE_PATIENT.search(candidate.text) and not _OFFERED_TO_ALL.search(candidate.text):
        return [f"name: “{name}” is the treatment of one patient"]
    return _named("name")(values, candidate)


def _service(values: dict[str, Any], candidate: Candidate) -> list[str]:
    name = values["name"]
    if name and (_NOT_A_SERVICE.search(name) or _A_STATUS.search(name)):
        return [f"name: “{name}” is no service to patients"]
    if (
        name
        and not _quoted(name, candidate.text)
        and (_ANY_SERVICE.fullmatch(name) or re.search("[和与]", name))
    ):
        return [f"name: “{name}” could be any"]
    return _named("name")(values, candidate)


def _event(values: dict[str, Any], candidate: Candidate) -> list[str]:
    name = values["name"]
    if name and (
        len(name) < 3
        or re.search("[，。]", name)
        or _PRONOUN.match(name)
        or _TOLD.search(name)
        or _CLAUSE_IN.search(name)
    ):
        return [f"name: “{name}” is not the name of a happening"]
    if name and suffix_kind(name) in ("society", "government", "company"):
        return [f"name: “{name}” is an organization"]
    if name and _OPENED.search(name) and "仪式" not in candidate.text:
        return [f"name: “{name}” is a building in use, and no ceremony is told"]
    if name and not values["date"] and _ANY_EVENT.fullmatch(name):
        return [f"name: “{name}” could be any, and no date is told"]
    return _part("name", candidate)


def _partnership(values: dict[str, Any], candidate: Candidate) -> list[str]:
    parties = values["parties"] or ()
    if parties and _SEEN.search(candidate.text) and not _SIGNED.search(candidate.text):
        return ["parties: a visit is no arrangement"]
    if parties and not _ARRANGED.search(candidate.text):
        return ["parties: the sentence tells of no arrangement"]
    bodies = [
        party
        for party in parties
        if (_BODY.search(party) or suffix_kind(party)) and not _ANYBODY.fullmatch(party)
    ]
    if parties and len(bodies) < 2:
        return ["parties: two or more named organizations, teams or governments are expected"]
    return []


def _case(values: dict[str, Any], candidate: Candidate) -> list[str]:
    patient = values["patient"]
    if patient and (suffix_kind(patient) or _CARER.search(patient)):
        return [f"patient: “{patient}” is not one who is treated"]
    if (
        patient
        and not (len(patient) <= _LONGEST_PATIENT and is_person(patient[-3:]))
        and not _SOMEBODY.search(patient)
        and not _SOMEBODY.search(_CLAUSE_END.split(candidate.text.partition(patient)[0])[-1])
    ):
        return [f"patient: “{patient}” is nobody in particular"]
    return []


def _system(values: dict[str, Any], candidate: Candidate) -> list[str]:
    if values["name"] and _DEVICE.search(values["name"]):
        return [f"name: “{values['name']}” is a device"]
    return _named("name", _SYSTEM_HEAD)(values, candidate)


def _notice(values: dict[str, Any], candidate: Candidate) -> list[str]:
    if values["subject"] and not _LOST.search(candidate.text):
        return ["subject: the sentence is no notice"]
    return []


_RULES: Final[dict[str, Callable[[dict[str, Any], Candidate], list[str]]]] = {
    "appointment": _appointment,
    "accreditation": _accreditation,
    "honour": _honour,
    "metric": _metric,
    "partnership": _partnership,
    "event": _event,
    "project": _project,
    "system": _system,
    "technique": _technique,
    "service": _service,
    "case": _case,
    "notice": _notice,
}
