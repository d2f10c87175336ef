"""Numbers as articles print them, read as plain numbers: ``1.5万余例`` is 15000 ``例``, at least.

All arithmetic is decimal, so that 6.09万 is 60900 and not 60899.99. No function here raises on any text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from schemas.enums import Qualifier
from schemas.values import LARGEST_NUMBER

_SCALES: Final = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_DIGITS: Final = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_MOST_DIGITS: Final = 24
"""Longer runs of digits are codes."""

_MEASURES: Final = """
例 例次 人次 人份 人 名 位 个 家 台 台次 张 项 种 类 件 篇 部 支 所 间 间次 次 场 届 期 批 起 宗 条 份
册 本 门 户 对 只 盒 瓶 针 剂 根 处 片 幅 枚 颗 组 队 支队 班 站 床 床日 病区 病种 栋 座 幢 层 套 辆 架
艘 块 轮 番 折 分 岁 周岁 天 周 周年 年 个月 个小时 小时 分钟 秒 秒钟 % ‰ 个百分点 百分点 倍
元 人民币 美元 港元 欧元 平方米 平方公里 立方米 平方 平米 ㎡ m² m2 亩 公顷 米 厘米 毫米 公里 千米
吨 公斤 千克 克 毫克 升 毫升 mm cm km kg mg ml mL 村 乡 镇 县 市 省
"""
_ONLY_AFTER_DIGITS: Final = frozenset("部对本期批起分组队班站市省县镇乡村片层折类条")
"""Words that make a name or an idiom with a Chinese numeral: ``一起``, ``十分``, ``三期``."""
_SAME_MEASURE: Final = {
    "个小时": "小时",
    "百分点": "个百分点",
    "平方": "平方米",
    "平米": "平方米",
    "㎡": "平方米",
    "m²": "平方米",
    "m2": "平方米",
    "人民币": "元",
    "周岁": "岁",
    "秒钟": "秒",
}
_AREAS: Final = frozenset(("平方米", "平方公里", "亩", "公顷"))
_HALVED: Final = frozenset(("年", "小时", "天", "个月"))
_EXTENDED: Final = _HALVED | _AREAS | {"岁", "元", "倍", "公里", "周", "分钟"}
"""Measures that ``多`` may follow: ``3年多``. After others it begins the next word: ``5家多学科中心``."""

_FOLD: Final = {code: code - 0xFEE0 for code in range(0xFF10, 0xFF1A)} | {
    ord(wide): ord(narrow) for wide, narrow in zip("％．＋＜＞￥", "%.+<>¥", strict=True)
}
_HAN: Final = "零〇一二三四五六七八九十百千万亿两"
# 千 belongs to the measure in 千米, and 百 in 百分点 and 百分之.
_SCALE: Final = r"(?:[十百千万亿](?![克米瓦]|分[点之]))"
_PLAIN: Final = r"(?:[0-9]{1,3}(?:[,，][0-9]{3})+(?![0-9])(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?)"
_ARABIC: Final = rf"{_PLAIN}(?:\s*[余多几]?\s*{_SCALE}+(?:{_PLAIN}{_SCALE}+)*)?"
_CHINESE: Final = (
    rf"(?:[{_HAN}](?!分[点之]|(?<=千)[克米瓦])|百(?=分之百))+(?:点[零〇一二三四五六七八九]+[万亿]?)?"
    rf"(?:[余多几]?[万亿]|几(?![{_HAN}]))?"
)
_NUMBER: Final = re.compile(
    rf"(?P<fraction>(?:[0-9]+|[{_HAN}]+)(?<![百千])分之(?:[0-9]+|[{_HAN}]+))"
    rf"|(?:(?P<per>[百千])分之\s*)?(?:(?P<arabic>{_ARABIC})|(?P<chinese>{_CHINESE}))"
)
_PART: Final = re.compile(rf"({_PLAIN})\s*[余多几]?\s*([十百千万亿]*)")
_TO: Final = re.compile(r"\s*(?:至|到|[-—–―~～－]+)\s*")
_REACH: Final = 12
"""How far before and behind a number its qualifiers are looked for, in code points."""
_CHINESE_CODE: Final = re.compile(r"[零〇]|[一二][零〇一二三四五六七八九]{3}(?![十百千万亿])")
_AND_A_HALF: Final = re.compile("半(小时|月)?")
_HALF: Final = re.compile(rf"(?<![{_HAN}0-9年个天上下前后大多])半(?:(年|小时|天)|个(月|小时))(?!度)")
_CALENDAR: Final = re.compile(r"\s*(?:月(?!龄)|日|号|年代|[:：/][0-9])")
_YEAR: Final = re.compile(r"[12][0-9]{3}(?:\s*[至到\-—–―~～－]+\s*[12][0-9]{3})?")
_YEAR_AFTER: Final = re.compile(r"\s*年|\s*[至到\-—–―~～－]+\s*[12][0-9]{3}\s*年")
_LONGEST_FIRST: Final = sorted(_MEASURES.split(), key=len, reverse=True)
_MEASURE: Final = re.compile(rf"\s*({'|'.join(_LONGEST_FIRST)})")
_TENTHS: Final = re.compile(r"\s*成(?![为立功员果就熟本都长绩效人])")
_LATIN_AFTER: Final = re.compile(r"[A-Za-z]")
_CODE_BEFORE: Final = re.compile(r"(?:第\s*|[A-Za-z]-?|[0-9][./:：])$")
_INDEFINITE_BEFORE: Final = re.compile(r"(?:几|若干|好多|(?<![人次例总件篇床指基倍岁分位均])数)$")

_MORE_BEFORE: Final = re.compile(
    r"(?:(?<![A-Za-z彩高不])超(?:过|出)?|逾|突破|至少|不少于|不低于|不下于?|不止|(?<!不)[多高大]于|[>≥])[了到达有]?\s*$"
)
_LESS_BEFORE: Final = re.compile(
    r"(?:(?<![最附邻靠临远])近|不足|不到|未满|不满|不超过|不高于|不多于|最多|至多|(?<!不)[低少小]于|[<≤])[了到达有]?\s*$"
)
_ABOUT_BEFORE: Final = re.compile(r"(?:约|大概|差不多)[为有达占合需]?\s*$")
_NEXT_TO_NUMBER: Final = re.compile(r"\s*(余|多|几|来|\+|左右|上下|以上|之多|以下|以内)")
_AFTER_MEASURE: Final = re.compile(r"\s*(以上|之多|以下|以内|左右|上下)")
_MORE_AFTER_MEASURE: Final = re.compile(r"\s*[多余](?![学种发元家个项次名位重])")
_QUALIFIERS: Final[dict[str, Qualifier]] = {
    **dict.fromkeys(("余", "多", "几", "+", "以上", "之多"), "at_least"),
    **dict.fromkeys(("以下", "以内"), "at_most"),
    **dict.fromkeys(("来", "左右", "上下"), "about"),
}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with what is printed around it."""

    value: int | float
    value_max: int | float | None
    """The upper end of a range, larger than ``value``; None where there is one number."""
    measure: str | None
    """The unit word after the number (``例``, ``%``, ``元``); scales are in the value, so never ``万元``."""
    qualifier: Qualifier
    span: tuple[int, int]
    """Where the number, or the range from first to last digit, stands in the printed text; half open."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A number in a text."""

    start: int
    end: int
    low: Decimal
    high: Decimal | None
    """Of a range, or of an approximation like ``七八``."""
    scale: int
    """Its last 万 or 亿, else 1."""
    digits: bool
    """Whether it is written in Arabic digits."""
    open: bool
    """Whether 余, 多 or 几 stands inside it: ``10余万``, ``十几``."""
    per: str | None
    """百 after 百分之, 千 after 千分之."""


