"""Printed dates become partial dates, and years come only from where the document settles them."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from pipeline.document.text import Sentence
from pipeline.records.dates import DateContext, Resolved, dates_in
from schemas.dates import PartialDate

VALID = TypeAdapter(PartialDate)


def _document(*paragraphs: str) -> DateContext:
    """A document of paragraphs; ``|`` parts sentences, ``#`` begins a short line, ``@`` a notice."""
    sentences: list[Sentence] = []
    for block, paragraph in enumerate(paragraphs, start=1):
        for text in paragraph.lstrip("#@").split("|"):
            sentences.append(
                Sentence(
                    number=len(sentences) + 1,
                    text=text,
                    origin=tuple(range(len(text))),
                    section="notice" if paragraph.startswith("@") else "article",
                    block=block,
                    pieces=(),
                    heading=paragraph.startswith("#"),
                )
            )
    return DateContext.of(sentences)


# sentence, printed, value
ALONE = [
    ("a year", "2017年", "2017"),
    ("a year without 年", "2017", "2017"),
    ("a month", "2017年9月", "2017-09"),
    ("a month with white space", "2017 年 9 月", "2017-09"),
    ("a month with 份", "2017年9月份", "2017-09"),
    ("a day", "2022年5月12日", "2022-05-12"),
    ("a day with 号", "2022年5月12号", "2022-05-12"),
    ("full-width digits", "２０２２年５月１２日", "2022-05-12"),
    ("Chinese digits", "二〇二二年五月十二日", "2022-05-12"),
    ("Chinese tens", "二零二一年十二月三十一日", "2021-12-31"),
    ("hyphens", "2022-05-12", "2022-05-12"),
    ("strokes", "2022/5/12", "2022-05-12"),
    ("points", "2022.5.12", "2022-05-12"),
    ("a weekday and the time of day are dropped", "2022年5月12日（星期四）上午9时", "2022-05-12"),
    ("a quarter", "2021年第一季度", "2021-Q1"),
    ("a quarter without 第", "2021年四季度", "2021-Q4"),
    ("the first half of a year", "2021年上半年", "2021-01/2021-06"),
    ("the first three quarters", "2021年前三季度", "2021-01/2021-09"),
    ("the end of a year is the year", "2024年底", "2024"),
    ("the beginning of a year is the year", "2024年年初", "2024"),
    ("part of a month is the month", "2024年3月上旬", "2024-03"),
    ("a working year", "2022年度", "2022"),
    ("since a year begins in it", "2018年以来", "2018"),
    ("a day without a year", "9月18日", "--09-18"),
    ("a leap day without a year", "2月29日", "--02-29"),
    ("years from to", "2019年至2021年", "2019/2021"),
    ("years with one 年", "2019-2021年", "2019/2021"),
    ("years with a long dash", "2019—2021年", "2019/2021"),
    ("months of one year", "2019年3月至5月", "2019-03/2019-05"),
    ("months with one 月", "2019年3-5月", "2019-03/2019-05"),
    ("months of two years", "2019年11月至2020年2月", "2019-11/2020-02"),
    ("days of one month", "2019年6月8日至9日", "2019-06-08/2019-06-09"),
    ("days with one 日", "2019年6月8—9日", "2019-06-08/2019-06-09"),
    ("days without a year", "6月8日至9日", "--06-08/--06-09"),
    ("days of two months without a year", "6月28日到7月2日", "--06-28/--07-02"),
    ("a month without a year", "12月", None),
    ("this year where nothing settles it", "今年7月", None),
    ("that year without a year before it", "当年12月", None),
    ("until now where nothing settles the year", "2019年至今", None),
    ("now", "目前", None),
    ("lately", "前不久", None),
    ("in recent years", "近年来", None),
    ("a plan's years", "“十三五”期间", None),
    ("half a year", "上半年", None),
    ("every year", "每年5月12日", None),
    ("a decade", "20世纪90年代", None),
    ("a number of months", "3个月", None),
    ("a number of years", "2000年历史", None),
    ("a month that is none", "2023年13月", None),
    ("a day that is none", "2023年2月30日", None),
    ("no leap year", "2023年2月29日", None),
    ("an interval that falls", "2021年至2019年", None),
    ("the lunar calendar", "农历八月十五日", None),
    ("a number with a point", "2019.5", None),
    ("a house", "12号楼", None),
    ("nothing", "", None),
]


