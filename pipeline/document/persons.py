"""Names of private persons in classified notices: known by where they stand, and kept out of what is written.

A notice about a lost paper or seal is of two or three sentences in fixed words, and its person stands in fixed places: before the
ID, behind a label (``声明人：``), at the beginning as who lost something, as the signature. A name must begin with a surname.
"""

import re
from collections.abc import Iterable, Iterator

from pipeline.document.normalise import normalise
from pipeline.document.redact import mask
from pipeline.document.text import HAN, Block
from pipeline.surnames import COMPOUND, SURNAMES

_NAME = rf"(?:(?:{'|'.join(COMPOUND)})[{HAN}]{{1,2}}|[{''.join(sorted(SURNAMES))}][{HAN}]{{1,2}})"
_SHORT = rf"(?:(?:{'|'.join(COMPOUND)})[{HAN}]{{1,2}}?|[{''.join(sorted(SURNAMES))}][{HAN}]{{1,2}}?)"
_IDENTITY = "[（(]?(?:公民|居民)?(?:身份证|身份号码|护照|军官证|士兵证)"
_PAPERS = (
    "[《“]?(?:出生|身份证|居民|购房|商品房|买卖合同|毕业|学位|学生证|残疾|户口|驾驶|房产|不动产|房屋|土地|军官|士兵|警官|记者|医师|医生|"
    "护士|执业|资格|职称|社保|医保|医疗|住院|就诊|押金|收据|发票|票据|存折|存单|结婚|离婚|居住|老年|工作证|会员|保单)"
)
_END = (
    "日期|电话|联系|手机|遗失|不慎|丢失|自愿|因|将|于|与|和|购买|系|男|女|身份|的|持|名下|声明|签|"
    f"[，。；：、,;:（）()《》“”0-9*]|{_PAPERS}|\\Z"
)
_DOES = (
    f"不慎|遗失|丢失|自愿|因|将|于[0-9近昨]|持|购买|名下|所[持有购]|在[{HAN}]+购|与[{HAN}]{{4,}}签|向[{HAN}]+[交缴]|[交缴]纳|被盗"
    f"|的?{_PAPERS}|{_IDENTITY}|[，,]?[男女][，,]"
)
_LABELS = (
    "姓名|声明人|公告人|失主|遗失人|挂失人|当事人|申请人|业主|户主|户名|持证人|权利人|产权人|购房人|购房者|买受人|承租人|车主|房主|"
    "学生|考生|患者|患儿|新生儿|父亲|母亲|配偶|法定代表人|法人代表|法人|经营者|联系人|本人|兹有|居民|市民|村民|职工|员工"
)
_PATTERNS = (
    re.compile(f"({_NAME})(?={_IDENTITY})"),
    re.compile(f"(?:{_LABELS})[:：](?:({_SHORT})(?={_END})|({_NAME}))"),
    re.compile(f"(?:{_LABELS})[为是]?({_SHORT})(?={_END})"),
    re.compile(rf"(?:\A|[。！？；;：:])(?:兹有|现有|本人|因)?({_SHORT}(?:[、和与及]{_SHORT})*)(?={_DOES})"),
    re.compile(rf"\A({_NAME})\Z"),
)
_ONE = re.compile(f"(?<=[{HAN}]{{2}})[、和与及](?=[{HAN}]{{2}})")
"""Between two names; 和 stands inside names, too."""
_NO_GIVEN = re.compile("[省市区县院局公司厂店章证票据]|士$|声明")
"""What no given name holds: the rest of an organization, of a thing that is lost, or of a form of address."""
_NO_NAME = re.compile("合同|单位|时间|项目|名称|关于")


def persons(blocks: Iterable[Block]) -> dict[str, set[int]]:
    """The private persons named in the notices among ``blocks``: each with the source offsets of its characters."""
    read = [_squeezed(block) for block in blocks if block.section == "notice"]
    found: dict[str, set[int]] = {name: set() for text, _ in read for name in _named(text)}
    for text, origin in read:
        for name, offsets in found.items():
            for match in re.finditer(name, text):
                offsets.update(origin[match.start() : match.end()])
    return found


def withheld(text: str, names: Iterable[str]) -> str:
    """``text``, in either script and with blanks inside a name, with asterisks for ``names``, of the same length."""
    folded = normalise(text)
    hidden: set[int] = set()
    for name in names:
        for match in re.finditer(r"\s*".join(name), folded):
            hidden.update(range(*match.span()))
    return mask(text, hidden)


def _named(text: str) -> Iterator[str]:
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            for name in _ONE.split(next(filter(None, match.groups()))):
                given = name[2:] if name.startswith(COMPOUND) else name[1:]
                if given and not (_NO_GIVEN.search(given) or _NO_NAME.search(name)):
                    yield name


def _squeezed(block: Block) -> tuple[str, tuple[int, ...]]:
    """A block without its white space, in simplified characters."""
    text = normalise(block.text.text)
    kept = [at for at, character in enumerate(text) if not character.isspace()]
    return "".join(text[at] for at in kept), tuple(block.text.origin[at] for at in kept)
