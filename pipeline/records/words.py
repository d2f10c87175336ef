"""Enum values that follow from the printed words.

Each function is a small ordered table over strings: the first row that matches decides. The order is part of
the rule (``再认证`` before ``认证``, ``县级`` before a province's name). Texts are normalised: simplified
characters, half-width digits. None means that the words do not say.
"""

import re
from typing import Final, TypeVar

from schemas.enums import (
    AccreditationStatus,
    EventKind,
    Level,
    MetricKind,
    NoticeKind,
    PartnershipForm,
    PartnershipStatus,
    ProjectStatus,
    SystemAction,
)

PROVINCES: Final = (
    "北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|"
    "四川|贵州|云南|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门"
)
"""Names of the provinces, regions and cities under the central government, as a regular expression."""

_Value = TypeVar("_Value")
_Table = tuple[tuple[re.Pattern[str], _Value], ...]

_CLAUSE_END = "，,；;。！？!?："
_INTENT = re.compile(
    r"拟(?!合)|计划(?!生育|单列)|谋划|力争|争取|有望|即将|下一步|筹划|规划建|意向|将(?![军领来士才近])"
)
_DONE = re.compile(r"已|以来|正式|签订|签署|签约|结为|顺利|成功|获批")


def _table(*rows: tuple[str, _Value]) -> _Table[_Value]:
    return tuple((re.compile(pattern), value) for pattern, value in rows)


def _first(table: _Table[_Value], text: str) -> _Value | None:
    return next((value for pattern, value in table if pattern.search(text)), None)


def _last(table: _Table[_Value], text: str) -> _Value | None:
    """The value of the row that matches last in ``text``: the word that stands nearest to what follows."""
    found = [(match.end(), value) for pattern, value in table for match in pattern.finditer(text)]
    return max(found, key=lambda each: each[0])[1] if found else None


def _before(sentence: str, phrase: str) -> str:
    """What stands before ``phrase`` in its part of the sentence, ``；`` being the border of a part."""
    at = sentence.find(phrase) if phrase else -1
    lead = sentence[: at if at >= 0 else len(sentence)]
    return re.split("[；;。！？!?]", lead)[-1]


def _after(sentence: str, phrase: str) -> str:
    """What stands behind ``phrase`` in its clause."""
    at = sentence.find(phrase) if phrase else -1
    return re.split(f"[{_CLAUSE_END}]", sentence[at + len(phrase) :])[0] if at >= 0 else ""


def _intended(sentence: str, phrase: str) -> bool:
    """Whether a word of intention stands before ``phrase`` in its clause or the one before."""
    at = sentence.find(phrase) if phrase else -1
    if at < 0:
        return False
    clauses = re.split(f"[{_CLAUSE_END}]", sentence[: at + len(phrase)])
    return any(
        _INTENT.search(clause) and not _DONE.search(clause) for clause in (clauses[-1], *clauses[-2:-1])
    )


# --- accreditation ------------------------------------------------------------------------------------------