@pytest.mark.parametrize(("printed", "value"), [row[1:] for row in ALONE], ids=[row[0] for row in ALONE])
def test_a_date_is_read_as_printed(printed: str, value: str | None) -> None:
    """Without anything around it a date is as precise as the text, and open where the text is."""
    assert _document(f"{printed}，门诊楼启用。").resolve(printed, 1).value == value


# sentence, paragraphs, number of the sentence, printed, value
IN_CONTEXT = [
    (
        "a later step takes the year before it",
        ("新楼2019年4月动工，12月竣工。",),
        1,
        "12月",
        "2019-12",
    ),
    ("the copy may be cut short", ("中心于2019年12月通过验收。",), 1, "12月", "2019-12"),
    (
        "a copied day is completed from its own date",
        ("病房楼2021年9月7日启用。",),
        1,
        "9月7日",
        "2021-09-07",
    ),
    ("that year", ("2017年9月通过认证，当年12月成立联盟。",), 1, "当年12月", "2017-12"),
    ("the same year in the next sentence", ("2017年9月通过认证。|同年11月挂牌。",), 2, "同年11月", "2017-11"),
    ("the same year after a founding", ("医院始建于1958年，当年10月开诊。",), 1, "当年10月", "1958-10"),
    ("the year after", ("2017年9月动工，次年5月竣工。",), 1, "次年5月", "2018-05"),
    (
        "a month in the next sentence of the paragraph",
        ("2020年5月，中心成立。|11月，中心获批。",),
        2,
        "11月",
        "2020-11",
    ),
    (
        "a year that opens a clause goes on",
        ("2020年，医院开始创建。|5月12日，专家到院。",),
        2,
        "5月12日",
        "2020-05-12",
    ),
    (
        "a month of the next paragraph stays open",
        ("2020年5月，中心成立。", "11月，中心获批。"),
        2,
        "11月",
        None,
    ),
    (
        "an earlier month stays open",
        ("2019年11月启动，3月通过验收。",),
        1,
        "3月",
        None,
    ),
    (
        "a founding year is not in force later",
        ("学会成立于1983年，设有8个科室。|6月8日，代表团到访。",),
        2,
        "6月8日",
        "--06-08",
    ),
    (
        "a year since is not in force",
        ("自2018年启动以来，双方往来不断，6月8日再次会面。",),
        1,
        "6月8日",
        "--06-08",
    ),
    (
        "the year stands right behind the day",
        ("3月8日，全县2023年首批项目开工。",),
        1,
        "3月8日",
        "2023-03-08",
    ),
    (
        "the year behind is of something else",
        ("1月5日，医院召开2022年度总结大会。",),
        1,
        "1月5日",
        "--01-05",
    ),
    (
        "the same day is dated elsewhere",
        ("3月8日，彩旗飘扬。", "3月8日，全县2023年首批项目开工。"),
        1,
        "3月8日",
        "2023-03-08",
    ),
    (
        "a story's days share a year",
        ("2022年10月28日，患者入院。", "一周后，11月4日，患者出院。"),
        2,
        "11月4日",
        "2022-11-04",
    ),
    (
        "a distant date gives no year",
        ("2018年3月5日，集团成立。", "11月7日，代表团到访。"),
        2,
        "11月7日",
        "--11-07",
    ),
    (
        "this year by the notices of the page",
        ("今年7月，中心通过审核。", "@印章丢失，声明作废。2021年12月20日"),
        1,
        "今年7月",
        "2021-07",
    ),
    (
        "a month after this year",
        ("今年7月，中心通过审核，9月通过认证。", "@声明作废。2021年12月20日"),
        1,
        "9月",
        "2021-09",
    ),
    (
        "last year by the notices of the page",
        ("去年8月，病房楼封顶。", "@声明作废。2021年12月20日"),
        1,
        "去年8月",
        "2020-08",
    ),
    (
        "a day by the notices of the page",
        ("11月26日，中心获批。", "@声明作废。2021年12月20日"),
        1,
        "11月26日",
        "2021-11-26",
    ),
    (
        "a day of last December on a page of January",
        ("12月28日，中心获批。", "@声明作废。2022年1月4日"),
        1,
        "12月28日",
        "2021-12-28",
    ),
    (
        "a day of last summer on a page of January stays open",
        ("6月28日，中心获批。", "@声明作废。2022年1月4日"),
        1,
        "6月28日",
        "--06-28",
    ),
    (
        "this July is not told on a page of January",
        ("今年7月，中心通过审核。", "@声明作废。2022年1月4日"),
        1,
        "今年7月",
        None,
    ),
    (
        "this July may be planned on a page of January",
        ("今年7月，中心将迎来审核。", "@声明作废。2022年1月4日"),
        1,
        "今年7月",
        "2022-07",
    ),
    (
        "the day of a contract is not that of the page",
        ("今年7月，中心通过审核。", "@合同丢失，签订日期：2015年9月25日"),
        1,
        "今年7月",
        None,
    ),
    (
        "this year by a dateline",
        ("#发布日期：2022-05-13 来源：宣传科", "今年3月，新院区启用。"),
        2,
        "今年3月",
        "2022-03",
    ),
    (
        "a caption does not date the page",
        ("#2018年8月20日，护士在社区宣讲", "2019年，中心建成。", "今年3月，新院区启用。"),
        3,
        "今年3月",
        None,
    ),
    (
        "a later year told contradicts the page",
        ("2023年，医院通过评审。", "今年7月，中心挂牌。", "@声明作废。2021年12月20日"),
        2,
        "今年7月",
        None,
    ),
    (
        "a later year planned does not contradict the page",
        ("到2025年，医院力争建成三个中心。", "今年7月，中心挂牌。", "@声明作废。2021年12月20日"),
        2,
        "今年7月",
        "2021-07",
    ),
    (
        "this year by the article's latest day",
        ("2022年5月12日，医院表彰护士。", "今年3月，新院区启用。"),
        2,
        "今年3月",
        "2022-03",
    ),
    (
        "this year is not the year just printed",
        ("2022年5月12日，医院表彰护士。|今年3月，新院区启用。",),
        2,
        "今年3月",
        None,
    ),
    (
        "an article that looks back does not settle this year",
        ("2022年9月3日，集团成立。", "2022年底，新楼竣工。", "今年3月，新院区启用。"),
        3,
        "今年3月",
        None,
    ),
    (
        "a month alone does not settle this year",
        ("2022年4月，项目开工。", "今年3月，新院区启用。"),
        2,
        "今年3月",
        None,
    ),
    (
        "until now by the notices of the page",
        ("病区自2019年起至今，连年获奖。", "@声明作废。2021年12月20日"),
        1,
        "2019年起至今",
        "2019/2021",
    ),
    (
        "a day alone takes the month of its sentence",
        ("2023年6月8日到访，9日返回。",),
        1,
        "9日",
        "2023-06-09",
    ),
    (
        "the end of an interval is completed from its start",
        ("2023年6月8日至9日，代表团到访。",),
        1,
        "6月8日至9日",
        "2023-06-08/2023-06-09",
    ),
    (
        "of two places the copy that begins a date is meant",
        ("2018年12月启动，2020年5月中断，12月完成。",),
        1,
        "12月",
        "2020-12",
    ),
    (
        "a copy from no sentence is read alone",
        ("2020年，中心成立。",),
        1,
        "5月12日",
        "--05-12",
    ),
    ("a sentence that is not there is read alone", ("2020年，中心成立。",), 99, "2021年3月", "2021-03"),
]


