"""Words of the lexicon, and names that end where their phrase goes on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.records.phrases import Ending, ending, modifiers, words_of

ENDINGS = [
    ("走进医院门诊大厅。", "门诊", Ending(True, "大厅")),
    ("医院开设夜间门诊。", "夜间门诊", Ending(True, "")),
    ("房颤中心建设启动。", "房颤中心", Ending(True, "")),
    ("引入分诊机器人，", "分诊机", Ending(False, "机器人")),
    ("松岭县医院一卡通自助系统全面上线。", "一卡通自助系统", Ending(True, "")),
    ("通过远程教学系统对医生进行培训。", "远程教学系统", Ending(True, "")),
    ("微创手术创口小，医院2010年就开展微创手术。", "微创手术", Ending(True, "")),
    ("没有这个名字。", "夜间门诊", Ending(True, "")),
    ("任何文字。", "", Ending(True, "")),
]


@pytest.mark.parametrize(("text", "name", "expected"), ENDINGS)
def test_a_name_ends_where_its_phrase_does(text: str, name: str, expected: Ending) -> None:
    """A noun behind a name makes it a part; 建设 and the like, and how something is done, leave it what it is, and one place is enough."""
    assert ending(text, name) == expected


MODIFIED = [
    ("成为国家高血压达标中心。", "达标中心", "国家高血压"),
    ("云岭县中医院胸痛中心挂牌。", "胸痛中心", ""),
    ("医院建成胸痛中心。", "胸痛中心", ""),
    ("没有这个名字。", "胸痛中心", ""),
]


@pytest.mark.parametrize(("text", "name", "before"), MODIFIED)
def test_modifiers_belong_to_a_name(text: str, name: str, before: str) -> None:
    """Levels and nouns right before it do, an organization's name and a verb do not."""
    assert modifiers(text, name) == before


@given(st.text(max_size=60))
def test_words_are_the_text(text: str) -> None:
    """Cut into words, no character is lost or added."""
    assert "".join(words_of(text)) == text
