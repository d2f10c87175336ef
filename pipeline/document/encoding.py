"""Which encoding a file is in: UTF-8, UTF-16 by its mark, or GB18030 and Big5 by how common the text is."""

import re
from dataclasses import dataclass

from pipeline.document.normalise import simplify

_COMMON = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经"
    "十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形"
    "相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展"
    "五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战"
    "先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白"
    "教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且"
    "究观越织装影算低持音众书布复容儿须际商非验连断深难近千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精值号率"
    "族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属包火住调满县局照参红细引听该医疗患者病诊护士健康卫生服务"
    "药床急救血肿瘤肺胸痛卒房颤衰预防控筛宣讲培训合签约揭牌授获奖荣誉评审认证示范启项目楼投资竣筹副任书记教授李刘陈杨赵黄吴徐孙胡朱郭"
)
_STOPS = re.compile("[，。、；：？！“”‘’（）《》【】「」…—\u3000０-９％]")
_LEGACY = (("gb18030", "gb18030"), ("big5", "cp950"))
_LEAST = 0.3
"""The least share of common characters and punctuation in what is not ASCII; prose has 0.6 and more."""
_SAMPLE = 20_000


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text, a byte order mark kept as its first character, and the encoding's name."""

    text: str
    encoding: str


def decode(data: bytes) -> Decoded | None:
    """The text of ``data``; None where it is no text in one of the encodings read here."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = _strict(data, "utf-16-le" if data[0] == 0xFF else "utf-16-be")
        return None if text is None or "\0" in text else Decoded(text, "utf-16")
    if b"\0" in data:
        return None
    if (text := _strict(data, "utf-8")) is not None:
        return Decoded(text, "utf-8-sig" if text.startswith("\ufeff") else "utf-8")
    best, score = None, _LEAST
    for name, codec in _LEGACY:
        text = _strict(data, codec)
        if text is not None and (found := _likeness(text)) > score:
            best, score = Decoded(text, name), found
    return best


def _strict(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        return None


def _likeness(text: str) -> float:
    """The share of common characters and punctuation in the part of ``text`` that is not ASCII."""
    foreign = [character for character in text[:_SAMPLE] if not character.isascii()]
    if not foreign:
        return 0.0
    plain = simplify("".join(foreign))
    return sum(character in _COMMON or _STOPS.match(character) is not None for character in plain) / len(
        plain
    )
