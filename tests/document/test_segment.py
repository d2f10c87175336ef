"""Where sentences end."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.document.segment import cut

CUTS = {
    "stops": "评审通过。|群众满意！|真的吗？|第一；|第二",
    "a stop run": "真的？！|好。",
    "closing quote": "“过去要到外省的大医院才能做。”|院长说，“现在，在县里的门诊就能做。”",
    "the sentence goes on behind a quote": "提出“小病不出镇。”的目标，患者受益。",
    "a short call": "他高呼“加油！”冲向终点。",
    "a long call": "“不用再排长队，手机上就能缴费！”|家属高兴地说。",
    "brackets": "胸痛中心（含导管室；重症室。）通过认证。|下一句。",
    "a bracket of its own": "脚步坚定……|（图片由院方提供。）|下一句。",
    "a book title": "《谁来守护健康？基层见闻》刊发。",
    "an ellipsis": "喜讯不断……|在这里，人人面带笑容。",
    "one ellipsis sign": "骨科、儿科…通过评审。",
    "straight quotes": '他说"放心才是好口碑。"|院长表示。',
    "an opening straight quote": '群众满意。|"三好"科室。',
    "a decimal point": "占比为12.34%，增幅为5.67%。|好",
    "an ASCII stop": "评审通过. |群众满意.",
    "blanks behind a stop": "评审通过。　 |群众满意。",
    "a bracket that never closes": "医院（总院通过评审。|群众满意。",
}


@pytest.mark.parametrize("expected", CUTS.values(), ids=CUTS)
def test_sentences_end_at_stops_outside_short_quotes_and_brackets(expected: str) -> None:
    """The bars show where the text is cut."""
    assert "|".join(cut(expected.replace("|", ""))) == expected


def test_an_overlong_sentence_is_cut_at_its_last_comma() -> None:
    """No part is longer than three hundred, and each but the last ends at a comma."""
    parts = cut("全市医院开展义诊，" * 100)
    assert all(len(part) <= 300 for part in parts)
    assert all(part.endswith("，") for part in parts)


def test_an_overlong_sentence_without_a_comma_is_cut_at_the_limit() -> None:
    """Where there is nowhere to cut, the limit cuts."""
    assert [len(part) for part in cut("医" * 700)] == [300, 300, 100]


@settings(max_examples=400, deadline=None)
@given(st.text("医院患者。！？；，“”‘’（）《》\"'.… \u3000ab1【】「」", max_size=400))
def test_no_character_is_lost(text: str) -> None:
    """The sentences put together are the text, and none is empty."""
    parts = cut(text)
    assert "".join(parts) == text
    assert all(parts)
