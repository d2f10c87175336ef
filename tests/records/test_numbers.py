"""Printed numbers become plain numbers, with their unit word and their qualifier."""

from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.records.numbers import (
    Quantity,
    canonical,
    numbers_in,
    parse_area,
    parse_count,
    parse_money,
    parse_quantity,
)
from schemas.values import LARGEST_NUMBER

# sentence, printed, value, value_max, measure, qualifier
QUANTITIES = [
    ("a plain number with its unit", "24小时", 24, None, "小时", "exact"),
    ("a number without a unit", "13450", 13450, None, None, "exact"),
    ("white space between number and unit", "44 分钟", 44, None, "分钟", "exact"),
    ("full-width digits", "１２３例", 123, None, "例", "exact"),
    ("a decimal", "2.47倍", 2.47, None, "倍", "exact"),
    ("a full-width point", "２．５倍", 2.5, None, "倍", "exact"),
    ("a decimal that is whole becomes an int", "3.0倍", 3, None, "倍", "exact"),
    ("thousands with a comma", "1,200张", 1200, None, "张", "exact"),
    ("thousands with a Chinese comma", "1，200张", 1200, None, "张", "exact"),
    ("two commas", "12,345,678元", 12345678, None, "元", "exact"),
    ("万 scales", "1.5万例", 15000, None, "例", "exact"),
    ("万 scales without float noise", "6.09万平方米", 60900, None, "平方米", "exact"),
    ("亿 scales", "38亿元", 3_800_000_000, None, "元", "exact"),
    ("千万 scales", "5千万元", 50_000_000, None, "元", "exact"),
    ("亿 and 万 in one number", "1亿2000万元", 120_000_000, None, "元", "exact"),
    ("千 of a measure does not scale", "5千米", 5, None, "千米", "exact"),
    ("a per cent sign", "46.66%", 46.66, None, "%", "exact"),
    ("a full-width per cent sign", "60％", 60, None, "%", "exact"),
    ("a per mille sign", "3‰", 3, None, "‰", "exact"),
    ("百分之 is per cent", "百分之六十", 60, None, "%", "exact"),
    ("百分之 with a point", "百分之三点五", 3.5, None, "%", "exact"),
    ("百分之 with digits", "百分之12.5", 12.5, None, "%", "exact"),
    ("百分之百", "百分之百", 100, None, "%", "exact"),
    ("千分之 is per mille", "千分之三", 3, None, "‰", "exact"),
    ("tenths are per cent", "六成以上", 60, None, "%", "at_least"),
    ("percentage points are not per cent", "提高3个百分点", 3, None, "个百分点", "exact"),
    ("余 is at least", "1.5万余例", 15000, None, "例", "at_least"),
    ("余 before 万", "10余万人次", 100_000, None, "人次", "at_least"),
    ("多 is at least", "20多个", 20, None, "个", "at_least"),
    ("多 after a time", "3年多", 3, None, "年", "at_least"),
    ("多 that begins the next word qualifies nothing", "5家多学科门诊", 5, None, "家", "exact"),
    ("a plus sign", "300+例", 300, None, "例", "at_least"),
    ("以上 behind the unit", "达到300例以上", 300, None, "例", "at_least"),
    ("超", "超10%", 10, None, "%", "at_least"),
    ("超过", "超过2000人", 2000, None, "人", "at_least"),
    ("逾", "逾五千人次", 5000, None, "人次", "at_least"),
    ("突破了", "突破了8万人次", 80000, None, "人次", "at_least"),
    ("不少于", "不少于30名", 30, None, "名", "at_least"),
    ("上 before a round number", "上百家", 100, None, "家", "at_least"),
    ("上 of a word qualifies nothing", "地上16层", 16, None, "层", "exact"),
    ("超 of a device qualifies nothing", "彩超3台", 3, None, "台", "exact"),
    ("近", "近百名", 100, None, "名", "at_most"),
    ("近 with digits", "近3000人", 3000, None, "人", "at_most"),
    ("最近 is a time, not a limit", "最近3次", 3, None, "次", "exact"),
    ("不足", "不足3%", 3, None, "%", "at_most"),
    ("不到", "不到5例", 5, None, "例", "at_most"),
    ("不超过 is not 超过", "不超过40元", 40, None, "元", "at_most"),
    ("以内", "30分钟以内", 30, None, "分钟", "at_most"),
    ("约", "约3亿元", 300_000_000, None, "元", "about"),
    ("约为", "约为80张", 80, None, "张", "about"),
    ("左右", "50人左右", 50, None, "人", "about"),
    ("a firm 余 goes before 约", "约30余项", 30, None, "项", "at_least"),
    ("a range with 至", "80至90分钟", 80, 90, "分钟", "exact"),
    ("a range with spaces", "80 至 90 分钟", 80, 90, "分钟", "exact"),
    ("a range with a dash", "80—90分钟", 80, 90, "分钟", "exact"),
    ("a range with a double dash", "80——90分钟", 80, 90, "分钟", "exact"),
    ("a range with a hyphen", "80-90分钟", 80, 90, "分钟", "exact"),
    ("a range with a tilde", "1.5~2小时", 1.5, 2, "小时", "exact"),
    ("a range shares its scale", "3至5万元", 30000, 50000, "元", "exact"),
    ("a range with both scales", "3万至5万元", 30000, 50000, "元", "exact"),
    ("a range of shares", "50%至60%", 50, 60, "%", "exact"),
    ("a range in words", "百分之六十至百分之七十", 60, 70, "%", "exact"),
    ("a falling pair is no range", "9-7例", 7, None, "例", "exact"),
    ("Chinese hundreds", "三百余例", 300, None, "例", "at_least"),
    ("Chinese hundreds without a digit", "百余名", 100, None, "名", "at_least"),
    ("a full Chinese numeral", "四千八百一十六人", 4816, None, "人", "exact"),
    ("a Chinese numeral with zero", "一百零五名", 105, None, "名", "exact"),
    ("a Chinese numeral as spoken", "三万五千人", 35000, None, "人", "exact"),
    ("its last unit unspoken", "一百二", 120, None, None, "exact"),
    ("两", "血透机两台", 2, None, "台", "exact"),
    ("两 with a scale", "两亿三千万元", 230_000_000, None, "元", "exact"),
    ("a Chinese decimal", "三点五万元", 35000, None, "元", "exact"),
    ("ten", "十二项", 12, None, "项", "exact"),
    ("十几 is at least ten", "十几个", 10, None, "个", "at_least"),
    ("two digits side by side", "七八名", 7, 8, "名", "exact"),
    ("tens side by side", "三四十例", 30, 40, "例", "exact"),
    ("a half behind the unit", "两年半", 2.5, None, "年", "exact"),
    ("a half before the unit", "一个半小时", 1.5, None, "小时", "exact"),
    ("a half alone", "半年", 0.5, None, "年", "exact"),
    ("a year before the number", "2018年1200例", 1200, None, "例", "exact"),
    ("an ordinal before the number", "第三批20家", 20, None, "家", "exact"),
    ("names with digits before the number", "H7N9患者22人", 22, None, "人", "exact"),
    ("a counted thing goes before a bare code", "12320热线接听800次", 800, None, "次", "exact"),
    ("a Latin unit", "5cm", 5, None, "cm", "exact"),
]

