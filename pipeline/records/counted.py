"""What a number counts, read off the words around it: ``门诊量`` of ``年门诊量达62万人次``, ``专家`` of ``拥有15名专家``.

A small model often copies a neighbour in place of what is counted. The clause of the number tells it by its form alone: where a
noun follows the measure, that noun, with a verb of doing before the number; else the words before the number, without
whose number it is and without the words that lead to it.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from pipeline.lexicon import lexicon
from pipeline.records.numbers import Quantity, quantities_in
from pipeline.records.phrases import words_of

_CLAUSE: Final = re.compile(r"[，。；：！？,;:!?…《》（(]|——")
_TIME: Final = re.compile(
    r"(?:截[至止]目前|到目前|据统计|据了解|其中|此外|同时|目前|如今|今天|现在|近年来|去年|今年|当年|全年(?=.{2})|上半年|下半年|[一二三四]季度|"
    r"[前近]?[一二三四五六七八九十两几\d]+个?[年月](?:来|内|间|以来)?|\d{4}年(?:底|末|初)?|我们|已经?|先后|共计?|还|又|也|现|再|每年|仅|均|都|里)+"
)
_WHOSE: Final = re.compile(
    r".*(?:医院|卫生院|保健院|医共体|医联体|集团|科室|该[院科县市区]|[我全][院市省县区科]|团队|平台)(?:的|里|内|共计?|已经?|现)*(?=.{2})"
    r"|[^的]*(?:团队|医院|中心|科室?|院)的(?=.{2})"
)
_CHANGED: Final = r"(?:上升|下降|增长|提升|提高|增加|减少|降低|缩短|缩减|压缩|降|升)"
_LEADING: Final = re.compile(
    rf"(?:达到?了?|超过?了?|突破|高达|多达|最高|最低|平均|约为?|近|逾|为|是|占|有|至少|至|到|共计?|总计|合计|累计|控制在|稳定在|保持在|"
    rf"(?:同比|环比|较[^，]{{1,6}}|(?<![占同环])比[^，]{{1,6}})?{_CHANGED}(?:了|至|到|为)?|同比|环比|从[^，]{{1,8}}|每[年月天]|已经?|仅|不足|的|了)+$"
)
_CHANGE: Final = re.compile(
    r"^(?:其中|同时|又)?(?:是|为)?(?:同比|环比|较|比|去年|上年|[\u4e00-\u9fff]{0,4}前的|\d{4}年的)"
)
_HELD: Final = re.compile(r"(?:拥有|现有|具有|建有|设有|设立|组建|建立|建成|占据|获得|荣获|有)(?=.{2})")
_DONE: Final = re.compile(
    r"(?:惠及|覆盖|引进|培养|救治|接诊|完成|服务|加入|开展|实施|新增|申报|发表|招收|培训|受益|筹集|开放)$"
)
_PART: Final = re.compile(r"(?<=.{2})占(?:到|了)?$")
_QUOTED: Final = re.compile("[“‘「\"'][^“”‘’「」\"'，。]{1,14}[”’」\"']")
_BESIDE: Final = 4
"""A quotation with fewer characters beside the number, its own marks included, is the number itself."""
_LONGEST_SUBJECT: Final = 30
_SUBJECT: Final = re.compile(
    r"(?:[院校所会局委办厅部科室组队站区县市省国州乡镇村团]|中心|集团|联盟|医联体|医共体|平台|系统|机构|单位|公司|基地|项目|计划|工程|行动|人群|居民|患者|政府)$"
)
_TOLD: Final = re.compile(r"[，。；、]|成立|设立|引入|通过|成效|该项目|[前后]的|推动|开展|优化")
_COUNTS_THINGS: Final = frozenset("名个家支项台张所种位篇只部件间条座例人")
_ACTS: Final = re.compile(
    "参加|参与|出席|共同|组成|到会|到场|参会|获得|获|获评|受益|通过|观看|聆听|前来|报名|完成|接受"
)
"""What is done by those who are counted before: ``医务人员100多人参加``."""
_RUN: Final = re.compile(r"[\u4e00-\u9fffA-Za-z0-9/+·-]+")
_NOT_FOLLOWED: Final = re.compile(r"[余多几来]?(?:以上|以下|左右|之多|等|的|和|与|及|至|到|以内)")


def indicator_of(text: str, quantity: Quantity) -> str | None:
    """What ``quantity`` of ``text`` counts, in the text's own words; None where its clause does not tell."""
    clause = _CLAUSE.split(text[: quantity.span[0]])[-1]
    if _CHANGE.match(clause):
        return _told_before(text, quantity.span[0] - len(clause))
    left = _left(clause)
    thing = _thing(text[_behind(text, quantity) :]) if (quantity.measure or "") in _COUNTS_THINGS else ""
    if thing:
        done = _DONE.search(clause)
        return (done[0] if done else "") + thing
    if quantity.measure == "%" and _PART.search(clause):
        left += "占比"
    return left if len(left) >= 2 else None


