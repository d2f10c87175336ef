"""The grammar of organizations' names in running text: where one begins and ends, what is none.

Chinese text has no spaces, so a name is found by its last word (``医院``, ``学会``) and cut at the left
behind the nearest word that cannot stand inside a name (``由``, ``前往``, ``主任``). All functions are linear
in the text.
"""

import re
from collections.abc import Iterator
from typing import Final, Literal

from pipeline.records.words import PROVINCES

Kind = Literal["hospital", "research", "school", "society", "government", "company", "other"]

_KINDS: Final[tuple[tuple[Kind, str], ...]] = (
    (
        "hospital",
        r"医院|卫生院|保健院|卫生室|卫生所|卫生服务中心|卫生服务站|社区服务中心|疗养院|防治院|急救中心|血液中心|"
        r"中心血站|(?<!国家)(?:妇女儿童|妇幼|妇儿|儿童)(?:医学|医疗)中心|疾病预防控制中心|疾控中心|妇幼保健中心|健康中心|诊所|[一二三四五六七八九]医(?![院生学护疗联改保药务])",
    ),
    ("research", r"研究所|研究院|科学院|科技园|检验所|监督所|防治所"),
    ("school", r"大学(?!生)|学院|学校|师专|职专|中学(?!会)|小学|幼儿园|党校"),
    (
        "society",
        r"学会(?![了会])|协会|联盟|研究会|基金会|促进会|联合会|总会|分会|专业委员会|专委会|学组|红十字会|工会|"
        r"医联体|医共体|协作网",
    ),
    (
        "government",
        r"人民政府|(?<=[省市县区州旗镇乡央])政府|卫生健康体育委(?:员会)?|卫生健康委(?:员会)?|卫健委|卫生计生委(?:员会)?|卫计委|发改委|医政医管局|"
        r"委员会|(?:管理|保障|发展|公安|财政|教育|民政|卫生|体育|监督|监管|事务|统计|药监|医保|审批|健康|总|分)局|"
        r"(?:卫生|教育|科技|财政|民政|公安|保障)厅|(?<=[省市县区州])(?:纪委|委)|"
        r"(?:卫生|教育|科技|民政|财政)部|世界卫生组织|街道办事处",
    ),
    ("company", r"有限公司|公司|集团|企业|分公司"),
    ("other", r"专家组|指挥部|代表团|考察团|医疗队|工作队|慈善机构"),
)
_SUFFIX = re.compile("|".join(f"(?P<{kind}>{words})" for kind, words in _KINDS))
_HARD = re.compile("(?:[^\u4e00-\u9fffA-Za-z·\\-]|-{2,})+")
"""What no name reaches across: punctuation, quotation marks, digits, white space."""

