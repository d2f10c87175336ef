"""Pairs of values that must and must not agree, and what each comparator says about them."""

from typing import Any

import pytest

from eval.canonical import base_units, canonical_field, canonical_text
from eval.comparators import compare
from eval.levels import Level
from eval.names import NO_NAMES, declared
from schemas import Comparator, FieldSpec


def field(comparator: Comparator, *, many: bool = False) -> FieldSpec:
    """A field judged by a comparator."""
    return FieldSpec(
        name="made_up",
        comparator=comparator,
        key=False,
        required=False,
        description="",
        many=many,
        choices=(),
    )


PERSON, ORGANIZATION, TEXT = Comparator.PERSON, Comparator.ORGANIZATION, Comparator.TEXT
DATE, NUMBER, ENUM, BOOLEAN = Comparator.DATE, Comparator.NUMBER, Comparator.ENUM, Comparator.BOOLEAN
EITHER = Comparator.PERSON_OR_ORGANIZATION

AGREE: list[tuple[Comparator, Any, Any]] = [
    (PERSON, "张伟", "张伟"),
    (PERSON, "张伟", "張偉"),
    (PERSON, "张伟", "张 伟"),
    (PERSON, "张伟", "张　伟"),
    (PERSON, "王小丽", "王小麗"),
    (PERSON, "买买提·艾力", "买买提•艾力"),
    (PERSON, "买买提·艾力", "买买提・艾力"),
    (PERSON, "欧阳文", "歐陽文"),
    (PERSON, "Smith", "Ｓｍｉｔｈ"),
    (ORGANIZATION, "东海市第一医院", "东海市第一医院"),
    (ORGANIZATION, "东海市第一医院", "東海市第一醫院"),
    (ORGANIZATION, "东海市第一医院", "“东海市第一医院”"),
    (ORGANIZATION, "东海市第一医院", "东海市 第一医院"),
    (ORGANIZATION, "东海大学医学院附属医院", "東海大學醫學院附屬醫院"),
    (ORGANIZATION, "东海市医院(南区)", "东海市医院（南区）"),
    (ORGANIZATION, "PET中心", "ＰＥＴ中心"),
    (ORGANIZATION, "骨科—康复中心", "骨科-康复中心"),
    (EITHER, "李明芳", "李明芳"),
    (EITHER, "东海市第一医院", "東海市第一醫院"),
    (TEXT, "副主任医师", "副主任醫師"),
    (TEXT, "国家级“卒中中心”", "国家级卒中中心"),
    (TEXT, "国家级「卒中中心」", "国家级卒中中心"),
    (TEXT, "CT检查", "ＣＴ检查"),
    (TEXT, "全市首例", " 全市首例 "),
    (TEXT, "A-B平均时间", "A—B平均时间"),
    (TEXT, "A-B平均时间", "A－B平均时间"),
    (TEXT, "%", "％"),
    (TEXT, "平方米", "平方 米"),
    (TEXT, "三甲医院（综合）", "三甲医院(综合)"),
    (TEXT, "血透机两台", "血透機兩臺"),
    (TEXT, "m2", "㎡"),
    (TEXT, "一站式服务", "一站式\n服务"),
    (DATE, "2023", "2023"),
    (DATE, "2023-05", "2023-05"),
    (DATE, "2023-05-06", "2023-05-06"),
    (DATE, "2023", "2023年"),
    (DATE, "2023-05", "2023年5月"),
    (DATE, "2023-05", "2023年5月份"),
    (DATE, "2023-05-06", "2023年5月6日"),
    (DATE, "2023-05-06", "２０２３年５月６日"),
    (DATE, "2021-Q1", "2021-Q1"),
    (DATE, "2021-Q1", "2021-01/2021-03"),
    (DATE, "2021-Q4", "2021-10/2021-12"),
    (DATE, "--05-06", "--05-06"),
    (DATE, "2019/2021", "2019/2021"),
    (NUMBER, 15000, 15000),
    (NUMBER, 15000, 15000.0),
    (NUMBER, 0.5, 0.50),
    (NUMBER, 120000000, "1.2亿"),
    (NUMBER, 12000, "1.2万"),
    (NUMBER, 300, "三百例"),
    (NUMBER, 300, "300余例"),
    (NUMBER, 300, "近300例"),
    (NUMBER, 300, "约三百例"),
    (NUMBER, 15000, "1.5万余例"),
    (NUMBER, 15000, "15,000例"),
    (NUMBER, 15000, "１５０００例"),
    (NUMBER, 60900, "6.09万"),
    (NUMBER, 25, "二十五个"),
    (NUMBER, 2, "两台"),
    (NUMBER, 98.5, "98.5%"),
    (NUMBER, 10.0, 10),
    (NUMBER, 0, 0.0),
    (ENUM, "held", "held"),
    (ENUM, "national", "national"),
    (BOOLEAN, True, True),
    (BOOLEAN, False, False),
]