_BUILDING = re.compile(
    r"(建设|创建|培育|筹建|共建|建设培育)(单位|项目|点|基地|医院|学科|专科|机构|中心|名单)$"
)
_OBTAINED = (
    r"通过|获批|获得|获评|获准|荣获|喜获|斩获|取得|入选|批准|评为|认定|命名|确定为|确立为|遴选为|列为|纳入|"
    r"成功创建|创建成功|创成|创建为|晋升|晋级|认证|验收|跻身"
)
_STATUS: Final[_Table[AccreditationStatus]] = _table(
    (r"再认证|复审|复评|复核|复认证|续牌|重新认定|再次通过", "renewed"),
    (r"^(拟|将|计划|谋划|力争|争取|有望)", "planned"),
    (r"申报|申请|(进入|迎接|接受|启动|迎来).{0,20}(评审|认证|验收|复评)", "applied"),
    (r"授牌|挂牌|揭牌|领牌|授予|牌匾|颁牌", "awarded"),
    (_OBTAINED, "passed"),
    (r"拥有|系|是|作为|建成|成为|为|具备|具有|落户|达到|属于|现有|设有|挂靠|发挥", "held"),
    (r"启动|筹建|创建|建设|筹备|共建|打造|推进|开展|申创|合作", "started"),
)
_TRAIL: Final[_Table[AccreditationStatus]] = _table(
    (r"再认证|复审|复评|复核|复认证", "renewed"),
    (r"授牌|挂牌|揭牌|领牌|牌匾|颁牌", "awarded"),
    (r"(评审|认证|验收|创建)(工作)?(阶段|准备|流程)|申报", "applied"),
    (r"认证|评审|验收|考核|评估|审核|复核", "passed"),
    (r"(方面的?|的)?(建设|创建|筹建)(?!成|单位|项目)|启动会|推进会", "started"),
    (r"基础上|称号|资格", "held"),
)
_BY_MEANS_OF = re.compile("通过|依托")
_REVIEWED = re.compile(
    r"通过[^，；]{0,30}(认证|评审|验收|考核|评估|审核|审批)|获批|批准|获评|成功创建|入选|获得|"
    r"被(评|认定|确定|命名|授)"
)


def accreditation_status(action: str, designation: str, sentence: str) -> AccreditationStatus | None:
    """The status of an accreditation.

    ``action`` is the printed verb (may be empty), ``designation`` the printed status title. A title that is
    itself ``建设单位`` is started, unless the text speaks of an application or a plan.
    """
    lead = _before(sentence, designation)
    if action and f"成功{action}" in lead:
        action = f"成功{action}"
    clause = re.split(f"[{_CLAUSE_END}]", lead)[-1]
    verb = _first(_STATUS, action)
    status = verb or _last(_STATUS, clause)
    trail = _first(_TRAIL, _after(sentence, designation))
    if "applied" in (status, trail) or re.search("申报|申请", lead[-20:]):
        return "applied"
    if _intended(sentence, designation) and status not in ("passed", "awarded", "renewed"):
        return "planned"
    if _BUILDING.search(clean(designation)) and status != "planned":
        return "started"
    if status in ("passed", None) and trail in ("renewed", "awarded"):
        return trail
    if verb is None and trail == "started" and (status != "passed" or _BY_MEANS_OF.search(clause)):
        return "started"
    if status == "held" and not re.search("建成|落户|达到", action) and _REVIEWED.search(lead[-60:]):
        return "awarded" if "授牌" in clause or "授牌" in lead[-12:] else "passed"
    return status or trail or _last(_STATUS, lead) or _first(_STATUS, sentence)


_SOCIETY_LEAD = re.compile(r"^(中国|中华|全国)[^、，]{1,12}(学会|协会)(?!成员|会员)")
_LEVEL: Final[_Table[Level]] = _table(
    (r"(国际|世界)级", "international"),
    (r"(县|区|县区|旗)级(?!医院|公立|综合|以上)", "county"),
    (r"(国家|部)级", "national"),
    (r"省级(?!医院|公立)|自治区级", "provincial"),
    (r"[地设]?(区)?市级(?!医院|公立)", "municipal"),
    (r"国际|世界|全球|亚洲|亚太", "international"),
    (r"国家|全国|中国|中华|国务院", "national"),
    (rf"(?:{PROVINCES})(?!大学|医科|医学院|路|街)|省|自治区", "provincial"),
    (r"[\u4e00-\u9fff]{2,}市|^(全?市)|[\u4e00-\u9fff]州(?!大学)", "municipal"),
    (r"[\u4e00-\u9fff]县(?!级)|^县(?!级)|[\u4e00-\u9fff]{2,}旗", "county"),
)
_REVIEW_LEVEL = re.compile(
    r"(国际|世界|国家|省|市|县)级?(?:卫健委|卫生健康委)?(?:现场)?(?:评审|认证|验收|考核|评估|审核)"
)