@pytest.mark.parametrize(
    ("paragraphs", "number", "printed", "value"),
    [row[1:] for row in IN_CONTEXT],
    ids=[row[0] for row in IN_CONTEXT],
)
def test_a_year_comes_from_where_the_document_settles_it(
    paragraphs: tuple[str, ...], number: int, printed: str, value: str | None
) -> None:
    """Years in force, days of one story and the date of the page settle a year; nothing else does."""
    assert _document(*paragraphs).resolve(printed, number).value == value


@pytest.mark.parametrize(
    ("text", "printed", "resolved"),
    [
        ("2019年4月动工，12月竣工。", "2019年4月", Resolved("2019-04", "verbatim")),
        ("2019年4月动工，12月竣工。", "12月", Resolved("2019-12", "derived")),
        ("2019年4月动工。|12月竣工。", "12月", Resolved("2019-12", "resolved")),
        ("2019年3月至5月施工。", "2019年3月至5月", Resolved("2019-03/2019-05", "derived")),
        ("5月12日表彰护士。", "5月12日", Resolved("--05-12", "verbatim")),
    ],
    ids=[
        "printed in full",
        "by rule from the sentence",
        "from another sentence",
        "an interval by rule",
        "a day without year",
    ],
)
def test_it_is_told_how_a_date_was_found(text: str, printed: str, resolved: Resolved) -> None:
    """What is printed, what follows by rule and what another sentence gives are told apart."""
    assert _document(text).resolve(printed, text.count("|") + 1) == resolved


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("于2019年4月动工，12月竣工。", [("2019年4月", "2019-04")]),
        ("2022 年 5 月 12 日到 5月14日", [("2022 年 5 月 12 日到 5月14日", "2022-05-12/2022-05-14")]),
        ("5月12日；二〇二一年", [("5月12日", "--05-12"), ("二〇二一年", "2021")]),
        ("2019年至今，今年7月", []),
    ],
    ids=["a month without year is none", "white space inside", "two dates", "what needs context"],
)
def test_the_dates_of_a_text_stand_where_they_are_said_to(text: str, dates: list[tuple[str, str]]) -> None:
    """Each date that needs no context is found, with the text it stands for."""
    assert [(text[one.start : one.end], one.value) for one in dates_in(text)] == dates


