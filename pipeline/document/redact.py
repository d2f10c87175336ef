"""Private numbers found and masked: national IDs, phones, bank cards, numbers of contracts, receipts and seals.

What is looked at is a view of the text: digits and letters in half width, characters simplified, each stretch of
white space one character. Numbers are found in it by their own form (check digit, date, region, grouping) or by
the word before them, and mapped back. Only digits and letters are masked, one ``*`` each, so no length changes.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.document.normalise import simplify
from pipeline.document.text import INVISIBLE, MappedText

_TABLE = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {
    code: str(unicodedata.decimal(chr(code))) for code in range(0x80, 0x20000) if chr(code).isdecimal()
}
_TABLE |= {ord(dash): "-" for dash in "‐‑‒–—―−﹣"}
_BLANK = re.compile(rf"[\s{INVISIBLE}]+")
_VISIBLE_BLANK = re.compile(r"\s")

_PROVINCES = frozenset(
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83 91".split()
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"

_MONEY = re.compile(r"[ \n]?(?:元|圆|万元|亿|美元|港元|港币|日元|欧元|%|‰|\.[0-9])")
_MONEY_BEFORE = re.compile(r"(?:[¥$€￥]|人民币|[0-9][.,])[ \n]?\Z")
_START = re.compile(r"(?<![0-9])(?=[0-9](?:[ \n-]{0,3}[0-9]){10})")
_LONG_RUN = re.compile(r"[0-9]{19,}[Xx]?|(?<![0-9])[0-9]{22}(?![0-9])")
_LANDLINE = re.compile(
    r"(?<![0-9])(?:\(0[1-9][0-9]{1,2}\)[ \n]?|0[1-9][0-9]{1,2}[ \n]?-[ \n]?)[1-9][0-9]{2,3}[ \n-]?[0-9]{4}(?![0-9])"
    r"(?:[ \n]?[-转][ \n]?[0-9]{1,5}(?![0-9]))?"
)


def _spaced(words: str) -> str:
    """A pattern for any of the words, blanks or a line end allowed between their characters."""
    ordered = sorted(words.split(), key=len, reverse=True)
    return "|".join("[ \n]?".join(map(re.escape, word)) for word in ordered)


_ID_CUE = re.compile(_spaced("身份证 身份号码 居民证 公民身份 证件号 护照 军官证"))
_CARD_CUE = re.compile(
    _spaced("银行卡 银行账 银行帐 卡号 账号 帐号 账户 帐户 储蓄卡 信用卡 借记卡 存折 开户行 社保卡 医保卡")
)
_PHONE_CUE = re.compile(
    _spaced("电话 手机 联系方式 联系人 热线 致电 传真 座机 微信 QQ 电联 联系 咨询 固话 Tel TEL tel")
)
_NUMBER_CUE = re.compile(
    _spaced(
        "合同号 合同编号 合同号码 收据号 收据编号 发票号 发票代码 发票编号 票据号 票号 许可证号 许可证编号 登记证号 登记证编号 登记号 "
        "执照号 执照编号 注册号 信用代码 资格证号 证书号 证书编号 证号 编号 单号 保单号 病历号 住院号 门诊号 学号 警号 车牌号 准考证号 "
        "房产证号 许可证 登记证 备案号 印章号 印章编码 编码 流水号 护照号 字号"
    )
)
_THING_CUE = re.compile(
    _spaced("合同 收据 发票 票据 公章 手章 印章 财务章 法人章 专用章 人名章 私章 保单 执照 护照 证书")
)

_LINK = re.compile(
    r"(?:[ \n]|号码|编号|编码|代码|号|码|证|件|为|是|系|分别|复印|及|和|或|[A-Za-z]*[Nn][Oo]\.?|[:;,.、，。：；#(（\[【“”\"'*]){0,12}"
)
_NAME = re.compile(r"(?:[\u4e00-\u9fff·]{2,4}[ \n]?)?")
_PREFIX = re.compile(
    r"(?:[\u4e00-\u9fff()\[\]〔〕（） \n]{1,16}?[字第][ \n]?第?[ \n]?|[\u4e00-\u9fff]{0,3}[ \n]?)(?=[0-9A-Za-z])"
)
_NOT_PREFIX = re.compile("金额|共|计|款|价|总|约|达|近|年|月|日|每|数|有|超|等|的")
_TOKEN = re.compile(r"[0-9A-Za-z]+")
_GLUE = re.compile(r"[ \n]?(?:[-/_.·()（）〔〕【】\[\]*]|字第|第|字|号){0,3}[ \n]?(?=[0-9A-Za-z])")
_UNIT = re.compile(
    r"[ \n]?(?:[年月日元万亿千百人例名次台张份个户平米亩岁度楼单栋幢室层套%‰℃]|余|多|分钟|小时|公里|号楼|号院|#|米|版)"
)
_PHONE = re.compile(
    r"(?:\+?86[ \n-]?)?(?:\(?0[1-9][0-9]{1,2}\)?[ \n-]{0,2})?[0-9](?:[ \n-]?[0-9]){6,10}(?![0-9])(?:[ \n]?[-转][ \n]?[0-9]{1,5}(?![0-9]))?"
)
_NEXT = re.compile(r"[ \n]?[、，,;；/或和及][ \n]?(?=[0-9(+])|[ \n]?(?=[0-9(+])")


@dataclass(frozen=True, slots=True)
class _View:
    """The text as the patterns see it, with the way back."""

    text: str
    starts: tuple[int, ...]
    offsets: tuple[int, ...]

    def source(self, at: int) -> int:
        """The offset in the text of what stands at ``at`` of the view."""
        run = bisect_right(self.starts, at) - 1
        return self.offsets[run] + at - self.starts[run]


def _view(text: str) -> _View:
    folded = simplify(text.translate(_TABLE))
    parts: list[str] = []
    starts: list[int] = []
    offsets: list[int] = []
    length = at = 0
    for match in _BLANK.finditer(folded):
        blank = _blank(match[0])
        for part, offset in ((folded[at : match.start()], at), (blank, match.start())):
            if part:
                parts.append(part)
                starts.append(length)
                offsets.append(offset)
                length += len(part)
        at = match.end()
    parts.append(folded[at:])
    starts.append(length)
    offsets.append(at)
    return _View("".join(parts), tuple(starts), tuple(offsets))


def _blank(run: str) -> str:
    if "\n" in run or "\r" in run:
        return "\n"
    return " " if _VISIBLE_BLANK.search(run) else ""


def find_private(text: str) -> tuple[tuple[int, int], ...]:
    """Start and end of each private number in ``text``, in rising order, none inside another.

    A span may hold blanks, line ends and hyphens between the digits.
    """
    view = _view(text)
    spans = sorted({*_by_form(view.text), *_by_cue(view.text)})
    found: list[tuple[int, int]] = []
    for start, end in spans:
        place = (view.source(start), view.source(end - 1) + 1)
        if found and place[0] < found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], place[1]))
        else:
            found.append(place)
    return tuple(found)


def private_offsets(text: str) -> Iterator[int]:
    """The offsets of the digits and letters that are to be masked in ``text``."""
    for start, end in find_private(text):
        for at, character in enumerate(text[start:end].translate(_TABLE), start):
            if character.isascii() and character.isalnum():
                yield at


def mask(text: str, hidden: Iterable[int]) -> str:
    """``text`` with a ``*`` at each of the offsets."""
    characters = list(text)
    for at in hidden:
        characters[at] = "*"
    return "".join(characters)


def redact(text: MappedText, hidden: frozenset[int] | set[int]) -> MappedText:
    """``text`` with a ``*`` for each code point whose source offset is in ``hidden``."""
    if hidden.isdisjoint(text.origin):
        return text
    return text.replaced(mask(text.text, (at for at, offset in enumerate(text.origin) if offset in hidden)))


# By their own form.


def _by_form(text: str) -> Iterator[tuple[int, int]]:
    for match in _LANDLINE.finditer(text):
        yield match.span()
    for match in _LONG_RUN.finditer(text):
        if _hides_number(match[0]):
            yield match.span()
    for match in _START.finditer(text):
        end = _number_end(text, match.start())
        if end:
            yield match.start(), end


def _number_end(text: str, start: int) -> int:
    """The end of the private number that begins at ``start``, 0 for none."""
    places = _digits(text, start)
    for length, test in ((18, _is_id), (15, _is_old_id), (11, _is_mobile), (13, _is_mobile), *_CARDS):
        if len(places) < length:
            continue
        end = places[length - 1] + 1
        if text[end : end + 1].isdigit():
            continue
        if test(text, start, end):
            return end
    return 0


def _digits(text: str, start: int) -> list[int]:
    """The places of up to 19 digits from ``start``, with short gaps between; an X can be the eighteenth."""
    places: list[int] = []
    at = start
    gap = 0
    while at < len(text) and len(places) < 19 and gap <= 3:
        character = text[at]
        if character in "0123456789" or (len(places) == 17 and character in "Xx×"):
            places.append(at)
            gap = 0
        elif character in " \n-":
            gap += 1
        else:
            break
        at += 1
    return places


def _bare(text: str, start: int, end: int) -> str:
    return re.sub("[ \n-]", "", text[start:end]).upper().replace("×", "X")


def _shape(text: str, start: int, end: int) -> tuple[int, ...]:
    """Lengths of the groups that blanks and hyphens make of the digits; one line end may stand anywhere."""
    written = text[start:end]
    if written.count("\n") == 1:
        written = re.sub("[ -]?\n[ -]?", "", written)
    return tuple(len(part) for part in re.split("[ \n-]+", written))


def _single_digits(text: str, start: int, end: int, shape: tuple[int, ...]) -> bool:
    """Each digit stands alone, and the row of such digits has no other members."""
    if set(shape) != {1}:
        return False
    return not re.search(r"[0-9][ \n]\Z", text[max(0, start - 2) : start]) and not re.match(
        r"[ \n][0-9]", text[end:][:2]
    )


def _is_amount(text: str, start: int, end: int) -> bool:
    return bool(_MONEY.match(text, end) or _MONEY_BEFORE.search(text[max(0, start - 5) : start]))


def _date(year: str, month: str, day: str) -> bool:
    return 1 <= int(month) <= 12 and 1 <= int(day) <= 31 and (len(year) == 2 or 1880 <= int(year) <= 2060)


def _is_id(text: str, start: int, end: int) -> bool:
    number = _bare(text, start, end)
    if number[:2] not in _PROVINCES or not _date(number[6:10], number[10:12], number[12:14]):
        return False
    if check_digit(number[:17]) == number[17]:
        return True
    shape = _shape(text, start, end)
    regular = shape in (
        (18,),
        (6, 8, 4),
        (6, 4, 4, 4),
        (6, 4, 8),
        (4, 4, 4, 4, 2),
        (3, 3, 4, 4, 4),
        (6, 12),
        (14, 4),
        (17, 1),
    )
    return (regular or set(shape) == {1}) and not _is_amount(text, start, end)


def check_digit(digits: str) -> str:
    """The last character of a national ID, after its seventeen digits (GB 11643)."""
    return _CHECKS[sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True)) % 11]


def _is_old_id(text: str, start: int, end: int) -> bool:
    number = _bare(text, start, end)
    shape = _shape(text, start, end)
    if not number.isdigit() or not (
        shape in ((15,), (6, 6, 3), (6, 9)) or _single_digits(text, start, end, shape)
    ):
        return False
    return (
        number[:2] in _PROVINCES
        and _date(number[6:8], number[8:10], number[10:12])
        and not _is_amount(text, start, end)
    )


def _is_mobile(text: str, start: int, end: int) -> bool:
    number = _bare(text, start, end)
    shape = _shape(text, start, end)
    if len(number) == 13:
        if not number.startswith("86"):
            return False
        number = number[2:]
        shape = shape[1:] if shape[0] == 2 else (shape[0] - 2, *shape[1:])
    if not re.fullmatch("1[3-9][0-9]{9}", number) or _is_amount(text, start, end):
        return False
    return shape in ((11,), (3, 4, 4), (3, 8), (7, 4), (4, 4, 3), (4, 3, 4), (3, 3, 5)) or _single_digits(
        text, start, end, shape
    )


def _is_card(text: str, start: int, end: int) -> bool:
    number = _bare(text, start, end)
    shape = _shape(text, start, end)
    grouped = all(length == 4 for length in shape[:-1]) and shape[-1] <= 4
    if not (
        len(shape) == 1
        or grouped
        or (len(shape) == 2 and shape[0] == 6)
        or _single_digits(text, start, end, shape)
    ):
        return False
    first = "3456" if len(number) == 16 else "1456789" if len(number) == 19 else "6"
    return number.isdigit() and number[0] in first and luhn(number) and not _is_amount(text, start, end)


_CARDS = tuple((length, _is_card) for length in (19, 16, 18, 17))


def luhn(digits: str) -> bool:
    """Whether the last digit of a card number is its check digit (ISO/IEC 7812)."""
    total = 0
    for at, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + at % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _hides_number(run: str) -> bool:
    """Whether a long run of digits is a private number with digits stuck to it, or one printed twice."""
    half = len(run) // 2
    if run[:half] == run[half:] and re.fullmatch("1[3-9][0-9]{9}", run[:half]):
        return True
    for at in range(len(run) - 17):
        part = run[at : at + 18].upper()
        if part[:2] in _PROVINCES and part[:17].isdigit() and _date(part[6:10], part[10:12], part[12:14]):
            if check_digit(part[:17]) == part[17]:
                return True
    return False


# By the word before them.


def _by_cue(text: str) -> Iterator[tuple[int, int]]:
    for cue, fewest in ((_ID_CUE, 6), (_CARD_CUE, 8), (_NUMBER_CUE, 3), (_THING_CUE, 5)):
        for match in cue.finditer(text):
            span = _serial(text, match.end(), fewest)
            if span:
                yield span
    for match in _PHONE_CUE.finditer(text):
        yield from _phones(text, match.end())


def _serial(text: str, at: int, fewest: int) -> tuple[int, int] | None:
    """The number that follows a cue that ends at ``at``; at least ``fewest`` of its characters are digits."""
    link = _LINK.match(text, at)
    start = link.end() if link else at
    prefix = _PREFIX.match(text, start)
    if prefix and prefix.end() > start:
        if _NOT_PREFIX.search(prefix[0]):
            return None
        start = prefix.end()
    end = start
    while token := _TOKEN.match(text, end if end == start else _glued(text, end)):
        if _UNIT.match(text, token.end()) or (end > start and token.end() - start > 40):
            break
        end = token.end()
    digits = sum(character.isdigit() for character in text[start:end])
    return (start, end) if digits >= fewest else None


def _glued(text: str, end: int) -> int:
    """Where the next part of a number begins behind one that ends at ``end``; the text's end where none does."""
    glue = _GLUE.match(text, end)
    return glue.end() if glue and glue.end() > end else len(text)


def _phones(text: str, at: int) -> Iterator[tuple[int, int]]:
    """The numbers that follow a word such as ``电话``, one after the other."""
    link = _LINK.match(text, at)
    start = link.end() if link else at
    name = _NAME.match(text, start)
    if name and name.end() > start:
        after = _LINK.match(text, name.end())
        start = after.end() if after else name.end()
    while match := _PHONE.match(text, start):
        if _UNIT.match(text, match.end()):
            return
        yield match.span()
        again = _NEXT.match(text, match.end())
        if not again:
            return
        start = again.end()