def level(designation: str, issuer: str = "", sentence: str = "") -> Level | None:
    """The level that the title names; else that of the review told in ``sentence``, else of the issuer.

    A word of level (``县级``) wins over the owner's name before it; a society's name at the beginning is the
    issuer, and says nothing of the level.
    """
    found = _first(_LEVEL, _SOCIETY_LEAD.sub("", clean(designation)))
    if found is None and (review := _REVIEW_LEVEL.search(sentence)):
        found = _first(_LEVEL, f"{review[1]}级")
    if found is None and not _SOCIETY_LEAD.search(issuer):
        found = _first(_LEVEL, issuer)
    return found


_TITLE_HEAD = re.compile(
    r"中心|专科|专病|学科|基地|单位|医院|实验室|机构|工作站|站点?$|级|甲等|乙等|资格|资质|认证|达标|成员|会员|试点|"
    r"示范|门诊|平台|单元|病房|科室|名单|联盟|培训点|项目|研究所|工程|单病种|区$|点$|医废|病历|星级|标准|HIMSS|ISO"
)
_VERB_PHRASE = re.compile(
    r"^(通过|获得|获批|打造|推进|提升|提高|加强|加快|深化|实现|完善|坚持|开展|创建|争创|启动|召开|举行|成为|成功|"
    r"顺利|积极|持续|不断|全面|进一步|被|已|正在|在|对|将|把|为|以|与|和|向)"
)


_OBTAINED_IN = re.compile(r"^.*(?:筹建|获批|获得|成为|创建|通过|荣获|建成)(?=.{4,})")
_REVIEW_END = re.compile(r"(?<=[中心科区室元点院地台版])(?:认证|评审|验收|复审|评估)$")


_BATCH = re.compile(r"^\d{4}年度?(?:第?[一二三四五六七八九十\d]+批次?(?:的)?)?(?=.{4})")
"""The year and the batch before a status, which are no part of what it is called."""


def title(text: str) -> str:
    """A status as it is called: without the verb by which it was obtained, and without the review behind it."""
    plain = _BATCH.sub("", clean(text))
    return _REVIEW_END.sub("", _OBTAINED_IN.sub("", plain))


_BARE = re.compile(r"认证|评审|验收|资格|资质|达标|级|甲等|单位|医院|项目|[一二三四五六七八九十\d]大中心")


def designation_plausible(text: str) -> bool:
    """Whether ``text`` can be the title of a status: it has a head noun and is no phrase with a verb."""
    title = clean(text)
    return (
        2 <= len(title) <= 60
        and not re.search(f"[{_CLAUSE_END}]", title)
        and _TITLE_HEAD.search(title) is not None
        and _VERB_PHRASE.match(title) is None
        and _BARE.fullmatch(title) is None
    )


# --- partnership --------------------------------------------------------------------------------------------

_FORM: Final[_Table[PartnershipForm]] = _table(
    (r"托管", "trusteeship"),
    (r"联盟|医联体|医共体|协作体|协作网|联合体|医疗集团|共同体", "alliance"),
    (r"签约|签订|签署|协议|备忘录|框架|商定|缔约", "agreement"),
    (
        r"帮扶|支援|派驻|进修|对口|下沉|驻点|驻扎|常驻|轮换|轮驻|援助|援建|选派|选送|坐诊|援疆|援藏|指导",
        "assistance",
    ),
    (r"共建|合办|联办|互为|结为|共同|联合|合作|携手|协同", "joint"),
    (r"业务联系|交流|往来|研讨|互访|会诊|联系", "exchange"),
)


def partnership_form(form: str, subject: str, sentence: str) -> PartnershipForm:
    """The form of an arrangement, from its printed word, else from its subject, else from the sentence."""
    return _first(_FORM, form) or _first(_FORM, subject) or _first(_FORM, sentence) or "other"