def parse_quantity(printed: str) -> Quantity | None:
    """The first number of ``printed`` that counts something; None where there is none.

    A number with a unit word goes before one without. Ordinals, years, days, codes and fractions like
    ``三分之二`` are no quantities, nor are ``数百`` and ``几十``, which give no number.
    """
    found = list(_quantities(printed))
    return next((one for one in found if one.measure is not None), found[0] if found else None)


def parse_money(printed: str) -> int | float | None:
    """A sum in yuan: ``3.8亿元`` is 380000000; None for other currencies and where there is no sum."""
    found = list(_quantities(printed))
    in_yuan = [one for one in found if one.measure == "元"]
    bare = [one for one in found if one.measure is None]
    return next((one.value for one in in_yuan or bare), None)


def parse_area(printed: str) -> tuple[int | float, str] | None:
    """An area in ``平方米``, ``亩``, ``公顷`` or ``平方公里``: ``6.5万㎡`` is 65000, ``平方米``."""
    for one in _quantities(printed):
        if one.measure in _AREAS:
            return one.value, one.measure
    return None


def parse_count(printed: str) -> int | None:
    """A count of things such as beds: ``1200张`` is 1200; None for a fraction or a share."""
    one = parse_quantity(printed)
    if one is None or not isinstance(one.value, int) or one.measure in ("%", "‰", "倍"):
        return None
    return one.value