NO_QUANTITIES = [
    ("no text", ""),
    ("no number", "多家医院"),
    ("数百 gives no number", "数百例"),
    ("几十 gives no number", "几十例"),
    ("an ordinal", "第三"),
    ("an ordinal with a unit", "第3名"),
    ("a year", "2018年"),
    ("a span of years", "2020-2023年"),
    ("a day", "5月12日"),
    ("a year in Chinese digits", "二〇二三"),
    ("a name with a numeral", "五大中心"),
    ("a grade", "三级甲等"),
    ("an idiom", "一次性"),
    ("a fraction", "三分之二"),
    ("a ratio", "1:3"),
    ("a code", "D2B"),
    ("the head of a table", "万元"),
    ("a number no JSON reader keeps", "9" * 20 + "例"),
]


@pytest.mark.parametrize(
    ("printed", "value", "value_max", "measure", "qualifier"),
    [row[1:] for row in QUANTITIES],
    ids=[row[0] for row in QUANTITIES],
)
def test_a_printed_quantity_is_read(
    printed: str, value: float, value_max: float | None, measure: str | None, qualifier: str
) -> None:
    """Number, range, unit word and qualifier come out as the guide has them, whole numbers as ``int``."""
    found = parse_quantity(printed)
    assert found is not None
    assert (found.value, found.value_max, found.measure, found.qualifier) == (
        value,
        value_max,
        measure,
        qualifier,
    )
    assert type(found.value) is type(value)


@pytest.mark.parametrize("printed", [row[1] for row in NO_QUANTITIES], ids=[row[0] for row in NO_QUANTITIES])
def test_what_counts_nothing_is_no_quantity(printed: str) -> None:
    """Ordinals, dates, codes, names and indefinite amounts give None and no guess."""
    assert parse_quantity(printed) is None


@pytest.mark.parametrize(
    ("printed", "number"),
    [
        ("会诊1.5万余例", "1.5万"),
        ("约 80 至 90 分钟", "80 至 90"),
        ("百分之六十", "六十"),
        ("血透机两台", "两"),
        ("近１００名", "１００"),
    ],
)
def test_the_span_is_that_of_the_number(printed: str, number: str) -> None:
    """The span covers the number and its scale as printed, without qualifier and unit."""
    found = parse_quantity(printed)
    assert found is not None
    assert printed[slice(*found.span)] == number


