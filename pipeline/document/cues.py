"""Private numbers known by the word before them: of IDs, accounts, contracts, receipts, seals."""

import re
from collections.abc import Iterator


def _words(text: str) -> re.Pattern[str]:
    """Any of the words; blanks or a line end may stand between their characters."""
    ordered = sorted(text.split(), key=len, reverse=True)
    return re.compile("|".join("[ \n]?".join(map(re.escape, word)) for word in ordered))


_IDENTITY = _words("身份证 身份号码 居民证 公民身份 证件号 护照 军官证 通行证 居住证")
_ACCOUNT = _words("银行卡 银行账 银行帐 账号 帐号 账户 帐户 储蓄卡 信用卡 借记卡 存折 开户行")
_NUMBERED = _words(
    """合同号 合同编号 合同号码 协议编号 收据号 收据编号 发票号 发票代码 发票编号 票据号 票号
    许可证号 许可证编号 许可证 登记证号 登记证编号 登记证 登记号 执照号 执照编号 注册号 信用代码
    资格证号 证书号 证书编号 证号 编号 单号 保单号 学号 警号 车牌号 准考证号
    病历号 病案号 病案编号 住院号 门诊号 就诊号 检查号 检验号 影像号 标本号 条码号
    卡号 医保号 社保号 参保号 房产证号 备案号 印章号 印章编码 流水号 护照号 核准号 机构代码 代码证"""
)
_THING = _words(
    """合同 收据 发票 票据 公章 手章 印章 财务章 法人章 专用章 人名章 私章 保单 执照 证书
    房产证 产权证 房权证 不动产权 土地证 使用证 驾驶证 行驶证 结婚证 离婚证 出生证 出生医学证明 资格证 执业证
    学位证 毕业证 学生证 工作证 会员证 记者证 士兵证 老年证 优待证 残疾证 残疾人证 户口本 户口簿 押金条 押金单 存单
    社保卡 医保卡 就诊卡 诊疗卡 健康卡"""
)
_PHONE = _words("电话 手机 联系方式 联系人 热线 致电 传真 座机 微信 QQ 电联 联系 咨询 固话 拨打 Tel TEL tel")

_SERIALS = ((_IDENTITY, 6), (_ACCOUNT, 8), (_NUMBERED, 3), (_THING, 5))
"""Which words are followed by a number, and how many digits it has at least."""

_LINK = re.compile(
    r"(?:[ \n]|号码|编号|编码|代码|号|码|证|件|为|是|系|分别|复印|及|和|或|[A-Za-z]?[Nn][Oo]\.?"
    r"|[:;,.、，。：；#(（\[【“”\"'*]){0,12}"
)
_PREFIX = re.compile(
    r"(?:[\u4e00-\u9fff()\[\]〔〕（） \n]{1,16}?[字第][ \n]?第?[ \n]?|[\u4e00-\u9fff]{0,3}[ \n]?)"
    r"(?=[0-9A-Za-z])"
)
_NOT_PREFIX = re.compile("额|共|计|款|价|总|约|达|近|年|月|日|每|数|有|超|等|的")
_TOKEN = re.compile(r"[0-9A-Za-z]+")
_GLUE = re.compile(r"[ \n]?(?:[-/_.·()（）〔〕【】\[\]*]|字第|第|字|号|\n){0,4}[ \n]?(?=[0-9A-Za-z])")
_UNIT = re.compile(
    r"[ \n]?(?!元[旦月宵]|人民|日[前报]|名下|个人"
    r"|[张万余平单楼年][^名位人个]?(?:先生|女士|小姐|医生|大夫|医师|护士|主任|院长|科长|经理|老师))"
    r"(?:[年月日元万亿千百人例名次台张份个户平米亩岁度楼单栋幢室层套版%‰℃#]|余|多|分钟|小时|公里|号楼|号院)"
)
"""Behind a figure that counts; not the beginning of another word, nor a name that is also a unit (``张医生``)."""
_SURE = re.compile("(?<![账帐])号|(?:[账帐]号|份证)[:：]|码")
"""In the word or behind it: what follows is a number by which something is known, even with a unit behind it."""
_FEWEST_SURE = 5
"""Digits of such a number; fewer with a unit behind them are a date (``编号：2021年``)."""
_MOST_COUNTED = 14
"""Digits of the longest figure that counts anything."""
_LONGEST = 40
_NAME = re.compile(r"[\u4e00-\u9fff·]{2,4}[ \n]?")
_CALL = re.compile(
    r"(?:\+?(?:86|85[23]|886)[ \n-]?)?(?:\(?0[1-9][0-9]{1,2}\)?[ \n-]{0,2})?[0-9](?:[ \n-]?[0-9]){6,10}(?![0-9])"
    r"(?:[ \n]?[-转][ \n]?[0-9]{1,5}(?![0-9]))?"
)
_CALLED = re.compile("[:：]|号码")
"""Between the word and the digits: they are a phone number, whatever stands behind them."""
_NEXT = re.compile(r"[ \n]?[、，,;；/或和及]?[ \n]?(?=[0-9(+])")


def by_cue(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each number in the view ``text`` that a word announces; they may overlap."""
    for words, fewest in _SERIALS:
        for match in words.finditer(text):
            span = _serial(text, *match.span(), fewest)
            if span:
                yield span
    reached = 0
    for match in _PHONE.finditer(text):
        if match.end() >= reached:
            for span in _calls(text, match.end()):
                yield span
                reached = span[1]


def _link_end(text: str, at: int) -> int:
    link = _LINK.match(text, at)
    return link.end() if link else at


def _serial(text: str, cue: int, at: int, fewest: int) -> tuple[int, int] | None:
    """The number behind a word from ``cue`` to ``at``, if it has at least ``fewest`` digits."""
    start = _link_end(text, at)
    sure = _SURE.search(text, cue, start) is not None
    if ":" in text[at:start] or "：" in text[at:start]:
        fewest = min(fewest, 6)
    prefix = _PREFIX.match(text, start)
    if prefix:
        if _NOT_PREFIX.search(prefix[0]):
            return None
        start = prefix.end()
    end = next_at = start
    while (token := _TOKEN.match(text, next_at, start + _LONGEST)) and not _counts(
        text, start, token.end(), sure
    ):
        end = token.end()
        glue = _GLUE.match(text, end)
        if glue is None or glue.end() == end:
            break
        next_at = glue.end()
    return (start, end) if _digits(text[start:end]) >= fewest else None


def _counts(text: str, start: int, end: int, sure: bool) -> bool:
    """Whether digits have a unit behind them that makes them a figure or a date."""
    if _UNIT.match(text, end) is None:
        return False
    digits = _digits(text[start:end])
    return digits < _FEWEST_SURE if sure else digits <= _MOST_COUNTED


def _digits(text: str) -> int:
    return sum(character.isdigit() for character in text)


def _calls(text: str, at: int) -> Iterator[tuple[int, int]]:
    """The phone numbers behind a word such as ``电话``; a name may stand before the first."""
    start = _link_end(text, at)
    name = _NAME.match(text, start)
    if name:
        start = _link_end(text, name.end())
    sure = _CALLED.search(text, at, start) is not None
    while (match := _CALL.match(text, start)) and (sure or not _UNIT.match(text, match.end())):
        yield match.span()
        again = _NEXT.match(text, match.end())
        if again is None:
            return
        start = again.end()