def partnership_status(form: str, subject: str, sentence: str) -> PartnershipStatus:
    """Planned where a word of intention stands before the arrangement in its clause; otherwise active."""
    if re.match(r"拟|将|计划", form) or any(_intended(sentence, each) for each in (form, subject)):
        return "planned"
    return "active"


# --- project, system, event, notice -------------------------------------------------------------------------

_PROJECT: Final[_Table[ProjectStatus]] = _table(
    (r"^(拟|将|计划|谋划|规划|即将|筹划)", "planned"),
    (r"启用|开诊|开设|投用|投入使用|运营|试运行|开业|搬迁|迁入|入驻|对外开放|正式开放|接诊|使用", "in_use"),
    (r"可行性研究|可研|立项|选址|倒计时", "planned"),
    (r"正在|在建(?!成)|筹建|建设中|开工|动工|奠基|破土|[封结]顶|施工|推进", "started"),
    (
        r"建成|竣工|落成|完工|交付|建立|设立|成立|组建|购入|购置|购买|引进|添置|新增|配备|完成|设有|建有",
        "completed",
    ),
    (r"启动|建设(?!总?面积|规模|用地)|兴建|新建|扩建|改造|创建|打造|筹备", "started"),
    (r"拟|将|计划|谋划|规划", "planned"),
)


def project_status(status: str, name: str, sentence: str) -> ProjectStatus | None:
    """The status of a building project, from its printed word, else from the words about its name."""
    if status and re.search(f"{re.escape(status)}(?:总?面积|规模|用地)", sentence):
        status = ""
    found = _first(_PROJECT, status)
    if found in ("completed", "started", None) and _intended(sentence, status or name):
        return "planned"
    return found or _first(_PROJECT, _around(sentence, name))


_SYSTEM: Final[_Table[SystemAction]] = _table(
    (r"^(拟|将|计划|即将)", "planned"),
    (r"升级|改造|优化|迭代|更新|改版|完善", "upgraded"),
    (r"依托|借助|凭借|发挥.{0,16}作用", "in_use"),
    (
        r"上线(?!\d)|启用|投入使用|引入|引进|搭建|建立|推出|建成|开通|部署|新增|投用|构建|研发|开发|打造|建设|设立|首发",
        "launched",
    ),
    (r"使用|利用|运用|应用|发挥|通过|拥有|采用|运行|具备|作用|实现|上线", "in_use"),
    (r"拟|将|计划", "planned"),
)


def system_action(action: str, name: str, sentence: str) -> SystemAction | None:
    """What happened to an information system, from its printed word, else from the words about its name."""
    found = _first(_SYSTEM, action) or _first(_SYSTEM, _around(sentence, name))
    if found in ("launched", "upgraded") and _intended(sentence, action or name):
        return "planned"
    return found


_EVENT: Final[_Table[EventKind]] = _table(
    (r"仪式|典礼|颁奖|表彰|开工|签约|签订|签署|揭幕|剪彩", "ceremony"),
    (r"启动|成立|揭牌|挂牌|创立|始建|创办|组建|首发|建院", "launch"),
    (r"竞赛|比赛|大赛|运动会|技能赛|晚会|演出", "other"),
    (r"培训|学习班|研修|讲座|演练|进修|授课|实训|带教", "training"),
    (r"评审|核查|验收|审核|评估|评价|检查|督导|复审|初评|复评|认证|考核|审查|质控", "review"),
    (r"(会议|论坛|研讨|座谈|沙龙|会诊|会)$", "meeting"),
    (r"参观|考察|来访|调研|莅临|走访|观摩|出访|慰问|赴|到访|视察|访问", "visit"),
    (r"论坛|会议|研讨|座谈|峰会", "meeting"),
    (r"义诊|活动|宣教|宣传|健康行|公益|志愿|主题教育|筛查|科普|周$|月$|日$|行$|进社区", "campaign"),
    (r"交流|洽谈|对接", "visit"),
)