DIFFER: list[tuple[Comparator, Any, Any]] = [
    (PERSON, "张伟", "张强"),
    (PERSON, "张伟", "章伟"),
    (PERSON, "张伟", "张伟明"),
    (PERSON, "张伟", "伟"),
    (PERSON, "张伟", "张教授"),
    (PERSON, "张伟", "张伟教授"),
    (PERSON, "王小丽", "王晓丽"),
    (PERSON, "王小丽", "小丽"),
    (PERSON, "李明芳", "李芳明"),
    (PERSON, "买买提·艾力", "买买提"),
    (PERSON, "欧阳文", "欧阳"),
    (ORGANIZATION, "中山医院", "华山医院"),
    (ORGANIZATION, "东海市第一医院", "东海市第二医院"),
    (ORGANIZATION, "东海市第一医院", "西海市第一医院"),
    (ORGANIZATION, "东海市第一医院", "第一医院"),
    (ORGANIZATION, "东海市第一医院", "东海市医院"),
    (ORGANIZATION, "东海市第一医院", "东海一院"),
    (ORGANIZATION, "东海市第一医院", "该院"),
    (ORGANIZATION, "东海市第一医院", "我院"),
    (ORGANIZATION, "东海市第一医院", "东海市第一医院骨科"),
    (ORGANIZATION, "东海市中医院", "东海市中心医院"),
    (ORGANIZATION, "东海省医学会", "东海省医师协会"),
    (ORGANIZATION, "心内科", "心外科"),
    (ORGANIZATION, "心内一科", "心内二科"),
    (ORGANIZATION, "东海市医院(南区)", "东海市医院(北区)"),
    (EITHER, "李明芳", "李明方"),
    (EITHER, "李明芳", "东海市第一医院"),
    (EITHER, "东海市第一医院", "东海市第一医院骨科"),
    (TEXT, "主任医师", "副主任医师"),
    (TEXT, "主任", "主任委员"),
    (TEXT, "国家级卒中中心", "省级卒中中心"),
    (TEXT, "国家级卒中中心", "国家级胸痛中心"),
    (TEXT, "二等奖", "三等奖"),
    (TEXT, "二等奖", "二等"),
    (TEXT, "全市首例", "全省首例"),
    (TEXT, "年门诊量", "门诊量"),
    (TEXT, "年门诊量", "年手术量"),
    (TEXT, "平方米", "亩"),
    (TEXT, "元", "万元"),
    (TEXT, "分钟", "小时"),
    (TEXT, "血透机两台", "血透机三台"),
    (TEXT, "血透机两台", "血透机"),
    (TEXT, "CT", "MRI"),
    (DATE, "2023", "2022"),
    (DATE, "2023", "2023-01"),
    (DATE, "2023-05", "2023"),
    (DATE, "2023-05", "2023-06"),
    (DATE, "2023-05", "2022-05"),
    (DATE, "2023-05-06", "2023-05"),
    (DATE, "2023-05-06", "2023-05-16"),
    (DATE, "2023-05-06", "2023-06-05"),
    (DATE, "2023-05-06", "--05-06"),
    (DATE, "2021-Q1", "2021-01"),
    (DATE, "2021-Q1", "2021-Q2"),
    (DATE, "2021-Q1", "2021"),
    (DATE, "2019/2021", "2019"),
    (DATE, "2019/2021", "2019/2020"),
    (DATE, "--05-06", "--06-05"),
    (NUMBER, 120000000, "1.2万"),
    (NUMBER, 120000000, 12000),
    (NUMBER, 120000000, 1.2),
    (NUMBER, 300, 301),
    (NUMBER, 300, 3000),
    (NUMBER, 300, -300),
    (NUMBER, 300, "三百零一例"),
    (NUMBER, 15000, 150000),
    (NUMBER, 15000, "1.5亿"),
    (NUMBER, 98.5, 98),
    (NUMBER, 98.5, 0.985),
    (NUMBER, 6, 9),
    (NUMBER, 0, 1),
    (ENUM, "passed", "awarded"),
    (ENUM, "started", "planned"),
    (ENUM, "national", "provincial"),
    (ENUM, "level", "share"),
    (BOOLEAN, True, False),
    (BOOLEAN, False, True),
]

