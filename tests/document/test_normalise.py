"""Simplification and folding, both without a change of length."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.document.normalise import normalise

FORMS = {
    "traditional": ("國家級醫療中心", "国家级医疗中心"),
    "wide letters and digits": ("ＰＣＩ手术１２０例，占４５％", "PCI手术120例，占45%"),
    "a wide point between digits": ("２．５万", "2.5万"),
    "a wide colon between digits": ("９：３０开诊", "9:30开诊"),
    "a Chinese colon": ("记者：您好", "记者：您好"),
    "ASCII stops beside Chinese": ("7月9日,市醫院(總院)通過;好!", "7月9日，市医院（总院）通过；好！"),
    "ASCII stops inside numbers and Latin": ("1,200例 D-to-B (a, b) 8:30", "1,200例 D-to-B (a, b) 8:30"),
    "a comma behind a straight quote": ('"先锋队",36支', '"先锋队"，36支'),
    "white space": ("医\u3000院\u00a0好\n", "医 院 好 "),
    "a radical": ("⼼⾎管", "心血管"),
    "Chinese punctuation": ("“一站式”，《方案》……", "“一站式”，《方案》……"),
}


@pytest.mark.parametrize(("written", "expected"), FORMS.values(), ids=FORMS)
def test_what_is_written_in_several_ways_gets_one_form(written: str, expected: str) -> None:
    """Simplified characters, half-width letters, Chinese stops."""
    assert normalise(written) == expected


@settings(max_examples=400, deadline=None)
@given(st.text(max_size=60))
def test_the_length_never_changes(text: str) -> None:
    """Any text at all keeps its length."""
    text = text.encode(errors="ignore").decode()
    assert len(normalise(text)) == len(text)
