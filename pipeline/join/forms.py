"""One way to write what has several: the official short words of bodies, numbers, brackets and blanks.

A closed list, each pair of which is the same word by usage everywhere (``卫健委`` for 卫生健康委员会). Whatever else is
alike is not the same: no name is brought nearer to another than this.
"""

import re
from typing import Final

_BLANK: Final = re.compile(r"[\s“”\"'‘’《》「」『』〔〕]+")
_DIGITS: Final = dict(zip("0123456789", "〇一二三四五六七八九", strict=True))
_SHORT_WORDS: Final = (
    (r"(?:卫生计生委|卫计委)(?!员)", "卫生和计划生育委员会"),
    (r"(?:卫健委|卫生健康委)(?!员)|卫生健康体育委员会", "卫生健康委员会"),
    (r"卫健局", "卫生健康局"),
    (r"疾控中心|疾病控制中心", "疾病预防控制中心"),
    (r"医保局", "医疗保障局"),
    (r"发改委(?!员)", "发展和改革委员会"),
    (r"人社局", "人力资源和社会保障局"),
    (r"药监局", "药品监督管理局"),
    (r"市监局", "市场监督管理局"),
    (r"科技局", "科学技术局"),
    (r"(?<!人民)政府$", "人民政府"),
    (r"中医医院", "中医院"),
    (r"中西医结合院$", "中西医结合医院"),
    (r"医共体", "医疗共同体"),
    (r"医联体", "医疗联合体"),
    (r"专委会|专业委员会", "专业委员会"),
    (r"^中国人民解放军", "解放军"),
)
_WORDS: Final = tuple((re.compile(short), word) for short, word in _SHORT_WORDS)


def plain(name: str) -> str:
    """``name`` without blanks and quotation marks, brackets half as wide."""
    return _BLANK.sub("", name).replace("（", "(").replace("）", ")")


def normal(name: str) -> str:
    """``name`` with every official short word written out and its digits in Chinese."""
    text = "".join(_DIGITS.get(character, character) for character in plain(name))
    for pattern, word in _WORDS:
        text = pattern.sub(word, text)
    return text