LISTS: list[tuple[Comparator, tuple[str, ...], tuple[str, ...], bool]] = [
    (PERSON, ("张伟", "李明芳"), ("李明芳", "张伟"), True),
    (PERSON, ("张伟", "李明芳"), ("李明芳", "張偉"), True),
    (PERSON, ("张伟",), ("张伟", "李明芳"), False),
    (PERSON, ("张伟", "李明芳"), ("张伟",), False),
    (PERSON, ("张伟",), ("张强",), False),
    (ORGANIZATION, ("东海市第一医院", "西海大学"), ("西海大學", "東海市第一醫院"), True),
    (ORGANIZATION, ("东海市第一医院", "西海大学"), ("东海市第一医院", "北海大学"), False),
    (EITHER, ("张伟", "西海大学"), ("西海大学", "张伟"), True),
    (TEXT, ("血透机两台", "CT一台"), ("ＣＴ一台", "血透机两台"), True),
    (TEXT, ("血透机两台", "CT一台"), ("血透机两台", "CT两台"), False),
]


def test_the_tables_hold_enough_pairs() -> None:
    """At least 120 pairs are judged, none of them twice."""
    pairs = [*AGREE, *DIFFER, *LISTS]
    assert len({repr(pair) for pair in pairs}) == len(pairs) >= 120


@pytest.mark.parametrize(("comparator", "gold", "predicted"), AGREE)
def test_values_that_mean_the_same_agree(comparator: Comparator, gold: Any, predicted: Any) -> None:
    """A difference of spelling is none, in either direction, and the reason says so."""
    for one, other in ((gold, predicted), (predicted, gold)):
        verdict = compare(field(comparator), one, other)
        assert verdict.equal
        assert verdict.reason.endswith(".")


@pytest.mark.parametrize(("comparator", "gold", "predicted"), DIFFER)
def test_values_that_mean_something_else_differ(comparator: Comparator, gold: Any, predicted: Any) -> None:
    """Near is not equal, in either direction, and the reason names both values."""
    for one, other in ((gold, predicted), (predicted, gold)):
        verdict = compare(field(comparator), one, other)
        assert verdict.credit == 0
        assert str(canonical_field(field(comparator), one, NO_NAMES)) in verdict.reason
        assert verdict.reason.endswith(".")


@pytest.mark.parametrize(("comparator", "gold", "predicted", "agree"), LISTS)
def test_lists_are_compared_as_sets(
    comparator: Comparator, gold: tuple[str, ...], predicted: tuple[str, ...], agree: bool
) -> None:
    """Order says nothing; every item counts."""
    assert compare(field(comparator, many=True), gold, predicted).equal is agree


DECLARATIONS = [
    ("东海市第一医院（以下简称“一院”）举行会议。", True),
    ("东海市第一医院（简称一院）举行会议。", True),
    ("东海市第一医院（一院）举行会议。", True),
    ("位于城南的东海市第一医院（又称：一院）举行会议。", True),
    ("东海市第一医院，简称一院，举行会议。", True),
    ("东海市第一医院和一院举行会议。", False),
    ("东海市第一医院举行会议。一院参加。", False),
    ("东海市第二医院（以下简称“一院”）举行会议。", False),
    ("东海市第一医院（以下简称“二院”）举行会议。", False),
]


@pytest.mark.parametrize(("text", "same"), DECLARATIONS)
def test_only_the_document_makes_two_names_one(text: str, same: bool) -> None:
    """A short form equals the full name where the document declares it, and nowhere else."""
    known = ["东海市第一医院", "一院", "第一医院", "西海大学"]
    names = declared(canonical_text(text), known)
    verdict = compare(field(ORGANIZATION), "东海市第一医院", "一院", Level.NORM, names)
    assert verdict.equal is same
    assert ("declares" in verdict.reason) is same or "does not declare" in verdict.reason
    assert not compare(field(ORGANIZATION), "东海市第一医院", "西海大学", Level.NORM, names).equal