_PROTECTED = re.compile(
    "[石张]家[庄口港界]|都匀|都昌|江都|宜都|武都|望都|宁都|都兰|都安|上虞|上高|上林|上思|"
    "上栗|上街|上城|上杭|上犹|上蔡|上党|日喀则|中日|茂名|大名|如皋|如东|即墨|榆次|项城|"
    "个旧|从江|同心|同江|会同|和县|和顺|和林格尔|和硕|和静|和龙|和政|兴和|政和|平和|泰和|"
    "和平|协和|人和|和睦|祥和|共和|太和|颐和|呼和浩特|和田|康和|同济|同仁|大同|同德|同安|"
    "神经|经济|经络|月经|经开|自贡|自治|自然|于都|于洪|对外|医学|医院|甲等|乙等|高等|"
    "等级|中等|到家|将军|将乐|为民|从化|名医|知名|名中医|后勤|的士|目的|青年|老年|少年|"
    "百年|成年|万年|日报|日照|明月|日间|生日|在职|内在|健在|过敏|过程|被动|所属|研究所|"
    "检验所|监督所|防治所|卫生所|诊所|派出所|时代|新时|及时|普及|巴彦|该省|至善|"
    "让胡路|使馆|给水|获嘉|于田|都江堰|成都|首都|新都|丰都|昌都|也门|其他|并州|赴任|系统|"
    "体系|大系|亲和|温和|缓和|与会|参与|里程|乡里|公里|上海|上饶|上海市|水上|向阳|方向|"
    "向塘|与时|给予|地区|社区|名城|国家|有限公司|委员会|研究会|联合会"
)
_LEFT_WORDS: Final = (
    "由|与|和|在|对|向|赴|到|为|经|被|获|及|同|跟|把|将|从|自|于|是|的|了|着|著|"
    "过|等|系|就|让|给|因|往|至|使|并|但|而|其|也|都|均|已|又|再|该|这|那|我|他|"
    "她|们|你|以|则|里|后|月|日|年|时|名|家|所|位|个|项|例|届|次|或|即|如|有|上|"
    "下午|上午|成为|引进|前往|走进|来到|来自|位于|落户|依托|联合|携手|邀请|举办|召开|"
    "举行|记者|通过|加入|接受|支持|推动|助推|带动|提升|推进|实现|点燃|整合|优化|开展|"
    "打造|建设(?!兵团)|确保|发挥|赋予|称赞|感谢|祝贺|慰问|帮助|协助|标志|上传|莅临|介绍|指出|表示|强调|得知|获悉|据悉|"
    "相当|无疑|加快|坚持|保障|结为|互结|签约|签订|签署|授予|评为|入选|获批|获得|荣获|"
    "成立|创建|创办|筹建|建成|合作|共建|托管|帮扶|对接|选派|派驻|进修|调研|考察|参观|访问|"
    "走访|写|带领|率领|陪同|组织召开|所在|隶属|挂靠|牵头|承办|主办|协办|转诊|转入|转至|"
    "送往|送至|送|就诊|入住|毕业|任职|就职|返回|到达|抵达|途经|选择|覆盖|包括|以来|期间|"
    "目前|近日|日前|其中|作为|成员单位|理事单位|一行|专访|采访|公立|三甲|三级|二级|县级|"
    "市级|省级|国家级|基层|乡镇(?=卫生院)|社区医院|院长|主任|书记|教授|院士|博士|主席|"
    "会长|主委|委员(?!会)|所长|局长|部长|处长|科长|代表(?!团)|专家(?!组)|医生|"
    "医护人员|患者|群众|双方|大家|各级|各地|部分|多家|全体|所有|许多|一流|优秀|大型|"
    "综合性|现代化|研究型|区域内|辖区|本市|掌握|握|购买|选购|全市|全省|全县|全国(?=医院|"
    "三甲)|本院|我院|该院|全院|新增|设立|指导|根据|按照|关于|共同|正式|顺利|先后|相继|"
    "已经|正在|积极|深入|不断|持续|进一步|全面|更是|还是|就是|以及|参加|出席|任命|当选|"
    "担任|兼任|历任|现任|曾任"
)
_LEFT = re.compile(_LEFT_WORDS)
_PLACE = re.compile(rf"{PROVINCES}|[省市县区州旗镇乡]|国家|中国|中华|全国|国际|世界|中央|附属|大学|学院")
_GENERIC_WORDS: Final = (
    "三甲 三级 二级 一级 甲等 乙等 综合 综合性 公立 民营 私立 县级 市级 省级 县域 国家 "
    "国家级 国内 国际 基层 乡镇 社区 定点 大型 专科 现代 现代化 智慧 清廉 平安 互联网 "
    "研究型 教学 上级 下级 各级 兄弟 合作 协作 成员 优质 优秀 先进 一流 知名 群众 满意 "
    "绿色 美丽 人民 中医 中西医 妇幼 儿童 妇产 口腔 肿瘤 中心 总 分 附属 医疗 卫生 健康 "
    "专业 行业 本 某 新 老 全 我 该 贵 各 大 小 两 双 多 医 乡 镇 村 院 科 级 "
    "区域 的 第 一 二 三 四 五 六 七 八 九 十 试点 样板 标杆 示范 培训 普及 管理 "
    "质控 质量 学术 科研 输出 支援 受援 对口 帮扶 牵头 龙头 骨干 核心 公益 公益性 "
    "非营利性 股份 有限 责任 软件 科技 保险 全国 全省 全市 全县 这 那 家 所 个"
)
# Longest first and possessive: each text is read in one way only, in linear time.
_GENERIC = re.compile(f"(?:{'|'.join(sorted(_GENERIC_WORDS.split(), key=len, reverse=True))})*+")


_NOBODYS: Final = frozenset(("中国医院", "全国医院", "两院一院"))


def suffix_kind(name: str) -> Kind | None:
    """The kind of organization that ``name`` ends in the word of, or None."""
    return next((kind for kind, words in _ENDS if words.search(name)), None)


