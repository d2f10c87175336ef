"""How the lines of a page become paragraphs, headings, captions and notices."""

import pytest

from pipeline.document.layout import lay_out
from pipeline.document.text import Block

JOINED = (
    "全市首家国家级胸痛中心在市人民医院建成投用。近年来该院持续推进学科建设，先后有五个专科通过省级评审，群众"
)
PROSE = "".join(JOINED[at : at + 13] + "\n" for at in range(0, len(JOINED), 13))
"""Four lines of one narrow column; the last goes on."""


def blocks(text: str) -> list[Block]:
    return list(lay_out(text).blocks)


def texts(text: str) -> list[str]:
    return [block.text.text for block in blocks(text)]


JOINS = {
    "hard-wrapped lines": (
        PROSE + "得到实惠。",
        [JOINED + "得到实惠。"],
    ),
    "an empty line inside a sentence": (
        PROSE + "\n得到实惠。\n患者满意。",
        [JOINED + "得到实惠。", "患者满意。"],
    ),
    "a heading between two paragraphs": (
        PROSE + "得到实惠。\n\n学科建设结硕果\n\n" + PROSE + "满意。",
        [JOINED + "得到实惠。", "学科建设结硕果", JOINED + "满意。"],
    ),
    "a date torn after the month": ("日期：2022年11月\n\n30日", ["日期：2022年11月30日"]),
    "a number torn from its unit": ("交款金额：250000\n元", ["交款金额：250000元"]),
    "a heading in two lines": ("扩大服务半径，\n擦亮健康名片", ["扩大服务半径，擦亮健康名片"]),
    "an open bracket": ("（公司公章已\n丢失）", ["（公司公章已丢失）"]),
    "Latin words on both sides": ("医院引进 Leksell\nGamma 刀，", ["医院引进 Leksell Gamma 刀，"]),
    "an entry with its number": ("收据号码：123456\n因故以上收据", ["收据号码：123456", "因故以上收据"]),
    "an indented paragraph": (
        "　　" + PROSE + "得到实惠，\n　　患者满意。",
        [JOINED + "得到实惠，", "患者满意。"],
    ),
    "a byline": (
        PROSE + "好评。\n本报记者 张三 李四\n通讯员：王五",
        [JOINED + "好评。", "本报记者 张三 李四", "通讯员：王五"],
    ),
    "markdown": (
        "# 医院新闻\n## 一\n- 第一项\n- 第二项\n> 引文**重点**。\n---\n正文。",
        ["医院新闻", "一", "第一项", "第二项", "引文重点。", "正文。"],
    ),
    "blanks in a line": ("成绩 可喜，国家级\n", ["成绩 可喜，国家级"]),
    "an empty line after every line": (
        "\n\n".join((PROSE + "得到实惠。").split("\n")),
        [JOINED + "得到实惠。"],
    ),
}


@pytest.mark.parametrize(("text", "expected"), JOINS.values(), ids=JOINS)
def test_lines_become_blocks(text: str, expected: list[str]) -> None:
    """Lines are joined where a sentence goes on, and nowhere else."""
    assert texts(text) == expected


DOUBLES = {
    "the whole line": ("主任主持论坛主任主持论坛", ["主任主持论坛"]),
    "each run": (
        "医院总会计师医院总会计师、、副院长副院长（（右二右二））",
        ["医院总会计师、副院长（右二）"],
    ),
    "each of two lines": (
        "省级医院总院新院区省级医院总院新院区\n启用现场启用现场。。",
        ["省级医院总院新院区启用现场。"],
    ),
    "over two lines": ("新院区启用\n现场新院区\n启用现场", ["新院区启用现场"]),
    "with blanks inside": ("授牌 现场授牌 现场", ["授牌现场"]),
    "two equal lines": ("授牌现场\n授牌现场", ["授牌现场"]),
    "an ordinary line": ("患者患者家属都满意", ["患者患者家属都满意"]),
    "a doubled word": ("加油加油", ["加油加油"]),
    "digits alone": ("20232023", ["20232023"]),
}


@pytest.mark.parametrize(("text", "expected"), DOUBLES.values(), ids=DOUBLES)
def test_a_caption_printed_twice_is_read_once(text: str, expected: list[str]) -> None:
    """What is doubled as a whole is read once; a word that is merely repeated stays."""
    assert texts(text) == expected


def test_the_second_copy_is_left_out_with_its_reason_and_the_place_of_the_first() -> None:
    """The copy that is dropped points to the one that stays."""
    dropped = lay_out("揭牌仪式揭牌仪式").dropped
    assert [(each.span.start, each.reason, each.kept) for each in dropped] == [
        (at, "printed twice", at - 4) for at in range(4, 8)
    ]


@pytest.mark.parametrize(
    ("text", "headings"),
    [
        ("学科建设 提升竞争力", [True]),
        ("医院通过评审。", [False]),
        ("医院通过评审！”", [False]),
        ("# 医院通过评审！", [True]),
        ("院" * 61, [False]),
    ],
    ids=["short line", "full stop", "stop inside a quote", "markdown mark", "long line"],
)
def test_a_short_line_without_closing_punctuation_is_a_heading(text: str, headings: list[bool]) -> None:
    """Titles, captions and bylines are told from prose."""
    assert [block.heading for block in blocks(text)] == headings


LOST = "甲公司遗失公章一枚，\n声明作废。\n\n声明人：甲\n2022年11月30日\n"
NOTICES = {
    "two notices below an article": (
        f"医院通过国家评审。\n\n遗失声明\n{LOST}\n公 告\n本店注销，特此公告。\n",
        "ANNNNNN",
    ),
    "the article goes on below": (f"声明\n{LOST}\n我市医院近日开展义诊，群众好评。", "NNNNA"),
    "a short notice without a title": ("医院通过评审。\n\n王某遗失身份证，声明作废。", "AN"),
    "a signature with the seals' numbers": (
        "声明\n\n公章丢失，声明作废。\n\n（公 章 1301028306799、 手 章 1301028306798）\n\n声明人：甲",
        "NNNN",
    ),
    "seals' numbers without a closing bracket": (
        "声明\n\n公章丢失，声明作废。\n\n（ 公 司 公 章1301028306799、 手 章1301028306798\n\n声明人：甲日期：2022年",
        "NNNN",
    ),
    "a line between two notices": (
        f"声明\n{LOST}\n印鉴样式存于本店备查\n\n公告\n本店注销，特此公告。",
        "NNNNNN",
    ),
    "an article between two notices": (
        f"声明\n{LOST}\n义诊进山村\n\n{PROSE}得到实惠。{PROSE}满意。{PROSE}满意。\n\n公告\n本店注销，特此公告。",
        "NNNNAAANN",
    ),
    "an article under the word announcement": ("公告\n\n医院通过国家评审，群众好评。", "AA"),
    "an article that tells of a loss": ("患者不慎遗失钱包，护士送回。", "A"),
}


@pytest.mark.parametrize(("text", "expected"), NOTICES.values(), ids=NOTICES)
def test_notices_are_told_from_the_article(text: str, expected: str) -> None:
    """A title with a loss, withdrawal or correction below it is a notice, up to its signature."""
    assert "".join(block.section[0].upper() for block in blocks(text)) == expected