def unsaid(text: str, told: Sequence[str]) -> Iterator[str]:
    """The numbers of ``text``, as printed, that belong to those in ``told`` and are not among them.

    A change or a multiple belongs to the number before it, and so does the next number of a list (``博士6名、硕士31名``).
    """
    places = [(at, at + len(each)) for each in told if each and (at := text.find(each)) >= 0]
    known = False
    for quantity in quantities_in(text):
        start, end = quantity.span[0], _behind(text, quantity)
        if any(first < end and start < last for first, last in places):
            known = True
        elif known and quantity.measure and _CHANGE.match(_CLAUSE.split(text[:start])[-1]):
            yield text[start:end]
        elif quantity.measure and not _listed(text, start):
            known = False


def _listed(text: str, start: int) -> bool:
    return "、" in _CLAUSE.split(text[:start])[-1]


def in_a_name(text: str, quantity: Quantity) -> bool:
    """Whether the number stands in a short quotation with other words: ``“三名工程”``."""
    start, end = quantity.span
    quoted = [found for found in _QUOTED.finditer(text) if found.start() < start and end < found.end()]
    return bool(quoted) and len(quoted[0][0]) - (end - start) > _BESIDE


def told_from(text: str, quantity: Quantity) -> int:
    """Where the statement of a number begins: its place, or its clause where that compares it with another time."""
    start = quantity.span[0]
    clause = _CLAUSE.split(text[:start])[-1]
    return start - len(clause) if _CHANGE.match(clause) else start


def subject_of(copied: str) -> str:
    """Whose number it is: what was copied, or the body at its beginning where that is a clause; else nothing."""
    beginning = re.split("在|通过|由于|依托|自", copied)[0]
    return next((text for text in (copied, beginning) if _is_subject(text)), "")


def _is_subject(text: str) -> bool:
    """Whether ``text`` can be whose number it is: a body, a unit, a place, people, a programme; no clause."""
    return len(text) <= _LONGEST_SUBJECT and not _TOLD.search(text) and _SUBJECT.search(text) is not None


def _left(clause: str) -> str:
    """The words before a number without the items of a list that have numbers of their own, and without whose they are."""
    items = clause.split("、")
    counted = [at for at, item in enumerate(items[:-1]) if any(one.measure for one in quantities_in(item))]
    rest = "、".join(items[counted[-1] + 1 :] if counted else items).strip()
    rest = _LEADING.sub("", rest)
    for taken in (_TIME, _WHOSE, _TIME, _HELD):
        found = taken.match(rest)
        if found and len(rest) - found.end() >= 2:
            rest = rest[found.end() :].strip()
    return rest


def _behind(text: str, quantity: Quantity) -> int:
    """Where the text goes on behind a number and its measure."""
    found = re.compile(r"\s*[余多几来]?\s*[十百千万亿]*\s*[余多几来]?\s*").match(text, quantity.span[1])
    at = found.end() if found else quantity.span[1]
    return at + len(quantity.measure or "") if text.startswith(quantity.measure or "", at) else at


def _thing(after: str) -> str:
    """The noun that stands at the beginning of ``after``: what is counted, up to the next verb."""
    run = _RUN.match(after)
    if not run or _NOT_FOLLOWED.match(after):
        return ""
    taken, verb = "", True
    for word in words_of(run[0]):
        kind = lexicon().class_of(word)
        if taken and kind in ("v", "p", "c", "d", "f", "u"):
            break
        taken += word
        verb = verb and _ACTS.fullmatch(word) is not None
    return taken if len(taken) >= 2 and not verb else ""


def _told_before(text: str, end: int) -> str | None:
    """What the number before counts: a change or a multiple is told of it."""
    earlier = [one for one in quantities_in(text[:end]) if one.measure not in (None, "年", "岁")]
    return indicator_of(text, earlier[-1]) if earlier else None