def numbers_in(text: str) -> tuple[str, ...]:
    """Every number of ``text`` in one canonical form, in reading order, repeats kept.

    ``3亿`` and ``300000000`` give the same, ``1.2亿`` and ``1.2万`` do not. Numbers in names, dates and codes
    are included: this is for asking whether a value can come from a text, not for reading quantities.
    """
    folded = text.translate(_FOLD)
    found: list[str] = []
    for number in _joined(list(_numbers(folded)), folded):
        told = _measured(folded, number)[0]
        values = dict.fromkeys((number.low, number.high, told.low, told.high))
        found += [canonical(each) for each in values if each is not None]
    return tuple(found)


def canonical(number: int | float | Decimal) -> str:
    """The form in which :func:`numbers_in` writes ``number``: no exponent, no zeros at the end."""
    exact = number if isinstance(number, Decimal) else Decimal(str(number))
    plain = format(exact, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def quantity_at(text: str, start: int, end: int) -> Quantity | None:
    """The number of ``text`` that stands in ``[start, end)`` at least in part, with all that is printed around it."""
    return next((one for one in _quantities(text) if one.span[0] < end and start < one.span[1]), None)


def quantities_in(printed: str) -> tuple[Quantity, ...]:
    """All numbers of ``printed`` that count something, in reading order, halves last."""
    return tuple(_quantities(printed))


def _quantities(printed: str) -> Iterator[Quantity]:
    text = printed.translate(_FOLD)
    for number in _joined(list(_numbers(text)), text):
        quantity = _quantity(text, number)
        if quantity is not None:
            yield quantity
    yield from _halves(text)


def _quantity(text: str, number: _Found) -> Quantity | None:
    before = text[max(0, number.start - _REACH) : number.start]
    if _is_other(text, number, before):
        return None
    beside = _NEXT_TO_NUMBER.match(text, number.end)
    told, measure, end = _measured(text, number)
    rest = text[end : end + _REACH]
    if measure is None and not number.digits and not _stands_alone(before, rest):
        return None
    if measure == "元" and text[number.start : number.end] in ("万", "亿") and not (before.strip() or beside):
        return None  # 单位：万元 is the head of a table, not a sum.
    value, value_max = _plain(told.low), None if told.high is None else _plain(told.high)
    if value is None or (told.high is not None and value_max is None):
        return None
    qualifier = _qualifier(text, told, before, measure, rest)
    return Quantity(value, value_max, measure, qualifier, (number.start, number.end))


def _measured(text: str, number: _Found) -> tuple[_Found, str | None, int]:
    """The number with what its measure adds to it, the measure's usual form, and where the text goes on."""
    if number.per is not None:
        return number, {"百": "%", "千": "‰"}[number.per], number.end
    beside = _NEXT_TO_NUMBER.match(text, number.end)
    start = beside.end() if beside else number.end
    printed = _MEASURE.match(text, start)
    if printed is None or _is_idiom(number, printed[1], text[printed.end() : printed.end() + 1]):
        tenths = _TENTHS.match(text, start)
        if tenths is None or number.low > 10:
            return number, None, start
        return _times(number, 10), "%", tenths.end()
    measure = _SAME_MEASURE.get(printed[1], printed[1])
    half = _AND_A_HALF.match(text, printed.end())
    if half and number.high is None and (measure in _HALVED if half[1] is None else measure == "个"):
        measure = {"小时": "小时", "月": "个月", None: measure}[half[1]]
        return replace(number, low=number.low + Decimal("0.5")), measure, half.end()
    return number, measure, printed.end()


def _is_other(text: str, number: _Found, before: str) -> bool:
    """Whether the number is an ordinal, a part of a date, a ratio or a code, or no definite number."""
    if _CODE_BEFORE.search(before) or (not number.digits and _INDEFINITE_BEFORE.search(before)):
        return True  # 数百 is no number; 基金数100项 is one.
    if number.per is not None:
        return False
    printed, end = text[number.start : number.end], number.end
    if _CALENDAR.match(text, end) or (_YEAR.fullmatch(printed) and _YEAR_AFTER.match(text, end)):
        return True
    if _CHINESE_CODE.match(printed):
        return True
    return _LATIN_AFTER.match(text, end) is not None and _MEASURE.match(text, end) is None


def _is_idiom(number: _Found, measure: str, following: str) -> bool:
    if measure[-1].isascii() and measure[-1].isalpha():
        return following.isascii() and following.isalpha()
    return not number.digits and (measure in _ONLY_AFTER_DIGITS or following in ("性", "式", "分", "龙"))


def _stands_alone(before: str, rest: str) -> bool:
    """Whether a Chinese numeral without a unit word is all that is printed, its qualifiers apart."""
    for pattern in (_MORE_BEFORE, _LESS_BEFORE, _ABOUT_BEFORE):
        before = pattern.sub("", before)
    return not before.strip() and not rest.strip()


def _qualifier(text: str, number: _Found, before: str, measure: str | None, rest: str) -> Qualifier:
    if number.open:
        return "at_least"
    word = _NEXT_TO_NUMBER.match(text, number.end) or _AFTER_MEASURE.match(rest)
    if word is not None:
        return _QUALIFIERS[word[1]]
    if measure in _EXTENDED and _MORE_AFTER_MEASURE.match(rest):
        return "at_least"
    if _LESS_BEFORE.search(before):
        return "at_most"
    if _MORE_BEFORE.search(before) or (before.endswith("上") and text[number.start] in "百千万亿"):
        return "at_least"
    return "about" if _ABOUT_BEFORE.search(before) else "exact"


def _halves(text: str) -> Iterator[Quantity]:
    for match in _HALF.finditer(text):
        measure = match[1] or {"月": "个月", "小时": "小时"}[match[2]]
        yield Quantity(0.5, None, measure, "exact", (match.start(), match.start() + 1))


def _numbers(text: str) -> Iterator[_Found]:
    for match in _NUMBER.finditer(text):
        printed = match["arabic"] or match["chinese"]
        read = _arabic(printed) if match["arabic"] else _chinese(printed) if printed else None
        if read is None:
            continue
        yield _Found(
            start=match.end() - len(printed),
            end=match.end(),
            low=read[0],
            high=read[1],
            scale=_SCALES[printed[-1]] if printed[-1] in "万亿" else 1,
            digits=match["arabic"] is not None,
            open=any(word in printed for word in "余多几"),
            per=match["per"],
        )


def _joined(numbers: list[_Found], text: str) -> Iterator[_Found]:
    """The numbers, two that are the ends of a range made one: ``80至90``, ``3—5万``, ``50%~60%``."""
    at = 0
    while at < len(numbers):
        first = numbers[at]
        joined = _range(first, numbers[at + 1], text) if at + 1 < len(numbers) else None
        yield joined or first
        at += 2 if joined else 1


def _range(first: _Found, second: _Found, text: str) -> _Found | None:
    between = text[first.end : second.start]
    measured = _MEASURE.match(between)
    per = re.match(r"(.*?)[百千]分之\s*$", between)
    if second.per is not None and per is not None:
        between = per[1]
    link = between[measured.end() :] if measured else between
    if not _TO.fullmatch(link) or first.high is not None or second.high is not None or first.open:
        return None
    if measured is not None and not text[second.end :].lstrip("余多 ").startswith(measured[1]):
        return None
    low = first.low
    if first.scale == 1 and second.scale > 1 and measured is None and low * second.scale < second.low:
        low *= second.scale
    if low >= second.low or (first.per and not second.per and _MEASURE.match(text, second.end)):
        return None
    return replace(second, start=first.start, low=low, high=second.low, per=first.per or second.per)


def _arabic(printed: str) -> tuple[Decimal, None] | None:
    total = Decimal(0)
    for mantissa, scales in _PART.findall(printed):
        plain = mantissa.replace(",", "").replace("，", "")
        if len(plain) > _MOST_DIGITS or len(scales) > 4:
            return None
        factor = 1
        for scale in scales:
            factor *= _SCALES[scale]
        total += Decimal(plain) * factor
    return total, None


def _chinese(printed: str) -> tuple[Decimal, Decimal | None] | None:
    """A Chinese numeral, or the two that an approximation like ``三四十`` or ``七八`` stands between."""
    printed = re.sub("[余多几]", "", printed)
    if len(printed) > _MOST_DIGITS:
        return None
    if "点" in printed:
        return _with_point(printed)
    if re.fullmatch(f"[{''.join(_DIGITS)}]{{3,}}|[一二三四五六七八九][零〇]", printed):
        return Decimal("".join(str(_DIGITS[c]) for c in printed)), None
    pair = re.search("一二|[二两]三|三四|四五|五六|六七|七八|八九", printed)
    if pair is None:
        one = _whole(printed)
        return None if one is None else (Decimal(one), None)
    low, high = (_whole(printed[: pair.start()] + each + printed[pair.end() :]) for each in pair[0])
    return None if low is None or high is None else (Decimal(low), Decimal(high))


def _with_point(printed: str) -> tuple[Decimal, None] | None:
    whole, _, rest = printed.partition("点")
    factor = _SCALES.get(rest[-1], 1)
    units = _whole(whole)
    decimals = "".join(str(_DIGITS[c]) for c in rest if c in _DIGITS)
    return None if units is None else (Decimal(f"{units}.{decimals}") * factor, None)


def _whole(numeral: str) -> int | None:
    """The value of a numeral with 十百千万亿; None where it is none (``万百``, ``三七``)."""
    total = section = 0
    digit: int | None = None
    last = 10**9
    for character in numeral:
        if character in _DIGITS:
            if digit:
                return None
            digit = _DIGITS[character]
            continue
        unit = _SCALES[character]
        if unit < 10**4:
            if unit >= last:
                return None
            section, last = section + (digit or 1) * unit, unit
        elif unit == 10**4:
            total, section, last = total + (section + (digit or 0) or 1) * unit, 0, unit
        else:
            total, section, last = (total + section + (digit or 0) or 1) * unit, 0, unit
        digit = None
    # 三万五 is 35000, 三万零五 is 30005.
    spoken = last // 10 if 100 <= last < 10**9 and numeral[-2:-1] not in ("零", "〇") else 1
    return total + section + (digit or 0) * spoken


def _times(number: _Found, factor: int) -> _Found:
    return replace(
        number, low=number.low * factor, high=None if number.high is None else number.high * factor
    )


def _plain(number: Decimal) -> int | float | None:
    """``number`` as ``int`` where it is whole, else ``float``; None beyond what JSON keeps exact."""
    if number > LARGEST_NUMBER:
        return None
    return int(number) if number == number.to_integral_value() else float(number)