_ENDS: Final[tuple[tuple[Kind, re.Pattern[str]], ...]] = tuple(
    (kind, re.compile(f"(?:{words})$")) for kind, words in _KINDS
)


def is_generic(name: str) -> bool:
    """Whether ``name`` names no one in particular: ``三甲医院``, ``人民医院``, ``各级学会``."""
    head = name[: last.start()] if (last := _last_suffix(name)) else name
    return name in _NOBODYS or (head != "国家" and _GENERIC.fullmatch(head) is not None)


def has_place(name: str) -> bool:
    """Whether there is a place or an owner in ``name``, as nearly all full names have."""
    last = _last_suffix(name)
    return _PLACE.search(name[: last.start()] if last else name) is not None


def _last_suffix(name: str) -> re.Match[str] | None:
    found = None
    for match in _SUFFIX.finditer(name):
        found = match
    return found if found and found.end() == len(name) else None


def inner_end(name: str) -> int:
    """Where the last part of ``name`` begins: behind its owner (``…大学`` of ``…大学附属医院``), else 0."""
    ends = [match.end() for match in _SUFFIX.finditer(name)]
    return max((end for end in ends if end < len(name)), default=0)


def names_in(text: str) -> Iterator[tuple[int, int]]:
    """Where organization names stand in ``text``, as (start, end), without overlap, in order.

    A name is as long as the words allow; it may still have a word too many at its beginning.
    """
    start = 0
    for gap in [*_HARD.finditer(text), None]:
        end = gap.start() if gap else len(text)
        if end - start >= 4:
            yield from _names_in_run(text, start, end)
        start = gap.end() if gap else end


