"""Where sentences end."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.document.segment import cut

CUTS = {
    "stops": "评审通过。|群众满意！|真的吗？|第一；|第二",
    "a stop run": "真的？！|好。",
    "closing quote": "“主要集中在北京、上海、广州等城市。”|院长说，“为了孩子，只能奔波往返于其他省市。”",
    "the sentence goes on behind a quote": "提出“大病不出省。”的目标，患者受益。",
    "a short call": "他高呼“加油！”冲向终点。",
    "a long call": "“现在真方便，在病区就能办理出院！”|患者开心地说。",
    "brackets": "胸痛中心（含导管室；重症室。）通过认证。|下一句。",
    "a bracket of its own": "越来越近……|（本版图片均为资料图。）|下一句。",
    "a book title": "《谁来守护健康？医院发展侧记》刊发。",
    "an ellipsis": "捷报频传……|在这里，荣誉熠熠生辉。",
    "one ellipsis sign": "呼吸内科、心内科…通过评审。",
    "straight quotes": '他说"满意才是金标准。"|院长表示。',
    "an opening straight quote": '群众满意。|"五有"支部。',
    "a decimal point": "农村为46.66%，城市为43.81%。|好",
    "an ASCII stop": "评审通过. |群众满意.",
    "blanks behind a stop": "评审通过。　 |群众满意。",
    "a bracket that never closes": "医院（哈院通过评审。|群众满意。",
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