def test_a_shorter_name_gets_no_alias_of_a_longer_one() -> None:
    """Of several names that end before the bracket the longest is the one that is declared."""
    names = declared(canonical_text("东海市第一医院（一院）开诊。"), ["第一医院", "东海市第一医院", "一院"])
    assert not compare(field(ORGANIZATION), "第一医院", "一院", Level.NORM, names).equal


LENIENT = [
    (DATE, "2023-05", "2023", 0.5),
    (DATE, "2023", "2023-05-06", 0.5),
    (DATE, "2023-05-06", "--05-06", 0.5),
    (DATE, "2023", "2022-05", 0.0),
    (DATE, "2023-05/2023-06", "2023-05", 0.5),
    (TEXT, "一站式检查服务", "一站式检查服务中心", 6 / 7),
    (TEXT, "二等奖励金", "三等奖励金", 0.0),
    (TEXT, "胸痛中心", "手术室", 0.0),
    (PERSON, "王小丽", "王小莉", 0.0),
    (ORGANIZATION, "东海市第一医院", "东海市第一医院南区", 0.0),
    (NUMBER, 300, 301, 0.0),
    (ENUM, "passed", "awarded", 0.0),
]


@pytest.mark.parametrize(("comparator", "gold", "predicted", "credit"), LENIENT)
def test_part_credit_is_for_free_text_and_dates(
    comparator: Comparator, gold: Any, predicted: Any, credit: float
) -> None:
    """Texts that are alike and dates right as far as they go earn a part, names never."""
    verdict = compare(field(comparator), gold, predicted, Level.LENIENT)
    assert verdict.credit == pytest.approx(credit)
    assert (f"earns {credit:.2f}" in verdict.reason) is (credit > 0)


def test_a_list_earns_the_share_that_is_right() -> None:
    """One of two items right, one too much: half."""
    verdict = compare(field(PERSON, many=True), ("张伟", "李明芳"), ("张伟", "王小丽"), Level.LENIENT)
    assert verdict.credit == 0.5


@pytest.mark.parametrize("predicted", ["張偉", "张 伟"])
def test_level_exact_allows_no_other_spelling(predicted: str) -> None:
    """What level ``norm`` forgives, level ``exact`` does not."""
    assert compare(field(PERSON), "张伟", predicted, Level.EXACT).credit == 0
    assert compare(field(PERSON), "张伟", "张伟", Level.EXACT).equal


def test_true_is_not_one() -> None:
    """Python's True equals 1; a boolean field is not a number."""
    assert not compare(field(BOOLEAN), True, 1, Level.EXACT).equal


REASONS = [
    (PERSON, "张伟", "张强", "another person"),
    (ORGANIZATION, "东海市第一医院", "第一医院", "not the full name"),
    (ORGANIZATION, "中山医院", "华山医院", "two bodies"),
    (NUMBER, 120000000, 12000, "another scale"),
    (NUMBER, 300, 301, "different numbers"),
    (DATE, "2023-05", "2023", "less precise"),
    (DATE, "2023", "2023-05", "more precise"),
    (TEXT, "二等奖", "三等奖", "numeral"),
    (TEXT, "年门诊量", "年手术量", "character pairs"),
    (ENUM, "passed", "held", "Gold says passed"),
]


@pytest.mark.parametrize(("comparator", "gold", "predicted", "words"), REASONS)
def test_the_reason_says_what_differs(comparator: Comparator, gold: Any, predicted: Any, words: str) -> None:
    """A reader sees what the comparator saw."""
    assert words in compare(field(comparator), gold, predicted).reason


def test_the_reason_for_lists_names_what_is_missing_and_what_is_too_much() -> None:
    """The items that differ stand in the sentence."""
    reason = compare(field(PERSON, many=True), ("张伟", "李明芳"), ("张伟", "王小丽")).reason
    assert "李明芳 is missing" in reason and "王小丽 is too much" in reason


@pytest.mark.parametrize(
    ("value", "measure", "plain"),
    [
        (1.2, "亿元", (120000000, "元")),
        (3, "万人次", (30000, "人次")),
        (5, "例", (5, "例")),
        (6, "百分点", (6, "百分点")),
    ],
)
def test_numbers_are_in_base_units(value: float, measure: str, plain: tuple[float, str]) -> None:
    """A scale in the unit word belongs to the number: 1.2 亿元 is 120000000 元."""
    values = base_units({"value": value, "value_max": None, "measure": measure})
    assert (values["value"], values["measure"]) == plain
    assert values["value_max"] is None
    assert compare(field(NUMBER), plain[0], values["value"], names=NO_NAMES).equal