@pytest.mark.parametrize(
    ("printed", "yuan"),
    [
        ("3.8亿元", 380_000_000),
        ("总投资约38亿元", 3_800_000_000),
        ("5000万", 50_000_000),
        ("￥3000", 3000),
        ("人民币1,200万元", 12_000_000),
        ("占地20亩，投资近亿元", 100_000_000),
        ("0.5元", 0.5),
        ("5000万美元", None),
        ("20台", None),
        ("投资巨大", None),
    ],
)
def test_money_is_read_in_yuan(printed: str, yuan: float | None) -> None:
    """A sum is scaled to yuan; another currency or another unit is no sum."""
    assert parse_money(printed) == yuan


@pytest.mark.parametrize(
    ("printed", "area"),
    [
        ("总建筑面积6.09万平方米", (60900, "平方米")),
        ("7.5万㎡", (75000, "平方米")),
        ("800平米", (800, "平方米")),
        ("1.2万平方", (12000, "平方米")),
        ("占地205.5亩", (205.5, "亩")),
        ("7000余亩", (7000, "亩")),
        ("16层，3200平方米", (3200, "平方米")),
        ("16层", None),
        ("3200", None),
    ],
)
def test_an_area_is_read_with_its_measure(printed: str, area: tuple[float, str] | None) -> None:
    """The ways to write square metres become one; a number without an area's unit is no area."""
    assert parse_area(printed) == area


@pytest.mark.parametrize(
    ("printed", "count"),
    [
        ("1200张", 1200),
        ("总床位1200余张", 1200),
        ("1,500", 1500),
        ("六十张", 60),
        ("1.5万张", 15000),
        ("2.5倍", None),
        ("60%", None),
        ("数百张", None),
    ],
)
def test_a_count_is_a_whole_number(printed: str, count: int | None) -> None:
    """Beds are counted; a share or a multiple is no count."""
    assert parse_count(printed) == count


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("3亿", ("300000000",)),
        ("300,000,000元", ("300000000",)),
        ("1.2万与1.2亿", ("12000", "120000000")),
        ("1.50", ("1.5",)),
        ("2017年9月，共三百余例、80至90分钟", ("2017", "9", "300", "80", "90")),
        ("二〇二三年两个院区", ("2023", "2")),
        ("六成患者", ("6", "60")),
        ("一个半小时", ("1", "1.5")),
        ("3至5万元", ("30000", "50000")),
        ("没有", ()),
    ],
)
def test_the_numbers_of_a_text_have_one_form(text: str, numbers: tuple[str, ...]) -> None:
    """Ways of writing a number fall together, different numbers do not."""
    assert numbers_in(text) == numbers


PRINTED = st.text(
    alphabet="0123456789.,，２%％‰零〇一二两三五十百千万亿点分之半余多几数近约不到至-—年月日第例个元平米成 A",
    max_size=24,
)


@settings(deadline=None)
@given(PRINTED | st.text(max_size=40))
@example("万百")
@example("百分之")
@example("一点")
@example("9" * 5000 + "亿")
def test_any_text_gives_a_sound_quantity_or_none(printed: str) -> None:
    """Nothing raises; whole numbers are ``int``, none is negative, ranges rise, spans lie in the text."""
    for read in (parse_money, parse_area, parse_count, numbers_in):
        read(printed)
    found = parse_quantity(printed)
    if found is None:
        return
    assert isinstance(found, Quantity)
    assert 0 <= found.value <= LARGEST_NUMBER
    assert isinstance(found.value, int) or not found.value.is_integer()
    assert found.value_max is None or found.value < found.value_max <= LARGEST_NUMBER
    assert 0 <= found.span[0] < found.span[1] <= len(printed)


@settings(deadline=None)
@given(PRINTED)
def test_a_quantity_is_among_the_numbers_of_its_text(printed: str) -> None:
    """What is read can always be found again by the check of values against their evidence."""
    found = parse_quantity(printed)
    if found is not None and found.span[1] - found.span[0] > 0 and "半" not in printed:
        assert canonical(found.value) in numbers_in(printed)


@settings(deadline=None)
@given(st.decimals(min_value=0, max_value=10**9, places=3, allow_nan=False))
def test_digits_are_read_without_float_noise(number: Decimal) -> None:
    """A decimal of 万 is exactly ten thousand times the number."""
    plain = canonical(number)
    assert numbers_in(f"共{plain}例") == (plain,)
    assert numbers_in(f"共{plain}万例") == (canonical(number * 10000),)


@settings(deadline=None)
@given(st.integers(min_value=1, max_value=99_999_999))
def test_chinese_numerals_say_what_digits_say(number: int) -> None:
    """A numeral written out in Chinese gives the same number as its digits."""
    assert numbers_in(_in_chinese(number)) == (str(number),)


def _in_chinese(number: int) -> str:
    high, low = divmod(number, 10000)
    if high:
        gap = "零" if 0 < low < 1000 else ""
        return _in_chinese(high) + "万" + gap + (_in_chinese(low) if low else "")
    spoken, zero = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            spoken += ("零" if zero else "") + "零一二三四五六七八九"[digit] + name
        zero = bool(spoken) and not digit
    return spoken