def event_kind(name: str, sentence: str) -> EventKind:
    """The kind of a happening, from its name, else from the words about its name, else ``other``."""
    title = clean(name)
    return _first(_EVENT, title) or _first(_EVENT, _around(sentence, name)) or "other"


_NOTICE: Final[_Table[NoticeKind]] = _table(
    (r"章$|印章|公章|手章|印鉴|名章", "lost_seal"),
    (
        r"证|合同|收据|发票|票|执照|卡|单$|许可|协议|凭证|护照|户口|存折|保单|档案|车牌|文件|批文|本$|书$",
        "lost_document",
    ),
)


def notice_kind(subject: str) -> NoticeKind:
    """The kind of a classified notice, from the thing that it is about."""
    return _first(_NOTICE, clean(subject)) or "other"


def _around(sentence: str, phrase: str) -> str:
    """The clause in which ``phrase`` stands, without ``phrase`` itself; else the whole sentence."""
    at = sentence.find(phrase) if phrase else -1
    if at < 0:
        return sentence
    start = max((sentence.rfind(mark, 0, at) for mark in _CLAUSE_END), default=-1) + 1
    end = at + len(phrase)
    ends = [found for mark in _CLAUSE_END if (found := sentence.find(mark, end)) >= 0]
    return sentence[start:at] + "□" + sentence[end : min(ends, default=len(sentence))]


# --- metric -------------------------------------------------------------------------------------------------

_LESS = "下降|降低|减少|缩短|下滑|压缩|降幅|减幅|回落|节约|节省|减轻|降|减"
_MORE = "提升|增长|提高|增加|上升|上涨|增速|增幅|增长率|扩大|递增|攀升|增"
_BY = r"(?:了|约|近|超|超过|达|幅度|为|高达|[\s:：])*$"
_CHANGE: Final[_Table[MetricKind]] = _table(
    (rf"(?:{_LESS}){_BY}", "decrease"),
    (rf"(?:{_MORE}){_BY}", "increase"),
)
_TO_A_LEVEL = re.compile(rf"(?:{_LESS}|{_MORE})(至|到|为)[了约近超]*$")
_DIGITS = r"[\d.,一二三四五六七八九十百千万亿两余多近]*"
_AFTER_NUMBER = re.compile(
    rf"{_DIGITS}\s*(个百分点|%|‰|成(?!员)|倍)?\s*([以之]?上)?的?(增长|增速|增幅|提升|下降|降幅)?"
)


def metric_kind(printed: str, indicator: str, sentence: str, value_start: int) -> MetricKind:
    """What a number says of its indicator: an amount, a change, a multiple, a share.

    ``printed`` is the number as printed, ``value_start`` where it stands in ``sentence`` (negative: unknown).
    Only the words directly before and after it decide: ``提升22%``, ``是去年的2.4倍``, ``通过率达93%``; a
    change *to* a value (``缩短至60分钟``) is a level.
    """
    if value_start < 0:
        value_start = max(sentence.find(printed), 0)
    before = re.split(f"[{_CLAUSE_END}、]", sentence[max(0, value_start - 16) : value_start])[-1]
    after = _AFTER_NUMBER.match(sentence, value_start + _first_digit(printed))
    unit = printed + (after[0] if after else "")
    percent = re.search("%|‰|百分|成$", unit) is not None
    to_level = _TO_A_LEVEL.search(before) is not None and "倍" not in unit
    change = None if to_level else _first(_CHANGE, before + printed[: _first_digit(printed)])
    if change is None and after and after[3] and not to_level:
        change = "decrease" if "降" in after[3] else "increase"
    if change is None and not to_level and re.search("(增速|增幅|增长率|降幅)$", clean(indicator)):
        change = "decrease" if indicator.endswith("降幅") else "increase"
    if change is not None:
        return change
    if "倍" in unit:
        return "multiple"
    return "share" if percent else "level"


def _first_digit(printed: str) -> int:
    found = re.search(r"[\d〇零一二两三四五六七八九十百千万半]", printed)
    return found.start() if found else 0


