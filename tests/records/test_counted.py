"""What a number counts, whose it is, and which numbers go with it, read off the words around it."""

import pytest

from pipeline.records.counted import in_a_name, indicator_of, subject_of, unsaid
from pipeline.records.numbers import Quantity, quantities_in


def quantity(text: str, printed: str) -> Quantity:
    """The number of ``text`` that begins with ``printed``."""
    return next(one for one in quantities_in(text) if text.startswith(printed, one.span[0]))


# sentence, the number in it, what it counts
COUNTED = [
    ("云岭县中医院年门诊量达62万人次。", "62", "年门诊量"),
    ("全院现有开放床位900张。", "900", "开放床位"),
    ("医院拥有15名教授级专家。", "15", "教授级专家"),
    ("目前已救治危重患者130余名。", "130", "救治危重患者"),
    ("项目惠及52个家庭。", "52", "惠及家庭"),
    ("把17家乡镇卫生院串成一张网。", "17", "乡镇卫生院"),
    ("集团组建巡回医疗队8支。", "8", "巡回医疗队"),
    ("有博士6名、硕士31名。", "31", "硕士"),
    ("三、四级手术占比达到62.5%。", "62.5", "三、四级手术占比"),
    ("其中微创手术占41%。", "41", "微创手术占比"),
    ("平均住院日降至6.8天。", "6.8", "平均住院日"),
    ("药占比同比下降3.1%。", "3.1", "药占比"),
    ("年门诊量62万人次，是托管前的2.4倍。", "2.4", "年门诊量"),
    ("早癌检出率18.7%，较上年提升2.2个百分点。", "2.2", "早癌检出率"),
    ("达30例。", "30", None),
    ("各县医务人员200余人参加。", "200", "各县医务人员"),
    ("科研项目数100余项。", "100", "科研项目数"),
]


@pytest.mark.parametrize(("text", "printed", "counted"), COUNTED)
def test_what_is_counted_is_read_off_the_clause(text: str, printed: str, counted: str | None) -> None:
    """The noun behind the measure, else the words before the number, without whose it is and what leads to it."""
    assert indicator_of(text, quantity(text, printed)) == counted


SUBJECTS = [
    ("云岭县中医院", "云岭县中医院"),
    ("全市医疗机构在省城医院指导下开展新项目", "全市医疗机构"),
    ("牵头成立多个专科联盟", ""),
    ("托管前的2.4倍", ""),
    ("住培工作成效显著", ""),
    ("", ""),
]


@pytest.mark.parametrize(("copied", "subject"), SUBJECTS)
def test_a_clause_is_nobodys_name(copied: str, subject: str) -> None:
    """Of a clause copied as the subject, the body at its beginning is kept, or nothing."""
    assert subject_of(copied) == subject


def test_a_change_goes_with_the_number_before_it() -> None:
    """Multiples and changes that were left out are told; other numbers are the model's to name."""
    text = "年门诊量62万人次，是托管前的2.4倍；手术3000例。"
    assert list(unsaid(text, ["62万人次"])) == ["2.4倍"]
    assert list(unsaid(text, ["62万人次", "2.4倍"])) == []
    assert list(unsaid("手术3000例，同比增长8%。", [])) == []


def test_a_number_in_a_quoted_name_counts_nothing() -> None:
    """``“三名工程”`` is a name; a number that stands alone in quotation marks is a number."""
    named, alone = "实施“三名工程”。", "实现“96%”的满意率。"
    assert in_a_name(named, Quantity(3, None, "名", "exact", (3, 4)))
    assert not in_a_name(alone, quantity(alone, "96"))
