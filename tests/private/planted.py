"""Private numbers as articles print them, and what stands around them; all made up."""

from dataclasses import dataclass

from hypothesis import strategies as st

from pipeline.document.numbers import check_digit, luhn

HAN = "市人民医院心脏中心获批国家级胸痛患者医师卫生病区改造完成通过验收举行会议专家到场市民咨询就诊记者了解据介绍"
HANT = "國際醫療衛生醫師獲頒國家級資質啟動儀式記者聯繫護士長當場說"
MARKS = "，。！？；：、“”‘’《》（）…—· \n"
UNITS = (
    "人",
    "例",
    "张",
    "张医生",
    "名",
    "日前",
    "年",
    "元旦",
    "圆满",
    "个",
    "楼上",
    "-",
    ".",
    "：",
    "、",
    "A",
    "号",
)


@dataclass(frozen=True, slots=True)
class Planted:
    """A number as it is printed in a document, and the digits and letters that may not be read there."""

    written: str
    parts: tuple[str, ...]


def national_id(place: int, day: int, serial: int, *, wrong: int = 0) -> str:
    """An ID of 18 characters that nobody was given; ``wrong`` shifts its check digit."""
    body = f"{(11, 23, 37, 44, 61)[place % 5]}{place % 10000:04}{1930 + day % 90}{1 + day % 12:02}{1 + day % 28:02}{serial:03}"
    return body + "0123456789X"["0123456789X".index(check_digit(body)) - wrong]


def card(body: str) -> str:
    """``body`` with its check digit."""
    return next(body + digit for digit in "0123456789" if luhn(body + digit))


PLACES, DAYS, SERIALS = st.integers(0, 9999), st.integers(0, 9999), st.integers(0, 999)
KINDS = {
    "an ID": st.builds(national_id, PLACES, DAYS, SERIALS),
    "an ID with a wrong check digit": st.builds(national_id, PLACES, DAYS, SERIALS, wrong=st.integers(1, 10)),
    "an old ID": st.builds(lambda day, serial: f"110101{30 + day % 70:02}{1 + day % 12:02}{1 + day % 28:02}{serial:03}", DAYS, SERIALS),
    "a mobile": st.from_regex(r"\A(\+86|86)?1[3-9][0-9]{9}\Z"),
    "a landline": st.from_regex(r"\A(010|021|0[3-9][1-9][0-9])-[2-8][0-9]{6,7}\Z"),
    "a card": st.from_regex(r"\A62[123][0-9]{12}\Z|\A62[123][0-9]{15}\Z|\A4[0-9]{14}\Z").map(card),
}  # fmt: skip
NUMBERS = st.one_of(*KINDS.values())


def wide(text: str) -> str:
    """In full width."""
    return "".join(chr(ord(char) + 0xFEE0) if char.isascii() and char.isalnum() else char for char in text)


def printed(number: str, form: str, at: int) -> str:
    """A number in one of the forms in which it is printed; ``at`` says where a line breaks it."""
    if form == "spaced":
        return " ".join(number)
    if form == "twice":
        return f"名号{number}名号{number}"
    if form == "hidden":
        return "\u200b".join(number)
    if "wide" in form:
        number = wide(number)
    cut = 1 + at % (len(number) - 1)
    if "broken" in form:
        return f"{number[:cut]}\n{number[cut:]}"
    if form == "indented":
        return f"{number[:cut]}\r\n　　{number[cut:]}"
    return number


FORMS = st.sampled_from(
    ["plain", "wide", "spaced", "broken", "wide and broken", "hidden", "indented", "twice"]
)
BY_FORM = st.builds(
    lambda number, form, at: Planted(printed(number, form, at), (number.lstrip("+").replace("-", ""),)),
    NUMBERS,
    FORMS,
    st.integers(0, 100),
)
"""Numbers that are private by their looks, wherever they stand."""

CUES = (
    "身份证号码：", "身份證號碼:", "公民身份号码", "护照号：", "護照號碼", "军官证号：", "合同编号：", "合同編號：", "购房合同号",
    "收据号码：", "收據號：", "发票号码：", "發票代碼", "票据号：", "房产证号：", "不动产权证号", "不動產權證號：", "营业执照注册号：",
    "统一社会信用代码：", "組織機構代碼：", "医师资格证书编号：", "執業證書編號：", "执业证书编号", "出生医学证明编号：", "学生证号：",
    "驾驶证号", "医保卡号：", "醫保卡號：", "社保卡号", "就诊卡号", "病案号：", "住院號：", "公章编号：", "印章編碼：", "银行卡号：",
    "许可证号：", "許可證編號：", "保单号：", "残疾人证号：", "准考证号：", "居住证号：", "毕业证书编号：", "戶口簿編號：",
    "押金条号：", "開戶許可證核准號：",
)  # fmt: skip
SERIAL_FORMS = st.sampled_from(["plain", "wide", "broken", "wide and broken", "indented"])
CERTIFICATES = st.from_regex(r"\A[0-9]{7,18}\Z|\A[A-Z][0-9]{7,9}\Z|\A[0-9]{4}[ABCX][0-9]{6}\Z")


def cued(cue: str, number: str, form: str, at: int, break_cue: bool) -> Planted:
    """A certificate's number behind its word, which a line end may break as well."""
    if break_cue:
        cut = 1 + at % (len(cue) - 1)
        cue = f"{cue[:cut]}\n{cue[cut:]}"
    return Planted(cue + printed(number, form, at), (number,))


BY_CUE = st.builds(
    cued, st.sampled_from(CUES), CERTIFICATES, SERIAL_FORMS, st.integers(0, 100), st.booleans()
)
"""Numbers of certificates, contracts, receipts, seals: private by the word before them."""

PIECES = st.one_of(
    st.text(HAN + MARKS, max_size=30),
    st.text(HANT + MARKS, max_size=30),
    st.sampled_from(["\n\n声明\n", "\n\n", "。\n　　", "遗失收据，声明作废。", "\n# ", "、12人，", "2021年5月，", "占12.5%。", "* "]),
)  # fmt: skip
AROUND = st.lists(PIECES, max_size=4).map("".join)
BETWEEN = st.sampled_from(["", "，", "（", " ", "\n", "是", "：", "“"])
BEHIND = st.one_of(st.sampled_from(UNITS), st.sampled_from(["", "，", "）", " ", "\n", "。"]))


@st.composite
def documents(draw: st.DrawFn, numbers: st.SearchStrategy[Planted] = BY_FORM | BY_CUE) -> tuple[str, Planted]:
    """An article with a number planted somewhere, and the number.

    No digit stands right beside it: then nobody could say which digits are the number. A sign of money does not
    either, as an amount may have any digits.
    """
    planted = draw(numbers)
    before = draw(AROUND).rstrip("0123456789 \n.%") + draw(BETWEEN)
    after = draw(BEHIND) + draw(AROUND).lstrip("0123456789 \n")
    return f"医{before}{planted.written}{after}", planted