# --- appointment --------------------------------------------------------------------------------------------

_SOCIETY = re.compile(r"(学会|协会|分会|委员会|专委会|学组|联盟|研究会|基金会|促进会)$")
_PARTY = re.compile(r"[党省市县区州镇乡团]委常委|纪委常委|政府")


def full_position(position: str, organization: str | None) -> str:
    """The post written out: ``主委`` is ``主任委员``, ``常委`` of a learned society ``常务委员``."""
    post = re.sub(r"主委(?!员)", "主任委员", clean(position))
    if organization and _SOCIETY.search(clean(organization)) and not _PARTY.search(post):
        post = re.sub(r"常委(?!会|员)", "常务委员", post)
    return post


_FORMER_POST = re.compile(r"^(首任|前任|原任?|曾任|历任|第一任|时任|已故|老|前)(?=.)")
_FORMER_LEAD = re.compile(
    r"(曾经?(先后)?(担)?任|历任|先后(担)?任|原任|前任|首任|第一任|曾是|曾为)[^，；。]{0,40}$|"
    r"(^|[、，；。（:：])原(?![阳平州]|[\u4e00-\u9fff]{0,2}[市县区])[^，；。因则]{0,30}$"
)


def is_former(position: str, sentence: str, person: str) -> bool:
    """Whether the post is told as a past one: ``首任院长``, ``原主任``, ``曾任…副主任``."""
    if _FORMER_POST.match(clean(position)):
        return True
    if not position:
        return False
    around = sentence.find(person) if person else -1
    at = sentence.find(position, max(0, around - 60)) if around >= 0 else sentence.find(position)
    lead = sentence[max(0, at - 60) : max(at, 0)]
    return _FORMER_LEAD.search(lead) is not None and "现任" not in lead[-20:]


# --- the form of names --------------------------------------------------------------------------------------

_QUOTES = re.compile(r"[“”„‟\"‘‛「」『』《》〈〉﹁﹂]|(?<![A-Za-z])['’]|['’](?![A-Za-z])")
_GAP = re.compile(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])")
_EDGE = " \t\r\n\u3000，,。；;：:、！!？?…—·"
_LONGEST_NAME: Final = 200
"""Most characters of a text whose brackets are looked at: longer ones are no names."""
_PAIRS = (("（", "）"), ("(", ")"), ("【", "】"), ("[", "]"))


def clean(text: str) -> str:
    """``text`` without quotation marks, spaces beside Chinese characters, and punctuation at its ends."""
    plain = _GAP.sub("", _QUOTES.sub("", text)).strip(_EDGE)
    while len(plain) <= _LONGEST_NAME and (shorter := _without_half_bracket(plain).strip(_EDGE)) != plain:
        plain = shorter
    return plain


def _without_half_bracket(text: str) -> str:
    """``text`` without a bracket at one of its ends that has no partner in it."""
    for opening, closing in _PAIRS:
        surplus = text.count(opening) - text.count(closing)
        half = opening if surplus > 0 else closing
        if surplus and text.endswith(half):
            return text[:-1]
        if surplus and text.startswith(half):
            return text[1:]
    return text


def project_name(text: str, owner: str | None = None) -> str:
    """A project's name without its owner and without a closing ``项目`` or ``建设项目``."""
    name = clean(text)
    short = (
        re.sub(r"(建设)?项目$", "", re.sub(r"^(?:建设|新建|扩建|筹建|谋划建设)(?=.{3})", "", name)) or name
    )
    if owner and short.startswith(owner) and len(short) >= len(owner) + 2:
        short = short[len(owner) :].lstrip("的")
    return short


_NAMED_TEAM = re.compile(r"(?<=[中心科室部区诊组院])(团队|专家团队|医疗团队)$")


def unit_name(text: str) -> str:
    """A unit's name, without ``团队`` where the unit has a name of its own."""
    return _NAMED_TEAM.sub("", clean(text))