WORDS = """
2019年 2021年 3月 12月 2月 30日 8日 二〇二〇年 今年 当年 次年 去年 至 - — 至今 起 底 上半年 第一季度
2022.2.31 每年 农历 自 成立于 ， 。 “ 9 十 一 号 到2025年 将 Ⅲ
"""
PIECES = st.lists(st.sampled_from(WORDS.split()) | st.text(max_size=3), max_size=12).map("".join)


@settings(deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=4), st.sampled_from(["", "#", "@"]), PIECES, st.integers(0, 5))
@example(["2021年-2019年"], "", "2021年-2019年", 1)
@example(["2020年" * 400], "@", "年", 1)
def test_any_text_gives_a_valid_date_or_none(texts: list[str], kind: str, printed: str, number: int) -> None:
    """Nothing raises, and no value leaves that the schema would refuse, whether copied or not."""
    document = _document(*texts[:-1], kind + texts[-1])
    for copy in (printed, texts[0], texts[-1][1:]):
        value = document.resolve(copy, number).value
        assert value is None or VALID.validate_python(value) == value


@settings(deadline=None)
@given(PIECES)
def test_dates_in_any_text_are_valid_and_in_order(text: str) -> None:
    """Every found date passes the schema, lies in the text and begins behind the one before."""
    found = dates_in(text)
    assert [VALID.validate_python(one.value) for one in found] == [one.value for one in found]
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(one.end <= after.start for one, after in pairwise(found))


@settings(deadline=None)
@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31)))
def test_every_day_of_the_calendar_is_read(day: date) -> None:
    """A full date comes out as it went in, whichever way it is printed."""
    for printed in (f"{day.year}年{day.month}月{day.day}日", f"{day.year}/{day.month}/{day.day}"):
        assert _document(f"{printed}启用。").resolve(printed, 1) == Resolved(day.isoformat(), "verbatim")