def _names_in_run(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    run = text[start:end]
    suffixes = [match.span() for match in _SUFFIX.finditer(run)]
    if not suffixes:
        return
    cuts = _cuts(run, suffixes)
    found: list[tuple[int, int]] = []
    at = 0
    for begin, stop in suffixes:
        while at + 1 < len(cuts) and cuts[at + 1] <= begin:
            at += 1
        left = cuts[at]
        grows = found and found[-1][0] == left and stop - left <= _LONGEST
        if grows and stop - found[-1][1] <= _LONGEST_PART:
            found[-1] = (left, stop)
        else:
            found.append((max(left, found[-1][1] if found else 0), stop))
    for left, right in found:
        for anchor in _ANCHOR.finditer(run, left + 1, right):
            if not _OWNER.search(run, left, anchor.start()):
                left = anchor.start()
        name, _ = split_at_unit(run[left:right]) if right - left <= _LONGEST else ("", "")
        if name and not is_generic(name):
            yield start + left, start + left + len(name)


_ANCHOR = re.compile("国家|中国|中华|中央")
"""Words that begin a name wherever they stand, unless an owner is named before them."""
_OWNER = re.compile(f"{PROVINCES}|[省市县区州]|大学|医院|附属|世界|国际")


def _cuts(run: str, suffixes: list[tuple[int, int]]) -> list[int]:
    """Where a name can begin: at the beginning, and behind each word that cannot be inside a name."""
    masked = list(_PROTECTED.sub(lambda match: "■" * len(match[0]), run))
    for begin, stop in suffixes:
        masked[begin:stop] = "■" * (stop - begin)
    return [0, *(match.end() for match in _LEFT.finditer("".join(masked)))]


_LONGEST_PART: Final = 14
"""Most characters from one last word to the next in one name (``…大学`` to ``附属…医院``)."""
_LONGEST: Final = 36

_UNIT = re.compile(
    r"(科|科室|室|中心|病区|病房|团队|小组|组|院区|门诊|门诊部|分院|单元|实验室|学科|病院|处|办公室|[^全内外本]部|"
    r"工作站|[A-Z]{0,2}CU|MDT|专科|站|基地)$"
)
_THIS = re.compile("[该我本]院")
_LONGEST_UNIT: Final = 12


def unit_at_end(text: str) -> str:
    """The unit that ends a text, behind an organization or ``该院``; the whole text where that is one."""
    ends = [end for _, end in names_in(text)] + [found.end() for found in _THIS.finditer(text)]
    unit = text[max(ends, default=0) :]
    return unit if is_unit(unit) and len(unit) <= _LONGEST_UNIT else ""


_BRANCH = re.compile(r".{2,}(分会|委员会|专委会|学组|协会|学会|分部|联盟)$")


def is_unit(text: str) -> bool:
    """Whether ``text`` can name a department, centre, ward or team inside an organization."""
    return len(text) >= 2 and _UNIT.search(text) is not None and text not in _NO_UNIT


_NO_UNIT: Final = frozenset(
    ("中心", "科室", "病区", "团队", "小组", "病房", "门诊", "全科", "各科室", "基地")
)


def split_at_unit(name: str) -> tuple[str, str]:
    """``name`` as (organization, unit); the unit is empty where the grammar finds none.

    A learned society's branch or committee is its unit.
    """
    for match in reversed(list(_SUFFIX.finditer(name))):
        rest = name[match.end() :]
        is_branch = match.lastgroup == "society" and _BRANCH.fullmatch(rest)
        if rest and (is_branch or (is_unit(rest) and suffix_kind(rest) in (None, "hospital"))):
            return name[: match.end()], rest
    return name, ""


_WHOLE_WORDS: Final = (
    "中医", "中西医", "妇幼", "妇产", "儿童", "口腔", "肿瘤", "眼科",
    "精神", "传染", "胸科", "骨科", "康复", "中心",
)  # fmt: skip
_PARTY = re.compile(r".{0,6}[省市县区州旗镇乡党]委$")
_PLACE_HOSPITAL = re.compile(f"(?:{PROVINCES})[省市]?医院")


def abbreviates(short: str, full: str) -> bool:
    """Whether ``short`` is a short form of ``full``: its characters in order, from where a part begins.

    An owner's name is no short form of its branch's (``甲医院`` of ``甲医院乙分院``), and a word for a kind
    of hospital (``中医``, ``妇幼``) that one of them has the other has too.
    """
    # The cheap test first: it is asked of each short form and each name of a document.
    if not 2 <= len(short) < len(full) or not _in_order(short, full, 0) or _tail(short) != _tail(full):
        return False
    if is_generic(short) or _PARTY.fullmatch(short) or _PLACE_HOSPITAL.fullmatch(short):
        return False
    if short in full and not full.endswith(short):
        return False
    if _NUMBERED.fullmatch(short) and _NUMBERED.fullmatch(full):
        return False
    if _OF_PLACE.fullmatch(short) and _OF_PLACE.fullmatch(full):
        return full.endswith(short)
    last = full[inner_end(full) :]
    head, told = _head(last), set(_head(short))
    if head and not set(head) & told:
        return False
    # 医 tells nothing of a hospital: 中医 is told by its first character alone.
    if any(word in last and not (set(word) - {"医"}) & told for word in _WHOLE_WORDS):
        return False
    if any(word in short and word not in full for word in _WHOLE_WORDS):
        return False
    if full.endswith(short):
        return len(short) >= 4
    if len(short) == 2:
        return full[0] == short[0] and not _PART.match(short)
    return any(full[at] == short[0] and _in_order(short, full, at) for at in _part_starts(full))


_OF_PLACE = re.compile("[\u4e00-\u9fff]{2,}[省市县区州旗镇乡](?:人民政府|[\u4e00-\u9fff]{2,}[委局])")
"""A government's body by the place it governs: one of a county is none of its towns'."""
_NUMBERED = re.compile("[\u4e00-\u9fff]{2,}[省市县区州旗]第[一二三四五六七八九十]+(?:人民|中心)?医院")
"""A city's numbered hospital in full: where it has a 第二医院 and a 第二人民医院, they are two."""


def _head(name: str) -> str:
    """``name`` without its last word; without its last character where that is no whole one (``市二院``)."""
    suffix = _last_suffix(name)
    return name[: suffix.start()] if suffix else name[:-1]


def _tail(name: str) -> str:
    return name.removesuffix("员会")[-1:]


def _part_starts(full: str) -> list[int]:
    """Where a part of a name begins: its beginning, a word of administration, behind it, behind an owner."""
    return [
        0,
        *(at for match in _PART.finditer(full) for at in (match.start(), match.end()) if at < len(full)),
    ]


_PART = re.compile("[省市县区州旗]|大学|学院|附属|医院|科学院")


def _in_order(short: str, full: str, at: int) -> bool:
    for character in short:
        at = full.find(character, at) + 1
        if at == 0:
            return False
    return True
